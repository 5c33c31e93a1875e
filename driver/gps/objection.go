package gps

import (
	"fmt"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/gps/ublox"
	"github.com/refclock/refclock/pps"
)

// object returns the first objection to an epoch. An objection stops both units until an
// epoch has none. Without an objection, object returns the state from pairing, which may
// still withhold the epoch.
func (t *tracker) object(o *observation, tracked, paired driver.State) driver.State {
	at := o.start.Steady()
	contradiction, agreed := t.askWitnesses(o)
	t.habits.cold.Pass(at, agreed)
	for _, objection := range [...]driver.State{
		t.jump(tracked),
		o.ambiguous,
		contradiction,
		t.reported(o),
		coldStarted(t.habits.cold.Left(at)),
	} {
		if !objection.Publishing() {
			t.standing, t.epochState = objection, objection
			return objection
		}
	}
	t.standing, t.epochState = driver.State{}, driver.State{}
	t.steady(o)
	return paired
}

// reported returns the objection in what the receiver reports about itself.
func (t *tracker) reported(o *observation) driver.State {
	at, second := o.start.Steady(), nearest(o.utc)
	t.monitor.Update(second, at)
	return ublox.Objection(t.monitor.Health(at), t.leaps().Contradiction(second))
}

// jump returns the objection to a time that contradicts the hypothesis.
func (t *tracker) jump(tracked driver.State) driver.State {
	if t.current.known() && !tracked.Publishing() && tracked != heldUp {
		return tracked
	}
	return driver.State{}
}

// maxApart is how far apart two blocks of sentences that name the same second may be without
// a pulse for comparison. Further apart, one may be a second off.
const maxApart = half / 2

// decide chooses between anchors of different seconds by a locked pulse, a witness, or a
// known delay with which only one of them agrees. If none of these decides, it returns an
// objection.
func (t *tracker) decide(o *observation) driver.State {
	apart := time.Duration(o.late - o.early)
	straddles := apart >= half && (!t.learn.calibrated || o.again != "") || o.repeats && apart >= maxApart
	if t.pulse.comparable(o) {
		straddles = t.straddles(o)
	}
	switch {
	case t.pulse.locked || !straddles:
		return driver.State{}
	case o.again != "":
		return contradicts(o.named + " and " + o.again)
	}
	return ambiguousBurst(apart)
}

// straddles reports whether an edge is between the anchors and it is unknown to which side
// of it the burst belongs. If it is known, straddles uses the right anchor.
func (t *tracker) straddles(o *observation) bool {
	l, at := &t.learn, t.pulse.at
	early, first := o.behind(o.early, at, l.near())
	late, second := o.behind(o.late, at, l.near())
	if first == second || t.pulse.locked || o.again != "" {
		return first != second
	}
	known, ok := t.witnessed(o)
	switch {
	case ok && known == second, !ok && l.plausible(late) && !l.plausible(early):
		l.use, o.start = byName, o.anchors[byName]
	case ok && known == first, !ok && l.plausible(early) && !l.plausible(late):
	default:
		return true
	}
	return false
}

// witnessed returns which second the last edge began, if a witness knows it.
func (t *tracker) witnessed(o *observation) (second int64, ok bool) {
	for _, w := range t.config.Witnesses {
		if estimate, knows := w.Current(); knows {
			truth := o.start.Real - (o.start.Steady() - t.pulse.at) + int64(estimate.Offset)
			second = nearest(truth)
			return second, time.Duration(truth-second*int64(time.Second)).Abs()+estimate.Within < half
		}
	}
	return 0, false
}

// wrongSecond is the least difference at which a witness contradicts.
const wrongSecond = half

// askWitnesses compares a burst with the witnesses. It returns the contradiction of one of them,
// and whether one agrees. If the delay is unknown, the burst may be late by 0 to
// MaxMeasuredDelay. If later, it may be early for the next second.
func (t *tracker) askWitnesses(o *observation) (contradiction driver.State, agreed bool) {
	for _, w := range t.config.Witnesses {
		estimate, ok := w.Current()
		if !ok {
			continue
		}
		late := time.Duration(o.start.Real-o.utc) + estimate.Offset
		least, most := -wrongSecond, wrongSecond
		if t.learn.calibrated {
			late -= t.learn.delay
		} else {
			least, most = 0, MaxMeasuredDelay
		}
		if late < least-estimate.Within || late > most+estimate.Within {
			return contradicted(w, o.utc, time.Unix(0, o.start.Real+int64(estimate.Offset))), false
		}
		agreed = agreed || late > least+estimate.Within && late < most-estimate.Within
	}
	return driver.State{}, agreed
}

// contradicted is the state while a witness has another time.
func contradicted(w driver.Witness, utc int64, instead time.Time) driver.State {
	const form = "2006-01-02 15:04:05.0"
	return driver.State{
		Reason: "disagrees with witness",
		Detail: fmt.Sprintf("the receiver says %s, but %s says %s", time.Unix(0, utc).UTC().Format(form), w, instead.UTC().Format(form)),
		Hint:   "correct the one that is wrong, or turn off the witness " + driver.Setting("witness") + "; publishing resumes when they agree, or the witness has no time",
	}
}

// objectEdge returns the first objection to the pulse at a moment.
func (t *tracker) objectEdge(now int64) driver.State {
	p := &t.pulse
	age := time.Duration(now - p.confirmed)
	switch {
	case p.last == 0 || now-p.last > int64(pulsePatience):
		return p.none
	case !badPulse[p.why].Publishing():
		return badPulse[p.why]
	case !t.standing.Publishing():
		return t.standing
	case !p.locked && !t.epochState.Publishing():
		return t.epochState
	case !p.locked:
		return t.pairing()
	case !p.suspended.Publishing():
		return p.suspended
	case age > t.lapse(max(confirmWithin, t.config.Holdover)) && !t.epochState.Publishing():
		return t.epochState
	case age > t.lapse(max(confirmWithin, t.config.Holdover)):
		return unconfirmed
	case t.leaps().Open(nearest(p.at+t.current.base), p.named):
		return leapPossible
	case p.why != pps.Second:
		return recounted
	case age > t.lapse(confirmWithin):
		return holdingOver
	}
	return driver.State{}
}
