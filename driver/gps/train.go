package gps

import (
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

const (
	// confirmWithin is how long after a burst that agreed a pulse is believed without
	// another: two lost bursts cost nothing, a receiver that has gone is noticed.
	confirmWithin = 3500 * time.Millisecond

	// recountMost is for how long the monotonic clock stands in for pulses that cannot
	// be counted.
	recountMost = 30 * time.Second

	// pulsePatience is how long pulses may stay away before the State tells; the gate
	// bridges three that are missing.
	pulsePatience = 4500 * time.Millisecond
)

// A train is the row of a receiver's pulses and the seconds that they begin. Edges
// are counted on from one whose second was found; every burst confirms the count or
// stops it.
//
//	state     what comes                           does
//	unlocked  an edge that begins a second         is withheld
//	unlocked  the 8th burst in step with edges     locks
//	locked    an edge that begins a second         is published
//	locked    a burst long after the last edge     says nothing about the count
//	locked    a burst that agrees                  confirms the count
//	locked    a burst that does not, or that the
//	          receiver does not vouch for          suspends, until one agrees
//	locked    no burst that agrees for 3.5 s       suspends, until one agrees
//	locked    the port or the line, opened anew    suspends, until one agrees
//	locked    8 bursts in step with another count  locks to that
//	locked    edges that are no beat of seconds    suspends; unlocks after 30 s
//
// It is a pure function of stamped edges and bursts.
type train struct {
	polarity pps.Polarity // as it is set
	gate     *pps.Gate    // nil where the receiver has no pulse
	rising   pairing
	falling  pairing
	last     nmea.Stamp // of any edge
	why      pps.Reason // what the gate said last of an edge that may begin a second

	confirmWithin time.Duration
	leaps         leapSeconds

	begins pps.Polarity // of the edge that begins the second; Auto until one has
	at     nmea.Stamp   // the last edge that did
	locked bool
	label  int64 // the second that the edge at began

	confirmed nmea.Stamp   // when the last burst that agreed began
	named     int64        // the second that it named
	suspended bool         // whether there is something against the count
	heard     driver.State // what the last burst was worth: feeding if it was good
	delays    delays       // of the bursts that agreed
}

// newTrain makes a train. Where the delay is known from elsewhere, it tells which
// burst belongs to which edge.
func newTrain(polarity pps.Polarity, near time.Duration, known bool) train {
	p := pairing{near: near, known: known}
	return train{confirmWithin: confirmWithin, polarity: polarity, gate: pps.NewGate(polarity), rising: p, falling: p}
}

// fitted tells whether there is a pulse to go by at all.
func (t *train) fitted() bool { return t.gate != nil }

// push takes an edge, and tells whether it begins a second whose label is known.
func (t *train) push(e pps.Edge) bool {
	t.last = nmea.Stamp(e.Stamp)
	v := t.gate.Push(e)
	if v.Why == pps.OtherEdge || v.Why == pps.Glitch {
		return false // the beat goes on around it
	}
	t.why = v.Why
	p, polarity := &t.falling, pps.Falling
	if e.Rising {
		p, polarity = &t.rising, pps.Rising
	}
	p.edge = t.last
	if v.Why != pps.Second {
		return false
	}
	if polarity != t.begins {
		t.unlock()
	}
	if v.Elapsed == 0 {
		t.recount()
	}
	t.label += int64(v.Elapsed)
	t.at, t.begins = t.last, polarity
	return t.locked
}

// recount goes on counting where the beat was lost for a while, as when the system
// clock begins to be slewed: by the monotonic clock, which may be a second off, so
// that a burst must agree before anything is published.
func (t *train) recount() {
	elapsed := t.last.Sub(t.at)
	if !t.locked || elapsed > recountMost {
		t.unlock()
		return
	}
	t.label += int64(elapsed.Round(time.Second) / time.Second)
	t.suspended, t.heard = true, recounted
}

// unlock forgets the count: what it rested on has gone.
func (t *train) unlock() { t.locked, t.delays = false, delays{} }

// doubt has a burst confirm the count before it is believed again, and forgets what
// bursts have said on the way to a lock: another receiver or another line may be there.
func (t *train) doubt(why driver.State) {
	t.rising.run, t.falling.run = 0, 0
	t.refuse(why, true)
}

// pairing is that of the edges that begin seconds, or may.
func (t *train) pairing() *pairing {
	if t.begins == pps.Falling {
		return &t.falling
	}
	return &t.rising
}

// burst takes what a burst said that the receiver vouches for, and locks, confirms
// or suspends.
func (t *train) burst(utc int64, start nmea.Stamp) {
	t.rising.pair(utc, start)
	t.falling.pair(utc, start)
	t.suspended, t.heard = false, driver.State{}
	if t.locked && t.near(start) {
		gap := t.gap(utc, start)
		if gap.Abs() < agree {
			t.confirmed, t.named = start, nearest(utc)
			t.delays.add(gap + t.delays.median())
			return
		}
		t.suspended, t.heard = true, disagrees(gap)
	}
	if p := t.pairing(); t.why == pps.Second && p.at == t.at && p.finding() == agreed {
		t.locked, t.label, t.delays = true, p.label, p.delays
		t.confirmed, t.named, t.suspended, t.heard = start, nearest(utc), false, driver.State{}
	}
}

// repeat takes back a second: one was inserted. What bursts said before is about
// one less, too.
func (t *train) repeat() {
	t.label--
	t.rising.label--
	t.falling.label--
}

// join takes what a burst said that was heard from its midst on.
func (t *train) join(utc int64) {
	t.rising.join(utc)
	t.falling.join(utc)
}

// near tells whether there was a pulse shortly before a burst: else the system clock
// may have been slewed by seconds since, which is no delay of the burst.
func (t *train) near(start nmea.Stamp) bool { return start.Sub(t.at) < bridge }

// gap is how much later a burst began than the count would have it.
func (t *train) gap(utc int64, start nmea.Stamp) time.Duration {
	whole, apart := distance(utc, start, t.at)
	return apart + time.Duration(t.label-whole)*time.Second - t.delays.median()
}

// strayed tells whether a burst that has confirmed the count began where the receiver's
// bursts do not: it was read late, or the receiver has changed its habits, which the
// median follows within five seconds.
func (t *train) strayed(utc int64, start nmea.Stamp) bool {
	return t.gap(utc, start).Abs() > stray(t.delays.spread())
}

// refuse takes a burst that is not good, and why. It may only say nothing; else
// it suspends.
func (t *train) refuse(why driver.State, suspends bool) {
	t.heard = why
	t.suspended = t.suspended || suspends
}

// state tells whether the pulse can be believed now, and why not.
func (t *train) state(now nmea.Stamp) driver.State {
	p := t.pairing()
	switch {
	case t.last.IsZero() || now.Sub(t.last) > pulsePatience:
		return noPulse
	case t.why == pps.Rate, t.why == pps.Square, t.why == pps.Noise:
		return badPulse[t.why]
	case !t.heard.Feeding() && (t.suspended || !t.locked):
		return t.heard
	case t.locked && now.Sub(t.confirmed) > t.confirmWithin && t.heard.Feeding():
		return unconfirmed
	case t.locked && now.Sub(t.confirmed) > t.confirmWithin:
		return t.heard
	case t.locked && t.leaps.open(t.label, t.named):
		return leapPossible
	case t.locked && t.why == pps.Second && now.Sub(t.confirmed) > confirmWithin:
		return holdingOver
	case t.locked && t.why != pps.Second:
		return recounted
	case t.locked:
		return driver.State{}
	case p.finding() == ambiguous:
		return ambiguousDelay(p)
	case p.finding() == unsteady:
		return unsteadyDelay(p)
	}
	return pairingUp(p.run)
}

// promising tells whether the pulse may be believed before long.
func (t *train) promising(now nmea.Stamp) bool {
	s := t.state(now)
	return s.Feeding() || s.Reason == settling.Reason
}
