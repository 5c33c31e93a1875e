package nmea

import "golang.org/x/sys/unix"

// Slewed is what the Slew of a stamp is now. It takes two system calls, 230 ns, and so
// comes after the stamp. It is 0 where the kernel has no CLOCK_MONOTONIC_RAW (Linux
// before 2.6.28, and other systems).
func Slewed() int64 {
	var raw, mono unix.Timespec
	if unix.ClockGettime(unix.CLOCK_MONOTONIC_RAW, &raw) != nil || unix.ClockGettime(unix.CLOCK_MONOTONIC, &mono) != nil {
		return 0
	}
	return mono.Nano() - raw.Nano()
}
