package main

import (
	"context"
	"io"

	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/lab/protocol"
)

// A receiver is a simulated receiver connected to the machine: its port to the UART and the
// USB adapter, its pulse to the lines of the pl061.
type receiver struct {
	port    *mux
	healthy *sim.Live
	blind   *sim.Live // the same receiver without a fix
	pulser  *pulser   // nil if the host cannot drive lines
}

func newReceiver(config sim.Config, m *machine) (*receiver, error) {
	r := &receiver{port: &mux{out: io.MultiWriter(m.uart, m.usb)}}
	if m.gpio != nil {
		r.pulser = &pulser{gpio: m.gpio}
		r.pulser.on.Store(true)
	}
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

// run plays the receiver until ctx ends. Errors mean that the machine has stopped, which its
// console shows.
func (r *receiver) run(ctx context.Context) {
	go r.healthy.Play(ctx, r.port.from(withFix))
	go r.blind.Play(ctx, r.port.from(withoutFix))
	if r.pulser != nil {
		go r.healthy.PlayPulse(ctx, sim.Pulse{}, r.pulser.edge)
	}
}

// pulses returns the counts of pulses so far.
func (r *receiver) pulses() protocol.Pulses {
	if r.pulser == nil {
		return protocol.Pulses{}
	}
	return r.pulser.pulses()
}
