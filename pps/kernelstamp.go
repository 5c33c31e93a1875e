//go:build linux

package pps

import "golang.org/x/sys/unix"

// fromReal completes the kernel's stamp of an edge, which stays as it is. The
// present serves to tell the other clock's: right as long as nobody has set the
// clock between the edge and now.
func fromReal(real int64, now Stamp) Stamp {
	return Stamp{Real: real, Mono: now.Mono - (now.Real - real)}
}

// fromKernelMono converts a stamp of the kernel's CLOCK_MONOTONIC.
func fromKernelMono(mono int64) Stamp {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts); err != nil {
		return Stamp{}
	}
	now := Now()
	age := ts.Nano() - mono
	return Stamp{Real: now.Real - age, Mono: now.Mono - age}
}
