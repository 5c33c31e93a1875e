package main

import (
	"context"
	"io"
	"sync/atomic"

	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/lab/protocol"
)

// A receiver is a simulated one that is wired to the machine: its port to the
// UART and the USB adapter, its pulse to the lines of the pl061.
type receiver struct {
	port    *speech
	healthy *sim.Live
	blind   *sim.Live // the same receiver without a fix
	gpio    *gpio
	pulsing atomic.Bool
	pulses  atomic.Int64
}

func newReceiver(config sim.Config, m *machine) (*receiver, error) {
	r := &receiver{port: &speech{out: io.MultiWriter(m.uart, m.usb)}, gpio: m.gpio}
	r.pulsing.Store(true)
	for _, one := range []struct {
		live   **sim.Live
		faults []string
	}{{&r.healthy, nil}, {&r.blind, []string{"no-fix"}}} {
		config.Faults = one.faults
		receiver, err := sim.New(config)
		if err != nil {
			return nil, err
		}
		*one.live = sim.Pretend(receiver)
	}
	return r, nil
}

// run plays until ctx ends. What can fail is that the machine is gone, of which its
// console tells.
func (r *receiver) run(ctx context.Context) {
	go r.healthy.Play(ctx, r.port.from(withFix))
	go r.blind.Play(ctx, r.port.from(withoutFix))
	if r.gpio != nil {
		go r.healthy.PlayPulse(ctx, sim.Pulse{}, r.edge)
	}
}

// edge moves all lines alike. A pulse that was begun is ended, and a machine that is
// gone has no lines.
func (r *receiver) edge(e sim.Edge) {
	if e.Rising && !r.pulsing.Load() {
		return
	}
	if e.Rising {
		r.pulses.Add(1)
	}
	for _, line := range []int{protocol.LinePPS, protocol.LineDCD, protocol.LineFree} {
		r.gpio.set(line, e.Rising)
	}
}
