package shm

import (
	"errors"
	"testing"
	"time"
)

func TestPeekTakeRead(t *testing.T) {
	each(t, func(t *testing.T, s *Segment) {
		if _, err := s.Peek(); !errors.Is(err, ErrNoSample) {
			t.Errorf("peek before the first sample: %v", err)
		}
		if got, err := s.Read(); !errors.Is(err, ErrNoSample) || got != (Sample{}) {
			t.Errorf("read before the first sample: %+v, %v", got, err)
		}

		clock, receive := time.Unix(1795386302, 5).UTC(), time.Unix(1795386303, 7).UTC()
		if err := s.Update(Sample{Clock: clock, Receive: receive, Leap: LeapAdd, Precision: -20}); err != nil {
			t.Fatal(err)
		}
		want := Sample{Clock: clock, Receive: receive, Leap: LeapAdd, Precision: -20, NSamples: 3, Valid: true, Count: 2, Nanoseconds: true}
		if got, err := s.Peek(); got != want || err != nil {
			t.Errorf("peek: %+v, %v", got, err)
		}
		if got, err := s.Read(); got != want || err != nil {
			t.Errorf("read: %+v, %v", got, err)
		}
		if got, err := s.Take(); got != want || err != nil {
			t.Errorf("take: %+v, %v", got, err)
		}
		if want.Offset() != -time.Second-2 {
			t.Errorf("offset %v", want.Offset())
		}

		if _, err := s.Take(); !errors.Is(err, ErrNoSample) {
			t.Errorf("take again: %v", err)
		}
		if _, err := s.Peek(); !errors.Is(err, ErrNoSample) {
			t.Errorf("peek after take: %v", err)
		}
		want.Valid = false
		if got, err := s.Read(); got != want || err != nil {
			t.Errorf("read after take: %+v, %v", got, err)
		}
	})
}

// The fields that consumers set when they create a unit do not make a sample. Count,
// valid or a stamp does.
func TestReadBeforeFirstSample(t *testing.T) {
	for field := range Fields() {
		s := NewMemory(Layout96)
		if err := s.Set(field, 1); err != nil {
			t.Fatal(err)
		}
		_, err := s.Read()
		switch field {
		case FieldMode, FieldLeap, FieldPrecision, FieldNSamples, FieldClockTimeStampNSec, FieldReceiveTimeStampNSec:
			if !errors.Is(err, ErrNoSample) {
				t.Errorf("only %v is set: %v, expected ErrNoSample", field, err)
			}
		default:
			if err != nil {
				t.Errorf("%v is set: %v", field, err)
			}
		}
	}
}

// Update publishes a sample as Take returned it.
func TestUpdateSampleThatWasRead(t *testing.T) {
	each(t, func(t *testing.T, s *Segment) {
		clock := time.Unix(1795386302, 123456789)
		for _, plain := range []bool{false, true} {
			if err := s.Update(Sample{Clock: clock, Receive: clock.Add(1), Leap: LeapDelete, Precision: -7, NSamples: 5, Plain: plain}); err != nil {
				t.Fatal(err)
			}
			want, err := s.Take()
			if err != nil || want.Plain != plain {
				t.Fatalf("%+v, %v", want, err)
			}
			copied := NewMemory(s.Layout())
			if err := copied.Update(want); err != nil {
				t.Fatal(err)
			}
			got, err := copied.Take()
			got.Count = want.Count
			if err != nil || got != want {
				t.Errorf("%+v, %v, expected %+v", got, err, want)
			}
		}
	})
}

// All consumers choose between nanoseconds and microseconds by this rule.
func TestNanosecondsMustAgree(t *testing.T) {
	for _, c := range []struct {
		name                   string
		clockUSec, clockNSec   int64
		receiveUSec, recvNSec  int64
		wantClock, wantReceive int64
		nanoseconds            bool
	}{
		{"both agree", 123456, 123456789, 654321, 654321999, 123456789, 654321999, true},
		{"from before nanoseconds", 123456, 0, 654321, 0, 123456000, 654321000, false},
		{"rounded up", 1, 777, 0, 0, 1000, 0, false},
		{"one of both", 123456, 123456789, 654321, 0, 123456000, 654321000, false},
		{"nanoseconds only", 0, 700_000_000, 0, 0, 0, 0, false},
		{"one below", 5, 4999, 0, 0, 5000, 0, false},
		{"one above", 5, 6000, 0, 0, 5000, 0, false},
		{"last one", 5, 5999, 0, 0, 5999, 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := NewMemory(Layout96)
			for f, value := range map[Field]int64{
				FieldClockTimeStampUSec: c.clockUSec, FieldClockTimeStampNSec: c.clockNSec,
				FieldReceiveTimeStampUSec: c.receiveUSec, FieldReceiveTimeStampNSec: c.recvNSec, FieldValid: 1,
			} {
				if err := s.Set(f, value); err != nil {
					t.Fatal(err)
				}
			}
			got, err := s.Peek()
			if err != nil || got.Nanoseconds != c.nanoseconds ||
				got.Clock.UnixNano() != c.wantClock || got.Receive.UnixNano() != c.wantReceive {
				t.Errorf("%d, %d, nanoseconds %v, %v", got.Clock.UnixNano(), got.Receive.UnixNano(), got.Nanoseconds, err)
			}
		})
	}
}

// Another program changes the segment during a read.
func TestClash(t *testing.T) {
	for _, c := range []struct {
		name      string
		meanwhile func(s *Segment) error
	}{
		{"a whole write", func(s *Segment) error { return s.Update(Sample{Clock: time.Unix(2, 0)}) }},
		{"a write begins", func(s *Segment) error { return s.Set(FieldValid, 0) }},
		{"a write ends", func(s *Segment) error { return s.Set(FieldCount, 7) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := NewMemory(Layout96)
			if err := s.Update(Sample{Clock: time.Unix(1, 0)}); err != nil {
				t.Fatal(err)
			}
			_, err := s.snapshot(func(s *Segment) bool {
				if err := c.meanwhile(s); err != nil {
					t.Fatal(err)
				}
				return s.valid()
			})
			if !errors.Is(err, ErrClash) {
				t.Errorf("%v, expected ErrClash", err)
			}
		})
	}
}

func TestBadMode(t *testing.T) {
	s := NewMemory(Layout80)
	if err := errors.Join(s.Update(Sample{Clock: time.Unix(1, 0)}), s.Set(FieldMode, 2)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Peek(); !errors.Is(err, ErrBadMode) {
		t.Errorf("peek: %v", err)
	}
	if _, err := s.Read(); !errors.Is(err, ErrBadMode) {
		t.Errorf("read: %v", err)
	}
	if _, err := s.Take(); !errors.Is(err, ErrBadMode) {
		t.Errorf("take: %v", err)
	}
	if s.Get(FieldValid) != 0 {
		t.Error("Take must clear valid even if it refuses the sample")
	}
}
