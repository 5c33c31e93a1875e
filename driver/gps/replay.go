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
	guard     *guard
	reception *reception
	report    func(Outcome)

	read      nmea.Stamp // when the last read returned
	bytes     nmea.Stamp // when the last bytes arrived, or the port was opened
	reopened  bool       // no bytes have arrived since the port was opened again
	sentences lastState
	pulse     lastState
}

// An Outcome is a sample, or a state whose reason or detail has changed.
type Outcome struct {
	At     nmea.Stamp // when the read returned, or the edge arrived
	Pulse  bool       // of the pulse; else of the sentences
	Sample *driver.Sample
	State  driver.State // where Sample is nil
}

// judging is how long after an edge the clock judges it: what a Pi needs to wake up.
const judging = 50_000 // ns

// NewReplay opens the port at an instant. Each outcome is reported in the order of
// time. Of the Config, Device, Open, Bauds, Rivals and the pulse's line are not used.
func NewReplay(c Config, at nmea.Stamp, report func(Outcome)) *Replay {
	g := newGuard(c)
	return &Replay{config: c, guard: g, reception: newReception(c, g), report: report, read: at, bytes: at}
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
func (r *Replay) Edge(e pps.Edge) {
	at := nmea.Stamp(e.Stamp)
	r.Wait(at)
	if r.config.Pulse == nil {
		return
	}
	sample, state, _, ok := r.guard.edge(e, at.Add(judging))
	r.tell(Outcome{At: at, Pulse: true, State: state}, &r.pulse)
	if ok {
		r.report(Outcome{At: at, Pulse: true, Sample: &sample})
	}
}

func (r *Replay) receive(at nmea.Stamp, chunk []byte) {
	r.read = at
	if len(chunk) > 0 {
		r.bytes, r.reopened = at, false
	}
	sample, state, ok := r.reception.receive(at, chunk)
	if !r.reopened { // else the state stays until bytes arrive, as Run has it
		r.tell(Outcome{At: at, State: state}, &r.sentences)
	}
	if ok {
		r.report(Outcome{At: at, Sample: &sample})
	}
	if at.Sub(r.bytes) > silentMost { // Run opens the port again
		r.reception, r.bytes, r.reopened = newReception(r.config, r.guard), at, true
	}
}

// A lastState is the state reported last.
type lastState struct {
	state driver.State
	told  bool
}

// tell reports a state that differs from the last in reason or detail.
func (r *Replay) tell(o Outcome, last *lastState) {
	if last.told && last.state.Reason == o.State.Reason && last.state.Detail == o.State.Detail {
		return
	}
	last.state, last.told = o.State, true
	r.report(o)
}
