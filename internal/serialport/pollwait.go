package serialport

import (
	"errors"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A pollWait waits until a descriptor is readable, or for some time, during which bytes may collect.
//
// The Go runtime's poller watches a descriptor all the time: with a UART without a FIFO, each byte
// would wake the program. A read that blocks in a system call is worse: the runtime's watchdog
// thread then runs every 20 us, to see whether to release the processor. So the runtime's poller
// watches an epoll instance, which watches the descriptor only while it is armed: bytes that collect
// wake nothing. The timeout is a timerfd in the same instance, because the watchdog wakes with each
// timer of the runtime, too. At 9600 baud a receiver's second costs 20 wake-ups in this way, and 200
// with the runtime's own means.
//
// A system call costs more than all else that is done with a few bytes. So the descriptor stays
// armed, and the timer set, from one wait to the next, if the next is alike.
type pollWait struct {
	fd      int
	timer   int // a timerfd
	epoll   *os.File
	raw     syscall.RawConn
	timeout time.Duration                                                // 0: none
	events  func(epoll int, events []unix.EpollEvent) (n int, err error) // epollNow, or that of a test

	armed bool      // the descriptor is
	due   time.Time // when the timer expires; zero if it does not

	// Of the call in progress; here, so that it allocates nothing.
	check  func(epoll uintptr) (done bool)
	gather time.Duration // how long to wait without the descriptor; 0: until it is readable
	end    time.Time     // of the timeout; zero: none
	set    bool          // whether the descriptor and the timer are
	ready  bool
	failed error
}

const (
	// readable is the event of a descriptor that is armed. The kernel always reports a hang-up.
	readable = unix.EPOLLIN

	// unarmed is for a descriptor that is not: a hang-up is reported once, and ignored.
	unarmed = unix.EPOLLONESHOT

	// expired is the event of the timer: once after each time that it is set.
	expired = unix.EPOLLIN | unix.EPOLLET

	// earlyPart is the part of a timeout by which the timer may be early, so that it is set for a
	// few reads of a burst only. If it expires early, it is set again for the rest.
	earlyPart = 16
)

func newPollWait(fd int) (*pollWait, error) {
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("epoll_create1", err)
	}
	// os.NewFile gives nonblocking descriptors to the runtime's poller.
	if err := unix.SetNonblock(epoll, true); err != nil {
		unix.Close(epoll)
		return nil, os.NewSyscallError("fcntl", err)
	}
	w := &pollWait{fd: fd, epoll: os.NewFile(uintptr(epoll), "epoll"), events: epollNow}
	w.check = w.isDone
	if err := w.watch(epoll); err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

// watch adds the descriptor, not armed, and the timer, not set.
func (w *pollWait) watch(epoll int) (err error) {
	if w.timer, err = unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_CLOEXEC|unix.TFD_NONBLOCK); err != nil {
		return os.NewSyscallError("timerfd_create", err)
	}
	if err := unix.EpollCtl(epoll, unix.EPOLL_CTL_ADD, w.timer, &unix.EpollEvent{Events: expired, Fd: int32(w.timer)}); err != nil {
		return os.NewSyscallError("epoll_ctl", err)
	}
	if err := unix.EpollCtl(epoll, unix.EPOLL_CTL_ADD, w.fd, &unix.EpollEvent{Events: unarmed, Fd: int32(w.fd)}); err != nil {
		return os.NewSyscallError("epoll_ctl", err)
	}
	w.raw, err = w.epoll.SyscallConn()
	return err
}

// wait returns nil once the descriptor is readable or hung up. It returns
// os.ErrDeadlineExceeded after the timeout, and os.ErrClosed after close. If gather is not 0, it
// always waits for that long, and then returns os.ErrDeadlineExceeded.
func (w *pollWait) wait(gather time.Duration) error {
	w.gather, w.set, w.ready, w.failed = gather, false, false, nil
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

// setUp arms the descriptor and sets the timer for the call in progress, where they are not yet.
func (w *pollWait) setUp(epoll int) error {
	if arm := w.gather == 0; arm != w.armed {
		event := unix.EpollEvent{Events: unarmed, Fd: int32(w.fd)}
		if arm {
			event.Events = readable
		}
		if err := epollCtl(epoll, unix.EPOLL_CTL_MOD, w.fd, &event); err != nil {
			return err
		}
		w.armed = arm
	}
	if w.gather > 0 {
		return w.expireIn(w.gather)
	}
	if w.timeout == 0 {
		w.end = time.Time{}
		return w.expireIn(0)
	}
	w.end = time.Now().Add(w.timeout)
	if early := w.end.Sub(w.due); !w.due.IsZero() && early >= 0 && early <= w.timeout/earlyPart {
		return nil
	}
	return w.expireIn(w.timeout)
}

// expireIn sets the timer. 0 stops it.
func (w *pollWait) expireIn(d time.Duration) error {
	switch {
	case d > 0:
		w.due = time.Now().Add(d)
	case w.due.IsZero():
		return nil
	default:
		w.due = time.Time{}
	}
	return setTimer(w.timer, d)
}

// isDone is called first, and after each event. It reports whether the wait ends.
func (w *pollWait) isDone(epoll uintptr) bool {
	if !w.set { // here, because close waits for the end of this function
		w.set = true
		w.failed = w.setUp(int(epoll))
	}
	var events [2]unix.EpollEvent
	n, err := w.events(int(epoll), events[:])
	// The poller may not report the same bytes again, so no error may be ignored. After EINTR, a
	// read shows whether there are any.
	switch {
	case w.failed != nil:
		return true
	case err == unix.EINTR:
		w.ready = w.gather == 0
		return w.ready
	case err != nil:
		w.failed = os.NewSyscallError("epoll_wait", err)
		return true
	}
	done := false
	for _, e := range events[:n] {
		switch e.Fd {
		case int32(w.timer):
			w.due = time.Time{}
			done = done || w.isOver()
		case int32(w.fd): // while bytes collect, it has hung up
			w.ready = w.gather == 0
			done = done || w.ready
		}
	}
	return done
}

// isOver is called when the timer has expired. It reports whether the wait ends, and sets the timer
// again if not.
func (w *pollWait) isOver() bool {
	if w.gather > 0 || w.end.IsZero() {
		return w.gather > 0
	}
	left := time.Until(w.end)
	if left > 0 {
		w.failed = w.expireIn(left)
	}
	return left <= 0 || w.failed != nil
}

func (w *pollWait) close() error {
	err := w.epoll.Close() // first: it ends a wait, and waits for its end
	if errors.Is(err, os.ErrClosed) {
		return err // the number of the timer may be that of another file by now
	}
	unix.Close(w.timer) // fails if the timer could not be created
	return err
}
