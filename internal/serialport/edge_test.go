package serialport

import (
	"errors"
	"io"
	"os"
	"slices"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"
)

// What Read returns for each result of the kernel.
func TestReadErrorsOfKernel(t *testing.T) {
	for name, c := range map[string]struct {
		wait, read error
		n          int
		want       error // nil: none
	}{
		"some bytes":           {n: 3},
		"another was quicker":  {read: syscall.EAGAIN},
		"timeout":              {wait: os.ErrDeadlineExceeded},
		"closed":               {wait: os.ErrClosed, want: os.ErrClosed},
		"hung up":              {read: syscall.EIO, want: io.EOF},
		"end of file":          {read: io.EOF, want: io.EOF},
		"driver removed":       {read: syscall.ENODEV, want: io.EOF},
		"device removed":       {read: syscall.ENXIO, want: io.EOF},
		"no memory":            {read: syscall.ENOMEM, want: syscall.ENOMEM},
		"not a descriptor":     {wait: os.NewSyscallError("epoll_wait", syscall.EBADF), want: syscall.EBADF},
		"an error of a driver": {read: syscall.EPROTO, want: syscall.EPROTO},
	} {
		p := &Port{wait: func(time.Duration) error { return c.wait }, read: func([]byte) (int, error) { return c.n, c.read }}
		if n, err := p.Read(make([]byte, 10)); n != c.n || !errors.Is(err, c.want) {
			t.Errorf("%s: %d, %v; want %d, %v", name, n, err, c.n, c.want)
		}
	}
}

// A port that claims to be readable but has no bytes does not occupy a processor, also if a loop calls
// Read again at once. A few such reads cost no time: bytes may follow at once.
func TestReadableWithoutBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls, shared := 0, true
		p := &Port{wait: func(time.Duration) error { return nil }, read: func([]byte) (int, error) {
			if calls++; shared && calls%2 == 0 { // another process takes every other byte
				return 1, nil
			}
			return 0, syscall.EAGAIN
		}}
		read := func() {
			if _, err := p.Read(make([]byte, 10)); err != nil {
				t.Fatal(err)
			}
		}
		began := time.Now()
		for calls < 100 {
			read()
		}
		if took := time.Since(began); took != 0 {
			t.Errorf("bytes were delayed by %v", took)
		}
		calls, shared = 0, false
		for time.Since(began) < time.Second && calls < 10_000 {
			read()
		}
		if calls > 200 {
			t.Errorf("%d reads in %v, want at most 200 a second", calls, time.Since(began))
		}
	})
}

// Three reads without bytes cost no time, the next ones 10 ms each. They count from the last byte.
func TestFewReadsWithoutBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, err := 0, error(syscall.EAGAIN)
		p := &Port{wait: func(time.Duration) error { return nil }, read: func([]byte) (int, error) { return n, err }}
		for range 2 {
			n, err = 0, syscall.EAGAIN
			for i := range 5 {
				began := time.Now()
				want := time.Duration(0)
				if i >= 3 {
					want = 10 * time.Millisecond
				}
				if n, err := p.Read(make([]byte, 10)); n != 0 || err != nil || time.Since(began) != want {
					t.Errorf("read %d: %d, %v after %v, want %v", i, n, err, time.Since(began), want)
				}
			}
			n, err = 1, nil
			p.Read(make([]byte, 10))
		}
	})
}

// Gather is for one read, which returns what has arrived when its time is over, if anything.
func TestGatherIsForOneRead(t *testing.T) {
	for _, c := range []struct {
		n    int
		read error
	}{{3, nil}, {0, syscall.EAGAIN}} {
		var waits []time.Duration
		p := &Port{
			wait: func(d time.Duration) error { waits = append(waits, d); return os.ErrDeadlineExceeded },
			read: func([]byte) (int, error) { return c.n, c.read },
		}
		p.Gather(time.Second)
		for i, want := range []int{c.n, 0} { // the second one times out
			if n, err := p.Read(make([]byte, 10)); n != want || err != nil {
				t.Errorf("%v: read %d: %d, %v; want %d", c, i, n, err, want)
			}
		}
		if !slices.Equal(waits, []time.Duration{time.Second, 0}) || p.empty != 0 {
			t.Errorf("%v: waits %v, %d reads without bytes; want 1 s and 0, and none", c, waits, p.empty)
		}
	}
}

// An error of epoll_wait ends the wait at once: the runtime's poller may not report the same
// bytes again.
func TestWaitErrorsOfKernel(t *testing.T) {
	for _, c := range []struct{ err, want error }{{syscall.EINTR, nil}, {syscall.EBADF, syscall.EBADF}} {
		_, port := open(t)
		port.ready.timeout = 10 * time.Second
		port.ready.events = func(int, []unix.EpollEvent) (int, error) { return -1, c.err }
		began := time.Now()
		if err := port.ready.wait(0); !errors.Is(err, c.want) || time.Since(began) > 9*time.Second {
			t.Errorf("%v: %v after %v, want %v at once", c.err, err, time.Since(began), c.want)
		}
	}
}
