package driver

import (
	"errors"
	"log/slog"
	"time"

	"github.com/refclock/refclock/shm"
)

// A Feed takes a driver's samples and its state. It measures the jitter of the samples and
// writes them, with the precision that follows, to each of its targets: a unit, a socket,
// or both. It is not safe for concurrent use, except for the methods that say so.
type Feed struct {
	Reporter // of the driver
	heartbeat

	targets     []target
	plain       bool // mode 0 of the segment's protocol
	jitter      Jitter
	uncertainty time.Duration // of the last sample

	observer Observer // nil without one

	precision int // fixed, where not measured
	fixed     bool

	ledger ledger
}

// A target is one way to a consumer.
type target interface {
	// put writes or sends a sample. It returns false if the consumer is not there, with
	// the reason in the state; it returns an error if no consumer may get the sample.
	put(s Sample, precision int, plain bool) (bool, error)
	look() (wrote bool) // for another producer, which has written if wrote
	withdraw() error
	counters() shm.Counters // what became of the samples; zero if the target cannot know
	State() State
	Changes() []Change
	ChangesSince(n uint64) ([]Change, uint64)
}

// NewFeed returns a Feed that writes to a unit in mode 1, or to no unit if it is nil. Changes
// of the state are logged; log may be nil.
func NewFeed(unit Unit, log *slog.Logger) *Feed {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	f := &Feed{Reporter: Reporter{Log: log}}
	f.withheld = f.noTarget
	if unit != nil {
		f.targets = append(f.targets, newUnitTarget(unit, log))
	}
	return f
}

// AddSocket makes the Feed send its samples to a socket as well.
func (f *Feed) AddSocket(socket Socket) {
	f.targets = append(f.targets, newSocketTarget(socket, f.Log))
}

// SetPlain chooses mode 0 of the segment's protocol in place of mode 1.
func (f *Feed) SetPlain(plain bool) { f.plain = plain }

// ShareUnit makes the Feed write to its unit even while another program writes it too.
func (f *Feed) ShareUnit() {
	for _, t := range f.targets {
		if u, ok := t.(*unitTarget); ok {
			u.rival.tolerated = true
		}
	}
}

// An Observer notes what a driver gives to its Feed. The driver calls it, and waits for it.
type Observer interface {
	Sampled(Sample) // published, even if no target takes it
	Changed(State)  // the state differs from the last one
}

// Observe sets the observer.
func (f *Feed) Observe(o Observer) { f.observer, f.changed = o, o.Changed }

// Observer returns the observer; nil without one.
func (f *Feed) Observer() Observer { return f.observer }

// FixPrecision sets the precision instead of measuring it, for a clock whose jitter does not
// show how good it is.
func (f *Feed) FixPrecision(log2 int) { f.precision, f.fixed = log2, true }

// MeasurePrecision measures the precision again, after [Feed.FixPrecision].
func (f *Feed) MeasurePrecision() { f.fixed = false }

// Publish writes a sample to every target. A consumer that is not there loses the sample,
// and the others do not. That is not an error: TargetState has the reason, and each Publish
// tries again.
func (f *Feed) Publish(s Sample) error {
	if f.observer != nil {
		f.observer.Sampled(s)
	}
	f.jitter.Add(s)
	f.uncertainty = s.Uncertainty
	precision := f.Precision()
	published := false
	var failed error
	for _, t := range f.targets {
		ok, err := t.put(s, precision, f.plain)
		published = published || ok
		if err != nil {
			failed = errors.Join(failed, err)
		}
	}
	if published {
		f.ledger.enter(s, precision, &f.jitter, f.targets)
	} else {
		f.ledger.miss(f.targets)
	}
	return failed
}

// Restart forgets the jitter: the next samples have nothing to do with the last ones, as
// after a step of the system clock.
func (f *Feed) Restart() { f.jitter.Reset() }

// Precision returns what the next sample will claim, as log2 of seconds.
func (f *Feed) Precision() int {
	if f.fixed {
		return f.precision
	}
	return f.jitter.Precision(f.uncertainty)
}

// Published returns how many samples reached at least one target. It is safe for
// concurrent use.
func (f *Feed) Published() uint64 { return f.Fed().Published }

// Beat shows that the loop of Run turns: its hardware is open, and it is not stuck. Each
// Run calls Beat once a turn, and at least every [BeatEvery]. Beat also notices another
// producer of the unit; that takes less than a microsecond.
func (f *Feed) Beat() {
	f.heartbeat.Beat()
	wrote := false
	for _, t := range f.targets {
		wrote = t.look() || wrote
	}
	if wrote {
		f.ledger.miss(f.targets)
	}
}

// TargetState returns whether every target is there, and if not, what is missing: "no
// unit", "no socket", or both. Its Detail names another producer that is tolerated. It is
// safe for concurrent use.
func (f *Feed) TargetState() State {
	var all State
	for _, t := range f.targets {
		all = all.and(t.State())
	}
	return all
}

// noTarget returns why the samples reach none of the targets, and since when. The state is
// State{} if a target takes them.
func (f *Feed) noTarget() (State, time.Time) {
	for _, t := range f.targets {
		if t.State().Publishing() {
			return State{}, time.Time{}
		}
	}
	if changes := f.TargetChanges(); len(changes) > 0 {
		return f.TargetState(), changes[len(changes)-1].At
	}
	return State{}, time.Time{} // no target at all
}

// Withdraw invalidates the last sample, so that a consumer finds nothing stale when the
// driver stops. A sample that was sent to a socket cannot be taken back.
func (f *Feed) Withdraw() error {
	var failed error
	for _, t := range f.targets {
		if err := t.withdraw(); err != nil {
			failed = errors.Join(failed, err)
		}
	}
	return failed
}
