package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/refclock/refclock/internal/loopback"
	"golang.org/x/sys/unix"
)

// isolatedEnv marks the process inside the namespaces.
const isolatedEnv = "REFCLOCK_BENCH_PEERS_ISOLATED"

func isolated() bool { return os.Getenv(isolatedEnv) != "" }

// isolate runs this program again in new namespaces, without the permission to set the clock. It
// is the first process of its pid namespace: when it ends, the kernel ends all that it has started.
func isolate(ctx context.Context) error {
	runtime.LockOSThread() // the permission is dropped for this thread, whose child inherits that
	defer runtime.UnlockOSThread()
	cmd := exec.CommandContext(ctx, "/proc/self/exe", os.Args[1:]...)
	cmd.Env = append(os.Environ(), isolatedEnv+"=1")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) } // so that it removes its files
	cmd.WaitDelay = 10 * time.Second
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: unix.CLONE_NEWNET | unix.CLONE_NEWIPC | unix.CLONE_NEWPID | unix.CLONE_NEWNS,
		Pdeathsig:  syscall.SIGKILL,
	}
	if os.Getuid() != 0 { // root of a user namespace cannot set the clock
		cmd.SysProcAttr.Cloneflags |= unix.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	} else if err := unix.Prctl(unix.PR_CAPBSET_DROP, unix.CAP_SYS_TIME, 0, 0, 0); err != nil {
		return fmt.Errorf("drop CAP_SYS_TIME: %w", err)
	}
	return cmd.Run()
}

// settle completes the namespaces from inside: a /proc of these processes, and a loopback.
func settle() error {
	if os.Getpid() != 1 {
		return errors.New(isolatedEnv + " is set: unset it")
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("private mounts: %w", err)
	}
	if err := unix.Mount("proc", "/proc", "proc", 0, ""); err != nil {
		return fmt.Errorf("mount /proc: %w", err)
	}
	if err := loopback.Up(); err != nil {
		return fmt.Errorf("bring up the loopback: %w", err)
	}
	own, err := os.Readlink("/proc/self/ns/user")
	if err != nil {
		return err
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return err
	}
	if inFirstUserNamespace(own) && maySetClock(string(status)) {
		return errors.New("this process can set the clock: no daemon is started")
	}
	return nil
}

// inFirstUserNamespace reports whether this is the user namespace of the machine, in which
// CAP_SYS_TIME sets its clock. Its number is PROC_USER_INIT_INO of the kernel's proc_ns.h.
func inFirstUserNamespace(link string) bool {
	return link == "user:[4026531837]"
}

// maySetClock reports whether a process with this /proc/PID/status has CAP_SYS_TIME, also if
// the status does not show it.
func maySetClock(status string) bool {
	for line := range strings.Lines(status) {
		if hex, ok := strings.CutPrefix(line, "CapEff:"); ok {
			effective, err := strconv.ParseUint(strings.TrimSpace(hex), 16, 64)
			return err != nil || effective&(1<<unix.CAP_SYS_TIME) != 0
		}
	}
	return true
}
