package nmea

import (
	"math"
	"time"

	"golang.org/x/sys/unix"
)

// boot returns the instant at which CLOCK_MONOTONIC was 0, as a time.Time with a
// monotonic reading. time.Now reads the same clock but hides its value, so the two are
// read in turn. The closest of several pairs is used; its error is under 1 µs.
func boot() (origin time.Time) {
	closest := time.Duration(math.MaxInt64)
	for range 16 {
		var mono unix.Timespec
		before := time.Now()
		if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &mono); err != nil {
			return before
		}
		if took := time.Since(before); took < closest {
			closest, origin = took, before.Add(took/2-time.Duration(mono.Nano()))
		}
	}
	return origin
}
