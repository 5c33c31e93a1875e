package gps

import (
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/leap"
)

const (
	// contested is how long a rival must be continuous if the receiver has named another
	// time before, or a date too far ahead: ten reports, less half a second for jitter. A
	// wrong time may be continuous for some seconds, too.
	contested = 8500 * time.Millisecond

	// forget is how long a rival lasts without evidence; longer if the receiver reports
	// rarely.
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
	if time.Duration(at-t.rival.last) > t.lapse(forget) {
		t.rival = hypothesis{}
	}
	switch {
	case t.current.fits(utc, at):
		if !t.pulse.comparable(o) { // with a pulse, it must still be decided
			o.ambiguous = driver.State{}
		}
		return t.confirm(utc, at)
	case !o.ambiguous.Publishing(): // does not support a rival
	case t.rival.fits(utc, at):
		t.rival.confirm(utc, at, o.weight, false)
	case !o.dateless:
		t.contest(o)
		t.rival.begin(utc, at, o.weight)
		joined := time.Duration(o.utc-at-t.habits.joined) + half // modulo a day: how far into its burst the time was
		if t.habits.joined != 0 && joined%(24*time.Hour) < half+time.Second && !t.current.known() {
			t.rival.support += whole
			t.rival.since -= int64(time.Second)
		}
	}
	return t.promote(o, utc, at)
}

// confirm adds an epoch to the current hypothesis. If its burst strays, it is withheld.
func (t *tracker) confirm(utc, at int64) driver.State {
	t.rival = hypothesis{}
	stray := t.countStray(t.current.residual(utc, at))
	if t.pulse.locked || !stray {
		t.current.confirm(utc, at, whole, t.pulse.locked && at-t.pulse.at < int64(bridge))
	}
	if stray {
		t.current.last = at
		return heldUp
	}
	return driver.State{}
}

// contest records that an epoch contradicts the rival. If both are less than two seconds
// old, the receiver names two seconds at once.
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
func (t *tracker) promote(o *observation, utc, at int64) driver.State {
	epochs, lasting, state := settleEpochs, contested, settling
	if t.current.known() {
		state = jumped(t.current.residual(utc, at))
	} else {
		if _, agreed := t.askWitnesses(o); agreed && t.learn.calibrated {
			epochs = witnessedEpochs
		} else if t.learn.calibrated && !t.habits.cold.HadNoFix() {
			epochs = knownEpochs
		}
		lasting = time.Duration(epochs-1)*time.Second - maxStray
	}
	contradictedAt := t.contradictedAt != 0 && at-t.contradictedAt < int64(contested)
	if !t.rival.settled(epochs, lasting) || contradictedAt {
		return state
	}
	t.current, t.rival = t.rival, hypothesis{}
	t.sentence.strays, t.learn.anchors = 0, [anchorKinds]anchor{}
	if t.countStray(t.current.residual(utc, at)) {
		return heldUp
	}
	return driver.State{}
}

// skip checks a burst at the end of June or December. If it names the same second again, a
// second was inserted, and skip moves the hypotheses back by a second. It does so once: a
// later burst of this kind is late by nearly a second.
func (t *tracker) skip(o *observation) (inserted bool) {
	at, utc := o.start.Steady(), o.utc+int64(t.lag())
	boundary := leap.Boundary(nearest(o.utc) + 1)
	once := t.skipped != boundary
	for _, h := range []*hypothesis{&t.current, &t.rival} {
		if once && h.known() && (h.residual(utc, at)+time.Second).Abs()+h.budget(at, stampError) < half {
			h.base -= int64(time.Second)
			inserted, t.skipped = true, boundary
		}
	}
	return inserted
}

// countStray records a residual, and reports whether to withhold an epoch that fits. With a
// pulse, an epoch strays until the median of the delay has followed a change.
func (t *tracker) countStray(residual time.Duration) (withhold bool) {
	spread := t.current.spread
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
