package gps

import (
	"time"

	"github.com/refclock/refclock/nmea"
)

const (
	// agreeing is how many seconds in a row bursts and edges must agree about before
	// a pulse is believed.
	agreeing = 8

	// pairWithin is how far a burst may be from the edge that it is compared with; at
	// the 8.3 % by which the system clock may be slewed, their distance is then wrong
	// by a fifth of a second at the most.
	pairWithin = 2500 * time.Millisecond

	// bridge is the longest time without a burst, or without an edge, over which
	// seconds are counted.
	bridge = 4 * time.Second

	// A delay that is nearly none or nearly a whole second says nothing: the burst may
	// belong to the edge before it or to the one after.
	delayLeast = 20 * time.Millisecond
	delayMost  = 900 * time.Millisecond

	// farOff is how far from the delay that is known elsewhere the true one may be:
	// half a second off, it could be on either side.
	farOff = 400 * time.Millisecond

	// spreadMost is how much the delay may scatter.
	spreadMost = 100 * time.Millisecond
)

// A pairing finds the second that edges of one polarity begin: what the bursts after
// them say, if they say so in step, second after second.
//
// A burst names the edge before it. Which edge that is follows from the delay,
// of which only the fraction of a second can be seen: the whole seconds are taken to
// be none, unless the delay is known from elsewhere.
type pairing struct {
	edge  nmea.Stamp    // the last one; zero where there was none
	near  time.Duration // what the delay is known to be near
	known bool          // whether it is

	run    int        // seconds in a row that agree
	label  int64      // the second that the edge at began
	at     nmea.Stamp // the last edge that was paired
	delays delays     // of the run

	named  int64 // the second that the last burst named
	joined int64 // the one that a burst named which was heard from its midst on
}

// pair compares a burst with the last edge. The burst may have begun before it, as
// long ones are told of late.
func (p *pairing) pair(utc int64, start nmea.Stamp) {
	if p.edge.IsZero() || start.Sub(p.edge).Abs() > pairWithin {
		return
	}
	whole, apart := distance(utc, start, p.edge)
	if p.run > 0 && !p.misled() {
		label, delay := settle(whole, apart, p.delays.median())
		elapsed := p.edge.Sub(p.at)
		if elapsed < bridge && label-p.label == int64(elapsed.Round(time.Second)/time.Second) {
			p.keep(utc, label, delay)
			return
		}
	}
	p.run, p.named, p.delays = 0, 0, delays{}
	if nearest(utc) == p.joined+1 {
		p.run = 1
	}
	label, delay := settle(whole, apart, p.expected())
	p.keep(utc, label, delay)
}

// join takes a burst that was heard from its midst on. It counts as a second that
// agrees if the next one names the next second.
func (p *pairing) join(utc int64) { p.joined = nearest(utc) }

func (p *pairing) keep(utc, label int64, delay time.Duration) {
	if p.named != nearest(utc) { // else it is of a receiver that speaks several times a second
		p.run++
		p.named = nearest(utc)
	}
	p.label, p.at = label, p.edge
	p.delays.add(delay)
}

// misled tells whether the run began with an edge or a burst that was held up, and
// those after it were taken for its like: they all agree, and another second is nearer to what is expected.
func (p *pairing) misled() bool {
	return p.run >= agreeing && p.delays.spread() < spreadMost && (p.delays.median()-p.expected()).Abs() > time.Second/2
}

// expected is what the delay is taken to be near before there is any.
func (p *pairing) expected() time.Duration {
	if p.known {
		return p.near
	}
	return time.Second / 2 // from none to a whole second
}

// distance is how long after an edge a burst began, less the fraction of a second
// that the burst names; and the whole seconds that it names.
func distance(utc int64, start, edge nmea.Stamp) (whole int64, apart time.Duration) {
	whole = utc / int64(time.Second)
	return whole, start.Sub(edge) - time.Duration(utc%int64(time.Second))
}

// settle chooses the second that an edge began such that the delay is as close as
// can be to a given one.
func settle(whole int64, apart, near time.Duration) (label int64, delay time.Duration) {
	seconds := (near - apart).Round(time.Second)
	return whole + int64(seconds/time.Second), apart + seconds
}

// A finding is what a pairing has come to.
type finding int

const (
	unfinished finding = iota
	agreed
	ambiguous // the delay does not tell to which edge a burst belongs
	unsteady  // the delay scatters too much
)

func (p *pairing) finding() finding {
	median, spread := p.delays.median(), p.delays.spread()
	switch {
	case p.run < agreeing:
		return unfinished
	case spread >= spreadMost:
		return unsteady
	case !p.known && (median-spread < delayLeast || median+spread > delayMost):
		return ambiguous
	case p.known && (median-p.near).Abs() > farOff:
		return ambiguous
	}
	return agreed
}
