package gps

import (
	"fmt"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/pps"
)

// object finds the first objection to an epoch. An objection stands until an epoch comes
// without one, and stops both units. Where there is none, the state is what the
// comparison with the pulse has made of the epoch, which may still be withheld.
func (t *tracker) object(o *observation, tracked, paired driver.State) driver.State {
	at := o.start.Steady()
	contradiction, agreed := t.hear(o)
	t.habits.cold.Pass(at, agreed)
	for _, objection := range [...]driver.State{
		t.jump(tracked),
		o.ambiguous,
		contradiction,
		coldStarted(t.habits.cold.Left(at)),
	} {
		if !objection.Publishing() {
			t.standing, t.heard = objection, objection
			return objection
		}
	}
	t.standing, t.heard = driver.State{}, driver.State{}
	t.steady(o)
	return paired
}

// jump is the objection to a time that is not the one believed.
func (t *tracker) jump(tracked driver.State) driver.State {
	if t.belief.known() && !tracked.Publishing() && tracked != heldUp {
		return tracked
	}
	return driver.State{}
}

// maxApart is how far apart two blocks of sentences that name the same second may be, if
// there is no pulse to compare them with: one of the two may be a second off.
const maxApart = half / 2

// decide chooses between anchors that are of different seconds. A locked pulse decides, or
// a delay that is known and that only one of them agrees with, or a witness. If none
// does, that is an objection.
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

// straddles reports whether an edge lies between the anchors, and nothing says behind
// which of its sides the burst belongs. It uses the anchor that is known to be right.
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

// witnessed is the second that the last edge began, if a witness knows it.
func (t *tracker) witnessed(o *observation) (second int64, ok bool) {
	for _, w := range t.config.Witnesses {
		if said, knows := w.Testify(); knows {
			truth := o.start.Real - (o.start.Steady() - t.pulse.at) + int64(said.Offset)
			second = nearest(truth)
			return second, time.Duration(truth-second*int64(time.Second)).Abs()+said.Within < half
		}
	}
	return 0, false
}

// wrongSecond is by how much a witness must disagree.
const wrongSecond = half

// hear asks the witnesses about a burst: whether one of them contradicts, and whether one
// agrees. Where the delay is not known, the burst may be as late as one that a pulse
// would be published with; later, it could as well be early of the second after.
func (t *tracker) hear(o *observation) (contradiction driver.State, agreed bool) {
	for _, w := range t.config.Witnesses {
		said, ok := w.Testify()
		if !ok {
			continue
		}
		late := time.Duration(o.start.Real-o.utc) + said.Offset
		least, most := -wrongSecond, wrongSecond
		if t.learn.calibrated {
			late -= t.learn.delay
		} else {
			least, most = 0, maxDelay
		}
		if late < least-said.Within || late > most+said.Within {
			return contradicted(w, o.utc, time.Unix(0, o.start.Real+int64(said.Offset))), false
		}
		agreed = agreed || late > least+said.Within && late < most-said.Within
	}
	return driver.State{}, agreed
}

// contradicted is the state while a witness knows another time.
func contradicted(w driver.Witness, utc int64, instead time.Time) driver.State {
	const form = "2006-01-02 15:04:05.0"
	return driver.State{
		Reason: "disagrees with witness",
		Detail: fmt.Sprintf("the receiver says %s, and %s %s", time.Unix(0, utc).UTC().Format(form), w, instead.UTC().Format(form)),
		Hint:   "one of the two is wrong; the receiver is used again when they agree, or when the witness knows nothing any more; if you know better, have none " + driver.Setting("witness"),
	}
}

// objectEdge is the state of the pulse at a moment: the first objection to it.
func (t *tracker) objectEdge(now int64) driver.State {
	p := &t.pulse
	age := time.Duration(now - p.confirmed)
	switch {
	case p.last == 0 || now-p.last > int64(pulsePatience):
		return noPulse
	case p.why == pps.Rate, p.why == pps.Square, p.why == pps.Noise:
		return badPulse[p.why]
	case !t.standing.Publishing():
		return t.standing
	case !p.locked && !t.heard.Publishing():
		return t.heard
	case !p.locked:
		return t.pairing()
	case !p.suspended.Publishing():
		return p.suspended
	case age > t.lapse(max(confirmWithin, t.config.Holdover)) && !t.heard.Publishing():
		return t.heard
	case age > t.lapse(max(confirmWithin, t.config.Holdover)):
		return unconfirmed
	case t.leaps().Open(nearest(p.at+t.belief.base), p.named):
		return leapPossible
	case p.why != pps.Second:
		return recounted
	case age > t.lapse(confirmWithin):
		return holdingOver
	}
	return driver.State{}
}
