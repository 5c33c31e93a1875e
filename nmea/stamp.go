package nmea

import "time"

// A Stamp is one instant on two clocks of the system.
//
// Use Real for samples and Mono for intervals: Mono does not jump when the system clock
// is set. Linux slews both alike. So a change of Real - Mono between two stamps is a
// step of the system clock or a suspend of the machine, and an interval of Real across
// it would be wrong.
//
// The zero Stamp means that the instant is unknown, as for bytes read from a file.
type Stamp struct {
	Real int64 // CLOCK_REALTIME, nanoseconds since 1970-01-01 UTC
	Mono int64 // CLOCK_MONOTONIC, nanoseconds since boot as the kernel counts them; see Now

	// Slew is the total slew of CLOCK_MONOTONIC: its advance over CLOCK_MONOTONIC_RAW in
	// nanoseconds, from an arbitrary origin. Only differences matter. Now leaves it 0;
	// see Slewed.
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

// IsZero reports whether the instant is unknown.
func (s Stamp) IsZero() bool { return s == Stamp{} }

// Add returns s moved by d on both clocks, which is right within the milliseconds of a
// burst.
func (s Stamp) Add(d time.Duration) Stamp {
	return Stamp{Real: s.Real + int64(d), Mono: s.Mono + int64(d), Slew: s.Slew}
}

// Sub returns the time from earlier to s on the monotonic clock.
func (s Stamp) Sub(earlier Stamp) time.Duration { return time.Duration(s.Mono - earlier.Mono) }

// Step returns by how much the system clock was set between earlier and s. It does not
// include slewing. Its error is the time between the readings of the two clocks:
// microseconds, occasionally milliseconds.
func (s Stamp) Step(earlier Stamp) time.Duration {
	return time.Duration((s.Real - earlier.Real) - (s.Mono - earlier.Mono))
}

// Steady returns the stamp on a clock that is neither slewed nor set: Mono without Slew.
// Its rate is that of the machine's oscillator, within 500 ppm. Mono may run 8.3 % fast
// or slow while a time daemon corrects the system clock.
func (s Stamp) Steady() int64 { return s.Mono - s.Slew }

// Time returns the stamp of the system clock as a time.Time in UTC.
func (s Stamp) Time() time.Time { return time.Unix(0, s.Real).UTC() }
