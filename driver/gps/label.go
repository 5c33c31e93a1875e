package gps

import (
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

// waitForPulse is how long the sentences' unit waits for the pulse from which their
// delay is learnt: samples that are late by half a second would come and then jump.
const waitForPulse = 12 * time.Second

// A labeller makes samples of a receiver's epochs and edges: it says which second
// each is about, or why that is not certain. It publishes nothing that does not go on
// as time does; see timeline for the epochs alone, and train for the edges.
//
// Where there is a pulse, the epochs go by it too: they are compared with its count,
// and their delay behind it is learnt and taken off.
//
//	an epoch that                                    does
//	the receiver does not vouch for                  is withheld, and the pulse with it
//	falls into a step of the system clock            is withheld
//	the locked pulse's count contradicts             is withheld, and the pulse with it
//	the locked pulse's count agrees with             is published, less the learnt delay
//	comes while a pulse is about to lock             is withheld, if its delay is not known
//	comes without a pulse that is of use,
//	  and goes on from its timeline                  is published, less the known delay
//	names the second of the last one, or a fraction  is not due
//
// It is a pure function of stamped epochs and edges.
type labeller struct {
	delay      time.Duration // of a burst behind its second
	calibrated bool          // whether that is known, by setting or from the pulse
	set        bool          // by setting
	wander     time.Duration // of the delay, where it is only remembered

	timelines
	train     train
	leaps     leapSeconds
	cold      coldStart
	witnesses []driver.Witness
	holdover  time.Duration

	identity identity
	name     string // the identity, once it is known; of the last receiver, after its port was opened anew
	memory   Memory // may be nil
	history  history

	steps     stepWatch  // as the epochs see it
	edgeSteps stepWatch  // as the edges do
	first     nmea.Stamp // the first valid epoch

	// What the last call did beside its answer: the samples to come have nothing to do
	// with those before, since the system clock was set, or the delay is another one.
	restart bool

	unparted int          // epochs in a row whose burst had no start
	order    order        // of the epochs, good or not
	said     driver.State // of the last epoch that was judged

	second int64      // the last second published, in seconds since 1970
	whole  nmea.Stamp // when an epoch without a fraction came last
}

// newLabeller makes a labeller by a configuration.
func newLabeller(c Config) labeller {
	l := labeller{
		delay: c.Delay, calibrated: c.Calibrated, set: c.Calibrated,
		leaps: leapSeconds{c.Leaps}, cold: coldStart{hold: c.ColdStart}, witnesses: c.Witnesses, holdover: c.Holdover,
		identity: identity{baud: c.Baud}, memory: c.Memory,
	}
	if c.Pulse != nil {
		l.train = newTrain(c.Pulse.Polarity, c.Delay, c.Calibrated)
		l.train.confirmWithin = max(confirmWithin, c.Holdover)
		l.train.leaps = l.leaps
	}
	return l
}

// lose notes that the receiver has been silent: it may have lost its power. Where it
// goes on from what it said before, it has proved that it did not.
func (l *labeller) lose(why driver.State, now nmea.Stamp) {
	l.rival.known = false
	l.cold.restart()
	l.train.refuse(why, !l.holding(now))
}

// reopened notes that another receiver may be on the port from now on, at this rate.
// Its time goes on from the last one's, as time does; but its delay is another.
func (l *labeller) reopened(baud int) {
	l.rival.known = false
	l.cold.restart()
	l.train.doubt(listening)
	l.identity = identity{baud: baud}
	l.locked.strays = -settleEpochs // bursts that begin elsewhere may be another's, until it is known who speaks
}

// holding tells whether pulses are counted on without a fix.
func (l *labeller) holding(now nmea.Stamp) bool {
	return l.train.locked && now.Sub(l.train.confirmed) < l.holdover
}

// epoch judges an epoch. The stamp at is the present: where the system clock has
// been stepped since the burst, the sample would straddle the step.
func (l *labeller) epoch(e nmea.Epoch, at nmea.Stamp) (s driver.Sample, state driver.State, ok bool) {
	l.restart = false
	if l.order.repeats(e) {
		return driver.Sample{}, l.said, false
	}
	s, state, ok = l.judge(e, at)
	l.said = state
	return s, state, ok
}

// judge is epoch, of one that names another second than the last.
func (l *labeller) judge(e nmea.Epoch, at nmea.Stamp) (driver.Sample, driver.State, bool) {
	l.cold.see(e)
	if state, against := l.refused(e); !state.Feeding() {
		l.train.refuse(state, against && !(e.Why == nmea.NoFix && l.holding(at)))
		if e.Why == nmea.FarDate {
			l.denied = at
		}
		return driver.Sample{}, state, false
	}
	l.recognise(e)
	// What was read late may have come before the step, and its stamp is of afterwards,
	// as when a machine is suspended.
	stepped, straddles := l.steps.stepped(at), at.Step(e.Start).Abs() > stepLimit
	if l.restart = stepped || straddles; l.restart {
		return driver.Sample{}, clockStepped, false
	}
	utc, leap := l.named(e)
	if utc%int64(time.Second) == 0 {
		l.whole = e.Start
	}
	if l.first.IsZero() {
		l.first = e.Start
	}
	state := l.follow(utc, e.Start, e.Why == nmea.NoDate)
	due := l.due(utc, e.Start)
	if l.train.fitted() && (due || utc%int64(time.Second) == 0) {
		state = l.compare(utc, e.Start, state)
	}
	if doubt := l.doubt(utc, e.Start); state.Feeding() {
		state = doubt
	}
	switch second := nearest(utc); {
	case !state.Feeding():
		return driver.Sample{}, state, false
	case leap:
		return driver.Sample{}, leapSecond, false
	case l.leaps.doubtful(second):
		return driver.Sample{}, leapPossible, false
	case !due:
		return driver.Sample{}, feeding(l.calibrated), false
	}
	l.second = nearest(utc)
	receive := e.Start.Add(-l.delay)
	return driver.Sample{
		Clock: utc, Receive: receive.Real, Mono: receive.Mono, Leap: l.leaps.warning(l.second), Wander: l.wander,
	}, feeding(l.calibrated), true
}

// named is the instant that a good epoch names, in nanoseconds since 1970, and whether
// it is in a leap second: that goes by the number of the second before.
func (l *labeller) named(e nmea.Epoch) (utc int64, leap bool) {
	if leap = e.UTC.Leap(); leap {
		e.UTC.Second--
	}
	if e.Why == nmea.NoDate {
		utc = l.locked.complete(e)
	} else {
		utc, _ = e.UTC.UnixNano()
	}
	if l.leaps.inserted(nearest(utc)) {
		leap = l.repeat(utc, e.Start) || leap
	}
	return utc, leap
}

// repeat takes a burst at the end of a June or December that may name a second for
// the second time, counts that one as inserted, and tells whether it was one.
func (l *labeller) repeat(utc int64, start nmea.Stamp) (repeated bool) {
	for _, t := range []*timeline{&l.locked, &l.rival} {
		if t.known && repeats(t.gap(utc, start)) {
			t.base -= int64(time.Second)
			repeated = true
		}
	}
	if t := &l.train; t.locked && repeats(-t.gap(utc, start)) {
		t.repeat()
	}
	return repeated
}

// doubt looks for what speaks against an epoch beside itself. It is asked of each, as
// one that is held back may still have confirmed the pulses' count.
func (l *labeller) doubt(utc int64, start nmea.Stamp) driver.State {
	state, agreed := l.hear(utc, start)
	if left := l.cold.left(start, agreed); state.Feeding() && left > 0 {
		state = coldStarted(left)
	}
	if !state.Feeding() {
		l.train.refuse(state, true)
	}
	return state
}

// recognise finds out which receiver it is, and remembers its delay.
func (l *labeller) recognise(e nmea.Epoch) {
	if l.identity.known() {
		return
	}
	l.identity.add(e)
	if !l.identity.known() || l.set {
		return
	}
	if name := l.identity.String(); l.name != name {
		if l.name != "" { // another receiver was plugged in
			l.delay, l.calibrated, l.history = 0, false, history{}
		}
		l.name = name
	}
	if l.memory == nil || l.calibrated {
		return
	}
	if learnt, ok := l.memory.Recall(l.name); ok {
		l.delay, l.wander, l.calibrated = learnt.Delay, learnt.Spread, true
	}
}

// learnt is what to keep of the delay, and of which receiver.
func (l *labeller) learnt() (receiver string, learnt Learnt, ok bool) {
	learnt, ok = l.history.learnt()
	return l.name, learnt, ok && !l.set && l.identity.known()
}

// refused tells why an epoch is none to go by, from what it says itself, and
// whether that is something against what the others have said.
func (l *labeller) refused(e nmea.Epoch) (why driver.State, against bool) {
	if l.unparted++; e.HasStart {
		l.unparted = 0
	}
	back := l.order.back(e)
	if l.unparted > 0 || back {
		l.rival.mixed++
	}
	switch {
	case l.unparted > 0 && l.unparted <= 2 && l.locked.known:
		return heldUp, false
	case l.unparted > 0 && l.unparted <= 2:
		// The first burst after opening is joined in its midst: what it does not say, it
		// may have said before.
		if utc, ok := e.UTC.UnixNano(); ok && e.Why == nmea.Valid {
			l.train.join(utc)
		}
		return settling, false
	case e.Why == nmea.NoDate && l.locked.known: // by continuity it has one
	case e.Why != nmea.Valid:
		return refused(e), !saysNothing[e.Why]
	}
	if !e.HasStart || back {
		return noSilence, back
	}
	return driver.State{}, false
}

// saysNothing are the reasons that come of a lost sentence: they are none against
// what the other epochs have said.
var saysNothing = map[nmea.Reason]bool{nmea.FixUnsaid: true, nmea.NoTime: true, nmea.NoDate: true}

// compare has the pulse confirm what an epoch says, or contradict it, and learns
// the delay. The state is what the epochs alone would have.
func (l *labeller) compare(utc int64, start nmea.Stamp, alone driver.State) driver.State {
	t := &l.train
	t.burst(utc, start)
	switch {
	case !t.locked && !l.calibrated && t.why == pps.Second && t.pairing().finding() == ambiguous:
		return ambiguousDelay(t.pairing())
	case !t.locked && !l.calibrated && (t.promising(start) || start.Sub(l.first) < waitForPulse):
		return settling
	case !t.locked:
		return alone
	case t.suspended:
		return t.heard
	case !t.near(start):
		return alone
	}
	if !l.set {
		l.restart = !l.calibrated
		l.delay, l.wander, l.calibrated = t.delays.median(), 0, true
		l.history.add(l.delay, start.Mono)
	}
	if t.strayed(utc, start) {
		return heldUp
	}
	return driver.State{}
}

// edge judges an edge. The stamp at is the present, as for an epoch.
func (l *labeller) edge(e pps.Edge, at nmea.Stamp) (driver.Sample, driver.State, bool) {
	t := &l.train
	if l.restart = l.edgeSteps.stepped(at); l.restart {
		// Its stamps on the two clocks may be of the two sides of the step.
		return driver.Sample{}, clockStepped, false
	}
	begins := t.push(e)
	state := t.state(at)
	if !begins || !state.Feeding() {
		return driver.Sample{}, state, false
	}
	return driver.Sample{
		Clock: t.label * int64(time.Second), Receive: e.Stamp.Real, Mono: e.Stamp.Mono, Leap: l.leaps.warning(t.label),
	}, state, true
}

// due lets one epoch a second pass: of a receiver that reports several, the one
// at the whole second; of one that never does, the first.
func (l *labeller) due(utc int64, start nmea.Stamp) bool {
	reportsWhole := !l.whole.IsZero() && start.Sub(l.whole) < 2*time.Second
	return nearest(utc) != l.second && (utc%int64(time.Second) == 0 || !reportsWhole)
}

// nearest is the whole second that an instant is nearest to.
func nearest(utc int64) int64 { return (utc + int64(time.Second)/2) / int64(time.Second) }
