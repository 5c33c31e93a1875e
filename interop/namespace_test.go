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

// stageEnv names the stage to a test that runs inside.
const stageEnv = "REFCLOCK_INTEROP_STAGE"

// isolated tells whether this process is in namespaces of its own already.
func isolated() bool { return os.Getenv(stageEnv) != "" }

// isolate runs the rest of a test in fresh namespaces, in parallel with the
// others: the test program starts itself anew there, for this one test only.
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
	var reason unavailable
	if errors.As(err, &reason) {
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

// limit is for how long a test may run: longer if somebody asks for more of it.
func limit() string {
	if os.Getenv(replugsEnv) != "" {
		return "30m"
	}
	return "2m"
}

// namespaces tells whether this machine lets us have them, by trying once.
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

// inside is a run of the test program in namespaces of its own. As the first
// process of its pid namespace it takes with it all that it started.
func inside(dir string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(dir, "interop.test"), args...)
	cmd.Dir = filepath.Join(dir, "tmp")
	cmd.Env = []string{
		stageEnv + "=" + dir,
		"TMPDIR=" + cmd.Dir,
		"HOME=" + cmd.Dir,
		replugsEnv + "=" + os.Getenv(replugsEnv),
		// The daemons' own folder first: it has a python3 for ntpq where the machine has none.
		"PATH=" + filepath.Join(dir, "daemons/usr/bin") + ":/usr/local/bin:/usr/bin:/bin",
	}
	user, group := outside()
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  unix.CLONE_NEWUSER | unix.CLONE_NEWPID | unix.CLONE_NEWIPC | unix.CLONE_NEWNET,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: user, Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: group, Size: 1}},
		Pdeathsig:   syscall.SIGKILL,
		// Root gives up its other groups; nobody else is allowed to, or has any to give up.
		GidMappingsEnableSetgroups: os.Getuid() == 0,
		Credential:                 &syscall.Credential{NoSetGroups: os.Getuid() != 0},
	}
	return cmd
}

// outside is who root inside is outside: nobody, or who runs the tests if that is not root.
func outside() (user, group int) {
	const nobody = 65534
	if os.Getuid() == 0 {
		return nobody, nobody
	}
	return os.Getuid(), os.Getgid()
}

// raiseLoopback sets the loopback of a new network namespace going, on which ntpd answers ntpq.
func raiseLoopback() error {
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(socket)
	loopback, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	loopback.SetUint16(unix.IFF_UP)
	return unix.IoctlIfreq(socket, unix.SIOCSIFFLAGS, loopback)
}
