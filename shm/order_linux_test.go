//go:build !race

package shm

import (
	"os"
	"runtime/debug"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// The order in which Update writes is what makes it safe. It is caught in the
// act by a segment of which only a part can be written: the first store into the
// other part fails, and what was written before it lies open. The race detector
// does atomic operations in C, where such a failure would be the program's end.
func TestWriteOrder(t *testing.T) {
	for _, l := range layouts {
		t.Run(l.String(), func(t *testing.T) {
			// Only mode cannot be written.
			s := caught(t, l, func(f Field) bool { return f == FieldMode })
			if s.Get(FieldValid) != 0 || s.Get(FieldCount) != 1 {
				t.Errorf("before all else, valid is %d and count %d, expected 0 and odd", s.Get(FieldValid), s.Get(FieldCount))
			}
			if s.Get(FieldClockTimeStampSec) != 0 || s.Get(FieldLeap) != 0 {
				t.Error("a field is written before mode")
			}

			// Only what follows valid cannot be written.
			for _, last := range []Field{FieldClockTimeStampNSec, FieldReceiveTimeStampNSec} {
				s = caught(t, l, func(f Field) bool { return f >= last })
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

// caught begins an Update of a segment that lies across two pages, and returns
// it as it was when the Update came to a field that is locked. The fields locked
// must be the first ones or the last.
func caught(t *testing.T, l Layout, locked func(Field) bool) (s *Segment) {
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
			t.Error("the update wrote no locked field")
		}
	}()
	err = s.Update(Sample{Clock: time.Unix(1795386302, 5), Receive: time.Unix(1795386303, 7), Leap: LeapAdd})
	t.Errorf("the update came to its end: %v", err)
	return s
}
