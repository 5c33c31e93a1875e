package shm

import "time"

// A Sample is what a reader finds in a segment.
type Sample struct {
	Clock     time.Time // what the reference clock showed, in UTC
	Receive   time.Time // what the system clock showed at that instant, in UTC
	Mode      Mode      // ModePlain or ModeCounted
	Leap      Leap
	Precision int   // log2 of seconds
	NSamples  int   // as the producer set it
	Count     int32 // differs from sample to sample

	// Nanoseconds tells whether the stamps are exact to the nanosecond; else
	// the microseconds were all there was, or all that agreed.
	Nanoseconds bool
}

// Offset is Clock - Receive: positive if the system clock is behind the
// reference clock. Differences beyond 292 years give the greatest or least Duration.
func (s Sample) Offset() time.Duration { return s.Clock.Sub(s.Receive) }
