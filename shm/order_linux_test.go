//go:build !race

package shm

import (
	"os"
	"runtime/debug"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// The order of writes makes Update safe. This test checks it with a segment of which
// one part is read-only: the first store to that part faults, and shows what was
// written before. The race detector performs atomic operations in C, where the fault
// would crash the program.
func TestWriteOrder(t *testing.T) {
	for _, l := range layouts {
		t.Run(l.String(), func(t *testing.T) {
			// Only mode is read-only.
			s := interruptedUpdate(t, l, func(f Field) bool { return f == FieldMode })
			if s.Get(FieldValid) != 0 || s.Get(FieldCount) != 1 {
				t.Errorf("before mode, valid is %d and count %d, expected 0 and odd", s.Get(FieldValid), s.Get(FieldCount))
			}
			if s.Get(FieldClockTimeStampSec) != 0 || s.Get(FieldLeap) != 0 {
				t.Error("a field is written before mode")
			}

			// Only the fields after valid are read-only.
			for _, last := range []Field{FieldClockTimeStampNSec, FieldReceiveTimeStampNSec} {
				s = interruptedUpdate(t, l, func(f Field) bool { return f >= last })
				if s.Get(FieldValid) != 0 || s.Get(FieldCount) != 1 {
					t.Errorf("before %v, valid is %d and count %d, expected 0 and odd", last, s.Get(FieldValid), s.Get(FieldCount))
				}
				if s.Get(FieldClockTimeStampSec) != 1795386302 {
					t.Errorf("before %v, the clock stamp is not written", last)
				}
			}
		})
	}
}

// interruptedUpdate starts an Update of a segment that spans two pages, and returns the
// segment as it was at the first write to a locked field. The locked fields must be
// the first or the last ones.
func interruptedUpdate(t *testing.T, l Layout, locked func(Field) bool) (s *Segment) {
	t.Helper()
	page := os.Getpagesize()
	mem, err := unix.Mmap(-1, 0, 2*page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Munmap(mem) })

	border, pageToLock := 0, mem[page:]
	for f := range Fields() {
		if locked(f) != locked(FieldMode) {
			border = l.Offset(f)
			break
		}
	}
	if locked(FieldMode) {
		pageToLock = mem[:page]
	}
	s, err = View(mem[page-border : page-border+l.Size()])
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Set(FieldValid, 1); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mprotect(pageToLock, unix.PROT_READ); err != nil {
		t.Fatal(err)
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if recover() == nil {
			t.Error("the update did not write a locked field")
		}
	}()
	err = s.Update(Sample{Clock: time.Unix(1795386302, 5), Receive: time.Unix(1795386303, 7), Leap: LeapAdd})
	t.Errorf("the update was not interrupted: %v", err)
	return s
}
