package textclock

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/shm"
)

// A fakeInput is an Input whose program is the test. It needs no file.
type fakeInput struct {
	write chan string
	err   error // of Open
	fail  error // of a read after write is closed
}

func (fakeInput) String() string { return "a program" }

func (f fakeInput) Open(func(string)) (Stream, error) {
	return &fakeStream{f, make(chan struct{})}, f.err
}

type fakeStream struct {
	fakeInput
	closed chan struct{}
}

func (s *fakeStream) Read(wait time.Duration) (c Chunk, err error) {
	select {
	case text, ok := <-s.write:
		if !ok {
			return c, s.fail
		}
		return Chunk{Bytes: []byte(text), At: nmea.Now(), Waited: true}, nil
	case <-time.After(wait):
		return Chunk{At: nmea.Now()}, nil
	case <-s.closed:
		return c, os.ErrClosed
	}
}

func (s *fakeStream) Close() error { close(s.closed); return nil }

func TestClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		input := fakeInput{write: make(chan string)}
		unit := shm.NewMemory(shm.Layout96)
		feed := driver.NewFeed(unit, nil)
		c := New(Config{Input: input, Settle: 4})
		done := make(chan error)
		go func() { done <- c.Run(ctx, feed) }()
		for i := range 10 {
			time.Sleep(time.Second)
			input.write <- "now-1 precision=2^-6\n"
			synctest.Wait()
			if got, want := feed.State().Publishing(), i >= 3; got != want {
				t.Errorf("line %d: %v", i+1, feed.State())
			}
		}
		got, err := unit.Take()
		if err != nil || got.Offset() != -time.Second || got.Precision != -6 {
			t.Errorf("%+v, %v; want exactly -1s with a precision of 2^-6", got, err)
		}
		input.write <- "now-1\nrubbish\n"
		synctest.Wait()
		if f := c.Facts(); f.Lines != 12 || f.Bad != 1 || f.LastBad.Number != 12 || f.Published+f.Withheld != 11 {
			t.Errorf("%+v", f)
		}
		if feed.Liveness().Beats < 10 {
			t.Errorf("%d beats", feed.Liveness().Beats)
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// A measured precision follows a given one.
func TestPrecisionIsMeasuredAgain(t *testing.T) {
	feed := driver.NewFeed(shm.NewMemory(shm.Layout96), nil)
	if err := publish(feed, verdict{ok: true, fixed: true, precision: -20, sample: driver.Sample{Mono: 1}}); err != nil || feed.Precision() != -20 {
		t.Errorf("%d, %v", feed.Precision(), err)
	}
	if err := publish(feed, verdict{ok: true, sample: driver.Sample{Mono: 2}}); err != nil || feed.Precision() != -1 {
		t.Errorf("%d, %v; want the worst, after two samples", feed.Precision(), err)
	}
}

func TestInputFails(t *testing.T) {
	end := driver.Permanent(io.EOF)
	for _, c := range []struct {
		open, read error
		reason     string
	}{
		{open: fmt.Errorf("%w: x", errCommand), reason: "command ended"},
		{open: os.ErrPermission, reason: "no input"},
		{read: fmt.Errorf("%w: x", errCommand), reason: "command ended"},
		{read: end, reason: "starting"},
	} {
		input := fakeInput{write: make(chan string), err: c.open, fail: c.read}
		close(input.write)
		feed := driver.NewFeed(nil, nil)
		err := New(Config{Input: input}).Run(t.Context(), feed)
		if want := errors.Join(c.open, c.read); err == nil || err.Error() != want.Error() || feed.State().Reason != c.reason {
			t.Errorf("%v, %v; want %v, %q", err, feed.State(), want, c.reason)
		}
	}
}

// Messages of other programs are limited in number and length.
func TestNoteLimit(t *testing.T) {
	l, now := newNoteLimit(), time.Now()
	allowed, missed := 0, 0
	for i := range 600 { // a message a second
		if m, ok := l.allow(now.Add(time.Duration(i) * time.Second)); ok {
			allowed++
			missed += m
		}
	}
	if allowed < noteBurst+8 || allowed > noteBurst+10 || allowed+missed+l.missed != 600 {
		t.Errorf("%d allowed, %d and %d missed in ten minutes", allowed, missed, l.missed)
	}
	if n := len(printable(strings.Repeat("x", 1000))); n > maxNote+3 {
		t.Errorf("%d bytes", n)
	}
	if got := printable("a\nb\x1b[2J\xff"); got != `a\nb\x1b[2J\xff` {
		t.Errorf("%q", got)
	}
}
