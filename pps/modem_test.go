//go:build linux

package pps

import (
	"context"
	"errors"
	"os"
	"syscall"
	"testing"
	"time"
)

// listened is a Modem whose thread the test is.
func listened(t *testing.T) *Modem {
	t.Helper()
	m := &Modem{name: "dcd:/dev/ttyNONE", port: "/dev/ttyNONE", edges: make(chan Edge, 16), closed: make(chan struct{})}
	m.watch = &modemWatch{done: make(chan struct{}), members: map[*Modem]bool{m: true}}
	return m
}

// A port that refuses only when it is asked to wait is polled from then on; here
// it has gone meanwhile, which shows that it was tried.
func TestModemPollsWhereWaitingIsRefused(t *testing.T) {
	m := listened(t)
	m.watch.err = silent(syscall.EINVAL)
	close(m.watch.done)
	if _, err := m.Next(context.Background()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v; want the error of opening the port again", err)
	}
	m.Close()
	if _, err := m.Next(context.Background()); !errors.Is(err, ErrClosed) {
		t.Errorf("%v; want that of a closed source", err)
	}
}

func TestModemEnds(t *testing.T) {
	m := listened(t)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	if _, err := m.Next(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v; want the context's", err)
	}
	time.AfterFunc(10*time.Millisecond, func() { m.Close() })
	if _, err := m.Next(context.Background()); !errors.Is(err, ErrClosed) {
		t.Errorf("%v; want ErrClosed", err)
	}
	for range 10 {
		m.edges <- Edge{}
		if _, err := m.Next(context.Background()); !errors.Is(err, ErrClosed) {
			t.Errorf("an edge that nobody took before Close: %v; want ErrClosed", err)
		}
	}
	if err := m.Close(); err != nil || len(m.watch.members) > 0 {
		t.Errorf("closing again: %v, %d members", err, len(m.watch.members))
	}
}

// What the port says once it is gone names the device.
func TestModemGone(t *testing.T) {
	m := listened(t)
	m.watch.err = silent(syscall.EIO) // as a USB adapter that was pulled out
	close(m.watch.done)
	if _, err := m.Next(context.Background()); !errors.Is(err, ErrGone) || !errors.Is(err, syscall.EIO) {
		t.Errorf("%v; want ErrGone", err)
	}
}
