package shm

import (
	"bytes"
	"errors"
	"testing"
	"time"
)

func TestUpdateWritesEveryField(t *testing.T) {
	each(t, func(t *testing.T, s *Segment) {
		for f := range Fields() {
			if err := s.Set(f, 99); err != nil { // left by another program
				t.Fatal(err)
			}
		}
		err := s.Update(Sample{Clock: time.Unix(1795386302, 123456789), Receive: time.Unix(1795386303, 987654321), Plain: true, Leap: LeapDelete, Precision: -9, NSamples: 7})
		if err != nil {
			t.Fatal(err)
		}
		for f, want := range map[Field]int64{
			FieldMode:                 0,
			FieldCount:                102, // 99 is odd: another writer was interrupted
			FieldClockTimeStampSec:    1795386302,
			FieldClockTimeStampUSec:   123456,
			FieldReceiveTimeStampSec:  1795386303,
			FieldReceiveTimeStampUSec: 987654,
			FieldLeap:                 2,
			FieldPrecision:            -9,
			FieldNSamples:             7,
			FieldValid:                1,
			FieldClockTimeStampNSec:   123456789,
			FieldReceiveTimeStampNSec: 987654321,
		} {
			if got := s.Get(f); got != want {
				t.Errorf("%v is %d, expected %d", f, got, want)
			}
		}
	})
}

func TestUpdateDefaults(t *testing.T) {
	s := NewMemory(Layout96)
	before := time.Now().Round(0)
	if err := s.Update(Sample{Clock: time.Unix(1795386302, 0)}); err != nil {
		t.Fatal(err)
	}
	got, err := s.Peek()
	if err != nil {
		t.Fatal(err)
	}
	if got.Receive.Before(before) || got.Receive.After(time.Now().Round(0)) {
		t.Errorf("received %v, expected now", got.Receive)
	}
	got.Receive = time.Time{}
	want := Sample{Clock: time.Unix(1795386302, 0).UTC(), NSamples: 3, Valid: true, Count: 2, Nanoseconds: true}
	if got != want {
		t.Errorf("%+v, expected %+v", got, want)
	}
}

// Consumers ignore the nanoseconds unless the microseconds are exactly
// nanoseconds/1000. If 777 ns were rounded to 1 µs, they would read 1 µs.
func TestMicrosecondsAreRoundedDown(t *testing.T) {
	each(t, func(t *testing.T, s *Segment) {
		for _, nsec := range []int64{0, 1, 499, 500, 777, 999, 1000, 1999, 999_999_500, 999_999_999} {
			second := time.Unix(1795386302, 0)
			if err := s.Update(Sample{Clock: second.Add(time.Duration(nsec)), Receive: second}); err != nil {
				t.Fatal(err)
			}
			got, err := s.Take()
			if err != nil || got.Offset() != time.Duration(nsec) || !got.Nanoseconds {
				t.Errorf("%d ns: offset %v, nanoseconds %v, %v", nsec, got.Offset(), got.Nanoseconds, err)
			}
		}
	})
}

func TestUpdateBefore1970(t *testing.T) {
	each(t, func(t *testing.T, s *Segment) {
		// A machine without a clock battery starts in 1970. The reference is 1.3 s behind.
		receive := time.Unix(0, 300_000_001)
		if err := s.Update(Sample{Clock: receive.Add(-1300 * time.Millisecond), Receive: receive}); err != nil {
			t.Fatal(err)
		}
		got, err := s.Peek()
		if err != nil || got.Offset() != -1300*time.Millisecond || !got.Nanoseconds {
			t.Errorf("offset %v, %+v, %v", got.Offset(), got, err)
		}
		if s.Get(FieldClockTimeStampSec) != -1 || s.Get(FieldClockTimeStampNSec) != 1 {
			t.Errorf("%d s and %d ns, expected -1 and 1", s.Get(FieldClockTimeStampSec), s.Get(FieldClockTimeStampNSec))
		}
	})
}

func TestUpdateAfter2038(t *testing.T) {
	clock := time.Date(2038, 1, 19, 3, 14, 9, 0, time.UTC)
	each(t, func(t *testing.T, s *Segment) {
		if err := s.Update(Sample{Clock: clock, Receive: clock.Add(-time.Millisecond)}); err != nil {
			t.Fatal(err)
		}
		got, err := s.Peek()
		if err != nil || got.Offset() != time.Millisecond {
			t.Errorf("offset %v, %v, expected 1ms", got.Offset(), err)
		}
		want := clock
		if s.Layout() == Layout80 {
			want = clock.Add(-1 << 32 * time.Second) // as on the 32-bit consumer's own clock
		}
		if !got.Clock.Equal(want) {
			t.Errorf("clock %v, expected %v", got.Clock, want)
		}
	})
}

func TestUpdateOutOfRange(t *testing.T) {
	now := time.Unix(1795386302, 0)
	for _, c := range []struct {
		name   string
		sample Sample
		want   error
	}{
		{"no clock", Sample{}, ErrNoClock},
		{"leap 4", Sample{Clock: now, Leap: 4}, ErrRange},
		{"leap -1", Sample{Clock: now, Leap: -1}, ErrRange},
		{"precision without its sign", Sample{Clock: now, Precision: 20}, ErrRange},
		{"precision 1", Sample{Clock: now, Precision: 1}, ErrRange},
		{"precision -33", Sample{Clock: now, Precision: -33}, ErrRange},
		{"nsamples -1", Sample{Clock: now, NSamples: -1}, ErrRange},
	} {
		s := NewMemory(Layout96)
		if err := s.Update(Sample{Clock: now, Receive: now}); err != nil {
			t.Fatal(err)
		}
		before := bytes.Clone(s.mem)
		if err := s.Update(c.sample); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, expected %v", c.name, err, c.want)
		}
		if !bytes.Equal(s.mem, before) || s.Counters().Published != 1 {
			t.Errorf("%s: the update returned an error but wrote", c.name)
		}
	}
}

func TestUpdateDoesNotAllocate(t *testing.T) {
	s := NewMemory(Layout88)
	now := time.Now()
	allocs := testing.AllocsPerRun(100, func() {
		if s.Update(Sample{Clock: now}) != nil ||
			s.Update(Sample{Clock: now, Receive: now, Leap: LeapAdd, Precision: -9, NSamples: 3}) != nil {
			t.Error("update failed")
		}
		if _, err := s.Peek(); err != nil {
			t.Error(err)
		}
		if _, err := s.Take(); err != nil {
			t.Error(err)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

func TestWithdraw(t *testing.T) {
	s := NewMemory(Layout96)
	if err := s.Set(FieldValid, 1); err != nil {
		t.Fatal(err)
	}
	if err := s.Withdraw(); err != nil || s.Get(FieldValid) != 1 {
		t.Errorf("withdrew what another program published: valid %d, %v", s.Get(FieldValid), err)
	}
	if err := errors.Join(s.Update(Sample{Clock: time.Unix(1, 0)}), s.Withdraw()); err != nil || s.Get(FieldValid) != 0 {
		t.Errorf("valid %d, %v, expected 0", s.Get(FieldValid), err)
	}
}
