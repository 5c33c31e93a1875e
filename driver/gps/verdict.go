package gps

import (
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

// A verdict is the result of an epoch or an edge.
type verdict struct {
	sample   driver.Sample
	ok       bool // there is a sample
	state    driver.State
	restart  bool          // the next samples are not comparable with the last
	residual time.Duration // of the sample
	budget   time.Duration // U, when it was published
}

// epoch judges an epoch. now is the current time: if the system clock was stepped since the
// burst, the epoch is withheld.
func (t *tracker) epoch(e nmea.Epoch, now nmea.Stamp) verdict {
	t.enter(false)
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

// edge judges an edge. now is the current time, as for an epoch.
func (t *tracker) edge(e pps.Edge, now nmea.Stamp) verdict {
	t.enter(true)
	defer t.mu.Unlock()
	if noteStep(&t.steps[1], now) {
		// The edge's stamps of the two clocks may be from both sides of the step.
		return verdict{state: clockStepped, restart: true}
	}
	at := nmea.Stamp{Real: e.Stamp.Real, Mono: e.Stamp.Mono, Slew: now.Slew}
	residual, begins := t.trackEdge(e, at)
	return t.publishEdge(e, at, residual, begins)
}

// publish makes the sample of an epoch with a state, or withholds it.
func (t *tracker) publish(o *observation, state driver.State) verdict {
	second := nearest(o.utc)
	switch {
	case !state.Publishing():
		return verdict{state: state}
	case o.leap:
		return verdict{state: leapSecond}
	case t.leaps().Doubtful(second), t.leaps().Doubtful(o.utc / int64(time.Second)):
		return verdict{state: leapPossible}
	case !t.due(o):
		return verdict{state: t.learn.publishing(t.config.Calibrated)}
	}
	t.sentence.second = second
	receive, at := o.start.Add(-t.learn.delay), o.start.Steady()
	return verdict{
		ok: true, state: t.learn.publishing(t.config.Calibrated),
		sample: driver.Sample{
			Clock: o.utc, Receive: receive.Real, Mono: receive.Mono,
			Leap: t.leaps().Warning(second), Uncertainty: t.learn.rememberedSpread,
		},
		residual: t.current.residual(o.utc+int64(t.lag()), at),
		budget:   t.current.budget(at, stampError),
	}
}

// publish publishes the verdict's sample, if there is one.
func (v verdict) publish(feed *driver.Feed) error {
	if v.restart {
		feed.Restart()
	}
	if !v.ok {
		return nil
	}
	return feed.Publish(v.sample)
}

// due selects one epoch a second: the one at the whole second, or the first if the receiver
// does not report at whole seconds.
func (t *tracker) due(o *observation) bool {
	s := &t.sentence
	reportsWhole := s.whole != 0 && o.start.Steady()-s.whole < int64(2*time.Second)
	return nearest(o.utc) != s.second && (o.utc%int64(time.Second) == 0 || !reportsWhole)
}

// publishEdge makes the sample of an edge, or withholds it.
func (t *tracker) publishEdge(e pps.Edge, at nmea.Stamp, residual time.Duration, begins bool) verdict {
	steady := at.Steady()
	state := t.objectEdge(steady)
	if !begins || !state.Publishing() {
		return verdict{state: state}
	}
	second := nearest(steady + t.current.base)
	if e.Fine() { // for another stamp the sawtooth is too small
		at = at.Add(t.monitor.Quantization(second))
	}
	return verdict{
		ok: true, state: state,
		sample: driver.Sample{
			Clock: second * int64(time.Second), Receive: at.Real, Mono: at.Mono,
			Leap: t.leaps().Warning(second), Uncertainty: e.Uncertainty,
		},
		residual: residual, budget: t.current.budget(steady, 0),
	}
}
