//go:build linux

package pps

import (
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// ioctl repeats the call after EINTR: PPS_FETCH and TIOCMIWAIT end at any signal, and the
// Go runtime sends itself signals to preempt goroutines.
func ioctl(fd uintptr, request uint32, argument unsafe.Pointer) error {
	return repeated(func() syscall.Errno {
		_, _, errno := unix.Syscall(unix.SYS_IOCTL, fd, uintptr(request), uintptr(argument))
		return errno
	})
}

// ioctlValue is for requests whose argument is a number.
func ioctlValue(fd uintptr, request uint32, value int) error {
	return repeated(func() syscall.Errno {
		_, _, errno := unix.Syscall(unix.SYS_IOCTL, fd, uintptr(request), uintptr(value))
		return errno
	})
}

const (
	fewSignals  = 20
	signalPause = 10 * time.Millisecond
)

// repeated repeats a call after EINTR: after many in a row with a pause, since an endless
// series would occupy a processor.
func repeated(call func() syscall.Errno) error {
	for signals := 0; ; signals++ {
		if signals >= fewSignals {
			time.Sleep(signalPause)
		}
		switch errno := call(); errno {
		case 0:
			return nil
		case unix.EINTR:
		default:
			return errno
		}
	}
}
