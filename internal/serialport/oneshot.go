package serialport

import (
	"errors"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A oneShot waits until a descriptor is readable, once per call, or for some time.
//
// The Go runtime's poller watches a descriptor all the time: with a UART without a FIFO, each byte
// would wake the program. A read that blocks in a system call is worse: the runtime's watchdog
// thread then runs every 20 us, to see whether to release the processor. So the runtime's poller
// watches an epoll instance, which watches the descriptor with EPOLLONESHOT: after one event it is
// silent until it is armed again. The timeout is a timerfd in the same instance, because the watchdog
// wakes with each timer of the runtime, too. At 9600 baud a receiver's second costs 20 wake-ups in
// this way, and 200 with the runtime's own means.
type oneShot struct {
	fd      int
	timer   int // a timerfd
	epoll   *os.File
	raw     syscall.RawConn
	timeout time.Duration                                                // 0: none
	events  func(epoll int, events []unix.EpollEvent) (n int, err error) // epollNow, or that of a test

	// Of the call in progress; here, so that it allocates nothing.
	check  func(epoll uintptr) (done bool)
	limit  time.Duration // of the timer
	arm    bool          // whether to wait for the descriptor
	set    bool          // whether both have been done
	ready  bool
	failed error
}

const (
	// readable is the event to wait for. The kernel always reports a hang-up.
	readable = unix.EPOLLIN | unix.EPOLLONESHOT

	// expired is the event of the timer: once after each time that it is set.
	expired = unix.EPOLLIN | unix.EPOLLET
)

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
	w := &oneShot{fd: fd, epoll: os.NewFile(uintptr(epoll), "epoll"), events: epollNow}
	w.check = w.isDone
	if err := w.watch(epoll); err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

// watch adds the descriptor, not armed, and the timer, not set.
func (w *oneShot) watch(epoll int) (err error) {
	if w.timer, err = unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_CLOEXEC|unix.TFD_NONBLOCK); err != nil {
		return os.NewSyscallError("timerfd_create", err)
	}
	if err := unix.EpollCtl(epoll, unix.EPOLL_CTL_ADD, w.timer, &unix.EpollEvent{Events: expired, Fd: int32(w.timer)}); err != nil {
		return os.NewSyscallError("epoll_ctl", err)
	}
	if err := unix.EpollCtl(epoll, unix.EPOLL_CTL_ADD, w.fd, &unix.EpollEvent{Events: unix.EPOLLONESHOT, Fd: int32(w.fd)}); err != nil {
		return os.NewSyscallError("epoll_ctl", err)
	}
	w.raw, err = w.epoll.SyscallConn()
	return err
}

// wait returns nil once the descriptor is readable or hung up. It returns
// os.ErrDeadlineExceeded after the timeout, and os.ErrClosed after close. If gather is not 0, it
// always waits for that long, and then returns os.ErrDeadlineExceeded.
func (w *oneShot) wait(gather time.Duration) error {
	if gather > 0 {
		return w.until(gather, false)
	}
	return w.until(w.timeout, true)
}

// until waits for the timer, unless timeout is 0, and for the descriptor if arm is set.
func (w *oneShot) until(timeout time.Duration, arm bool) error {
	w.set, w.arm, w.limit, w.ready, w.failed = false, arm, timeout, false, nil
	switch err := w.raw.Read(w.check); {
	case err != nil: // the poller's only error without a deadline, which is not exported
		return os.ErrClosed
	case w.failed != nil:
		return w.failed
	case !w.ready:
		return os.ErrDeadlineExceeded
	}
	return nil
}

// isDone is called first, and after each event. It reports whether the wait ends.
func (w *oneShot) isDone(epoll uintptr) bool {
	if !w.set { // here, because close waits for the end of this function
		w.set = true
		w.failed = setTimer(w.timer, w.limit)
		if w.arm && w.failed == nil {
			w.failed = epollCtl(int(epoll), unix.EPOLL_CTL_MOD, w.fd, &unix.EpollEvent{Events: readable, Fd: int32(w.fd)})
		}
	}
	var events [2]unix.EpollEvent
	n, err := w.events(int(epoll), events[:])
	// The poller may not report the same bytes again, so no error may be ignored. After EINTR, a
	// read shows whether there are any.
	switch {
	case w.failed != nil:
		return true
	case err == unix.EINTR:
		w.ready = w.arm
		return w.arm
	case err != nil:
		w.failed = os.NewSyscallError("epoll_wait", err)
		return true
	}
	done := false
	for _, e := range events[:n] {
		switch e.Fd {
		case int32(w.timer):
			done = true
		case int32(w.fd): // without arm, it was armed by a wait that timed out
			w.ready = w.arm
			done = done || w.arm
		}
	}
	return done
}

func (w *oneShot) close() error {
	err := w.epoll.Close() // first: it ends a wait, and waits for its end
	if errors.Is(err, os.ErrClosed) {
		return err // the number of the timer may be that of another file by now
	}
	unix.Close(w.timer) // fails if the timer could not be created
	return err
}
