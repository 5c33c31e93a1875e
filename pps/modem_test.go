//go:build linux

package pps

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"
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
