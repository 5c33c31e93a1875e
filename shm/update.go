package shm

import (
	"fmt"
	"time"
)

// Update publishes one sample. It writes all fields each time, because a daemon
// that starts overwrites some.
//
// An older sample that was not taken is replaced. Daemons look once a second, so
// publishing more often is of no use.
//
// Errors: ErrNoClock, ErrRange, ErrReadOnly, ErrAbsent, ErrClosed. Nothing has
// been written then. Update allocates nothing.
func (s *Segment) Update(sample Sample) error {
	if err := s.writable(); err != nil {
		return fmt.Errorf("update: %s: %w", s.name, err)
	}
	if err := sample.check(); err != nil {
		return fmt.Errorf("update: %s: %w", s.name, err)
	}
	if sample.Receive.IsZero() {
		sample.Receive = time.Now()
	}
	if sample.NSamples == 0 {
		sample.NSamples = 3
	}

	// A reader takes the sample only if valid is set and count stays the same
	// while it reads. Count changes on both sides of the fields, valid comes last.
	count := s.retract()
	count = (count + 1) | 1 // odd in the midst of a write, even after it, also if another left it odd
	s.put(FieldCount, int64(count))

	s.put(FieldMode, sample.mode())
	s.putClock(stampOf(sample.Clock))
	s.putReceive(stampOf(sample.Receive))
	s.put(FieldLeap, int64(sample.Leap))
	s.put(FieldPrecision, int64(sample.Precision))
	s.put(FieldNSamples, int64(sample.NSamples))

	s.left = count + 1
	s.put(FieldCount, int64(s.left))
	s.put(FieldValid, 1)

	s.pending = true
	s.counters.Published++
	return nil
}

// Withdraw takes the last sample back, so that no daemon uses it any more; for
// when the reference clock is lost. It does nothing if no Update has been made
// since the last Withdraw. Errors: ErrReadOnly, ErrAbsent, ErrClosed.
func (s *Segment) Withdraw() error {
	if err := s.writable(); err != nil {
		return fmt.Errorf("withdraw: %s: %w", s.name, err)
	}
	if s.pending {
		s.retract()
	}
	return nil
}

// retract clears valid, counts what became of our last sample, and returns count.
func (s *Segment) retract() int32 {
	count := int32(s.Get(FieldCount))
	// In one step, lest a consumer take the sample between a look and a write.
	taken := s.swap(FieldValid, 0) == 0
	if s.pending {
		if count != s.left {
			s.counters.Foreign++
		}
		if taken {
			s.counters.Consumed++
		} else {
			s.counters.Overwritten++
		}
		s.pending = false
	}
	return count
}
