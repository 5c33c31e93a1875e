//go:build linux

package pps

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The offsets of the struct in modem.go must be those of the C text above it.
var (
	_ [0]byte  = [unsafe.Offsetof(icounts{}.cts)]byte{}
	_ [4]byte  = [unsafe.Offsetof(icounts{}.dsr)]byte{}
	_ [8]byte  = [unsafe.Offsetof(icounts{}.rng)]byte{}
	_ [12]byte = [unsafe.Offsetof(icounts{}.dcd)]byte{}
	_ [80]byte = [unsafe.Sizeof(icounts{})]byte{}
)

// The same, compared with the kernel's header.
func TestCountsMatchKernelHeader(t *testing.T) {
	if _, err := exec.LookPath("gcc"); err != nil {
		t.Skipf("no C compiler: %v", err)
	}
	c := exec.Command("gcc", "-fsyntax-only", "-xc", "-")
	c.Stdin = strings.NewReader(`
		#include <stddef.h>
		#include <linux/serial.h>
		_Static_assert(offsetof(struct serial_icounter_struct, cts) == 0, "cts");
		_Static_assert(offsetof(struct serial_icounter_struct, dsr) == 4, "dsr");
		_Static_assert(offsetof(struct serial_icounter_struct, rng) == 8, "rng");
		_Static_assert(offsetof(struct serial_icounter_struct, dcd) == 12, "dcd");
		_Static_assert(sizeof(struct serial_icounter_struct) == 80, "size");
	`)
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// listened returns a Modem whose thread is the test.
func listened(t *testing.T) *Modem {
	t.Helper()
	m := &Modem{name: "dcd:/dev/ttyNONE", port: "/dev/ttyNONE", edges: make(chan Edge, 16), closed: make(chan struct{})}
	m.watch = &modemWatch{done: make(chan struct{}), members: map[*Modem]bool{m: true}}
	return m
}

// A port that fails only when the wait begins is polled from then on. Here it was removed
// meanwhile, so that polling fails.
func TestModemPollsIfWaitFails(t *testing.T) {
	m := listened(t)
	m.watch.err = noReports(syscall.EINVAL)
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
			t.Errorf("an unread edge before Close: %v; want ErrClosed", err)
		}
	}
	if err := m.Close(); err != nil || len(m.watch.members) > 0 {
		t.Errorf("closing again: %v, %d members", err, len(m.watch.members))
	}
}

// If the thread is delayed, its edge has the number and polarity of the first change
// after the wait began.
func TestModemWoken(t *testing.T) {
	for name, c := range map[string]struct {
		before, count uint32
		level         bool
		seq           uint32
		rising        bool
		changed       bool
	}{
		"it rose":                           {before: 8, count: 9, level: true, seq: 9, rising: true, changed: true},
		"it fell":                           {before: 9, count: 10, level: false, seq: 10, rising: false, changed: true},
		"it rose, and fell before the read": {before: 8, count: 10, level: false, seq: 9, rising: true, changed: true},
		"it fell, and rose before the read": {before: 9, count: 11, level: true, seq: 10, rising: false, changed: true},
		"three changes":                     {before: 8, count: 11, level: true, seq: 9, rising: true, changed: true},
		"the count wraps around":            {before: 0xffffffff, count: 1, level: false, seq: 0, rising: true, changed: true},
		"nothing, as after another signal":  {before: 8, count: 8, level: true},
	} {
		seq, rising, changed := woken(c.before, c.count, c.level)
		if changed != c.changed || changed && (seq != c.seq || rising != c.rising) {
			t.Errorf("%s: edge %d, rising %v, %v; want %d, %v, %v", name, seq, rising, changed, c.seq, c.rising, c.changed)
		}
	}
}

// A level that is read while the line changes is not used.
func TestModemSettled(t *testing.T) {
	for name, c := range map[string]struct {
		counts []uint32 // in the order of reads
		levels []bool   // also in the order of reads
		level  bool
		ok     bool
	}{
		"at rest":                    {counts: []uint32{4, 4}, levels: []bool{true}, level: true, ok: true},
		"a change between the reads": {counts: []uint32{4, 5, 5}, levels: []bool{true, false}, level: false, ok: true},
		"changes faster than reads":  {counts: []uint32{4, 5, 6, 7, 8}, levels: []bool{true, false, true, false}},
	} {
		read := 0
		count := func() (uint32, error) { read++; return c.counts[read-1], nil }
		level := func() (bool, error) { return c.levels[read-1], nil }
		n, high, ok, err := settled(count, level)
		if n != c.counts[len(c.counts)-1] || high != c.level || ok != c.ok || err != nil || read != len(c.counts) {
			t.Errorf("%s: count %d, level %v, %v, %v after %d reads", name, n, high, ok, err, read)
		}
	}
	_, _, ok, err := settled(func() (uint32, error) { return 4, nil }, func() (bool, error) { return true, syscall.EIO })
	if ok || !errors.Is(err, syscall.EIO) {
		t.Errorf("a port that fails: %v, %v", ok, err)
	}
}

