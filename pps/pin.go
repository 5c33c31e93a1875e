package pps

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"periph.io/x/conn/v3/gpio"
)

// A Pin is any pin of periph.io, for boards whose lines have no kernel driver. periph
// reports that there was an edge but not when: the edges are coarse, and missed edges are
// not counted.
type Pin struct {
	pin    gpio.PinIn
	closed atomic.Bool
}

// NewPin makes the pin an input with its present pull resistor, and watches both edges.
// Close halts the pin; until then only the Pin may use it.
func NewPin(pin gpio.PinIn) (*Pin, error) {
	if err := pin.In(gpio.PullNoChange, gpio.BothEdges); err != nil {
		return nil, fmt.Errorf("open %s: %w", pin, err)
	}
	return &Pin{pin: pin}, nil
}

// pinWait limits the delay of a cancellation. Drivers do not agree on what 0 and -1 mean.
const pinWait = 50 * time.Millisecond

// pinFails is how many waits in a row may end early. A driver does not distinguish a
// failed wait from one without an edge, and waits that always fail would use a whole core.
const pinFails = 10

// String returns the pin's name.
func (p *Pin) String() string { return p.pin.String() }

// Missed returns 0: missed edges are not counted.
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
			return Edge{}, fmt.Errorf("read %s: %w: its driver does not wait for edges; reopen it", p, ErrGone)
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
