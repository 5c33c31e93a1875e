package gps

import (
	"sync"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/gps/receiver"
	"github.com/refclock/refclock/driver/gps/robust"
	"github.com/refclock/refclock/driver/gps/ublox"
	"github.com/refclock/refclock/driver/leap"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

// A tracker decides which second it is. It has one hypothesis, which is that UTC is the
// steady clock plus a base. It has at most one rival hypothesis. Every epoch and every edge
// is evidence for or against them.
//
//	epoch -> admit -> track -> object -> publish -> verdict
//	edge  ----------> track -> object -> publish -> verdict
//
// Invariants:
//
//  1. A sample is published only if |residual| + U < 0.5 s. The residual is its difference
//     from the hypothesis. U is the error budget of the hypothesis at that moment: the
//     spread of the residuals, plus the drift (1/maxDrift) since the last evidence, plus
//     the error of the stamp.
//  2. An objection stops both units. Silence is not an objection.
//  3. The second that an edge begins follows from the hypothesis and the delay. The delay
//     is known from the settings, from memory, or from 8 seconds in which every anchor of
//     every burst named the same second.
//  4. An inserted second changes the base in one place: skip.
//  5. An epoch without a date does not begin a hypothesis.
//
// A tracker reads no clock: its results follow from the stamped epochs and edges, and from the
// witnesses and the memory. It is safe for concurrent use by the goroutines of the port and
// of the pulse. The lock costs an edge some 20 ns, unless a burst ends at the edge, which is
// rare.
type tracker struct {
	mu     sync.Mutex
	config Config

	current        hypothesis // the current one
	rival          hypothesis
	contradictedAt int64 // steady: the last time the receiver contradicted a rival, or named a date too far ahead

	skipped int64 // the last 00:00:00 before which a second was inserted, in seconds since 1970; see skip

	habits   habits
	sentence sentences
	pulse    pulse
	learn    learner
	monitor  ublox.Monitor // what the receiver reports about itself
	steps    [2]nmea.Stamp // the last readings of the clocks: with an epoch, with an edge

	restart    bool         // the delay has changed: the next samples are not comparable with the last
	standing   driver.State // the current objection; publishing if none
	epochState driver.State // the state of the last epoch; publishing if it was good
}

// sentences is the state of the sequence of epochs.
type sentences struct {
	first  int64         // steady: the first epoch that was admitted
	second int64         // the last second published, in seconds since 1970
	whole  int64         // steady: the last epoch without a fraction
	strays int           // consecutive epochs that strayed to the same place
	stray  time.Duration // the residual of the last of them
}

func newTracker(c Config) *tracker {
	t := &tracker{config: c, habits: habits{cold: receiver.ColdStart{Hold: c.ColdStart}}}
	t.learn = learner{
		delay: c.Delay, calibrated: c.Calibrated,
		delays: robust.NewWindow(keepDelays), history: robust.NewWindow(keepHistory),
	}
	if c.Pulse != nil {
		t.pulse.gate, t.pulse.none = pps.NewGate(c.Pulse.Polarity), noPulse(c.Pulse.Source)
	}
	return t
}

// enter locks the tracker for the port or the pulse, where the order matters to a replay.
func (t *tracker) enter(pulse bool) {
	if t.config.Lock != nil {
		t.config.Lock(&t.mu, pulse)
		return
	}
	t.mu.Lock()
}

// pulseState returns the state of the pulse at a moment without an edge.
func (t *tracker) pulseState(now nmea.Stamp) driver.State {
	t.enter(true)
	defer t.mu.Unlock()
	return t.objectEdge(now.Steady())
}

// begun reports whether the receiver has sent an epoch.
func (t *tracker) begun() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.habits.rhythm.Begun()
}

// silent records that the receiver sends nothing useful, and why. It may have lost power. If
// its time is continuous afterwards, it has not.
func (t *tracker) silent(why driver.State) {
	t.enter(false)
	defer t.mu.Unlock()
	t.rival = hypothesis{}
	t.habits.cold.Silent()
	t.epochState = why
}

// reopened records that the port was opened, at this rate. It may have another receiver now.
// The time is still continuous then, but the delay may change.
func (t *tracker) reopened(baud int) {
	t.enter(false)
	defer t.mu.Unlock()
	t.rival = hypothesis{}
	if t.habits.rhythm.Begun() { // not at the first time
		t.habits.cold.Silent()
	}
	t.habits.identity = receiver.Identity{Baud: baud}
	t.habits.noStart, t.habits.joined, t.habits.conflict = 0, 0, receiver.Conflict{}
	t.monitor = ublox.Monitor{}
	t.sentence.strays = -settleEpochs // bursts that begin elsewhere may be from another receiver
	t.suspend(listening)
}

// continueWait continues the wait of a cold start, before the first epoch.
func (t *tracker) continueWait(w receiver.Wait) {
	t.enter(false)
	defer t.mu.Unlock()
	t.habits.cold.Continue(w)
}

// wait returns the wait of a cold start to keep, and whether the receiver waits.
func (t *tracker) wait() (w receiver.Wait, waits bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.habits.cold.Wait()
}

// pulseReopened records that the line of the pulse was opened. It may be another line now.
func (t *tracker) pulseReopened() {
	t.enter(true)
	defer t.mu.Unlock()
	t.suspend(recounted)
}

// leaps returns the known leap seconds.
func (t *tracker) leaps() leap.Seconds {
	return leap.Seconds{Table: t.config.Leaps, Sky: t.monitor.Sky}
}

// hear records a message in which the receiver reports about itself.
func (t *tracker) hear(message []byte, at nmea.Stamp) {
	t.enter(false)
	defer t.mu.Unlock()
	t.monitor.See(message, at.Steady())
}

// patience returns how long the receiver may be silent: longer if it reports rarely, or has
// reported only once.
func (t *tracker) patience() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.habits.rhythm.Period == 0 && t.habits.rhythm.Begun() {
		return longestInterval
	}
	return t.lapse(patience)
}

// longestInterval is the longest interval of reports, 30 s, plus half a second.
const longestInterval = 30500 * time.Millisecond

// lapse returns a timeout for this receiver, from the usual one for a receiver that reports
// every second.
func (t *tracker) lapse(usual time.Duration) time.Duration {
	if t.habits.rhythm.Period < 3*time.Second/2 {
		return usual
	}
	return max(usual, t.habits.rhythm.Period*7/2)
}

// stepLimit separates a step of the system clock from the time between the readings of two
// clocks, when the thread loses its processor in between. It needs no margin for slewing:
// Linux slews CLOCK_MONOTONIC with CLOCK_REALTIME, and only a step moves them apart.
const stepLimit = 20 * time.Millisecond

// noteStep records a reading of the clocks, and reports whether the system clock was stepped
// since the last.
func noteStep(last *nmea.Stamp, now nmea.Stamp) (stepped bool) {
	before := *last
	*last = now
	return !before.IsZero() && now.Step(before).Abs() > stepLimit
}

// nearest returns the whole second nearest to an instant.
func nearest(utc int64) int64 { return (utc + int64(half)) / int64(time.Second) }
