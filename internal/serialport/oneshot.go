package serialport

import (
	"errors"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A oneShot waits until a descriptor is readable, once per call.
//
// The Go runtime's poller watches a descriptor all the time: with a UART without a FIFO,
// each byte would wake the program. A read that blocks in a system call is worse: the
// runtime's watchdog then runs every 20 us, to see whether to release the processor.
// So the runtime's poller watches an epoll instance, which watches the descriptor with
// EPOLLONESHOT: after one event it is silent until it is armed again. At 9600 baud this
// reduces 600 wake-ups a second to 60.
type oneShot struct {
	fd      int
	epoll   *os.File
	raw     syscall.RawConn
	timeout time.Duration                                                       // 0: none
	events  func(epoll int, events []unix.EpollEvent, timeout int) (int, error) // unix.EpollWait, or that of a test
}

// armed is the event to wait for. The kernel always reports a hang-up.
const armed = unix.EPOLLIN | unix.EPOLLONESHOT

func newOneShot(fd int) (*oneShot, error) {
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("epoll_create1", err)
	}
	// os.NewFile gives nonblocking descriptors to the runtime's poller.
	if err := unix.SetNonblock(epoll, true); err != nil {
		unix.Close(epoll)
		return nil, os.NewSyscallError("fcntl", err)
	}
	w := &oneShot{fd: fd, epoll: os.NewFile(uintptr(epoll), "epoll"), events: unix.EpollWait}
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

// wait returns nil once the descriptor is readable or hung up. It returns
// os.ErrDeadlineExceeded after the timeout, and os.ErrClosed after close.
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
			failed = os.NewSyscallError("epoll_ctl", unix.EpollCtl(int(epoll), unix.EPOLL_CTL_MOD, w.fd, &unix.EpollEvent{Events: armed, Fd: int32(w.fd)}))
		}
		var events [1]unix.EpollEvent
		n, err := w.events(int(epoll), events[:], 0)
		// The poller may not report the same bytes again, so no error may be ignored. After
		// EINTR, a read shows whether there are any.
		if failed == nil && err != nil && !errors.Is(err, unix.EINTR) {
			failed = os.NewSyscallError("epoll_wait", err)
		}
		return n != 0 || failed != nil
	})
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return err
	case err != nil: // the poller's only other error, which is not exported
		return os.ErrClosed
	}
	return failed
}

func (w *oneShot) close() error { return w.epoll.Close() }
