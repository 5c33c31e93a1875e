package pps

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"periph.io/x/conn/v3/gpio"
)

// A Pin is any pin of periph.io, for boards whose lines the kernel does not know.
// periph tells that there was an edge, not when; so the edges are coarse, and
// nobody counts those that were missed.
type Pin struct {
	pin    gpio.PinIn
	closed atomic.Bool
}

// NewPin makes the pin an input, as it is pulled now, and watches both edges. The
// pin belongs to the Pin until Close halts it.
func NewPin(pin gpio.PinIn) (*Pin, error) {
	if err := pin.In(gpio.PullNoChange, gpio.BothEdges); err != nil {
		return nil, fmt.Errorf("open %s: %w", pin, err)
	}
	return &Pin{pin: pin}, nil
}

// pinWait bounds how late a cancellation is. It is more than 0 since drivers do not
// agree on what 0 and -1 mean.
const pinWait = 50 * time.Millisecond

// pinFails is how many waits in a row may end too early: a driver does not tell one
// that has failed from one without an edge, and one that always fails would keep a
// core busy.
const pinFails = 10

// String is the pin's name.
func (p *Pin) String() string { return p.pin.String() }

// Missed is 0: nobody counts.
func (p *Pin) Missed() uint64 { return 0 }

// Next waits for the next edge; see [Source].
func (p *Pin) Next(ctx context.Context) (Edge, error) {
	for early := 0; ; {
		if p.closed.Load() {
			return Edge{}, fmt.Errorf("read %s: %w", p, ErrClosed)
		}
		if err := ctx.Err(); err != nil {
			return Edge{}, err
		}
		begun := time.Now()
		if p.pin.WaitForEdge(pinWait) {
			return Edge{Stamp: Now(), Rising: p.pin.Read() == gpio.High, Coarse: true}, nil
		}
		if early++; time.Since(begun) >= pinWait/2 {
			early = 0
		} else if early == pinFails {
			return Edge{}, fmt.Errorf("read %s: %w: its driver fails to wait for edges; open it again", p, ErrGone)
		}
	}
}

// Close halts the pin.
func (p *Pin) Close() error {
	if p.closed.Swap(true) {
		return nil
	}
	if err := p.pin.Halt(); err != nil {
		return fmt.Errorf("close %s: %w", p, err)
	}
	return nil
}
