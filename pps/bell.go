//go:build linux

package pps

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A bell wakes a thread that waits for a descriptor in the kernel.
type bell struct {
	// The epoll instance has both descriptors, watched as the Go runtime watches them:
	// EPOLLET reports only wake-ups. In many kernels, a /dev/ppsN always counts as readable.
	epoll, event *os.File
	watch, ring  syscall.RawConn // of epoll and event
	closed       atomic.Bool
}

// prepare makes wait block its thread, if the options have one.
func (h *handle) prepare(o options) error {
	if o.thread == nil {
		return nil
	}
	b := new(bell)
	err := h.control(b.open)
	if err != nil {
		b.release()
		h.close()
		return err
	}
	h.bell = b
	return nil
}

// open creates the descriptors, to wait for fd.
func (b *bell) open(fd uintptr) error {
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return os.NewSyscallError("epoll_create1", err)
	}
	b.epoll = os.NewFile(uintptr(epoll), "epoll") // it blocks, so that the runtime's poller does not watch it
	event, err := unix.Eventfd(0, unix.EFD_CLOEXEC)
	if err != nil {
		return os.NewSyscallError("eventfd2", err)
	}
	b.event = os.NewFile(uintptr(event), "eventfd")
	for _, watched := range []int{int(fd), event} {
		if err := unix.EpollCtl(epoll, unix.EPOLL_CTL_ADD, watched, &unix.EpollEvent{Events: unix.EPOLLIN | unix.EPOLLET, Fd: int32(watched)}); err != nil {
			return os.NewSyscallError("epoll_ctl", err)
		}
	}
	if b.watch, err = b.epoll.SyscallConn(); err == nil {
		b.ring, err = b.event.SyscallConn()
	}
	return err
}

// wake ends the present wait, or the next one.
func (b *bell) wake() {
	_ = b.ring.Control(func(event uintptr) { // it fails if the bell is closed, and nothing waits
		var one [8]byte
		binary.NativeEndian.PutUint64(one[:], 1)
		_, _ = unix.Write(int(event), one[:]) // the sum of the calls does not reach its limit, 2^64-1
	})
}

// close ends a wait for good. The descriptors remain until it has ended.
func (b *bell) close() {
	if !b.closed.Swap(true) {
		b.wake()
		b.release()
	}
}

func (b *bell) release() {
	for _, f := range []*os.File{b.epoll, b.event} {
		if f != nil {
			f.Close()
		}
	}
}

// wait waits for a wake-up for a limited time; 0: no limit. It reports whether there was one.
func (b *bell) wait(limit time.Duration) (woken bool, _ error) {
	timeout := -1
	if limit > 0 {
		timeout = int((limit + time.Millisecond - 1) / time.Millisecond)
	}
	n, err := 0, error(ErrClosed)
	_ = b.watch.Control(func(epoll uintptr) { // the descriptors remain open meanwhile; it fails after close
		_ = b.ring.Control(func(uintptr) {
			var events [2]unix.EpollEvent
			n, err = unix.EpollWait(int(epoll), events[:], timeout)
		})
	})
	switch {
	case errors.Is(err, ErrClosed):
		return false, err
	case errors.Is(err, unix.EINTR): // a look shows whether there was a wake-up
		return true, nil
	}
	return n > 0, os.NewSyscallError("epoll_wait", err)
}

// waitInThread is wait, but blocks the thread of the goroutine.
func (h *handle) waitInThread(ctx context.Context, every time.Duration, look func(fd uintptr) (bool, error)) (unasked bool, err error) {
	stop := context.AfterFunc(ctx, h.bell.wake)
	defer stop()
	err = h.control(func(fd uintptr) error {
		for woken := true; ; {
			if err := ctx.Err(); err != nil {
				return err
			}
			if h.bell.closed.Load() {
				return ErrClosed
			}
			found, err := look(fd)
			if found || err != nil {
				unasked = !woken
				return err
			}
			if woken, err = h.bell.wait(every); err != nil {
				return err
			}
		}
	})
	return unasked && err == nil, err
}
