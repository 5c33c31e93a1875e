package nmea

import (
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Slewed returns the current value for Stamp.Slew. It takes a system call, so call it
// after Now. It returns 0 if the kernel has no CLOCK_MONOTONIC_RAW (Linux before 2.6.28
// and other systems).
func Slewed() int64 {
	before := time.Now() // reads CLOCK_MONOTONIC without a system call
	raw, ok := clock(unix.CLOCK_MONOTONIC_RAW)
	took := time.Since(before)
	if !ok {
		return 0
	}
	return int64(before.Sub(origin)+took/2) - raw
}

// clock is clock_gettime(2), in nanoseconds. It does not block, so the Go runtime need not know of
// it, and wake its watchdog thread.
func clock(id uintptr) (ns int64, ok bool) {
	var t unix.Timespec
	_, _, errno := unix.RawSyscall(unix.SYS_CLOCK_GETTIME, id, uintptr(unsafe.Pointer(&t)), 0)
	return t.Nano(), errno == 0
}
