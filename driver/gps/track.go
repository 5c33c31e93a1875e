package gps

import (
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/leap"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

const (
	// contested is how long a rival must be continuous if the receiver has named another
	// time before, or a date too far ahead: ten reports, less half a second for jitter. A
	// wrong time may be continuous for some seconds, too.
	contested = 8500 * time.Millisecond

	// forget is how long a rival lasts without evidence; longer if the receiver reports
	// seldom.
	forget = 10 * time.Second

	// A burst strays if its residual is more than minStray and more than strayFactor times
	// the spread, or more than maxStray: it was read late, by a busy machine or USB hub.
	// After strayTrusted of them in a row at the same place, the receiver's delay has
	// changed.
	minStray     = 50 * time.Millisecond
	maxStray     = 250 * time.Millisecond
	strayFactor  = 8
	strayTrusted = 3
)

// track updates the hypotheses by an epoch. The state is publishing if the epoch confirms
// the current one.
func (t *tracker) track(o *observation) driver.State {
	if l := t.leaps(); l.Inserted(nearest(o.utc)) || l.Inserted(o.utc/int64(time.Second)) {
		o.leap = t.skip(o) || o.leap
	}
	o.ambiguous = t.decide(o)
	at, utc := o.start.Steady(), o.utc+int64(t.lag())
	if o.again != "" && !o.ambiguous.Publishing() { // damaged bursts may hide it in other seconds
		t.habits.conflict.Add(o.named+" and "+o.again, at)
	}
	if t.sentence.first == 0 {
		t.sentence.first = at
	}
	if o.utc%int64(time.Second) == 0 {
		t.sentence.whole = at
	}
	joined := 0 // support by the burst of the second before, which was received in part
	if nearest(o.utc) == t.habits.joined+1 {
		joined = whole
	}
	if time.Duration(at-t.rival.last) > t.lapse(forget) {
		t.rival = hypothesis{}
	}
	switch {
	case t.belief.fits(utc, at):
		if !t.pulse.comparable(o) { // with a pulse, it must still be decided
			o.ambiguous = driver.State{}
		}
		return t.confirm(utc, at)
	case !o.ambiguous.Publishing(): // does not support a rival
	case t.rival.fits(utc, at):
		t.rival.confirm(utc, at, o.weight, false)
	case !o.dateless:
		t.contest(o)
		t.rival.begin(utc, at, o.weight+joined)
	}
	return t.promote(utc, at)
}

// confirm adds an epoch to the current hypothesis. If its burst strays, it is withheld.
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

// contest notes that an epoch contradicts the rival. If both are less than two seconds old,
// the receiver names two seconds at once.
func (t *tracker) contest(o *observation) {
	if !t.rival.known() {
		return
	}
	t.contradictedAt = o.start.Steady()
	if nearest(o.utc) != t.rival.second && time.Duration(t.contradictedAt-t.rival.since) < 2*time.Second {
		t.habits.conflict.Add("sentences of the receiver", t.contradictedAt)
	}
}

// promote makes the rival the current hypothesis after it has lasted long enough. Until
// then, the state has the reason.
func (t *tracker) promote(utc, at int64) driver.State {
	lasting, state := settleTime, settling
	if t.belief.known() {
		lasting, state = contested, jumped(t.belief.residual(utc, at))
	}
	contradictedAt := t.contradictedAt != 0 && at-t.contradictedAt < int64(contested)
	if !t.rival.settled(lasting) || contradictedAt {
		return state
	}
	t.belief, t.rival = t.rival, hypothesis{}
	t.sentence.strays, t.learn.anchors = 0, [anchorKinds]anchor{}
	return driver.State{}
}

// skip checks a burst at the end of June or December. If it names the same second again, a
// second was inserted, and skip moves the hypotheses back by a second. It does so once: a
// later burst of this kind is late by nearly a second.
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

// countStray notes a residual, and reports whether to withhold an epoch that fits. With a
// pulse, an epoch strays until the median of the delay has followed a change.
func (t *tracker) countStray(residual time.Duration) (withhold bool) {
	spread := t.belief.spread
	if t.pulse.locked {
		spread = t.learn.delays.Spread()
	}
	if residual.Abs() <= min(max(minStray, strayFactor*spread), maxStray) {
		t.sentence.strays = 0
		return false
	}
	if s := &t.sentence; s.strays > 0 && (residual-s.stray).Abs() > max(minStray, spread) {
		s.strays = 0 // at another place than the last one
	}
	t.sentence.stray = residual
	t.sentence.strays++
	return t.pulse.locked || t.sentence.strays < strayTrusted
}

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

// pulse is the state of a receiver's edges. Once the delay is known, the hypothesis says
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
	if v.Why == pps.OtherEdge || v.Why == pps.Glitch {
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
	utc := nearest(p.at+t.belief.base) * int64(time.Second)
	residual = t.belief.residual(utc, p.at)
	if residual.Abs() > pulseMoved || residual.Abs()+t.belief.budget(p.at, 0) >= half {
		t.unlock()
		return residual, false
	}
	if v.Elapsed == 0 {
		t.suspend(recounted)
	}
	t.belief.base, t.belief.last = utc-p.at, p.at
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
