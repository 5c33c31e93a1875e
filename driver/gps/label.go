package gps

import (
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

const (
	// agreeing is how many consecutive seconds bursts and edges must agree before a pulse
	// is published. The gate accepts the fourth edge of a rhythm; bursts are not compared
	// with the first three.
	agreeing  = 8
	gateEdges = 3

	// bridge is the longest time between an edge and a burst to compare.
	bridge = 4 * time.Second

	// An edge further from the hypothesis than pulseMoved is from another pulse.
	pulseMoved = 100 * time.Millisecond

	// confirmWithin is how long pulses are published without a burst that agrees: longer
	// than two lost bursts.
	confirmWithin = 3500 * time.Millisecond

	// pulsePatience is how long pulses may be missing before the State shows it. The gate
	// tolerates three missing ones.
	pulsePatience = 4500 * time.Millisecond
)

// pulse is the state of a receiver's edges. Once the delay is known, the hypothesis shows
// which second an edge begins; see tracker.pair.
//
//	state     event                                  effect
//	unlocked  an edge that begins a second           is withheld
//	unlocked  the 8th burst in step with edges       locks
//	locked    an edge that begins a second           is published, and sets the base
//	locked    a burst that agrees                    confirms
//	locked    a burst with an objection              suspends, until one agrees
//	locked    no burst that agrees for 3.5 s         suspends, until one agrees
//	locked    edges lose their rhythm                suspends, until a burst agrees
//	locked    the port or the line is reopened       suspends, until a burst agrees
//	locked    an edge 0.1 s from its expected time   unlocks
//	locked    an edge of the other polarity          unlocks
type pulse struct {
	gate   *pps.Gate    // nil without a pulse
	none   driver.State // while no edge arrives
	last   int64        // steady: any edge; 0 if none
	why    pps.Reason   // from the gate, for the last edge that may begin a second
	begins pps.Polarity // of the edge that begins the second; Auto until known
	at     int64        // steady: the last edge that begins a second
	locked bool
	edges  int   // edges that begin a second, since pairing restarted
	run    int   // seconds in which bursts were compared with them; negative: see sidesForget
	named  int64 // the second named by the last burst that agreed

	confirmed int64        // steady: when that burst began
	suspended driver.State // why the pulse waits for a burst; publishing if it does not
}

// suspend stops a locked pulse until a burst confirms it. For an unlocked pulse, it restarts
// pairing.
func (t *tracker) suspend(why driver.State) {
	if t.pulse.suspended = why; !t.pulse.locked {
		t.restartPairing()
	}
}

// trackEdge updates the hypothesis by an edge, and reports whether the edge begins a known
// second.
func (t *tracker) trackEdge(e pps.Edge, at nmea.Stamp) (residual time.Duration, begins bool) {
	p := &t.pulse
	p.last = at.Steady()
	v := p.gate.Push(e)
	if v.Why == pps.OtherEdge || v.Why == pps.Glitch || v.Why == pps.Repeated {
		return 0, false // does not affect the rhythm
	}
	if p.why = v.Why; v.Why != pps.Second {
		return 0, false
	}
	polarity := pps.Falling
	if e.Rising {
		polarity = pps.Rising
	}
	if p.begins == pps.Auto {
		p.edges, p.run = gateEdges, gateEdges
	} else if p.begins != polarity {
		t.unlock()
	}
	p.begins, p.at, p.edges = polarity, p.last, p.edges+1
	if !p.locked {
		return 0, false
	}
	utc := nearest(p.at+t.current.base) * int64(time.Second)
	residual = t.current.residual(utc, p.at)
	if residual.Abs() > pulseMoved || residual.Abs()+t.current.budget(p.at, 0) >= half {
		t.unlock()
		return residual, false
	}
	if v.Elapsed == 0 {
		t.suspend(recounted)
	}
	t.current.base, t.current.last = utc-p.at, p.at
	return residual, true
}

// unlock restarts pairing: it is no longer known which seconds the edges begin.
func (t *tracker) unlock() {
	t.pulse.locked = false
	t.restartPairing()
}

// restartPairing discards the comparisons of bursts and edges.
func (t *tracker) restartPairing() {
	t.pulse.edges, t.pulse.run = 0, min(t.pulse.run, 0)
	t.learn.delays.Reset()
}
