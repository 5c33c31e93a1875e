package serialport

import (
	"errors"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A oneShot waits until a descriptor can be read, once for each time that it is
// asked.
//
// The Go runtime's poller watches a descriptor all the time: with a UART that has
// no FIFO, each byte would wake the program, whether or not it wants to read yet.
// A read that blocks in a system call is worse: the runtime's watchdog goes round
// at 20 us to see whether it should take the processor away. So the runtime's
// poller watches an epoll instance instead, and that one watches the descriptor
// with EPOLLONESHOT: after one event it is silent until it is armed again. At
// 9600 baud this makes 60 wake-ups a second out of 600.
type oneShot struct {
	fd      int
	epoll   *os.File
	raw     syscall.RawConn
	timeout time.Duration // 0 is none
}

// armed is the event that is waited for. That the other end is gone is always told.
const armed = unix.EPOLLIN | unix.EPOLLONESHOT

func newOneShot(fd int) (*oneShot, error) {
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("epoll_create1", err)
	}
	// What is not blocking, os.NewFile hands to the runtime's poller.
	if err := unix.SetNonblock(epoll, true); err != nil {
		unix.Close(epoll)
		return nil, os.NewSyscallError("fcntl", err)
	}
	w := &oneShot{fd: fd, epoll: os.NewFile(uintptr(epoll), "epoll")}
	if err := unix.EpollCtl(epoll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLONESHOT, Fd: int32(fd)}); err != nil {
		w.close()
		return nil, os.NewSyscallError("epoll_ctl", err)
	}
	if w.raw, err = w.epoll.SyscallConn(); err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

// wait returns nil once the descriptor can be read, or its other end has gone.
// Errors: os.ErrDeadlineExceeded after the time-out, os.ErrClosed after close.
func (w *oneShot) wait() error {
	var deadline time.Time
	if w.timeout > 0 {
		deadline = time.Now().Add(w.timeout)
	}
	if err := w.epoll.SetReadDeadline(deadline); err != nil {
		return err
	}
	arm := true
	var failed error
	err := w.raw.Read(func(epoll uintptr) (done bool) {
		if arm {
			arm = false
			failed = unix.EpollCtl(int(epoll), unix.EPOLL_CTL_MOD, w.fd, &unix.EpollEvent{Events: armed, Fd: int32(w.fd)})
		}
		var events [1]unix.EpollEvent
		n, _ := unix.EpollWait(int(epoll), events[:], 0)
		return n > 0 || failed != nil
	})
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return err
	case err != nil: // the poller has but one other, and it is not exported
		return os.ErrClosed
	}
	return os.NewSyscallError("epoll_ctl", failed)
}

func (w *oneShot) close() error { return w.epoll.Close() }
