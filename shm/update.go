package shm

import (
	"fmt"
	"time"
)

// Update publishes a sample. It writes all fields each time, because a consumer that
// starts overwrites some.
//
// Update replaces a sample that has not been taken. Consumers read once a second, so
// publishing more often is useless.
//
// Errors: ErrNoClock, ErrRange, ErrReadOnly, ErrAbsent, ErrClosed. After an error,
// nothing was written. Update does not allocate.
func (s *Segment) Update(sample Sample) error {
	if err := s.checkWritable(); err != nil {
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

	s.inspect()
	// A consumer accepts a sample only if valid is set and count does not change during
	// its read. So count changes before and after the other fields, and valid is last.
	count := s.clearValid()
	count = (count + 1) | 1 // odd during the write and even after it, even if another program left it odd
	s.put(FieldCount, int64(count))

	s.put(FieldMode, sample.mode())
	s.putClock(stampOf(sample.Clock))
	s.putReceive(stampOf(sample.Receive))
	s.put(FieldLeap, int64(sample.Leap))
	s.put(FieldPrecision, int64(sample.Precision))
	s.put(FieldNSamples, int64(sample.NSamples))

	s.put(FieldCount, int64(count+1))
	s.put(FieldValid, 1)

	s.pending = true
	s.counters.Published++
	return nil
}

// Withdraw clears the last sample, so that no consumer can take it any more. Call it
// when the reference clock is lost. It does nothing if there was no Update since the
// last Withdraw, or if another producer has replaced the sample. Errors: ErrReadOnly,
// ErrAbsent, ErrClosed.
func (s *Segment) Withdraw() error {
	if err := s.checkWritable(); err != nil {
		return fmt.Errorf("withdraw: %s: %w", s.name, err)
	}
	s.withdraw()
	return nil
}

func (s *Segment) withdraw() {
	s.inspect()
	if s.pending {
		s.clearValid()
	}
}

// clearValid clears valid, counts what became of the last sample, and returns the
// field count.
func (s *Segment) clearValid() int32 {
	count := int32(s.Get(FieldCount))
	// Swap, because a consumer could take the sample between a load and a store.
	s.settle(s.swap(FieldValid, 0) == 0)
	return count
}

// settle counts what became of the last sample.
func (s *Segment) settle(taken bool) {
	if !s.pending {
		return
	}
	s.pending = false
	if taken {
		s.counters.Consumed++
	} else {
		s.counters.Overwritten++
	}
}
