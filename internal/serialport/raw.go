package serialport

import (
	"io"
	"os"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The system calls of this file never block, so the Go runtime need not know of them. It would
// otherwise wake its watchdog thread, which takes the processor from a call that blocks: that is
// more work than to read some bytes.

// unused is for the arguments that the kernel does not read.
const unused = 0

// epollCtl is epoll_ctl(2).
func epollCtl(epoll, op, fd int, event *unix.EpollEvent) error {
	_, _, errno := unix.RawSyscall6(unix.SYS_EPOLL_CTL, uintptr(epoll), uintptr(op), uintptr(fd), uintptr(unsafe.Pointer(event)), unused, unused)
	return named("epoll_ctl", errno)
}

// epollNow is epoll_wait(2) with a timeout of 0. arm64 has only epoll_pwait, here without a mask,
// whose size is unused.
func epollNow(epoll int, events []unix.EpollEvent) (int, error) {
	n, _, errno := unix.RawSyscall6(unix.SYS_EPOLL_PWAIT, uintptr(epoll), uintptr(unsafe.Pointer(&events[0])), uintptr(len(events)), 0, 0, unused)
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}

// setTimer is timerfd_settime(2): the timer expires once, after d. 0 stops it.
func setTimer(timer int, d time.Duration) error {
	spec := unix.ItimerSpec{Value: unix.NsecToTimespec(int64(d))}
	_, _, errno := unix.RawSyscall6(unix.SYS_TIMERFD_SETTIME, uintptr(timer), 0, uintptr(unsafe.Pointer(&spec)), 0, unused, unused)
	return named("timerfd_settime", errno)
}

// reader returns the Read of a descriptor with O_NONBLOCK. It returns io.EOF at the end.
func reader(raw syscall.RawConn) func([]byte) (int, error) {
	var (
		into  []byte
		n     uintptr
		errno syscall.Errno
	)
	read := func(fd uintptr) (done bool) {
		n, _, errno = unix.RawSyscall(unix.SYS_READ, fd, uintptr(unsafe.Pointer(unsafe.SliceData(into))), uintptr(len(into)))
		return true
	}
	return func(data []byte) (int, error) {
		into = data
		err := raw.Read(read) // excludes a Close
		switch {
		case err != nil:
			return 0, err
		case errno != 0:
			return 0, errno
		case n == 0 && len(data) > 0:
			return 0, io.EOF
		}
		return int(n), nil
	}
}

// named returns the error of a system call.
func named(call string, errno syscall.Errno) error {
	if errno == 0 {
		return nil
	}
	return os.NewSyscallError(call, errno)
}
