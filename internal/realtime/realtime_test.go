package realtime

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// A fakeKernel grants everything but some parts.
type fakeKernel struct {
	refused map[string]error

	entered, locked, held int // now
}

func (k *fakeKernel) system() system {
	return system{
		enter: func(priority int) (func(), error) {
			if err := k.refused[Threads]; err != nil || priority != Priority {
				return func() {}, err
			}
			k.entered++
			return func() { k.entered-- }, nil
		},
		lock: func() (string, error) {
			if err := k.refused[Memory]; err != nil {
				return "more memory", err
			}
			k.locked++
			return "", nil
		},
		unlock: func() { k.locked-- },
		latency: func() (io.Closer, string, error) {
			if err := k.refused[Latency]; err != nil {
				return nil, "less sleep", err
			}
			k.held++
			return k, "", nil
		},
	}
}

func (k *fakeKernel) Close() error { k.held--; return nil }

// Each part that the kernel refuses is reported once, with its hint, and the others are in
// force. Switching it off undoes them all.
func TestParts(t *testing.T) {
	for _, refused := range [][]string{nil, {Threads}, {Memory}, {Latency}, {Threads, Memory, Latency}} {
		k := &fakeKernel{refused: map[string]error{}}
		for _, name := range refused {
			k.refused[name] = unix.EPERM
		}
		var log bytes.Buffer
		r := New(slog.New(slog.NewTextHandler(&log, nil)))
		r.system = k.system()
		r.Set(false)
		if r.On() || r.Parts() != nil || k.locked != 0 {
			t.Errorf("%v: on from the start, %+v", refused, r.Parts())
		}
		r.Set(true)
		r.Set(true)
		if n := strings.Count(log.String(), "level=WARN"); n != len(refused) {
			t.Errorf("%v: %d warnings\n%s", refused, n, log.String())
		}
		if !r.On() || len(r.Parts()) != 3 {
			t.Errorf("%v: %v, %+v", refused, r.On(), r.Parts())
		}
		for _, p := range r.Parts() {
			if !errors.Is(p.Err, k.refused[p.Name]) || (p.Hint == "") != (p.Err == nil) {
				t.Errorf("%v: %+v", refused, p)
			}
			if p.Err != nil && !strings.Contains(log.String(), "part="+p.Name) {
				t.Errorf("%v: %s is not in the log\n%s", refused, p.Name, log.String())
			}
		}
		has := func(name string) int {
			if k.refused[name] == nil {
				return 1
			}
			return 0
		}
		if k.entered != 0 || k.locked != has(Memory) || k.held != has(Latency) {
			t.Errorf("%v: %+v", refused, k)
		}
		r.Set(false)
		if r.On() || r.Parts() != nil || k.locked != 0 || k.held != 0 {
			t.Errorf("%v: off, but %+v, %+v", refused, k, r.Parts())
		}
	}
}

// A goroutine enters and leaves its thread, and is counted meanwhile. Without permission,
// there is nothing to enter.
func TestThreads(t *testing.T) {
	k := &fakeKernel{refused: map[string]error{}}
	var log bytes.Buffer
	r := New(slog.New(slog.NewTextHandler(&log, nil)))
	r.system = k.system()
	enter := r.Enter()
	first, second := enter(), enter()
	if r.Threads() != 2 || k.entered != 2 {
		t.Errorf("%d threads, %d entered, want 2", r.Threads(), k.entered)
	}
	first()
	second()
	if r.Threads() != 0 || k.entered != 0 {
		t.Errorf("%d threads, %d entered, want none", r.Threads(), k.entered)
	}
	k.refused[Threads] = unix.EPERM
	if r.Enter() != nil {
		t.Error("there is something to enter without permission")
	}
	enter()()
	if r.Threads() != 0 || strings.Count(log.String(), "level=WARN") != 1 {
		t.Errorf("refused later: %d threads\n%s", r.Threads(), log.String())
	}
}
