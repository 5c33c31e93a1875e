package main

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/lab/protocol"
	"github.com/refclock/refclock/nmea"
)

// A pulser moves the lines of the pl061 as the receiver's pulse does, all alike. It
// sees to it that no edge is lost between here and the machine's kernel however
// busy this machine is, so that one that a test misses was lost by what it tests: the next edge
// waits until the kernel has taken the last one, and had time to look at the line.
// What that makes of the pulses, late or left out, is counted.
type pulser struct {
	gpio *gpio
	on   atomic.Bool

	taken   time.Time // when the machine had taken the last edge
	leftOut bool      // the present pulse is
	late    bool      // the present pulse was counted so

	mu     sync.Mutex
	counts protocol.Pulses
}

const (
	// hold is how long a level stays after the kernel has taken its edge. The kernel's
	// thread looks at the line to tell which edge it was.
	hold = 60 * time.Millisecond

	// leaveOut is from when on a pulse is left out: nobody could tell which second it is about.
	leaveOut = 250 * time.Millisecond

	// reluctance is how long a machine is waited for; one that is switching itself off takes nothing.
	reluctance = 3 * time.Second
)

// edge makes an edge of the receiver's. A pulse that was begun is ended.
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

// await returns when the machine's kernel has taken the edge.
func (p *pulser) await() {
	for deadline := time.Now().Add(reluctance); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
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

// pulses are what has been made so far.
func (p *pulser) pulses() protocol.Pulses {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.counts
}
