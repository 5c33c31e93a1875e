// Package replay runs a gps.Clock in virtual time over what was recorded. It runs the loops
// that run the clock live, gps.Clock.Run and that of the pulse, and answers what they ask
// their hardware. Only one of the two loops runs at a time.
package replay

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

// An Outcome is a sample, or a state whose reason or detail has changed.
type Outcome struct {
	At     nmea.Stamp // when the read returned, or the edge arrived
	Pulse  bool       // of the pulse; else of the sentences
	Sample *driver.Sample
	State  driver.State // where Sample is nil
}

// A question is what a loop waits for.
type question uint8

const (
	none    question = iota
	opening          // the port or the line
	setting          // the baud rate
	reading          // the next read, or the next edge
	locking          // the lock that both loops share
	asking           // something that only a recording knows: the loop may hold the lock
	ended            // Run has returned
)

// errOver ends the loops at the end of a replay.
var errOver = errors.New("the replay is over")

// A loop is the Run of the port or of the pulse. It is suspended while it asks.
type loop struct {
	pulse  bool
	driver driver.Driver
	report func(Outcome)

	resume func() (question, bool)
	stop   func()
	yield  func(question) bool
	over   bool // nothing is asked or reported any more
	asked  question

	// The answer, and what the loop shows of itself.
	now     nmea.Stamp
	err     error
	chunk   []byte
	edge    pps.Edge
	name    string
	baud    int
	tuned   bool          // the port's rate can be set
	wanted  int           // the rate to set
	timeout time.Duration // of the read

	last    driver.State // reported
	state   *driver.State
	samples []driver.Sample // of this step
}

// newLoop starts a loop, which then asks for its hardware.
func newLoop(d driver.Driver, pulse bool, report func(Outcome)) *loop {
	return &loop{driver: d, pulse: pulse, report: report, last: driver.State{Reason: "starting"}}
}

// start runs the loop until it asks for the first time.
func (l *loop) start() {
	l.resume, l.stop = iter.Pull(func(yield func(question) bool) {
		l.yield = yield
		feed := driver.NewFeed(nil, nil)
		feed.Observe(l)
		for !l.over {
			l.err = l.driver.Run(context.Background(), feed)
			l.ask(ended)
		}
	})
	l.step()
}

// ask suspends the loop until it is answered. It is called by the loop.
func (l *loop) ask(q question) {
	if l.over || !l.yield(q) {
		l.over, l.err, l.chunk = true, errOver, nil
	}
}

// step resumes the loop with the answer, until it asks again, and reports what followed.
func (l *loop) step() {
	l.asked, _ = l.resume()
	if l.state != nil && (l.state.Reason != l.last.Reason || l.state.Detail != l.last.Detail) {
		l.last = *l.state
		l.report(Outcome{At: l.now, Pulse: l.pulse, State: l.last})
	}
	for i := range l.samples {
		sample := l.samples[i]
		l.report(Outcome{At: l.now, Pulse: l.pulse, Sample: &sample})
	}
	l.state, l.samples = nil, l.samples[:0]
}

// end ends the loop.
func (l *loop) end() {
	l.over = true
	l.stop()
}

// Sampled implements driver.Observer.
func (l *loop) Sampled(s driver.Sample) {
	if !l.over {
		l.samples = append(l.samples, s)
	}
}

// Changed implements driver.Observer.
func (l *loop) Changed(s driver.State) {
	if !l.over {
		l.state = &s
	}
}

// stamp returns the instant of the last answer.
func (l *loop) stamp() nmea.Stamp { return l.now }

// A port is the port of a loop.
type port struct{ *loop }

// Gather does nothing: gps.Config.Replayed is set.
func (p port) Gather(time.Duration) {}

func (p port) SetReadTimeout(d time.Duration) error {
	p.timeout = d
	return nil
}

func (p port) Read(b []byte) (int, error) {
	p.ask(reading)
	return copy(b, p.chunk), p.err
}

func (p port) Close() error { return nil }

// A tunedPort is a port whose rate can be set.
type tunedPort struct{ port }

func (p tunedPort) Name() string { return p.name }
func (p tunedPort) Baud() int    { return p.baud }

func (p tunedPort) SetBaud(baud int) error {
	p.wanted = baud
	p.ask(setting)
	return p.err
}

// open opens the port.
func (l *loop) open() (gps.Port, error) {
	l.ask(opening)
	switch {
	case l.err != nil:
		return nil, l.err
	case l.tuned:
		return tunedPort{port{l}}, nil
	}
	return port{l}, nil
}

// A line is the line of a pulse.
type line struct{ *loop }

func (l line) String() string { return l.name }
func (l line) Missed() uint64 { return 0 }
func (l line) Close() error   { return nil }

func (l line) Next(context.Context) (pps.Edge, error) {
	l.ask(reading)
	return l.edge, l.err
}

// openLine opens the line.
func (l *loop) openLine() (pps.Source, error) {
	l.ask(opening)
	if l.err != nil {
		return nil, l.err
	}
	return line{l}, nil
}

// loops returns the loops of a clock of this configuration. They are not started.
func loops(c gps.Config, report func(Outcome)) (sentences, pulse *loop) {
	sentences = newLoop(nil, false, report)
	c.Open, c.Now, c.Replayed = sentences.open, sentences.stamp, true
	if c.Pulse != nil {
		pulse = newLoop(nil, true, report)
		p := *c.Pulse
		p.Open, p.Now = pulse.openLine, pulse.stamp
		c.Pulse = &p
	}
	clock := gps.New(c)
	sentences.driver = clock
	if pulse != nil {
		pulse.driver = clock.Pulse()
	}
	return sentences, pulse
}
