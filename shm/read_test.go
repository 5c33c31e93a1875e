package shm

import (
	"errors"
	"testing"
	"time"
)

func TestPeekTakeRead(t *testing.T) {
	each(t, func(t *testing.T, s *Segment) {
		if _, err := s.Peek(); !errors.Is(err, ErrNotValid) {
			t.Errorf("peek before the first sample: %v", err)
		}
		if got, valid, err := s.Read(); valid || err != nil || got.Count != 0 {
			t.Errorf("read before the first sample: %+v, %v, %v", got, valid, err)
		}

		clock, receive := time.Unix(1795386302, 5).UTC(), time.Unix(1795386303, 7).UTC()
		if err := s.Update(clock, WithReceive(receive), WithLeap(LeapAdd), WithPrecision(-20)); err != nil {
			t.Fatal(err)
		}
		want := Sample{Clock: clock, Receive: receive, Mode: ModeCounted, Leap: LeapAdd, Precision: -20, NSamples: 3, Count: 2, Nanoseconds: true}
		if got, err := s.Peek(); got != want || err != nil {
			t.Errorf("peek: %+v, %v", got, err)
		}
		if got, valid, err := s.Read(); got != want || !valid || err != nil {
			t.Errorf("read: %+v, %v, %v", got, valid, err)
		}
		if got, err := s.Take(); got != want || err != nil {
			t.Errorf("take: %+v, %v", got, err)
		}
		if want.Offset() != -time.Second-2 {
			t.Errorf("offset %v", want.Offset())
		}

		if _, err := s.Take(); !errors.Is(err, ErrNotValid) {
			t.Errorf("take again: %v", err)
		}
		if _, err := s.Peek(); !errors.Is(err, ErrNotValid) {
			t.Errorf("peek after take: %v", err)
		}
		if got, valid, err := s.Read(); got != want || valid || err != nil {
			t.Errorf("read after take: %+v, %v, %v", got, valid, err)
		}
	})
}

// The rule by which every daemon chooses between nanoseconds and microseconds.
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

// Something happens while a reader is at it.
func TestClash(t *testing.T) {
	for _, c := range []struct {
		name      string
		meanwhile func(s *Segment) error
	}{
		{"a whole write", func(s *Segment) error { return s.Update(time.Unix(2, 0)) }},
		{"a write begins", func(s *Segment) error { return s.Set(FieldValid, 0) }},
		{"a write ends", func(s *Segment) error { return s.Set(FieldCount, 7) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := NewMemory(Layout96)
			if err := s.Update(time.Unix(1, 0)); err != nil {
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
	if err := errors.Join(s.Update(time.Unix(1, 0)), s.Set(FieldMode, 2)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Peek(); !errors.Is(err, ErrBadMode) {
		t.Errorf("peek: %v", err)
	}
	if _, _, err := s.Read(); !errors.Is(err, ErrBadMode) {
		t.Errorf("read: %v", err)
	}
	if _, err := s.Take(); !errors.Is(err, ErrBadMode) {
		t.Errorf("take: %v", err)
	}
	if s.Get(FieldValid) != 0 {
		t.Error("a daemon clears valid of a sample that it refuses, too")
	}
}
