package nmea

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// Slewed returns the current value for Stamp.Slew. It takes two system calls, so call it
// after Now. It returns 0 if the kernel has no CLOCK_MONOTONIC_RAW (Linux before 2.6.28
// and other systems).
//
// time.Now in place of the second would be cheaper, but has a fake clock in [testing/synctest].
func Slewed() int64 {
	raw, ok := clock(unix.CLOCK_MONOTONIC_RAW)
	mono, both := clock(unix.CLOCK_MONOTONIC)
	if !ok || !both {
		return 0
	}
	return mono - raw
}

// clock is clock_gettime(2), in nanoseconds. It does not block, so the Go runtime need not know of
// it, and wake its watchdog thread.
func clock(id uintptr) (ns int64, ok bool) {
	var t unix.Timespec
	_, _, errno := unix.RawSyscall(unix.SYS_CLOCK_GETTIME, id, uintptr(unsafe.Pointer(&t)), 0)
	return t.Nano(), errno == 0
}
