package shm

import (
	"fmt"
	"math"
	"time"
)

// A Sample is one comparison of the reference clock with the system clock.
// [Segment.Update] publishes it. Give Clock, Receive and Precision; the zero values
// of the other fields suit most producers. Update ignores Valid, Count and
// Nanoseconds, which Read, Peek and Take set.
type Sample struct {
	// Clock is what the reference clock showed. Readers return it in UTC.
	Clock time.Time

	// Receive is what the system clock showed at the same instant. Readers return it
	// in UTC. A consumer refuses a sample whose Receive is in the future, or more than a
	// few seconds ago. If Receive is the zero Time, Update uses the current time, which
	// is later than that of Clock.
	Receive time.Time

	// Leap announces a leap second at the end of this month.
	Leap Leap

	// Precision is the binary logarithm of the likely error in seconds, from -32
	// (0.2 ns) to 0 (1 s): -9 is 2 ms, -20 is 1 µs. ntpd and NTPsec add that error to
	// the root distance of the source. chrony uses its own configuration instead.
	Precision int

	// NSamples is not used by any consumer. For 0, Update writes the customary 3.
	NSamples int

	// Plain selects mode 0 of the protocol, which promises nothing about count. The
	// default is mode 1. From the comment in ntpd's refclock_shm.c:
	//
	//	int mode; /* 0 - if valid set: use values, clear valid
	//	           * 1 - if valid set: if count before and after read of values
	//	           *     is equal, use values; clear valid
	//	           */
	//
	// There is no mode 2: ntpd, NTPsec and chrony refuse all others.
	Plain bool

	// Valid reports whether the sample had not been taken or withdrawn. It is false
	// only in samples that Read returns.
	Valid bool

	// Count changes with each sample.
	Count int32

	// Nanoseconds reports whether the stamps are exact to the nanosecond. If not, the
	// producer wrote only microseconds, or nanoseconds that contradict them.
	Nanoseconds bool
}

// The values of the field mode.
const (
	modePlain   = 0
	modeCounted = 1
)

// Offset returns Clock - Receive, which is positive if the system clock is behind the
// reference clock. A difference of more than 292 years returns the maximum or minimum
// Duration.
func (s Sample) Offset() time.Duration { return s.Clock.Sub(s.Receive) }

func (s *Sample) mode() int64 {
	if s.Plain {
		return modePlain
	}
	return modeCounted
}

// check refuses values that no consumer accepts: consumers drop them silently.
func (s *Sample) check() error {
	if s.Clock.IsZero() {
		return ErrNoClock
	}
	for _, c := range [...]struct {
		field           Field
		value, min, max int64
	}{
		{FieldLeap, int64(s.Leap), int64(LeapNone), int64(LeapNotInSync)},
		{FieldPrecision, int64(s.Precision), -32, 0},
		{FieldNSamples, int64(s.NSamples), 0, math.MaxInt32},
	} {
		if c.value < c.min || c.value > c.max {
			return fmt.Errorf("%v %d: %w, expected %d..%d", c.field, c.value, ErrRange, c.min, c.max)
		}
	}
	return nil
}
