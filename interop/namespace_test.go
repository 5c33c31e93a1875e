package interop

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// stageEnv has the path of the stage for a test in its namespaces.
const stageEnv = "REFCLOCK_INTEROP_STAGE"

// isolated reports whether this process is already in its own namespaces.
func isolated() bool { return os.Getenv(stageEnv) != "" }

// isolate runs the rest of a test in new namespaces, in parallel with other tests. It runs
// the test program again there, for this test only.
//
//	func TestX(t *testing.T) {
//		isolate(t, func() { ... })
//	}
func isolate(t *testing.T, body func()) {
	if isolated() {
		body()
		return
	}
	t.Parallel()
	dir, err := stage()
	if err == nil {
		err = namespaces()
	}
	if reason, ok := errors.AsType[unavailable](err); ok {
		t.Skip(reason)
	}
	if err != nil {
		t.Fatal(err)
	}

	only := "^" + strings.ReplaceAll(t.Name(), "/", "$/^") + "$"
	out, err := inside(dir, "-test.run", only, "-test.v", "-test.timeout", limit()).CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(out), "--- PASS: "+t.Name()+" ") {
		t.Fatal("the test did not run inside its namespaces")
	}
}

// limit returns the timeout of a test: longer with more replug cycles.
func limit() string {
	if os.Getenv(replugsEnv) != "" {
		return "30m"
	}
	return "2m"
}

// namespaces returns an error if this machine does not allow namespaces. It tries once.
var namespaces = sync.OnceValue(func() error {
	dir, err := stage()
	if err != nil {
		return err
	}
	out, err := inside(dir, "-test.run", "^$").CombinedOutput()
	if err != nil {
		return unavailable("the kernel refuses user namespaces: " + err.Error() + " " + strings.TrimSpace(string(out)))
	}
	return nil
})

// inside returns a command that runs the test program in new namespaces. It is the first
// process of its pid namespace, so when it ends, the kernel kills all its processes.
func inside(dir string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(dir, "interop.test"), args...)
	cmd.Dir = filepath.Join(dir, "tmp")
	cmd.Env = []string{
		stageEnv + "=" + dir,
		"TMPDIR=" + cmd.Dir,
		"HOME=" + cmd.Dir,
		replugsEnv + "=" + os.Getenv(replugsEnv),
		sweepEnv + "=" + os.Getenv(sweepEnv),
		// The daemons' folder is first: it has a python3 for ntpq if the machine has none.
		"PATH=" + filepath.Join(dir, "daemons/usr/bin") + ":/usr/local/bin:/usr/bin:/bin",
	}
	user, group := outside()
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  unix.CLONE_NEWUSER | unix.CLONE_NEWPID | unix.CLONE_NEWIPC | unix.CLONE_NEWNET,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: user, Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: group, Size: 1}},
		Pdeathsig:   syscall.SIGKILL,
		// Only root can drop its other groups.
		GidMappingsEnableSetgroups: os.Getuid() == 0,
		Credential:                 &syscall.Credential{NoSetGroups: os.Getuid() != 0},
	}
	return cmd
}

// outside returns the user and group outside for root inside: nobody if root runs the tests,
// else the current user.
func outside() (user, group int) {
	const nobody = 65534
	if os.Getuid() == 0 {
		return nobody, nobody
	}
	return os.Getuid(), os.Getgid()
}
