//go:build linux

package pps

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// pipe returns a handle of the reading end of a pipe, and the writing end.
func pipe(t testing.TB) (*handle, *os.File) {
	t.Helper()
	var fds [2]int
	if err := syscall.Pipe2(fds[:], syscall.O_NONBLOCK|syscall.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
	h, err := newHandle(fds[0], "pipe")
	if err != nil {
		t.Fatal(err)
	}
	w := os.NewFile(uintptr(fds[1]), "pipe")
	t.Cleanup(func() { h.close(); w.Close() })
	return h, w
}

func readByte(fd uintptr) (bool, error) {
	n, err := syscall.Read(int(fd), make([]byte, 1))
	if errors.Is(err, syscall.EAGAIN) {
		return false, nil
	}
	return n == 1, err
}

func TestHandleWaits(t *testing.T) {
	h, w := pipe(t)
	time.AfterFunc(10*time.Millisecond, func() { w.Write([]byte{1}) })
	if unasked, err := h.wait(context.Background(), time.Minute, readByte); unasked || err != nil {
		t.Errorf("woken: unasked %v, %v", unasked, err)
	}
	looks := 0
	unasked, err := h.wait(context.Background(), 5*time.Millisecond, func(uintptr) (bool, error) {
		looks++
		return looks > 2, nil
	})
	if !unasked || err != nil {
		t.Errorf("found without a wake-up: unasked %v, %v", unasked, err)
	}
	if _, err := h.wait(context.Background(), 0, func(uintptr) (bool, error) { return false, syscall.ENODEV }); !errors.Is(err, syscall.ENODEV) {
		t.Errorf("failed look: %v", err)
	}
}

func TestHandleCancels(t *testing.T) {
	h, w := pipe(t)
	for name, wait := range map[string]func(context.Context) error{
		"wait":     func(ctx context.Context) error { _, err := h.wait(ctx, 0, readByte); return err },
		"interval": func(ctx context.Context) error { _, err := h.wait(ctx, 5*time.Millisecond, readByte); return err },
		"repeat": func(ctx context.Context) error {
			return h.repeat(ctx, func(uintptr) (bool, error) { time.Sleep(time.Millisecond); return false, nil })
		},
	} {
		for range 20 { // at any point
			ctx, cancel := context.WithCancel(context.Background())
			time.AfterFunc(time.Millisecond, cancel)
			start := time.Now()
			if err := wait(ctx); !errors.Is(err, context.Canceled) || time.Since(start) > time.Second { // 100 ms, and more on a busy machine
				t.Errorf("%s: %v after %v", name, err, time.Since(start))
			}
		}
	}
	w.Write([]byte{1})
	if _, err := h.wait(context.Background(), 0, readByte); err != nil {
		t.Errorf("after the cancellations: %v", err)
	}
}

// The poller of the Go runtime does not support a regular file, and epoll does not either.
func TestHandleOfAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pps0")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	open := func() *handle {
		h, err := openHandle(path, syscall.O_RDWR)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	h := open()
	if unasked, err := h.wait(t.Context(), 0, readByte); unasked || !errors.Is(err, os.ErrNoDeadline) {
		t.Errorf("%v, %v; want ErrNoDeadline", unasked, err)
	}
	if err := h.prepare(options{}); err != nil || h.bell != nil {
		t.Errorf("without a thread: %v, %v", h.bell, err)
	}
	h.close()
	leaks(t, "a failed handle", func() {
		h := open()
		if err := h.prepare(options{thread: func() func() { return nil }}); !errors.Is(err, syscall.EPERM) || h.bell != nil {
			t.Errorf("%v, %v; want EPERM", h.bell, err)
		}
	})
	if _, err := openHandle(path+"0", syscall.O_RDWR); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
}

func TestHandleCloses(t *testing.T) {
	h, _ := pipe(t)
	time.AfterFunc(10*time.Millisecond, func() { h.close() })
	if _, err := h.wait(context.Background(), 0, readByte); !errors.Is(err, ErrClosed) {
		t.Errorf("closed while waiting: %v", err)
	}
	if _, err := h.wait(context.Background(), 0, readByte); !errors.Is(err, ErrClosed) {
		t.Errorf("after close: %v", err)
	}
	if err := h.control(func(uintptr) error { return nil }); !errors.Is(err, ErrClosed) {
		t.Errorf("control after close: %v", err)
	}
	if err := h.close(); err != nil {
		t.Errorf("closing again: %v", err)
	}
}
