package shm

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// Units belong to the machine, and a time daemon may read them. Tests that need real
// units therefore run in a new process with its own IPC namespace. This variable
// reports that the process already has one, from inPrivateNamespace or from:
//
//	REFCLOCK_IPC_NAMESPACE=1 unshare --ipc go test ./shm
//
// The second is needed where a test program cannot start itself, as under qemu.
const namespaceVariable = "REFCLOCK_IPC_NAMESPACE"

// ownNamespace is the value of namespaceVariable in a process that inPrivateNamespace has
// started.
const ownNamespace = "own"

// testBase is the key of unit 0 in tests. It differs from KeyBase, so that no test can
// change a real unit.
const testBase = 0x52435400

// inPrivateNamespace runs the body of the calling test in a private IPC namespace. If
// this process has none, it runs the same test in a new process. It must be the first
// call of the test.
func inPrivateNamespace(t *testing.T, body func(t *testing.T)) {
	t.Helper()
	switch os.Getenv(namespaceVariable) {
	case "1", ownNamespace:
		body(t)
		return
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), namespaceVariable+"="+ownNamespace)
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWIPC}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= unix.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	var output strings.Builder
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := cmd.Start(); err != nil {
		t.Skipf("cannot create a private IPC namespace (%v): run the test under unshare --ipc, with %s=1", err, namespaceVariable)
	}
	err = cmd.Wait()
	switch {
	case err != nil:
		t.Errorf("in a private IPC namespace: %v\n%s", err, &output)
	case strings.Contains(output.String(), "--- SKIP: "+t.Name()):
		t.Skipf("in a private IPC namespace:\n%s", &output)
	case !strings.Contains(output.String(), "--- PASS: "+t.Name()):
		t.Errorf("the test did not run:\n%s", &output)
	}
}
