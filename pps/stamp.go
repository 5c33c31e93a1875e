package pps

import "time"

// A Stamp is one instant on two clocks of the system. Use Real for samples and Mono for
// intervals: Mono does not jump when the system clock is set.
type Stamp struct {
	Real int64 // CLOCK_REALTIME, nanoseconds since 1970-01-01 UTC
	Mono int64 // CLOCK_MONOTONIC, nanoseconds since boot as the kernel counts them; see Now
}

// origin is the instant from which Mono counts.
var origin = boot()

// Now returns the stamp of the present instant. It calls time.Now once, which reads
// both clocks through the vDSO in about 100 ns, without a system call.
//
// On Linux Mono is CLOCK_MONOTONIC to within 1 µs, so it can be compared with stamps
// from the kernel, from package nmea and from other processes. On other systems it
// counts from the start of the process.
func Now() Stamp {
	now := time.Now()
	return Stamp{Real: now.UnixNano(), Mono: int64(now.Sub(origin))}
}

// Sub returns the time from earlier to s on the monotonic clock.
func (s Stamp) Sub(earlier Stamp) time.Duration { return time.Duration(s.Mono - earlier.Mono) }

// Time returns the stamp of the system clock as a time.Time in UTC.
func (s Stamp) Time() time.Time { return time.Unix(0, s.Real).UTC() }
