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

// wrong is by how much a sample must be off to be of a wrong second.
const wrong = time.Second / 2

// A trial is a simulated receiver, wired to the labeller for so many seconds.
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

// An absence is the time from which on, and until when, the port is unplugged, or its
// line too.
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

// An outcome is what one unit got in a trial, second by second of true time.
type outcome struct {
	published []bool
	reasons   []string // the last told in that second
	samples   []sample
}

// A sample is what was published, and the truth about it.
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
	r := newReception(settings, driven.tracker)
	rig.Wait = func() time.Duration { return r.wait() }
	clock := rig.Clock()
	sentences, pulse = newOutcome(c.seconds), newOutcome(c.seconds)
	away := c.away
	for e := range rig.Events(time.Duration(c.seconds+1) * time.Second) {
		if e.True < c.from {
			continue
		}
		if len(away) > 0 && e.True >= away[0].to {
			r = newReception(settings, driven.tracker)
			if away[0].line {
				driven.tracker.relined()
			}
			away = away[1:]
		}
		if len(away) > 0 && e.True >= away[0].from && (e.Edge == nil || away[0].line) {
			continue
		}
		truth.now = e.At.Mono
		if e.Edge != nil {
			v := r.tracker.edge(e.Edge.PPS(), e.At.Add(50*time.Microsecond))
			v.check(t)
			if s := v.sample; pulse.tell(e.True, v.state, v.ok) {
				pulse.take(sample{s, e.True, rig.Error(s.Clock, s.Receive, s.Mono)})
			}
			continue
		}
		v := r.receive(e.At, e.Bytes())
		v.check(t)
		s := v.sample
		if !sentences.tell(e.True, v.state, v.ok) {
			continue
		}
		at, off := clock.When(s.Mono), rig.Error(s.Clock, s.Receive, s.Mono)
		if set := e.At.Step(clock.Stamp(receiver.Start(), at)); set.Abs() > stepLimit {
			off += set // the system clock was set between the second and its burst: what counts is how it is now
		}
		if !r.tracker.learn.calibrated {
			at, off = at-receiver.Delay(), off+receiver.Delay()
		}
		sentences.take(sample{s, at, off})
	}
	driven.remember()
	return sentences, pulse
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

// parts are what most tests look at.
func (v verdict) parts() (driver.Sample, driver.State, bool) { return v.sample, v.state, v.ok }

// edgeStamp is a stamp as package pps has it.
func edgeStamp(s nmea.Stamp) pps.Stamp { return pps.Stamp{Real: s.Real, Mono: s.Mono} }

// tell notes the reason, and reports whether there is a sample.
func (o *outcome) tell(at time.Duration, state driver.State, ok bool) bool {
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

// worst is the greatest error, and when that was.
func (o *outcome) worst() (off, at time.Duration) {
	for _, s := range o.samples {
		if s.off.Abs() > off.Abs() {
			off, at = s.off, s.at
		}
	}
	return off, at
}

// count is of the seconds that were published.
func (o *outcome) count() (n int) {
	for _, p := range o.published {
		if p {
			n++
		}
	}
	return n
}

// lost are the seconds that were not published after the first that was.
func (o *outcome) lost() (seconds []int) {
	begun := false
	for i, p := range o.published {
		if begun = begun || p; begun && !p {
			seconds = append(seconds, i)
		}
	}
	return seconds
}

// first is the first second that was published; -1 if none was.
func (o *outcome) first() int {
	for i, p := range o.published {
		if p {
			return i
		}
	}
	return -1
}

// reason is why most of the withheld seconds were; settling, which all do, only
// where there is no other.
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

func (w *truthful) Testify() (driver.Testimony, bool) {
	return driver.Testimony{Offset: -w.rig.Error(0, 0, w.now), Within: 50 * time.Millisecond}, true
}
