//go:build linux

package pps

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"
)

// A handle is a descriptor in the Go runtime's poller: waiting for it blocks no thread and
// can end at a deadline.
type handle struct {
	file *os.File
	raw  syscall.RawConn
	bell *bell // if wait blocks its thread; else nil
}

func openHandle(path string, flags int) (*handle, error) {
	fd, err := syscall.Open(path, flags|syscall.O_NONBLOCK|syscall.O_NOCTTY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	return newHandle(fd, path)
}

// newHandle takes over a non-blocking descriptor, and closes it on failure.
func newHandle(fd int, name string) (*handle, error) {
	file := os.NewFile(uintptr(fd), name)
	raw, err := file.SyscallConn()
	if err != nil {
		file.Close()
		return nil, err
	}
	return &handle{file: file, raw: raw}, nil
}

// wait calls look until it finds something or fails: at once, whenever the descriptor
// becomes readable, and at the interval every if that is not 0. It returns unasked if
// look found something at that interval without a wake-up. Errors are those of the
// context and of look, ErrClosed, and os.ErrNoDeadline if the poller does not support the
// descriptor.
func (h *handle) wait(ctx context.Context, every time.Duration, look func(fd uintptr) (bool, error)) (unasked bool, err error) {
	if h.bell != nil {
		return h.waitInThread(ctx, every, look)
	}
	// If the context ends before the call of ctx.Err below, that call returns its error.
	// If it ends later, AfterFunc replaces the deadline set before.
	stop := context.AfterFunc(ctx, func() { h.file.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	for again := false; ; again = true {
		var deadline time.Time
		if every > 0 {
			deadline = time.Now().Add(every)
		}
		if err := h.file.SetReadDeadline(deadline); errors.Is(err, os.ErrNoDeadline) {
			return false, err
		} else if err != nil {
			return false, ErrClosed
		}
		if err := ctx.Err(); err != nil {
			return false, err
		}
		unasked = again
		var failure error
		err := h.raw.Read(func(fd uintptr) bool {
			var found bool
			if found, failure = look(fd); found || failure != nil {
				return true
			}
			unasked = false // the next look follows a wake-up
			return false
		})
		switch {
		case failure != nil:
			return false, failure
		case err == nil:
			return unasked, nil
		case errors.Is(err, os.ErrDeadlineExceeded):
			continue
		}
		return false, ErrClosed // the poller's only other error, which is not exported
	}
}

// repeat calls look, which waits for a limited time, until it finds something or fails.
// Errors are those of wait.
func (h *handle) repeat(ctx context.Context, look func(fd uintptr) (bool, error)) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		var found bool
		err := h.control(func(fd uintptr) (err error) {
			found, err = look(fd)
			return err
		})
		if found || err != nil {
			return err
		}
	}
}

// control calls f with the descriptor and keeps it open meanwhile.
func (h *handle) control(f func(fd uintptr) error) error {
	var failure error
	if h.raw.Control(func(fd uintptr) { failure = f(fd) }) != nil {
		return ErrClosed
	}
	return failure
}

func (h *handle) close() error {
	if h.bell != nil {
		h.bell.close()
	}
	if err := h.file.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return err
	}
	return nil
}
