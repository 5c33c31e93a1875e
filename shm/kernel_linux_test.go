package shm

import (
	"errors"
	"testing"

	"golang.org/x/sys/unix"
)

// attach attaches a unit, and closes it when the test ends.
func attach(t *testing.T, unit int, opts ...Option) *Unit {
	t.Helper()
	u, err := Attach(unit, append(opts, WithKeyBase(testBase))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := u.Close(); err != nil {
			t.Error(err)
		}
	})
	return u
}

// createSegment creates a segment as another program would, and returns its id.
func createSegment(t *testing.T, unit, size int, perm int) int {
	t.Helper()
	id, err := unix.SysvShmGet(testBase+unit, size, unix.IPC_CREAT|unix.IPC_EXCL|perm)
	if err != nil {
		t.Fatalf("create unit %d of %d bytes: %v", unit, size, err)
	}
	return id
}

// removeSegment removes a segment as ipcrm does.
func removeSegment(t *testing.T, unit int) {
	t.Helper()
	id, err := lookUp(testBase + uint32(unit))
	if err == nil {
		_, err = unix.SysvShmCtl(id, unix.IPC_RMID, nil)
	}
	if err != nil {
		t.Fatalf("remove unit %d: %v", unit, err)
	}
}

// removeUnit removes the segment of a unit if there is one, now and when the test ends.
func removeUnit(t *testing.T, unit int) {
	t.Helper()
	remove := func() {
		if _, err := lookUp(testBase + uint32(unit)); err == nil {
			removeSegment(t, unit)
		} else if !errors.Is(err, unix.ENOENT) {
			t.Fatal(err)
		}
	}
	remove()
	t.Cleanup(remove)
}