// The error of a removed port wraps ErrGone.
func TestModemGone(t *testing.T) {
	m := listened(t)
	m.watch.err = noReports(syscall.EIO) // as from an unplugged USB adapter
	close(m.watch.done)
	if _, err := m.Next(context.Background()); !errors.Is(err, ErrGone) || !errors.Is(err, syscall.EIO) {
		t.Errorf("%v; want ErrGone", err)
	}
}

// watchedPort adds a watch to the running ones, for a port that is not a tty. The test starts it.
func watchedPort(t *testing.T, signal Signal, port modemPort) *modemWatch {
	t.Helper()
	path, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(path, "ttyTEST")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	w := &modemWatch{key: modemKey{path, signal}, fd: ^uintptr(0), port: port, done: make(chan struct{}), members: map[*Modem]bool{}}
	modemWatches.Lock()
	defer modemWatches.Unlock()
	modemWatches.running[w.key] = w
	return w
}

func openModem(t *testing.T, port string, signal Signal, options ...Option) *Modem {
	t.Helper()
	m, err := OpenModem(port, signal, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}

// All Modems of a port share its watch, by any name of the port. Each counts from the edge
// before its first one, and the thread is that which the last one wants. The watch ends at the
// first change without a Modem.
func TestModemsShareWatch(t *testing.T) {
	port := &waitedPort{waits: make(chan struct{}), n: 7}
	w := watchedPort(t, CTS, port)
	w.last = 7
	link := filepath.Join(t.TempDir(), "gps0")
	if err := os.Symlink(w.key.path, link); err != nil {
		t.Fatal(err)
	}
	h, _ := pipe(t)
	h.control(func(fd uintptr) error {
		of, err := syscall.Dup(int(fd))
		w.fd = uintptr(of)
		return err
	})
	next := func(m *Modem, seq uint32, missed uint64) {
		t.Helper()
		if e, err := m.Next(t.Context()); err != nil || e.Seq != seq || e.Rising != (seq%2 == 1) || !e.Coarse || m.Missed() != missed {
			t.Errorf("%+v, %v, %d missed; want edge %d, %d missed", e, err, m.Missed(), seq, missed)
		}
	}
	e := newEntry()
	first := openModem(t, w.key.path, CTS)
	if first.watch != w || first.Polled() {
		t.Error("the first one does not use the watch")
	}
	go w.run()
	port.waits <- struct{}{}
	next(first, 8, 0)
	if len(e.entered) > 0 {
		t.Error("entered without the option")
	}
	second := openModem(t, link, CTS, WithThread(e.enter))
	port.waits <- struct{}{}
	next(first, 9, 0)
	next(second, 9, 0)
	port.waits <- struct{}{} // the wait before this one began after the second had joined
	<-e.entered
	next(second, 10, 0)
	for range 16 + 2 { // more than the first one buffers; it has edge 10
		port.waits <- struct{}{}
		if e, err := second.Next(t.Context()); err != nil {
			t.Errorf("%+v, %v", e, err)
		}
	}
	for seq := uint32(10); seq < 26; seq++ {
		next(first, seq, 0)
	}
	port.waits <- struct{}{}
	next(first, 29, 3)
	next(second, 29, 0)
	first.Close()
	port.waits <- struct{}{}
	next(second, 30, 0)
	second.Close()
	port.waits <- struct{}{}
	<-w.done
	if modemWatches.running[w.key] != nil {
		t.Error("the watch is still registered")
	}
	if len(e.entered) > 0 || len(e.left) != 1 {
		t.Errorf("entered %d times more, left %d times; want 0, 1", len(e.entered), len(e.left))
	}
	if _, err := unix.FcntlInt(w.fd, unix.F_GETFD, 0); !errors.Is(err, unix.EBADF) {
		t.Errorf("the port is open: %v", err)
	}
	if _, err := OpenModem(link, CTS); !errors.Is(err, ErrNoModem) {
		t.Errorf("a new watch of a file that is not a tty: %v, want ErrNoModem", err)
	}
}

// Only falling edges of RI are reported.
func TestModemRing(t *testing.T) {
	for signal, rising := range map[Signal]bool{RI: false, DSR: true} {
		w := watchedPort(t, signal, &fakePort{every: 1})
		m := openModem(t, w.key.path, signal)
		if err := w.wait(); err != nil {
			t.Fatal(err)
		}
		if e, err := m.Next(t.Context()); err != nil || e.Rising != rising {
			t.Errorf("%v: %+v, %v; want rising %v", signal, e, err, rising)
		}
		m.Close()
		if !w.end() {
			t.Error("the watch does not end")
		}
	}
}

// An interruptedPort has a change at each signal that its thread receives.
type interruptedPort struct {
	waitedPort
	signals chan struct{}
}

func (p *interruptedPort) change() error {
	if _, err := unix.Poll(nil, 5000); !errors.Is(err, unix.EINTR) { // at most 5 s
		return syscall.EIO
	}
	p.n++
	select {
	case p.signals <- struct{}{}:
	default:
	}
	return nil
}

// The waits of a port begin again when its line discipline has changed.
func TestModemWaitRestarts(t *testing.T) {
	port := &interruptedPort{signals: make(chan struct{}, 1)}
	w := watchedPort(t, DCD, port)
	m := openModem(t, w.key.path, DCD)
	restartWaits(w.key.path) // before the thread exists
	go w.run()
	restart := time.NewTicker(ms) // a signal before the wait has no effect
	defer restart.Stop()
	for found := false; !found; {
		select {
		case <-port.signals:
			found = true
		case <-w.done:
			t.Fatal("the wait was not interrupted")
		case <-restart.C:
			restartWaits(w.key.path)
		}
	}
	m.Close()
	for ended := false; !ended; {
		select {
		case <-w.done:
			ended = true
		case <-restart.C:
			restartWaits(w.key.path)
		}
	}
}

// A polled line returns the edges of its poller, and counts those that it found too late.
func TestModemPolled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		poll, closed, begin := polled(pulses(20, 100*ms, every(s)))
		m := &Modem{name: "dcd:/dev/ttyTEST", closed: closed, poll: poll, numbers: numbering{missed: 2}}
		e, err := m.Next(t.Context())
		if at := e.Stamp.Sub(begin); err != nil || !e.Rising || (at-300*ms).Abs() > e.Within || !m.Polled() || m.Missed() != 2 {
			t.Errorf("%+v at %v, %v, %d missed; want the edge at 0.3 s, and 2", e, at, err, m.Missed())
		}
		if poll.missed = 3; m.Missed() != 5 {
			t.Errorf("%d missed, want 5", m.Missed())
		}
		poll.level = func() (bool, error) { return false, syscall.EIO }
		if _, err := m.Next(t.Context()); !errors.Is(err, ErrGone) || !strings.HasPrefix(err.Error(), "read dcd:/dev/ttyTEST: ") {
			t.Errorf("%v; want ErrGone", err)
		}
	})
}

