package pps

import (
	"fmt"
	"time"
)

// A Polarity says which edge begins the second.
type Polarity int

const (
	Auto    Polarity = iota // the one that the pulse begins with: pulses are shorter than the pauses between them
	Rising                  // what the source calls the rising edge
	Falling                 // what the source calls the falling edge
)

// String is auto, rising or falling.
func (p Polarity) String() string {
	return [...]string{Auto: "auto", Rising: "rising", Falling: "falling"}[p]
}

// A Verdict is what the gate says of an edge.
type Verdict struct {
	// Why is Second for an edge that begins a second, else the reason why it does not
	// or is not believed to.
	Why Reason

	// Elapsed is how many seconds after the last Second this one is: 1, or more where
	// pulses are missing between them; 0 for the first, and where Why is not Second.
	Elapsed int

	// Period is the time since the last edge of the same polarity, glitches
	// included; 0 for the first.
	Period time.Duration

	// Width is how long the pulse lasts, from the edge that begins the second to the
	// other one: the median of the last five. 0 as long as it is not known.
	Width time.Duration

	// Rate is how many edges of this polarity there are a second, where they are
	// regular; else 0.
	Rate float64
}

// A Gate tells which edges of a line begin seconds. Its verdicts depend on the
// edges' Mono stamps and polarities only: no clock is asked, and a step of the system
// clock changes nothing.
//
// An edge is let through once four of its polarity have come at intervals near 1 s,
// with nothing in between. "Near" is ±10 %: a time daemon that corrects the system
// clock may let it run by 8.3 % too fast or too slow. After that, an interval may
// differ by 20 ms from the one before it, and by less once the edges have been steadier
// than that for some seconds: by eight times what they mostly do, and by 1 ms always. A
// lone glitch is left out without harm to the pulses around it, and so is the first edge
// of another rhythm; up to three missing pulses are bridged.
//
// The zero value is a Gate of polarity Auto. It is for one goroutine at a time.
type Gate struct {
	polarity Polarity
	rising   beat
	falling  beat
	high     widths // how long the line was active, each time
	last     Edge
	begun    bool
	counts   Counts
}

// Counts are what a Gate has seen since it was made.
type Counts struct {
	Edges    uint64 // in all
	Seconds  uint64 // edges that were let through
	Glitches uint64 // edges that are not where the pulses are
	Missing  uint64 // pulses that should have come between two Seconds
}

// NewGate makes a gate that lets only edges of this polarity through.
func NewGate(p Polarity) *Gate { return &Gate{polarity: p} }

// Counts tells what the gate has seen so far.
func (g *Gate) Counts() Counts { return g.counts }

// Push judges the next edge. Edges come in the order of their stamps.
func (g *Gate) Push(e Edge) Verdict {
	g.counts.Edges++
	if e.Rising {
		g.high.pause()
	} else if g.begun && g.last.Rising {
		g.high.add(e.Stamp.Sub(g.last.Stamp))
	}
	g.last, g.begun = e, true

	b := &g.rising
	if !e.Rising {
		b = &g.falling
	}
	step := b.push(e.Stamp)
	v := Verdict{Period: step.period, Rate: b.rate(), Width: g.width()}
	v.Why = g.judge(e, b, step)
	switch v.Why {
	case Second:
		v.Elapsed = step.elapsed
		if !b.passed {
			v.Elapsed = 0
		}
		b.passed = true
		g.counts.Seconds++
		g.counts.Missing += uint64(max(v.Elapsed-1, 0))
	case Glitch:
		g.counts.Glitches++
	case OtherEdge:
	default:
		b.passed = false // the count of seconds is broken
	}
	return v
}

// judge finds the reason, the one that the user must mend first before the others.
func (g *Gate) judge(e Edge, b *beat, step step) Reason {
	edge, by := g.edge()
	switch {
	case b.offRate():
		return Rate
	case by == bySquare && b.locked():
		return Square
	case edge == Rising && !e.Rising, edge == Falling && e.Rising:
		return OtherEdge
	case !b.regular():
		return Noise
	case !b.locked():
		return Learning
	case step.off:
		return Glitch
	case edge == Auto:
		return Learning
	}
	return Second
}

// Edge tells which edge begins the second, Auto where that is not known, and why,
// in words for a person.
func (g *Gate) Edge() (Polarity, string) {
	edge, by := g.edge()
	high := round(g.high.median())
	return edge, [...]string{
		unknown:   "too few edges yet",
		bySetting: "it was set",
		byWidth:   fmt.Sprintf("the line is active for %v of each second, and a pulse is shorter than the pause", high),
		byOnly:    "the source gives no other",
		bySquare:  fmt.Sprintf("the line is active for %v of each second, so it may be either; set the polarity, or make the pulse shorter", high),
	}[by]
}

// A basis is what the choice of the edge rests on.
type basis int

const (
	unknown basis = iota
	bySetting
	byWidth
	byOnly
	bySquare // both may be; there is no choice
)

// edge chooses the edge by how long the line is active.
func (g *Gate) edge() (Polarity, basis) {
	high := g.high.median()
	switch {
	case g.polarity != Auto:
		return g.polarity, bySetting
	case g.rising.seen > enough && g.falling.seen == 0:
		return Rising, byOnly
	case g.falling.seen > enough && g.rising.seen == 0:
		return Falling, byOnly
	case !g.high.known():
		return Auto, unknown
	case high < squareFrom:
		return Rising, byWidth
	case high > squareTo:
		return Falling, byWidth
	}
	return Auto, bySquare
}

const (
	// enough intervals near 1 s in a row make edges believable.
	enough = 3

	// A pulse that is neither clearly shorter nor clearly longer than half a second
	// does not show which edge it begins with. The bounds are gpsd's.
	squareFrom = 450 * time.Millisecond
	squareTo   = 550 * time.Millisecond
)

// width is how long the pulse lasts.
func (g *Gate) width() time.Duration {
	if !g.high.known() {
		return 0
	}
	if edge, _ := g.edge(); edge == Falling {
		return time.Second - g.high.median()
	}
	return g.high.median()
}

// round keeps three digits or so.
func round(d time.Duration) time.Duration {
	switch {
	case d < 10*time.Microsecond:
		return d
	case d < 10*time.Millisecond:
		return d.Round(10 * time.Microsecond)
	}
	return d.Round(time.Millisecond)
}
