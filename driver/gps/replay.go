package gps

import (
	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

// A Replay runs a clock in virtual time over recorded events, through the same code
// as Run. It opens nothing and reads no clock. It is not safe for concurrent use.
type Replay struct {
	config    Config
	tracker   *tracker
	reception *reception
	report    func(Outcome)

	read      nmea.Stamp    // when the last read returned
	edge      nmea.Stamp    // when the last edge arrived, or the line was opened
	silent    bool          // no bytes since the port was opened again
	sentences *driver.State // the last reported state
	pulse     *driver.State
}

// An Outcome is a sample, or a state whose reason or detail has changed.
type Outcome struct {
	At     nmea.Stamp // when the read returned, or the edge arrived
	Pulse  bool       // of the pulse; else of the sentences
	Sample *driver.Sample
	State  driver.State // where Sample is nil
}

// NewReplay opens the port at an instant. Each outcome is reported in the order of
// time. Of the Config, Device, Open, Bauds, Rivals and the pulse's line are not used.
func NewReplay(c Config, at nmea.Stamp, report func(Outcome)) *Replay {
	t := newTracker(c)
	r := &Replay{config: c, tracker: t, reception: newReception(c, t), report: report, read: at, edge: at}
	r.reception.receive(at, nil)
	return r
}

// Wait lets time pass: reads time out before the instant.
func (r *Replay) Wait(until nmea.Stamp) {
	for {
		timeout := r.read.Add(r.reception.wait())
		if timeout.Sub(until) >= 0 {
			return
		}
		r.receive(timeout, nil)
	}
}

// Bytes lets time pass until a read returns a chunk.
func (r *Replay) Bytes(at nmea.Stamp, chunk []byte) {
	r.Wait(at)
	r.receive(at, chunk)
}

// Edge lets time pass until an edge arrives. Without a pulse in the Config, the edge
// is ignored.
func (r *Replay) Edge(at nmea.Stamp, rising bool) {
	r.Wait(at)
	if r.config.Pulse == nil {
		return
	}
	edge := pps.Edge{Stamp: pps.Stamp{Real: at.Real, Mono: at.Mono}, Rising: rising}
	r.edge = at
	r.outcome(at, true, r.tracker.edge(edge, at))
}

func (r *Replay) receive(at nmea.Stamp, chunk []byte) {
	r.read, r.silent = at, r.silent && len(chunk) == 0
	v := r.reception.receive(at, chunk)
	if r.silent { // as in Run, the state stays until bytes arrive
		v.state = *r.sentences
	}
	r.outcome(at, false, v)
	if r.config.Pulse != nil && at.Sub(r.edge) > pulsePatience {
		r.outcome(at, true, verdict{state: r.tracker.pulseState(at)})
	}
	if r.reception.stalled(at) { // Run opens the port again
		r.reception, r.silent = newReception(r.config, r.tracker), true
	}
}

// outcome reports what follows from a verdict: the state if its reason or detail has
// changed, and the sample if there is one.
func (r *Replay) outcome(at nmea.Stamp, pulse bool, v verdict) {
	last := &r.sentences
	if pulse {
		last = &r.pulse
	}
	if *last == nil || (*last).Reason != v.state.Reason || (*last).Detail != v.state.Detail {
		*last = &v.state
		r.report(Outcome{At: at, Pulse: pulse, State: v.state})
	}
	if v.ok {
		r.report(Outcome{At: at, Pulse: pulse, Sample: &v.sample})
	}
}
