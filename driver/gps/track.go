package gps

import (
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/leap"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

const (
	// contested is for how long a rival must be continuous where the receiver has said
	// something else before, or a date too far ahead: ten reports, less half a second for
	// their jitter. What is wrong for some seconds is continuous, too.
	contested = 8500 * time.Millisecond

	// forget is how long a rival lasts without evidence for it, or longer if the receiver
	// reports seldom.
	forget = 10 * time.Second

	// A burst strays that begins further from where those before it say than
	// strayLeast, and than strayFactor times their spread, or than strayMost: it was read
	// late, by a machine or a USB hub that was busy. When strayTrusted of them come in a
	// row at one place, it is the receiver that has changed its habits.
	strayLeast   = 50 * time.Millisecond
	strayMost    = 250 * time.Millisecond
	strayFactor  = 8
	strayTrusted = 3
)

// track moves the hypotheses on by an epoch. The state is publishing where the epoch
// confirms what is believed.
func (t *tracker) track(o *observation) driver.State {
	if l := t.leaps(); l.Inserted(nearest(o.utc)) || l.Inserted(o.utc/int64(time.Second)) {
		o.leap = t.skip(o) || o.leap
	}
	o.ambiguous = t.decide(o)
	at, utc := o.start.Steady(), o.utc+int64(t.lag())
	if o.again != "" && !o.ambiguous.Publishing() { // most of them may be damaged: then it is not seen each second
		t.habits.conflict.Add(o.named+" and "+o.again, at)
	}
	if t.sentence.first == 0 {
		t.sentence.first = at
	}
	if o.utc%int64(time.Second) == 0 {
		t.sentence.whole = at
	}
	joined := 0 // the support of a burst that was joined in its midst, and named the second before
	if nearest(o.utc) == t.habits.joined+1 {
		joined = whole
	}
	if time.Duration(at-t.rival.last) > t.lapse(forget) {
		t.rival = hypothesis{}
	}
	switch {
	case t.belief.fits(utc, at):
		if !t.pulse.comparable(o) { // else the pulse may still be taken for another second's
			o.ambiguous = driver.State{}
		}
		return t.confirm(utc, at)
	case !o.ambiguous.Publishing(): // it supports no rival
	case t.rival.fits(utc, at):
		t.rival.confirm(utc, at, o.weight, false)
	case !o.dateless:
		t.contest(o)
		t.rival.begin(utc, at, o.weight+joined)
	}
	return t.promote(utc, at)
}

// confirm adds an epoch to what is believed, unless its burst strays.
func (t *tracker) confirm(utc, at int64) driver.State {
	t.rival = hypothesis{}
	stray := t.countStray(t.belief.residual(utc, at))
	if t.pulse.locked || !stray {
		t.belief.confirm(utc, at, whole, t.pulse.locked && at-t.pulse.at < int64(bridge))
	}
	if stray {
		t.belief.last = at
		return heldUp
	}
	return driver.State{}
}

// contest notes that an epoch denies the rival. Where the two are of one second, the
// receiver names two seconds at once.
func (t *tracker) contest(o *observation) {
	if !t.rival.known() {
		return
	}
	t.denied = o.start.Steady()
	if nearest(o.utc) != t.rival.second && time.Duration(t.denied-t.rival.since) < 2*time.Second {
		t.habits.conflict.Add("sentences of the receiver", t.denied)
	}
}

// promote makes the rival the belief once it has lasted for long enough. The state is
// why it does not.
func (t *tracker) promote(utc, at int64) driver.State {
	lasting, state := settleTime, settling
	if t.belief.known() {
		lasting, state = contested, jumped(t.belief.residual(utc, at))
	}
	denied := t.denied != 0 && at-t.denied < int64(contested)
	if !t.rival.settled(lasting) || denied {
		return state
	}
	t.belief, t.rival = t.rival, hypothesis{}
	t.sentence.strays, t.learn.anchors = 0, [anchorKinds]anchor{}
	return driver.State{}
}

// skip takes a burst at the end of a June or December that may name a second for the
// second time. If it does, a second was inserted: the hypotheses go back by it. That
// happens once: after it, such a burst is one that is late by nearly a second.
func (t *tracker) skip(o *observation) (inserted bool) {
	at, utc := o.start.Steady(), o.utc+int64(t.lag())
	boundary := leap.Boundary(nearest(o.utc) + 1)
	once := t.skipped != boundary
	for _, h := range []*hypothesis{&t.belief, &t.rival} {
		if once && h.known() && (h.residual(utc, at)+time.Second).Abs()+h.budget(at, stampError) < half {
			h.base -= int64(time.Second)
			inserted, t.skipped = true, boundary
		}
	}
	return inserted
}

// countStray notes a residual, and reports whether the epoch is to be withheld although it
// fits. With a pulse, a change of habits is over when the delay has followed it.
func (t *tracker) countStray(residual time.Duration) (withhold bool) {
	spread := t.belief.spread
	if t.pulse.locked {
		spread = t.learn.delays.Spread()
	}
	if residual.Abs() <= min(max(strayLeast, strayFactor*spread), strayMost) {
		t.sentence.strays = 0
		return false
	}
	if s := &t.sentence; s.strays > 0 && (residual-s.stray).Abs() > max(strayLeast, spread) {
		s.strays = 0 // each strays further: that is no habit
	}
	t.sentence.stray = residual
	t.sentence.strays++
	return t.pulse.locked || t.sentence.strays < strayTrusted
}

const (
	// agreeing is how many seconds in a row bursts and edges must agree before a pulse is
	// published. The gate lets the fourth edge of a rhythm through, so that bursts are not
	// compared with the first three.
	agreeing = 8
	gateTook = 3

	// bridge is the longest time between an edge and a burst that are compared.
	bridge = 4 * time.Second

	// An edge that is further from the hypothesis than pulseMoved is another pulse.
	pulseMoved = 100 * time.Millisecond

	// confirmWithin is for how long pulses are published without a burst that agrees: two
	// lost bursts cost nothing, a receiver that has gone is noticed.
	confirmWithin = 3500 * time.Millisecond

	// pulsePatience is for how long pulses may be missing before the State shows it; the
	// gate bridges three.
	pulsePatience = 4500 * time.Millisecond
)

// pulse is the row of a receiver's edges. They are counted by the hypothesis, once the
// delay of the bursts behind them is known: see learner.pair.
//
//	state     what comes                             does
//	unlocked  an edge that begins a second           is withheld
//	unlocked  the 8th burst in step with edges       locks
//	locked    an edge that begins a second           is published, and moves the base
//	locked    a burst that agrees                    confirms
//	locked    a burst with an objection              suspends, until one agrees
//	locked    no burst that agrees for 3.5 s         suspends, until one agrees
//	locked    edges that have lost their rhythm      suspend, until a burst agrees
//	locked    the port or the line is opened anew    suspends, until a burst agrees
//	locked    an edge 0.1 s from where it should be  unlocks
//	locked    an edge of the other polarity          unlocks
type pulse struct {
	gate   *pps.Gate    // nil where the receiver has no pulse
	last   int64        // steady: any edge; 0 if none
	why    pps.Reason   // what the gate said last of an edge that may begin a second
	begins pps.Polarity // of the edge that begins the second; Auto until one has
	at     int64        // steady: the last edge that begins a second
	locked bool
	edges  int   // that begin a second, since the delay was in doubt
	run    int   // seconds in which bursts have been compared with them; below 0, see sidesForget
	named  int64 // the second that the last burst named that agreed

	confirmed int64        // steady: when that burst began
	suspended driver.State // why the pulse waits for a burst; publishing if it does not
}

// doubt has a burst confirm a locked pulse before it is published again, and has one that
// is not locked be compared anew.
func (t *tracker) doubt(why driver.State) {
	if t.pulse.suspended = why; !t.pulse.locked {
		t.repair()
	}
}

// trackEdge moves the hypothesis on by an edge, and reports whether it begins a second
// that is known.
func (t *tracker) trackEdge(e pps.Edge, at nmea.Stamp) (residual time.Duration, begins bool) {
	p := &t.pulse
	p.last = at.Steady()
	v := p.gate.Push(e)
	if v.Why == pps.OtherEdge || v.Why == pps.Glitch {
		return 0, false // the rhythm continues around it
	}
	if p.why = v.Why; v.Why != pps.Second {
		return 0, false
	}
	polarity := pps.Falling
	if e.Rising {
		polarity = pps.Rising
	}
	if p.begins == pps.Auto {
		p.edges, p.run = gateTook, gateTook
	} else if p.begins != polarity {
		t.unlock()
	}
	p.begins, p.at, p.edges = polarity, p.last, p.edges+1
	if !p.locked {
		return 0, false
	}
	utc := nearest(p.at+t.belief.base) * int64(time.Second)
	residual = t.belief.residual(utc, p.at)
	if residual.Abs() > pulseMoved || residual.Abs()+t.belief.budget(p.at, 0) >= half {
		t.unlock()
		return residual, false
	}
	if v.Elapsed == 0 {
		t.doubt(recounted)
	}
	t.belief.base, t.belief.last = utc-p.at, p.at
	return residual, true
}

// unlock forgets which second the edges begin: what it rested on has gone.
func (t *tracker) unlock() {
	t.pulse.locked = false
	t.repair()
}

// repair has bursts and edges be compared anew before the pulse locks.
func (t *tracker) repair() {
	t.pulse.edges, t.pulse.run = 0, min(t.pulse.run, 0)
	t.learn.delays.Reset()
}