// Close closes the port of a polled line, and reports a failure.
func TestModemClosesPolledPort(t *testing.T) {
	for _, failure := range []error{nil, os.ErrClosed} {
		file, err := os.Open(os.DevNull)
		if err != nil {
			t.Fatal(err)
		}
		if failure != nil {
			file.Close()
		}
		m := &Modem{name: "dcd:/dev/ttyTEST", closed: make(chan struct{}), file: file}
		if err := m.Close(); !errors.Is(err, failure) {
			t.Errorf("%v, want %v", err, failure)
		}
		if err := file.Close(); !errors.Is(err, os.ErrClosed) {
			t.Errorf("the port was not closed: %v", err)
		}
		if err := m.Close(); err != nil {
			t.Errorf("closing again: %v", err)
		}
	}
}

// A polled port is not in the runtime's poller, which would wake up at every byte.
func TestPolledPortBlocks(t *testing.T) {
	_, path := terminal(t)
	port, err := openTTY(path)
	if err != nil {
		t.Fatal(err)
	}
	defer port.Close()
	if err := port.SetReadDeadline(time.Now()); !errors.Is(err, os.ErrNoDeadline) {
		t.Errorf("%v, want ErrNoDeadline", err)
	}
	if _, err := openTTY(path + "0000"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing port: %v", err)
	}
}
