package pps

import (
	"fmt"
	"time"
)

// A Polarity is the edge that begins the second.
type Polarity int

const (
	Auto    Polarity = iota // the edge that begins the pulse; pulses are shorter than the pauses between them
	Rising                  // the source's rising edge
	Falling                 // the source's falling edge
)

// String returns "auto", "rising" or "falling".
func (p Polarity) String() string {
	return [...]string{Auto: "auto", Rising: "rising", Falling: "falling"}[p]
}

// A Verdict is the result of a Gate for one edge.
type Verdict struct {
	// Why is Second for an edge that begins a second, else the reason why it does not,
	// or may not.
	Why Reason

	// Elapsed is the number of seconds since the last Second: 1, or more if pulses are
	// missing. It is 0 for the first Second, and if Why is not Second.
	Elapsed int

	// Period is the time since the last edge of the same polarity, including glitches. It
	// is 0 for the first edge.
	Period time.Duration

	// Width is the length of the pulse, from the edge that begins the second to the other
	// edge: the median of the last five. It is 0 until known.
	Width time.Duration

	// Rate is the number of edges of this polarity per second, or 0 if they are not
	// regular.
	Rate float64
}

// A Gate determines which edges of a line begin a second. Its verdicts depend only on
// the edges' Mono stamps and polarities: it reads no clock, and a step of the system
// clock has no effect.
//
// A Gate passes an edge after four of its polarity at intervals of 1 s ± 10 %, with no
// other edge between them. The tolerance is for a time daemon that corrects the system
// clock, which may then run 8.3 % fast or slow. After that, an interval may differ from
// the one before by 20 ms. For steady edges it may differ only by eight times their
// usual error, but always by 1 ms. A single glitch is rejected without effect on the
// pulses around it, and so is the first edge of another rhythm. Up to three missing
// pulses are bridged.
//
// The zero Gate is ready to use and has polarity Auto. A Gate is not safe for concurrent
// use.
type Gate struct {
	polarity Polarity
	rising   beat
	falling  beat
	high     widths // durations of the active level
	last     Edge
	begun    bool
	counts   Counts
}

// Counts are the counts of a Gate since it was created.
type Counts struct {
	Edges    uint64 // all edges
	Seconds  uint64 // edges that were passed
	Glitches uint64 // edges away from the pulses
	Missing  uint64 // pulses missing between two Seconds
}

// NewGate returns a Gate that passes only edges of this polarity.
func NewGate(p Polarity) *Gate { return &Gate{polarity: p} }

// Counts returns the counts so far.
func (g *Gate) Counts() Counts { return g.counts }

// Push judges the next edge. Edges without a Fault must be in the order of their stamps.
func (g *Gate) Push(e Edge) Verdict {
	g.counts.Edges++
	if e.Fault != Second {
		return g.fault(e)
	}
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

// fault returns the verdict on an edge that its source does not trust. Nothing else follows from
// such an edge.
func (g *Gate) fault(e Edge) Verdict {
	if e.Fault == Glitch {
		g.counts.Glitches++
	}
	return Verdict{Why: e.Fault, Width: g.width()}
}

// judge returns the reason, the one to fix first if there are several.
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

// Edge returns the edge that begins the second, or Auto if it is not known, and an
// explanation.
func (g *Gate) Edge() (Polarity, string) {
	edge, by := g.edge()
	high := round(g.high.median())
	return edge, [...]string{
		unknown:   "too few edges yet",
		bySetting: "as configured",
		byWidth:   fmt.Sprintf("the line is active for %v of each second, and a pulse is shorter than the pause", high),
		byOnly:    "the source has no other edge",
		bySquare:  fmt.Sprintf("the line is active for %v of each second, so it may be either; set the polarity or shorten the pulse", high),
	}[by]
}

// A basis is the basis of the choice of the edge.
type basis int

const (
	unknown basis = iota
	bySetting
	byWidth
	byOnly
	bySquare // either is possible
)

// edge chooses the edge by the width of the active level.
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
	// enough is the number of intervals near 1 s in a row before edges are trusted.
	enough = 3

	// A width between these bounds is too close to half a second to show which edge begins
	// the pulse. The bounds are those of gpsd.
	squareFrom = 450 * time.Millisecond
	squareTo   = 550 * time.Millisecond
)

// width returns the length of the pulse, 0 if unknown.
func (g *Gate) width() time.Duration {
	if !g.high.known() {
		return 0
	}
	if edge, _ := g.edge(); edge == Falling {
		return time.Second - g.high.median()
	}
	return g.high.median()
}

// round rounds to about three digits.
func round(d time.Duration) time.Duration {
	switch {
	case d < 10*time.Microsecond:
		return d
	case d < 10*time.Millisecond:
		return d.Round(10 * time.Microsecond)
	}
	return d.Round(time.Millisecond)
}
