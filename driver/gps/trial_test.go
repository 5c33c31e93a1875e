package gps

import (
	"fmt"
	"testing"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

// wrong is the smallest error of a wrong second.
const wrong = time.Second / 2

// A trial is a simulated receiver, connected to the tracker for some seconds.
type trial struct {
	sim.Config
	pulse   *sim.Pulse // nil: not wired
	link    sim.Link
	from    time.Duration // when the machine begins to listen
	seconds int

	settings  Config // of the driver; Baud, Pulse and Pivot are filled in
	polarity  pps.Polarity
	buildDays int // how long before the first second the driver was built
	witnessed bool
	away      []absence
}

// An absence is a period in which the port is unplugged, with or without its line.
type absence struct {
	from, to time.Duration
	line     bool
}

func (c trial) String() string {
	s := fmt.Sprintf("%d s of %+v, delay %v, jitter %v, link %+v, from %v, polarity %v, built %d days before, leaps known %v, delay known %v, away %v",
		c.seconds, c.Config, value(c.Delay), value(c.Jitter), c.link, c.from, c.polarity, c.buildDays, c.settings.Leaps != nil, c.settings.Calibrated, c.away)
	if c.pulse != nil {
		s += fmt.Sprintf(", pulse %+v", *c.pulse)
	}
	return s
}

func value(d *time.Duration) any {
	if d == nil {
		return "of the profile"
	}
	return *d
}

// An outcome is the result of one unit in a trial, for each second of true time.
type outcome struct {
	published []bool
	reasons   []string // the last reported in that second
	samples   []sample
}

// A sample is a published sample and its true values.
type sample struct {
	driver.Sample
	at  time.Duration // true time
	off time.Duration // its error
}

func (c trial) run(t testing.TB) (sentences, pulse outcome) {
	t.Helper()
	receiver, err := sim.New(c.Config)
	if err != nil {
		t.Fatal(err)
	}
	settings := c.settings
	settings.Baud = receiver.Baud()
	settings.Pivot = nmea.DateOf(receiver.Start()).AddDays(-c.buildDays)
	if settings.Calibrated {
		settings.Delay = receiver.Delay()
	}
	rig := sim.Rig{Receiver: receiver, Pulse: c.pulse, Link: c.link}
	if c.pulse != nil {
		settings.Pulse = &PulseConfig{Polarity: c.polarity}
	}
	truth := &truthful{rig: rig}
	if c.witnessed {
		settings.Witnesses = []driver.Witness{truth}
	}
	driven := New(settings)
	b := &stand{rig: rig, driven: driven, reception: newReception(settings, driven.tracker)}
	b.rig.Wait = func() time.Duration { return b.reception.wait() }
	b.clock, b.sentences, b.pulse = b.rig.Clock(), newOutcome(c.seconds), newOutcome(c.seconds)
	away := c.away
	for e := range b.rig.Events(time.Duration(c.seconds+1) * time.Second) {
		if e.True < c.from {
			continue
		}
		if len(away) > 0 && e.True >= away[0].to {
			b.reception = newReception(settings, driven.tracker)
			if away[0].line {
				driven.tracker.pulseReopened()
			}
			away = away[1:]
		}
		if len(away) > 0 && e.True >= away[0].from && (e.Edge == nil || away[0].line) {
			continue
		}
		truth.now = e.At.Mono
		b.observe(t, e)
	}
	driven.remember()
	return b.sentences, b.pulse
}

// A stand is a driver that observes the events of a rig.
type stand struct {
	rig       sim.Rig
	clock     sim.Clock // of the rig
	driven    *Clock
	reception *reception

	sentences, pulse outcome
}

// observe passes an event to the driver.
func (b *stand) observe(t testing.TB, e sim.Event) {
	t.Helper()
	r := b.reception
	if e.Edge != nil {
		v := r.tracker.edge(e.Edge.PPS(), e.At.Add(50*time.Microsecond))
		v.check(t)
		if s := v.sample; b.pulse.report(e.True, v.state, v.ok) {
			b.pulse.take(sample{s, e.True, b.rig.Error(s.Clock, s.Receive, s.Mono)})
		}
		return
	}
	v := r.receive(e.At, e.Bytes())
	v.check(t)
	s := v.sample
	if !b.sentences.report(e.True, v.state, v.ok) {
		return
	}
	at, off := b.clock.When(s.Mono), b.rig.Error(s.Clock, s.Receive, s.Mono)
	if set := e.At.Step(b.clock.Stamp(b.rig.Receiver.Start(), at)); set.Abs() > stepLimit {
		off += set // the system clock was set between the second and its burst: what counts is how it is now
	}
	if !r.tracker.learn.calibrated {
		at, off = at-b.rig.Receiver.Delay(), off+b.rig.Receiver.Delay()
	}
	b.sentences.take(sample{s, at, off})
}

func newOutcome(seconds int) outcome {
	return outcome{published: make([]bool, seconds), reasons: make([]string, seconds)}
}

// check asserts the first invariant of the tracker.
func (v verdict) check(t testing.TB) {
	t.Helper()
	if v.ok && v.residual.Abs()+v.budget >= half {
		t.Errorf("published with a residual of %v and an error budget of %v", v.residual, v.budget)
	}
}

// parts returns what most tests check.
func (v verdict) parts() (driver.Sample, driver.State, bool) { return v.sample, v.state, v.ok }

// edgeStamp returns a stamp in the form of package pps.
func edgeStamp(s nmea.Stamp) pps.Stamp { return pps.Stamp{Real: s.Real, Mono: s.Mono} }

// report records the reason, and returns ok.
func (o *outcome) report(at time.Duration, state driver.State, ok bool) bool {
	if i := int(at / time.Second); i >= 0 && i < len(o.reasons) && state.Reason != "" {
		o.reasons[i] = state.Reason
	}
	return ok
}

func (o *outcome) take(s sample) {
	if i := int(s.at.Round(time.Second) / time.Second); i >= 0 && i < len(o.published) {
		o.published[i] = true
	}
	o.samples = append(o.samples, s)
}

// worst returns the greatest error and its time.
func (o *outcome) worst() (off, at time.Duration) {
	for _, s := range o.samples {
		if s.off.Abs() > off.Abs() {
			off, at = s.off, s.at
		}
	}
	return off, at
}

// count returns the number of published seconds.
func (o *outcome) count() (n int) {
	for _, p := range o.published {
		if p {
			n++
		}
	}
	return n
}

// lost returns the seconds that were not published after the first published one.
func (o *outcome) lost() (seconds []int) {
	begun := false
	for i, p := range o.published {
		if begun = begun || p; begun && !p {
			seconds = append(seconds, i)
		}
	}
	return seconds
}

// first returns the first published second; -1 if there is none.
func (o *outcome) first() int {
	for i, p := range o.published {
		if p {
			return i
		}
	}
	return -1
}

// reason returns the most frequent reason of the withheld seconds. It returns settling,
// which all receivers need, only if there is no other.
func (o *outcome) reason() (most string) {
	counts := map[string]int{}
	for i, p := range o.published {
		if p || o.reasons[i] == "" {
			continue
		}
		reason := o.reasons[i]
		counts[reason]++
		switch {
		case most == "", most == settling.Reason, most == listening.Reason,
			reason != settling.Reason && reason != listening.Reason && counts[reason] > counts[most]:
			most = reason
		}
	}
	return most
}

// A truthful witness knows the time to 50 ms.
type truthful struct {
	rig sim.Rig
	now int64
}

func (w *truthful) String() string { return "the truth" }

func (w *truthful) Current() (driver.Estimate, bool) {
	return driver.Estimate{Offset: -w.rig.Error(0, 0, w.now), Within: 50 * time.Millisecond}, true
}
