package serialport

import (
	"errors"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A threadWait waits in the kernel, in the thread of the caller, until a descriptor is
// readable or the pipe is closed.
type threadWait struct {
	tty, pipe  syscall.RawConn // of the descriptor, and of end
	end, other *os.File        // of the pipe
}

// Block makes each later Read block its thread, for a reader whose thread has a priority of
// its own. By default, the Go runtime's poller waits in another thread, which has ordinary
// priority, and wakes the reader's. Block must be called before the first Read. It costs
// processor time: see pollWait.
func (p *Port) Block() error {
	tty, err := p.file.SyscallConn()
	if err != nil {
		return err
	}
	w := &threadWait{tty: tty}
	if w.end, w.other, err = os.Pipe(); err != nil {
		return err
	}
	if w.pipe, err = w.end.SyscallConn(); err != nil {
		return errors.Join(err, w.close())
	}
	p.blocked, p.wait = w, func(gather time.Duration) error {
		if gather > 0 {
			return w.wait(gather, false)
		}
		return w.wait(p.ready.timeout, true)
	}
	return nil
}

// Blocks reports whether reads block their thread.
func (p *Port) Blocks() bool { return p.blocked != nil }

// wait returns nil once the descriptor is readable or hung up. It returns
// os.ErrDeadlineExceeded after the timeout, which may be 0 for none, and os.ErrClosed after
// close. Without arm, it waits for the timeout alone.
func (w *threadWait) wait(timeout time.Duration, arm bool) error {
	err := error(os.ErrClosed)
	_ = w.tty.Control(func(tty uintptr) { // the descriptors remain open meanwhile; it fails after close
		_ = w.pipe.Control(func(pipe uintptr) {
			watched := int32(tty)
			if !arm {
				watched = -1 // ppoll ignores it
			}
			err = pollBoth(watched, int32(pipe), timeout)
		})
	})
	return err
}

// pollBoth waits until the tty is readable or the pipe is closed.
func pollBoth(tty, pipe int32, timeout time.Duration) error {
	var limit *unix.Timespec
	if timeout > 0 {
		t := unix.NsecToTimespec(int64(timeout))
		limit = &t
	}
	both := [...]unix.PollFd{{Fd: tty, Events: unix.POLLIN}, {Fd: pipe}}
	var n int
	err := error(unix.EINTR)
	for errors.Is(err, unix.EINTR) { // limit is then the rest of the timeout
		n, err = unix.Ppoll(both[:], limit, nil)
	}
	switch {
	case err != nil:
		return os.NewSyscallError("ppoll", err)
	case both[1].Revents != 0:
		return os.ErrClosed
	case n == 0:
		return os.ErrDeadlineExceeded
	}
	return nil
}

func (w *threadWait) close() error {
	// The other end first, because it ends a wait.
	return errors.Join(w.other.Close(), w.end.Close())
}
