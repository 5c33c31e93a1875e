package gps

import (
	"cmp"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/gps/receiver"
	"github.com/refclock/refclock/nmea"
)

// An observation is an epoch that the receiver vouches for.
type observation struct {
	utc      int64 // nanoseconds since 1970; of a leap second, those of the second before
	leap     bool  // a leap second was named
	dateless bool  // only a time of day was named
	weight   int   // the support that it gives to a hypothesis: see whole

	start   nmea.Stamp // of the anchor that is used
	anchors [anchorKinds]nmea.Stamp
	early   int64 // steady: the earliest anchor of all, and the latest
	late    int64
	named   string // the sentence that names the second, and one that does again in a block of its own
	again   string // empty if none does
	repeats bool   // that block repeats a sentence of the first one

	ambiguous driver.State // the objection to its anchors; publishing if there is none
}

// habits is what the tracker knows of how the receiver speaks.
type habits struct {
	unparted int // epochs in a row whose burst had no start
	conflict receiver.Conflict
	cold     receiver.ColdStart
	identity receiver.Identity
	joined   int64 // the second named by a burst that was joined in its midst

	at    nmea.Stamp // when the last epoch began
	named nmea.TimeOfDay

	period time.Duration // between epochs: the shorter of the last two intervals
	passed time.Duration // the last one
}

// admit decides whether the receiver vouches for an epoch. The state is publishing if it
// does; else it says why not, and what stands against the pulse is noted.
func (t *tracker) admit(e nmea.Epoch, now nmea.Stamp) (o observation, state driver.State) {
	h := &t.habits
	at := begun(e).Steady()
	h.cold.See(e, at)
	state, against := t.review(e, at)
	if !state.Publishing() {
		t.heard = state
		held := e.Why == nmea.NoFix && t.pulse.locked && at-t.pulse.confirmed < int64(t.config.Holdover)
		if against && !held {
			t.standing = state
		}
		if e.Why == nmea.FarDate {
			t.denied = at
		}
		return o, state
	}
	t.recognise(e)
	// A late read may straddle the step: its bytes arrived before, its stamp was taken after.
	if straddles := now.Step(e.Start).Abs() > stepLimit; look(&t.steps[0], now) || straddles {
		return o, clockStepped
	}
	return t.observe(e), driver.State{}
}

// observe turns an epoch that was admitted into numbers.
func (t *tracker) observe(e nmea.Epoch) observation {
	o := observation{weight: whole, anchors: anchorsOf(e), dateless: e.Why == nmea.NoDate}
	if e.Cut {
		o.weight = 1
	}
	o.start = o.anchors[t.learn.use]
	a := e.Anchors
	o.early, o.late = a.Lead.Steady(), a.Name.Steady()
	if a.Again != 0 {
		again := a.Name.Steady() + int64(a.Again)
		o.early, o.late = min(o.early, again), max(o.late, again)
		o.named, o.again, o.repeats = e.NamedBy, a.AgainBy, a.Again > 0
	}
	if o.leap = e.UTC.Leap(); o.leap {
		e.UTC.Second--
	}
	switch {
	case !o.dateless:
		o.utc, _ = e.UTC.UnixNano()
	case t.belief.known():
		o.utc = t.belief.complete(e.UTC.SinceMidnight(), o.start.Steady())
	default:
		o.utc = t.rival.complete(e.UTC.SinceMidnight(), o.start.Steady())
	}
	o.start = t.learn.best(&o)
	return o
}

// review notes what an epoch says of itself, and explains why it is not to be used, and
// whether that is something against what the others have said.
func (t *tracker) review(e nmea.Epoch, at int64) (why driver.State, against bool) {
	h := &t.habits
	if h.unparted++; e.HasStart {
		h.unparted = 0
	}
	back := h.note(e)
	switch {
	case e.Conflict != "" || back:
		h.conflict.Add(cmp.Or(e.Conflict, "sentences of one burst"), at)
	case t.denies(e, at):
		h.conflict.Add("sentences with a fix and without", at)
	}
	vouched := e.Why == nmea.Valid || e.Why == nmea.TwoTimes || saysNothing[e.Why]
	switch {
	case vouched && h.conflict.Persists(at):
		return contradicts(h.conflict.Who), true
	case h.unparted > 0 && h.unparted <= 2 && t.belief.known():
		return heldUp, false
	case h.unparted > 0 && h.unparted <= 2:
		// The first burst after opening is joined in its midst: what it does not say, it
		// may have said before.
		if utc, ok := e.UTC.UnixNano(); ok && e.Why == nmea.Valid {
			h.joined = nearest(utc)
		}
		return settling, false
	case e.Why == nmea.TwoTimes || back:
		return contradicts(cmp.Or(e.By, h.conflict.Who)), back
	case e.Why == nmea.NoDate && (t.belief.known() || t.rival.known()): // by continuity it has one
	case e.Why != nmea.Valid:
		return refused(e), !saysNothing[e.Why]
	}
	if !e.HasStart {
		return noSilence, false
	}
	return driver.State{}, false
}

// denies reports whether an epoch without a fix names another second than the one with a
// fix just before it: where they take turns, nobody knows which is right.
func (t *tracker) denies(e nmea.Epoch, at int64) bool {
	h := &t.belief
	if !h.known() {
		h = &t.rival
	}
	off := h.residual(h.complete(e.UTC.SinceMidnight(), at)+int64(t.lag()), at)
	return e.Why == nmea.NoFix && e.HasTime && h.known() && at-h.last < int64(3*half) && off.Abs() >= half
}

// saysNothing are the reasons that come of a lost sentence: they are none against
// what the other epochs have said.
var saysNothing = map[nmea.Reason]bool{nmea.NoFixStatus: true, nmea.NoTime: true, nmea.NoDate: true}

// begun is when an epoch began, or when it ended if that is not known.
func begun(e nmea.Epoch) nmea.Stamp {
	if e.HasStart {
		return e.Start
	}
	return e.Last
}

// note notes the time that an epoch names, and reports whether it is earlier than that
// of the epoch before it, of the same second.
func (h *habits) note(e nmea.Epoch) (back bool) {
	if !e.HasTime {
		return false
	}
	at, before, named := begun(e), h.at, h.named
	h.at, h.named = at, e.UTC.TimeOfDay
	if !before.IsZero() {
		passed := at.Sub(before)
		h.period, h.passed = min(cmp.Or(h.passed, passed), passed), passed
	}
	const day = 24 * time.Hour
	earlier := named.SinceMidnight() - h.named.SinceMidnight()
	return !before.IsZero() && at.Sub(before) < half && earlier > 0 && earlier < day/2
}
