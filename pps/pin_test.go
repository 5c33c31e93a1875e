package pps_test

import (
	"context"
	"errors"
	"testing"
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
