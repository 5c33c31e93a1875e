package main

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/lab/protocol"
	"github.com/refclock/refclock/nmea"
)

// A pulser drives three lines of the pl061 with the receiver's pulse. It loses no edge on the
// way to the machine's kernel, even on a busy host: each edge waits until the kernel has
// handled the last one and had time to read the line. So an edge that a test misses was lost
// by the tested code. The pulser counts late and omitted pulses.
type pulser struct {
	gpio *gpio
	on   atomic.Bool

	taken   time.Time // when the machine had handled the last edge
	leftOut bool      // the current pulse is omitted
	late    bool      // the current pulse was counted as late

	mu     sync.Mutex
	counts protocol.Pulses
}

const (
	// hold is how long a level stays after the kernel has handled its edge. The kernel's
	// thread reads the line to determine which edge it was.
	hold = 60 * time.Millisecond

	// leaveOut is the delay from which a pulse is omitted, because its second would be
	// ambiguous.
	leaveOut = 250 * time.Millisecond

	// timeout limits the wait for the machine, which handles no edge while it powers off.
	timeout = 3 * time.Second
)

// edge drives an edge of the receiver. It completes a pulse that it has started.
func (p *pulser) edge(e sim.Edge) {
	time.Sleep(time.Until(p.taken.Add(hold)))
	if e.Rising {
		lost := nmea.Now().Sub(e.At) > leaveOut
		p.leftOut, p.late = lost || !p.on.Load(), false
		if lost && p.on.Load() {
			p.count(protocol.Pulses{LeftOut: 1})
		}
	}
	if p.leftOut || p.gpio.set(e.Rising, protocol.LinePPS, protocol.LineDCD, protocol.LineFree) != nil {
		return
	}
	made := protocol.Pulses{}
	if e.Rising {
		made.Made = 1
	}
	if !p.late && nmea.Now().Sub(e.At) > protocol.LateFrom {
		p.late, made.Late = true, 1
	}
	p.count(made)
	p.await()
}

// await returns when the machine's kernel has handled the edge.
func (p *pulser) await() {
	for deadline := time.Now().Add(timeout); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		if waiting, err := p.gpio.waiting(); err != nil || !waiting {
			break
		}
	}
	p.taken = time.Now()
}

func (p *pulser) count(more protocol.Pulses) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.counts = p.counts.Plus(more)
}

// pulses returns the counts so far.
func (p *pulser) pulses() protocol.Pulses {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.counts
}
