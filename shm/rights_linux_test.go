package shm

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// nobody is the user that owns no segment here.
const nobody = 65534

func TestAttachSegmentOfRoot(t *testing.T) {
	inPrivateNamespace(t, func(t *testing.T) {
		for _, unit := range []int{0, 2, 3, 4} {
			removeUnit(t, unit)
		}
		createSegment(t, 0, 96, 0o600)
		createSegment(t, 2, 96, 0o600)
		createSegment(t, 3, 80, 0o644)
		createSegment(t, 4, 100, 0o600)
		as(t, nobody, func() {
			_, err := Attach(0, WithKeyBase(testBase))
			wantPermissionError(t, err, "attach: unit 0: ", "96 bytes and mode 0600", "(uid 0)", thisProcess(t), "; run as root or as the service, because units 0 and 1 belong to root; or use unit 2 or above", `"refclock SHM 2:perm=0666"`)
			if strings.Contains(fmt.Sprint(err), "ipcrm") || strings.Contains(fmt.Sprint(err), "SHM 0") {
				t.Errorf("%v: every user could set the clock by unit 0", err)
			}

			_, err = Attach(2, WithKeyBase(testBase))
			wantPermissionError(t, err, "attach: unit 2: ", "96 bytes and mode 0600", "for nobody (uid 65534)",
				"run as root", `"refclock SHM 2:perm=0666"`, "sudo ipcrm -M 0x52435402")

			// Without permission, Attach cannot see that the size is wrong. The error shows it.
			_, err = Attach(4, WithKeyBase(testBase))
			wantPermissionError(t, err, "100 bytes")

			_, err = Attach(3, WithKeyBase(testBase))
			wantPermissionError(t, err, "80 bytes and mode 0644")
			watcher, err := Attach(3, WithKeyBase(testBase), WithReadOnly())
			if err != nil {
				t.Errorf("attach read-only: %v", err)
				return
			}
			if err := watcher.Close(); err != nil {
				t.Error(err)
			}
		})
	})
}

func TestAttachSegmentOfOtherUser(t *testing.T) {
	inPrivateNamespace(t, func(t *testing.T) {
		removeUnit(t, 2)
		removeUnit(t, 0)
		id := createSegment(t, 2, 96, 0o600)
		chown(t, id, 1)
		as(t, nobody, func() {
			_, err := Attach(2, WithKeyBase(testBase))
			wantPermissionError(t, err, "run as daemon (uid 1) or as root")

			// Consumers that run as root must be able to use units 0 and 1 of another user.
			u, err := Attach(0, WithKeyBase(testBase), WithLayout(Layout96))
			if err != nil {
				t.Error(err)
				return
			}
			defer u.Close()
			if info, err := u.Info(); err != nil || info.Perm != 0o666 || info.UID != nobody {
				t.Errorf("%+v, %v, expected mode 0666", info, err)
			}
		})
	})
}

// thisProcess returns how errors name this process, which creates the segments.
func thisProcess(t *testing.T) string {
	t.Helper()
	comm, err := os.ReadFile("/proc/self/comm")
	if err != nil {
		t.Error(err)
	}
	return fmt.Sprintf("%s (process %d)", strings.TrimSpace(string(comm)), os.Getpid())
}

// wantPermissionError expects fs.ErrPermission, and the words in its text.
func wantPermissionError(t *testing.T, err error, words ...string) {
	t.Helper()
	if !errors.Is(err, fs.ErrPermission) {
		t.Errorf("%v, expected fs.ErrPermission", err)
		return
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q is missing in: %v", w, err)
		}
	}
}

func chown(t *testing.T, id, uid int) {
	t.Helper()
	var d unix.SysvShmDesc
	if _, err := unix.SysvShmCtl(id, unix.IPC_STAT, &d); err != nil {
		t.Fatal(err)
	}
	d.Perm.Uid = uint32(uid)
	if _, err := unix.SysvShmCtl(id, unix.IPC_SET, &d); err != nil {
		t.Skipf("cannot change the owner: %v", err)
	}
}

// as calls f as another user. It does so on a new thread, because the raw system call
// changes the user of one thread only. f must not call t.Fatal.
func as(t *testing.T, uid uintptr, f func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("the test needs root")
	}
	done := make(chan unix.Errno)
	go func() {
		defer close(done)
		runtime.LockOSThread() // never unlocked, so that the thread ends
		if _, _, errno := unix.RawSyscall(unix.SYS_SETRESUID, uid, uid, uid); errno != 0 {
			done <- errno
			return
		}
		f()
	}()
	if errno := <-done; errno != 0 {
		t.Skipf("cannot become another user: %v", errno)
	}
}

func TestHintIfAbsent(t *testing.T) {
	inPrivateNamespace(t, func(t *testing.T) {
		removeUnit(t, 2)
		_, err := Attach(2, WithKeyBase(testBase), WithoutCreate())
		if err == nil || !strings.Contains(err.Error(), `"refclock SHM 2:perm=0666"`) {
			t.Errorf("no hint in: %v", err)
		}
	})
}

func TestHintForUnknownSize(t *testing.T) {
	inPrivateNamespace(t, func(t *testing.T) {
		removeUnit(t, 2)
		createSegment(t, 2, 100, 0o666)
		_, err := Attach(2, WithKeyBase(testBase))
		if err == nil {
			t.Fatal("attached")
		}
		for _, w := range []string{"100 bytes, expected 80, 88 or 96", "created by " + thisProcess(t), "sudo ipcrm -M 0x52435402"} {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%q is missing in: %v", w, err)
			}
		}
	})
}
