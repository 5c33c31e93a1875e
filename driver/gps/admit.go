package gps

import (
	"cmp"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/gps/receiver"
	"github.com/refclock/refclock/nmea"
)

// An observation is an admitted epoch, in numbers.
type observation struct {
	utc      int64 // nanoseconds since 1970; for a leap second, the second before
	leap     bool  // names a leap second
	dateless bool  // names only a time of day
	weight   int   // its support for a hypothesis: see whole

	start   nmea.Stamp // of the used anchor
	anchors [anchorKinds]nmea.Stamp
	early   int64 // steady: the earliest anchor of all, and the latest
	late    int64
	named   string // the sentence that names the second
	again   string // a sentence that names it in another block; empty if none
	repeats bool   // that block repeats a sentence of the first one

	ambiguous driver.State // the objection to its anchors; publishing if none
}

// habits is how the receiver sends.
type habits struct {
	noStart  int // consecutive epochs without a start of the burst
	conflict receiver.Conflict
	cold     receiver.ColdStart
	identity receiver.Identity
	joined   int64 // time of day that a burst named that was received in part, minus steady; 0: none
	rhythm   receiver.Rhythm
}

// admit decides whether an epoch is valid, according to the receiver itself. The state is
// publishing if it is. If not, it has the reason, which may be an objection to the pulse, too.
func (t *tracker) admit(e nmea.Epoch, now nmea.Stamp) (o observation, state driver.State) {
	h := &t.habits
	at := begun(e).Steady()
	h.cold.See(e, at)
	state, against := t.review(e, at)
	if !state.Publishing() {
		t.epochState = state
		held := e.Why == nmea.NoFix && t.pulse.locked && at-t.pulse.confirmed < int64(t.config.Holdover)
		if against && !held {
			t.standing = state
		}
		if e.Why == nmea.FarDate {
			t.contradictedAt = at
		}
		return o, state
	}
	t.recognise(e)
	// A late read may straddle the step: its bytes arrived before, its stamp was taken after.
	if straddles := now.Step(e.Start).Abs() > stepLimit; noteStep(&t.steps[0], now) || straddles {
		return o, clockStepped
	}
	return t.observe(e), driver.State{}
}

// observe converts an admitted epoch to numbers.
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
	case t.current.known():
		o.utc = t.current.complete(e.UTC.SinceMidnight(), o.start.Steady())
	default:
		o.utc = t.rival.complete(e.UTC.SinceMidnight(), o.start.Steady())
	}
	o.start = t.learn.best(&o)
	return o
}

// review checks an epoch. It returns the reason not to use it, and whether that reason
// contradicts the other epochs.
func (t *tracker) review(e nmea.Epoch, at int64) (why driver.State, against bool) {
	h := &t.habits
	if h.noStart++; e.HasStart {
		h.noStart = 0
	}
	back := h.rhythm.Note(e, begun(e))
	switch {
	case e.Conflict != "" || back:
		h.conflict.Add(cmp.Or(e.Conflict, "sentences of one burst"), at)
	case t.contradictsFix(e, at):
		h.conflict.Add("sentences with a fix and without", at)
	}
	vouched := e.Why == nmea.Valid || e.Why == nmea.TwoTimes || incomplete[e.Why]
	switch {
	case vouched && h.conflict.Persists(at):
		return contradicts(h.conflict.Who), true
	case h.noStart > 0 && h.noStart <= 2 && t.current.known():
		return heldUp, false
	case h.noStart > 0 && h.noStart <= 2:
		// The first burst after opening was received in part. The missing part may name
		// what this part does not.
		if e.Why == nmea.Valid || e.Why == nmea.NoDate {
			h.joined = int64(e.UTC.SinceMidnight()) - e.Anchors.Name.Steady()
		}
		return settling, false
	case e.Why == nmea.TwoTimes || back:
		return contradicts(cmp.Or(e.By, h.conflict.Who)), back
	case e.Why == nmea.NoDate && (t.current.known() || t.rival.known()): // continuity gives the date
	case e.Why == nmea.NoFix:
		return t.monitor.Health(at).Explain(refused(e)), true
	case e.Why != nmea.Valid:
		return refused(e), !incomplete[e.Why]
	}
	if !e.HasStart {
		return noSilence, false
	}
	return driver.State{}, false
}

// contradictsFix reports whether an epoch without a fix names another second than the recent
// ones with a fix: if they alternate, it is unknown which is right.
func (t *tracker) contradictsFix(e nmea.Epoch, at int64) bool {
	h := &t.current
	if !h.known() {
		h = &t.rival
	}
	off := h.residual(h.complete(e.UTC.SinceMidnight(), at)+int64(t.lag()), at)
	return e.Why == nmea.NoFix && e.HasTime && h.known() && at-h.last < int64(3*half) && off.Abs() >= half
}

// incomplete has the reasons that a lost sentence may cause. They do not contradict the other
// epochs.
var incomplete = map[nmea.Reason]bool{nmea.NoFixStatus: true, nmea.NoTime: true, nmea.NoDate: true}

// begun returns when an epoch began, or when it ended if that is unknown.
func begun(e nmea.Epoch) nmea.Stamp {
	if e.HasStart {
		return e.Start
	}
	return e.Last
}
