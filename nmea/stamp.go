package nmea

import "time"

// A Stamp is one instant as two clocks of the system saw it.
//
// Real is what a sample is made of. Mono is what intervals are made of: it does
// not jump when somebody sets the clock. Linux slews both alike, so that a change of
// Real - Mono between two stamps is a step of the system clock, or a time that the
// machine slept, and an interval taken on Real across it would be a lie.
//
// The zero Stamp means that nothing is known of the arrival, as for bytes read
// from a file.
type Stamp struct {
	Real int64 // CLOCK_REALTIME, nanoseconds since 1970-01-01 UTC
	Mono int64 // CLOCK_MONOTONIC, nanoseconds since boot as the kernel counts them; see Now

	// Slew is how far CLOCK_MONOTONIC has been slewed: its advance over
	// CLOCK_MONOTONIC_RAW, in nanoseconds from any fixed origin. It is 0 where nobody
	// has read it. Only its change counts.
	Slew int64
}

// origin is the instant from which Mono counts.
var origin = boot()

// Now returns the stamp of the present instant. It calls time.Now once, which reads
// both clocks through the vDSO in about 100 ns, without a system call.
//
// On Linux Mono is CLOCK_MONOTONIC to within 1 µs, so it can be compared with stamps
// from the kernel, from package pps and from other processes. On other systems it
// counts from the start of the process.
func Now() Stamp {
	now := time.Now()
	return Stamp{Real: now.UnixNano(), Mono: int64(now.Sub(origin))}
}

// IsZero tells whether nothing is known of the instant.
func (s Stamp) IsZero() bool { return s == Stamp{} }

// Add moves both clocks by d: right over the milliseconds of a burst, in which
// the two clocks run alike.
func (s Stamp) Add(d time.Duration) Stamp {
	return Stamp{Real: s.Real + int64(d), Mono: s.Mono + int64(d), Slew: s.Slew}
}

// Sub is the time from earlier to s on the monotonic clock.
func (s Stamp) Sub(earlier Stamp) time.Duration { return time.Duration(s.Mono - earlier.Mono) }

// Step is by how much the system clock was set between earlier and s. It does not see
// slewing, and is off by the microseconds, and now and then milliseconds, between the
// looks at the two clocks.
func (s Stamp) Step(earlier Stamp) time.Duration {
	return time.Duration((s.Real - earlier.Real) - (s.Mono - earlier.Mono))
}

// Steady is the stamp on a clock that nobody slews or sets: Mono without Slew. It is
// off by the error of the machine's oscillator alone, which is under 500 ppm, where
// Mono may run 8.3 % fast or slow while a time daemon corrects the system clock.
func (s Stamp) Steady() int64 { return s.Mono - s.Slew }

// Time is the stamp of the system clock as a time.Time in UTC.
func (s Stamp) Time() time.Time { return time.Unix(0, s.Real).UTC() }
