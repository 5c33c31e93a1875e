package pps_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/gpio/gpiotest"

	"github.com/refclock/refclock/pps"
)

var _ pps.Source = (*pps.Pin)(nil)

func TestPin(t *testing.T) {
	wire := &gpiotest.Pin{N: "GPIO4", EdgesChan: make(chan gpio.Level, 2)}
	pin, err := pps.NewPin(wire)
	if err != nil {
		t.Fatal(err)
	}
	before := pps.Now()
	wire.EdgesChan <- gpio.High
	e, err := pin.Next(context.Background())
	if err != nil || !e.Rising || !e.Coarse || e.Stamp.Sub(before) < 0 || pps.Now().Sub(e.Stamp) < 0 {
		t.Errorf("%+v, %v; want a coarse rising edge, now", e, err)
	}
	wire.EdgesChan <- gpio.Low
	if e, err := pin.Next(context.Background()); err != nil || e.Rising {
		t.Errorf("%+v, %v; want a falling edge", e, err)
	}
	cancels(t, pin)
	pin.Close()
	if _, err := pin.Next(context.Background()); !errors.Is(err, pps.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
	if _, err := pps.NewPin(&gpiotest.Pin{N: "GPIO4"}); err == nil {
		t.Error("a pin without edges was accepted")
	}
}

// A driver whose waits fail must not cause a busy loop.
func TestPinWaitsFail(t *testing.T) {
	pin, err := pps.NewPin(deadPin{&gpiotest.Pin{N: "GPIO4", EdgesChan: make(chan gpio.Level)}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if _, err := pin.Next(ctx); !errors.Is(err, pps.ErrGone) {
		t.Errorf("%v, want ErrGone", err)
	}
}

// deadPin is a pin whose waits fail, which periph's drivers do not distinguish from a wait
// without an edge.
type deadPin struct{ *gpiotest.Pin }

func (deadPin) WaitForEdge(time.Duration) bool { return false }

// A scriptedPin is a pin whose waits last as long as a test says, and then end without an edge.
// After the last one there is an edge.
type scriptedPin struct {
	*gpiotest.Pin
	waits  []time.Duration
	halts  int
	failed error // of Halt
}

func (p *scriptedPin) WaitForEdge(most time.Duration) bool {
	if len(p.waits) == 0 {
		return true
	}
	time.Sleep(min(p.waits[0], most))
	p.waits = p.waits[1:]
	return false
}

func (p *scriptedPin) Halt() error {
	p.halts++
	return p.failed
}

func newScriptedPin(waits ...time.Duration) *scriptedPin {
	return &scriptedPin{Pin: &gpiotest.Pin{N: "GPIO4", EdgesChan: make(chan gpio.Level)}, waits: waits}
}

// Ten waits in a row that end before half of their time are an error. A full wait between them
// is not a failed one.
func TestPinEarlyWaits(t *testing.T) {
	nine, ten := slices.Repeat([]time.Duration{ms}, 9), slices.Repeat([]time.Duration{ms}, 10)
	for name, c := range map[string]struct {
		waits []time.Duration
		want  error
		left  int // waits after the error
	}{
		"an edge at once":            {},
		"nine early":                 {waits: nine},
		"ten early":                  {waits: append(ten, ms), want: pps.ErrGone, left: 1},
		"nine early, a full one":     {waits: slices.Concat(nine, []time.Duration{time.Hour}, nine)},
		"a full one, ten early":      {waits: slices.Concat([]time.Duration{time.Hour}, ten), want: pps.ErrGone},
		"almost half of a full wait": {waits: slices.Repeat([]time.Duration{25*ms - 1}, 10), want: pps.ErrGone},
		"half of a full wait":        {waits: slices.Repeat([]time.Duration{25 * ms}, 20)},
	} {
		synctest.Test(t, func(t *testing.T) {
			wire := newScriptedPin(c.waits...)
			pin, err := pps.NewPin(wire)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := pin.Next(t.Context()); !errors.Is(err, c.want) || len(wire.waits) != c.left {
				t.Errorf("%s: %v, %d waits left; want %v, %d", name, err, len(wire.waits), c.want, c.left)
			}
			if pin.Missed() != 0 {
				t.Errorf("%s: %d missed, want 0", name, pin.Missed())
			}
		})
	}
}

// Close halts the pin once.
func TestPinCloses(t *testing.T) {
	for _, failure := range []error{nil, errors.New("no such pin")} {
		wire := newScriptedPin()
		wire.failed = failure
		pin, err := pps.NewPin(wire)
		if err != nil {
			t.Fatal(err)
		}
		if err := pin.Close(); !errors.Is(err, failure) {
			t.Errorf("%v, want %v", err, failure)
		}
		if err := pin.Close(); err != nil || wire.halts != 1 {
			t.Errorf("closing again: %v, halted %d times", err, wire.halts)
		}
	}
}

// cancels checks that a waiting Next ends with its context: within 100 ms, or more on a
// busy machine.
func cancels(t *testing.T, source pps.Source) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var at time.Time
	time.AfterFunc(20*time.Millisecond, func() { at = time.Now(); cancel() })
	for {
		_, err := source.Next(ctx)
		if err == nil {
			continue // there was an edge
		}
		late := time.Since(at)
		if !errors.Is(err, context.Canceled) || late > time.Second {
			t.Errorf("%v: %v, %v after the cancellation", source, err, late)
		}
		t.Logf("%v: %v after the cancellation", source, late)
		return
	}
}
