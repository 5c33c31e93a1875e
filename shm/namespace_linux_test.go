package shm

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// Units belong to the machine, and a time daemon may be reading them. Tests that
// need the kernel's therefore run where there are none but their own: in a new
// IPC namespace, which only a new process can have. This variable tells that the
// process has one already: from privately, or from whoever ran
//
//	REFCLOCK_IPC_NAMESPACE=1 unshare --ipc go test ./shm
//
// as is needed where a test program cannot start itself, such as under qemu.
const namespaceVariable = "REFCLOCK_IPC_NAMESPACE"

// testBase is the key of unit 0 in tests: not even by mistake that of a real unit.
const testBase = 0x52435400

// privately runs the body of the test that calls it in a private IPC namespace,
// if need be by running this one test again in a new process. No test may have
// run anything before.
func privately(t *testing.T, body func(t *testing.T)) {
	t.Helper()
	if os.Getenv(namespaceVariable) == "1" {
		body(t)
		return
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), namespaceVariable+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWIPC}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= unix.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Skipf("units need a private IPC namespace, and there is none (%v): run it under unshare --ipc, with %s=1", err, namespaceVariable)
	}
	err = cmd.Wait()
	switch {
	case err != nil:
		t.Errorf("in a private IPC namespace: %v\n%s", err, &said)
	case strings.Contains(said.String(), "--- SKIP: "+t.Name()):
		t.Skipf("in a private IPC namespace:\n%s", &said)
	case !strings.Contains(said.String(), "--- PASS: "+t.Name()):
		t.Errorf("it did not run:\n%s", &said)
	}
}
