package shm

import (
	"bytes"
	"errors"
	"testing"
	"time"
)

// Another program may leave anything in a segment. Reading it must not panic, and Read,
// Peek and Take must agree.
func FuzzRead(f *testing.F) {
	for _, l := range layouts {
		s := NewMemory(l)
		f.Add(bytes.Clone(s.mem)) // a new segment
		now := time.Unix(1795386302, 123456789)
		if err := s.Update(Sample{Clock: now, Receive: now.Add(time.Second), Precision: -9}); err != nil {
			f.Fatal(err)
		}
		f.Add(bytes.Clone(s.mem)) // not taken
		for field, value := range map[Field]int64{FieldClockTimeStampNSec: 0, FieldMode: 0} {
			if err := s.Set(field, value); err != nil {
				f.Fatal(err)
			}
			f.Add(bytes.Clone(s.mem)) // from an older producer
		}
		if _, err := s.Take(); err != nil {
			f.Fatal(err)
		}
		f.Add(bytes.Clone(s.mem)) // taken
		f.Add(bytes.Repeat([]byte{0xff}, l.Size()))
	}
	f.Add([]byte{})
	f.Add(make([]byte, 100))

	f.Fuzz(func(t *testing.T, data []byte) {
		mem := words((len(data) + 3) / 4 * 4)[:len(data)]
		copy(mem, data)
		s, err := View(mem)
		if err != nil {
			if _, sizeErr := LayoutOfSize(len(data)); sizeErr == nil || !errors.Is(err, ErrSize) {
				t.Fatalf("%d bytes: %v", len(data), err)
			}
			return
		}
		for field := range Fields() {
			if err := s.Set(field, s.Get(field)); err != nil {
				t.Errorf("set a field to its own value: %v", err)
			}
		}
		s.Clock()
		s.Receive()
		last, readErr := s.Read()
		peeked, peekErr := s.Peek()
		if !bytes.Equal(mem, data) {
			t.Error("reading changed the segment")
		}
		taken, takeErr := s.Take()

		if readErr != nil && !errors.Is(readErr, ErrBadMode) && !errors.Is(readErr, ErrNoSample) {
			t.Errorf("read: %v", readErr)
		}
		valid := last.Valid
		if valid != (peekErr == nil) || (peekErr == nil) != (takeErr == nil) {
			t.Errorf("read says valid %v, peek %v, take %v", valid, peekErr, takeErr)
		}
		if valid && (peeked != last || taken != last) {
			t.Errorf("read %+v, peek %+v, take %+v", last, peeked, taken)
		}
		if s.Get(FieldValid) != 0 {
			t.Error("take leaves valid set")
		}
		last.Offset()

		now := time.Unix(1795386302, 777)
		if err := s.Update(Sample{Clock: now, Receive: now}); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Take(); err != nil || !got.Clock.Equal(now) || !got.Receive.Equal(now) {
			t.Errorf("after an update: %+v, %v", got, err)
		}
	})
}
