package pps

import "time"

// A Stamp is one instant as two clocks of the system saw it.
//
// Real is what a sample is made of; Mono is what intervals are made of, since it
// does not jump when somebody sets the clock. Two packages' Mono may count from
// different origins; the difference of two instants taken together tells by how much.
type Stamp struct {
	Real int64 // CLOCK_REALTIME, nanoseconds since 1970-01-01 UTC
	Mono int64 // CLOCK_MONOTONIC, nanoseconds from any fixed origin
}

// origin is what Mono counts from: the standard library gives differences of
// the monotonic clock, never its value.
var origin = time.Now()

// Now stamps the present instant with both clocks by one call of time.Now, which
// reads them through the vDSO; a system call would take three times as long.
func Now() Stamp {
	now := time.Now()
	return Stamp{Real: now.UnixNano(), Mono: int64(now.Sub(origin))}
}

// Sub is the time from earlier to s on the monotonic clock.
func (s Stamp) Sub(earlier Stamp) time.Duration { return time.Duration(s.Mono - earlier.Mono) }

// Time is the stamp of the system clock as a time.Time in UTC.
func (s Stamp) Time() time.Time { return time.Unix(0, s.Real).UTC() }
