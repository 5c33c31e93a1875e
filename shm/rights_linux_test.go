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

// nobody is the user to whom nothing belongs.
const nobody = 65534

func TestSegmentOfRoot(t *testing.T) {
	privately(t, func(t *testing.T) {
		for _, unit := range []int{0, 2, 3, 4} {
			vacate(t, unit)
		}
		someoneCreates(t, 0, 96, 0o600)
		someoneCreates(t, 2, 96, 0o600)
		someoneCreates(t, 3, 80, 0o644)
		someoneCreates(t, 4, 100, 0o600)
		as(t, nobody, func() {
			_, err := Attach(0, WithKeyBase(testBase))
			says(t, err, "attach: unit 0: ", "96 bytes and mode 0600", "(uid 0)", self(t), "units 0 and 1 are root's")

			_, err = Attach(2, WithKeyBase(testBase))
			says(t, err, "attach: unit 2: ", "96 bytes and mode 0600", "for nobody (uid 65534)",
				"run as root", `"refclock SHM 2:perm=0666"`, "sudo ipcrm -M 0x52435402")

			// A size that is wrong is not to be seen, for lack of rights, but told all the same.
			_, err = Attach(4, WithKeyBase(testBase))
			says(t, err, "100 bytes")

			_, err = Attach(3, WithKeyBase(testBase))
			says(t, err, "80 bytes and mode 0644")
			watcher, err := Attach(3, WithKeyBase(testBase), WithReadOnly())
			if err != nil {
				t.Errorf("reading is permitted: %v", err)
				return
			}
			if err := watcher.Close(); err != nil {
				t.Error(err)
			}
		})
	})
}

func TestSegmentOfAUser(t *testing.T) {
	privately(t, func(t *testing.T) {
		vacate(t, 2)
		vacate(t, 0)
		id := someoneCreates(t, 2, 96, 0o600)
		chown(t, id, 1)
		as(t, nobody, func() {
			_, err := Attach(2, WithKeyBase(testBase))
			says(t, err, "run as daemon (uid 1) or as root")

			// Units 0 and 1 that a user creates are for root's daemons, too.
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

// self is how this very process, which creates the segments, is to be named.
func self(t *testing.T) string {
	t.Helper()
	comm, err := os.ReadFile("/proc/self/comm")
	if err != nil {
		t.Error(err)
	}
	return fmt.Sprintf("%s (process %d)", strings.TrimSpace(string(comm)), os.Getpid())
}

// says demands a refusal for lack of rights, with words that help.
func says(t *testing.T, err error, words ...string) {
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
		t.Skipf("no other user is to be had: %v", err)
	}
}

// as calls f as another user, which must not call t.Fatal: on a thread of its own, for which alone the raw
// system call changes the user, and which ends with it.
func as(t *testing.T, uid uintptr, f func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can become another user")
	}
	done := make(chan unix.Errno)
	go func() {
		defer close(done)
		runtime.LockOSThread() // and never unlocked: the thread is not used again
		if _, _, errno := unix.RawSyscall(unix.SYS_SETRESUID, uid, uid, uid); errno != 0 {
			done <- errno
			return
		}
		f()
	}()
	if errno := <-done; errno != 0 {
		t.Skipf("no other user is to be had: %v", errno)
	}
}

func TestAbsentSaysWhatToDo(t *testing.T) {
	privately(t, func(t *testing.T) {
		vacate(t, 2)
		_, err := Attach(2, WithKeyBase(testBase), WithoutCreate())
		if err == nil || !strings.Contains(err.Error(), `"refclock SHM 2:perm=0666"`) {
			t.Errorf("no cure in: %v", err)
		}
	})
}

func TestUnknownSizeSaysWhatToDo(t *testing.T) {
	privately(t, func(t *testing.T) {
		vacate(t, 2)
		someoneCreates(t, 2, 100, 0o666)
		_, err := Attach(2, WithKeyBase(testBase))
		if err == nil {
			t.Fatal("attached")
		}
		for _, w := range []string{"100 bytes, expected 80, 88 or 96", "created by " + self(t), "sudo ipcrm -M 0x52435402"} {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%q is missing in: %v", w, err)
			}
		}
	})
}
