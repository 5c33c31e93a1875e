package shm

import (
	"bytes"
	"errors"
	"math"
	"testing"
	"time"
)

// each runs f with a new segment of each layout.
func each(t *testing.T, f func(t *testing.T, s *Segment)) {
	for _, l := range layouts {
		t.Run(l.String(), func(t *testing.T) { f(t, NewMemory(l)) })
	}
}

func TestGetSet(t *testing.T) {
	each(t, func(t *testing.T, s *Segment) {
		for f := range Fields() {
			minValue, maxValue := s.limits(f)
			for _, want := range []int64{0, 1, minValue, maxValue, maxValue / 3} {
				if err := s.Set(f, want); err != nil {
					t.Errorf("Set(%v, %d): %v", f, want, err)
				}
				if got := s.Get(f); got != want {
					t.Errorf("%v is %d after Set(%d)", f, got, want)
				}
			}
		}
	})
}

func TestSetKeepsOtherFields(t *testing.T) {
	each(t, func(t *testing.T, s *Segment) {
		for f := range Fields() {
			if err := s.Set(f, 100+int64(f)); err != nil {
				t.Fatal(err)
			}
		}
		for f := range Fields() {
			if got := s.Get(f); got != 100+int64(f) {
				t.Errorf("%v is %d, expected %d", f, got, 100+int64(f))
			}
		}
	})
}

func TestSetRange(t *testing.T) {
	each(t, func(t *testing.T, s *Segment) {
		for f := range Fields() {
			minValue, maxValue := s.limits(f)
			if minValue > math.MinInt64 {
				wantRangeError(t, s, f, minValue-1)
				wantRangeError(t, s, f, maxValue+1)
			}
		}
		wantRangeError(t, s, Field(12), 0)
	})
	if _, maxValue := NewMemory(Layout80).limits(FieldClockTimeStampSec); maxValue != math.MaxInt32 {
		t.Errorf("80 bytes: seconds to %d, expected 32 bits", maxValue)
	}
	if _, maxValue := NewMemory(Layout88).limits(FieldReceiveTimeStampSec); maxValue != math.MaxInt64 {
		t.Errorf("88 bytes: seconds to %d, expected 64 bits", maxValue)
	}
}

func wantRangeError(t *testing.T, s *Segment, f Field, value int64) {
	t.Helper()
	before := bytes.Clone(s.mem)
	if err := s.Set(f, value); !errors.Is(err, ErrRange) {
		t.Errorf("Set(%v, %d): %v, expected ErrRange", f, value, err)
	}
	if !bytes.Equal(s.mem, before) {
		t.Errorf("Set(%v, %d) returned an error but wrote", f, value)
	}
}

func TestStamps(t *testing.T) {
	each(t, func(t *testing.T, s *Segment) {
		for _, want := range []time.Time{
			time.Unix(0, 0),
			time.Unix(1795386302, 123456789),
			time.Unix(0, -1),          // 1969-12-31 23:59:59.999999999
			time.Unix(-5, 700_000000), // a Raspberry Pi without a clock chip has just started
			time.Unix(math.MaxInt32, 999_999_999),
			time.Unix(math.MinInt32, 0),
		} {
			if err := errors.Join(s.SetClock(want), s.SetReceive(want.Add(time.Second/2))); err != nil {
				t.Fatal(err)
			}
			if !s.Clock().Equal(want) {
				t.Errorf("clock %v, expected %v", s.Clock(), want)
			}
			if want.Unix() < math.MaxInt32 && !s.Receive().Equal(want.Add(time.Second/2)) {
				t.Errorf("receive %v, expected %v", s.Receive(), want.Add(time.Second/2))
			}
			for _, f := range []Field{FieldClockTimeStampUSec, FieldClockTimeStampNSec} {
				if s.Get(f) < 0 {
					t.Errorf("%v: %v is %d: seconds must be rounded down", want, f, s.Get(f))
				}
			}
		}
	})
}

func TestView(t *testing.T) {
	memory := words(96 + 4)
	s, err := View(memory[:80])
	if err != nil || s.Layout() != Layout80 {
		t.Fatalf("%v, %v", s, err)
	}
	if err := s.Set(FieldValid, 1); err != nil || bytes.Equal(memory[:80], make([]byte, 80)) {
		t.Errorf("Set does not write to the memory: %v", err)
	}
	if _, err := View(memory); !errors.Is(err, ErrSize) {
		t.Errorf("100 bytes: %v, expected ErrSize", err)
	}
	if _, err := View(nil); !errors.Is(err, ErrSize) {
		t.Errorf("no bytes: %v, expected ErrSize", err)
	}
	if _, err := View(memory[1:97]); err == nil {
		t.Error("View accepts memory that is not aligned")
	}
}

func TestReadOnlySegment(t *testing.T) {
	s := NewMemory(Layout96)
	if err := s.Update(Sample{Clock: time.Unix(1, 0)}); err != nil {
		t.Fatal(err)
	}
	s.readOnly = true
	before := bytes.Clone(s.mem)
	for name, err := range writeErrors(s) {
		if !errors.Is(err, ErrReadOnly) {
			t.Errorf("%s: %v, expected ErrReadOnly", name, err)
		}
	}
	if !bytes.Equal(s.mem, before) {
		t.Error("something was written")
	}
	if _, err := s.Peek(); err != nil {
		t.Errorf("peek: %v", err)
	}
}

// writeErrors calls all methods that write, and returns their errors.
func writeErrors(s *Segment) map[string]error {
	_, takeErr := s.Take()
	return map[string]error{
		"Update":     s.Update(Sample{Clock: time.Unix(1, 0)}),
		"Withdraw":   s.Withdraw(),
		"Set":        s.Set(FieldValid, 1),
		"SetClock":   s.SetClock(time.Unix(1, 0)),
		"SetReceive": s.SetReceive(time.Unix(1, 0)),
		"Take":       takeErr,
	}
}
