//go:build linux

package pps

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"
)

// A handle is a descriptor that the Go runtime's poller watches: who waits on it
// blocks no thread, and can be woken by a deadline.
type handle struct {
	file *os.File
	raw  syscall.RawConn
}

func openHandle(path string, flags int) (*handle, error) {
	fd, err := syscall.Open(path, flags|syscall.O_NONBLOCK|syscall.O_NOCTTY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	return newHandle(fd, path)
}

// newHandle takes over a descriptor that does not block; it closes it on failure.
func newHandle(fd int, name string) (*handle, error) {
	file := os.NewFile(uintptr(fd), name)
	raw, err := file.SyscallConn()
	if err != nil {
		file.Close()
		return nil, err
	}
	return &handle{file: file, raw: raw}, nil
}

// wait calls look until it finds something or fails: now, whenever the descriptor
// becomes readable, and every so often if that is more than 0. It is unasked if the
// last of these found something, of which the descriptor had not told. Errors: the
// context's, look's, ErrClosed, and os.ErrNoDeadline where the descriptor cannot be
// waited for.
func (h *handle) wait(ctx context.Context, every time.Duration, look func(fd uintptr) (bool, error)) (unasked bool, err error) {
	// Whenever the context ends: either before it is asked for below, or after the
	// deadline that this one then replaces.
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
		return false, ErrClosed // the poller has but one other error, and it is not exported
	}
}

// repeat calls look, which waits a bounded time by itself, until it finds something
// or fails. Errors are wait's.
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

// control calls f with the descriptor, and keeps it open so long.
func (h *handle) control(f func(fd uintptr) error) error {
	var failure error
	if h.raw.Control(func(fd uintptr) { failure = f(fd) }) != nil {
		return ErrClosed
	}
	return failure
}

func (h *handle) close() error {
	if err := h.file.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return err
	}
	return nil
}
