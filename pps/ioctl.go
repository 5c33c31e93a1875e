//go:build linux

package pps

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// ioctl repeats the call after EINTR: PPS_FETCH and TIOCMIWAIT end at any signal, and the
// Go runtime sends itself signals to preempt goroutines.
func ioctl(fd uintptr, request uint32, argument unsafe.Pointer) error {
	for {
		_, _, errno := unix.Syscall(unix.SYS_IOCTL, fd, uintptr(request), uintptr(argument))
		switch errno {
		case 0:
			return nil
		case unix.EINTR:
			continue
		}
		return errno
	}
}

// ioctlValue is for requests whose argument is a number.
func ioctlValue(fd uintptr, request uint32, value int) error {
	for {
		_, _, errno := unix.Syscall(unix.SYS_IOCTL, fd, uintptr(request), uintptr(value))
		switch errno {
		case 0:
			return nil
		case unix.EINTR:
			continue
		}
		return errno
	}
}
