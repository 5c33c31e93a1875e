package gps

import (
	"sync"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/gps/receiver"
	"github.com/refclock/refclock/driver/gps/robust"
	"github.com/refclock/refclock/driver/leap"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

// A tracker knows which second it is. It holds one hypothesis, that UTC is the steady
// clock plus a base, and at most one rival. Every epoch and every edge is evidence for
// or against it.
//
//	epoch -> admit -> track -> object -> publish -> verdict
//	edge  ----------> track -> object -> publish -> verdict
//
// Invariants:
//
//  1. A sample is published only if |residual| + U < 0.5 s: what it differs from the
//     hypothesis by, plus the error budget U of the hypothesis at that moment. U is the
//     spread of the residuals, plus maxDrift times the time since the last evidence,
//     plus what the stamp itself may be off.
//  2. An objection stops both units. Silence is no objection.
//  3. Which second an edge begins follows from the hypothesis and the delay. The delay
//     is known by setting, by memory, or by 8 seconds in which every anchor of every
//     burst named the same second.
//  4. An inserted second changes the base in one place: see skip.
//  5. Nothing without a date begins a hypothesis.
//
// A tracker is a pure function of the stamped epochs and edges that it is given. It may
// be used by the goroutines of the port and of the pulse, which meet when a burst ends
// at an edge. That is rare; else the lock costs an edge some 20 ns.
type tracker struct {
	mu     sync.Mutex
	config Config

	belief hypothesis
	rival  hypothesis
	denied int64 // steady: when the receiver last contradicted a rival, or showed a date too far ahead

	skipped int64 // the last 00:00:00 before which a second was inserted, in seconds since 1970; see skip

	habits   habits
	sentence sentences
	pulse    pulse
	learn    learner
	steps    [2]nmea.Stamp // the last looks at the clocks: with an epoch, with an edge

	restart  bool         // the delay has changed: samples to come have nothing to do with those before
	standing driver.State // the objection that stands; publishing if none does
	heard    driver.State // what the last epoch was worth; publishing if it was good
}

// A verdict is what the tracker makes of an epoch or an edge.
type verdict struct {
	sample   driver.Sample
	ok       bool // there is a sample
	state    driver.State
	restart  bool          // samples to come have nothing to do with those before
	residual time.Duration // of the sample
	budget   time.Duration // U, when it was published
}

// sentences is what the tracker knows of the row of epochs.
type sentences struct {
	first  int64         // steady: the first epoch that was admitted
	second int64         // the last second published, in seconds since 1970
	whole  int64         // steady: the last epoch without a fraction
	strays int           // how many in a row have strayed to one place
	stray  time.Duration // by how much the last one did
}

func newTracker(c Config) *tracker {
	t := &tracker{config: c, habits: habits{cold: receiver.ColdStart{Hold: c.ColdStart}}}
	t.learn = learner{
		delay: c.Delay, calibrated: c.Calibrated,
		delays: robust.NewWindow(keepDelays), history: robust.NewWindow(keepHistory),
	}
	if c.Pulse != nil {
		t.pulse.gate = pps.NewGate(c.Pulse.Polarity)
	}
	return t
}

// epoch judges an epoch. The stamp now is the present: where the system clock has been
// stepped since the burst, the sample would straddle the step.
func (t *tracker) epoch(e nmea.Epoch, now nmea.Stamp) verdict {
	t.mu.Lock()
	defer t.mu.Unlock()
	o, state := t.admit(e, now)
	v := verdict{state: state}
	if state.Publishing() {
		tracked := t.track(&o)
		v = t.publish(&o, t.object(&o, tracked, t.pair(&o, tracked)))
	}
	v.restart = t.restart || state == clockStepped
	t.restart = false
	return v
}

// edge judges an edge. The stamp now is the present, as for an epoch.
func (t *tracker) edge(e pps.Edge, now nmea.Stamp) verdict {
	t.mu.Lock()
	defer t.mu.Unlock()
	if look(&t.steps[1], now) {
		// Its stamps on the two clocks may be of the two sides of the step.
		return verdict{state: clockStepped, restart: true}
	}
	at := nmea.Stamp{Real: e.Stamp.Real, Mono: e.Stamp.Mono, Slew: now.Slew}
	residual, begins := t.trackEdge(e, at)
	return t.publishEdge(at, residual, begins)
}

// pulseState is the state of the pulse at a moment without an edge.
func (t *tracker) pulseState(now nmea.Stamp) driver.State {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.objectEdge(now.Steady())
}

// silent notes that nothing of use has come from the receiver, and why. It may have lost
// its power. Where it goes on from what it said before, it has proved that it did not.
func (t *tracker) silent(why driver.State) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rival = hypothesis{}
	t.habits.cold.Silent()
	t.heard = why
}

// reopened notes that another receiver may be on the port from now on, at this rate. Its
// time continues the last one's, as time does; but its delay may be another.
func (t *tracker) reopened(baud int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rival = hypothesis{}
	if !t.habits.at.IsZero() { // else nobody knows what it said before
		t.habits.cold.Silent()
	}
	t.habits.identity = receiver.Identity{Baud: baud}
	t.habits.unparted, t.habits.conflict = 0, receiver.Conflict{}
	t.sentence.strays = -settleEpochs // bursts that begin elsewhere may be another receiver's
	t.doubt(listening)
}

// relined notes that another line may bring the pulse from now on.
func (t *tracker) relined() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.doubt(recounted)
}

// leaps is what is known of leap seconds.
func (t *tracker) leaps() leap.Seconds { return leap.Seconds{Table: t.config.Leaps} }

// patience is how long a receiver may be silent: longer for one that reports seldom, and
// for one that has reported once.
func (t *tracker) patience() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.habits.period == 0 && !t.habits.at.IsZero() {
		return longestInterval
	}
	return t.lapse(patience)
}

// longestInterval is how far apart the reports of a receiver may be, and half a second.
const longestInterval = 30500 * time.Millisecond

// lapse is a time that is allowed to a receiver that reports each second, or as much
// more as its reports are further apart.
func (t *tracker) lapse(usual time.Duration) time.Duration {
	if t.habits.period < 3*time.Second/2 {
		return usual
	}
	return max(usual, t.habits.period*7/2)
}

// stepLimit separates a step of the system clock from what reading two clocks costs,
// where the processor is lost between the two. Slewing needs no room: Linux slews
// CLOCK_MONOTONIC with CLOCK_REALTIME, and only a step drives them apart.
const stepLimit = 20 * time.Millisecond

// look notes a look at the clocks, and reports whether the system clock was set since the
// last.
func look(last *nmea.Stamp, now nmea.Stamp) (stepped bool) {
	before := *last
	*last = now
	return !before.IsZero() && now.Step(before).Abs() > stepLimit
}

// nearest is the whole second that an instant is nearest to.
func nearest(utc int64) int64 { return (utc + int64(half)) / int64(time.Second) }
