package nmea

import "golang.org/x/sys/unix"

// Slewed returns the current value for Stamp.Slew. It takes two system calls, so call it
// after Now. It returns 0 if the kernel has no CLOCK_MONOTONIC_RAW (Linux before 2.6.28
// and other systems).
func Slewed() int64 {
	var raw, mono unix.Timespec
	if unix.ClockGettime(unix.CLOCK_MONOTONIC_RAW, &raw) != nil || unix.ClockGettime(unix.CLOCK_MONOTONIC, &mono) != nil {
		return 0
	}
	return mono.Nano() - raw.Nano()
}
