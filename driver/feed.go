package driver

import (
	"errors"
	"log/slog"
	"time"
)

// A Feed takes a driver's samples, measures their jitter and hands them, with the
// precision that follows from it, to each of its sinks: a unit, a socket, or both.
// It belongs to the goroutine that runs the driver.
type Feed struct {
	log    *slog.Logger
	sinks  []sink
	plain  bool // mode 0 of the segment's protocol
	jitter Jitter
	wander time.Duration // of the last sample

	precision int // fixed, where not measured
	fixed     bool

	ledger ledger
}

// A sink is one way to a consumer.
type sink interface {
	// put hands a sample over. It says false where the consumer is not there, which
	// the sink's own state tells; an error is the sample's fault.
	put(s Sample, precision int, plain bool) (bool, error)
	withdraw() error
	state() State
	changes() []Change
}

// NewFeed makes a Feed into a unit, in mode 1, or into no unit if that is nil. The
// log, which may be nil, hears of a sink that is lost or found.
func NewFeed(unit Unit, log *slog.Logger) *Feed {
	f := &Feed{log: log}
	if unit != nil {
		f.sinks = append(f.sinks, newUnitSink(unit, log))
	}
	return f
}

// AddSocket makes the Feed send its samples to a socket as well.
func (f *Feed) AddSocket(socket Socket) { f.sinks = append(f.sinks, newSocketSink(socket, f.log)) }

// SetPlain chooses mode 0 of the segment's protocol in place of mode 1.
func (f *Feed) SetPlain(plain bool) { f.plain = plain }

// FixPrecision claims a precision instead of measuring it: for a clock whose
// samples scatter for no reason that the precision should tell.
func (f *Feed) FixPrecision(log2 int) { f.precision, f.fixed = log2, true }

// Publish hands a sample to every sink. Where a consumer is not there the sample is
// lost to it and to no other, the State says so, and that is no error: it is for the
// consumer to come back, and it is looked for each time.
func (f *Feed) Publish(s Sample) error {
	f.jitter.Add(s)
	f.wander = s.Wander
	precision := f.Precision()
	went := false
	var failed error
	for _, sink := range f.sinks {
		ok, err := sink.put(s, precision, f.plain)
		went = went || ok
		if err != nil {
			failed = errors.Join(failed, err)
		}
	}
	if went {
		f.ledger.enter(s, precision, &f.jitter, f.sinks)
	}
	return failed
}

// Restart forgets the jitter: the samples to come have nothing to do with those
// before, as after a step of the system clock.
func (f *Feed) Restart() { f.jitter.Reset() }

// Precision is what the next sample will claim, as log2 of seconds.
func (f *Feed) Precision() int {
	if f.fixed {
		return f.precision
	}
	return f.jitter.Precision(f.wander)
}

// Published is how many samples have gone to one sink at least.
func (f *Feed) Published() uint64 { return f.Fed().Published }

// State tells whether every sink is there to be fed, and if not, what is missing:
// "no unit", "no socket", or both. It may be called by any goroutine.
func (f *Feed) State() State {
	var all State
	for _, sink := range f.sinks {
		all = all.and(sink.state())
	}
	return all
}

// Withdraw takes back the last sample, so that a consumer finds nothing stale
// when the driver stops. What went to a socket is with the consumer already.
func (f *Feed) Withdraw() error {
	var failed error
	for _, sink := range f.sinks {
		if err := sink.withdraw(); err != nil {
			failed = errors.Join(failed, err)
		}
	}
	return failed
}
