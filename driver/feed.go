package driver

import (
	"errors"
	"log/slog"
	"time"

	"github.com/refclock/refclock/shm"
)

// A Unit is where samples go: *shm.Unit, or in tests a shm.Segment in memory.
type Unit interface {
	Update(clock time.Time, settings ...shm.Setting) error
	Withdraw() error
}

// A keeper is a unit that can be lost under our hands and found again.
type keeper interface {
	Check() (shm.Change, error)
}

// A Feed takes a driver's samples, measures their jitter and writes them into a
// unit with the precision that follows from it. It belongs to the goroutine that
// runs the driver.
type Feed struct {
	unit   Unit
	keeper keeper // nil where the unit cannot be lost
	jitter Jitter
	wander time.Duration // of the last sample
	teller Teller

	mode      shm.Mode
	precision int // fixed, where not measured
	fixed     bool

	published uint64
	settings  [4]shm.Setting // kept here so that a Publish allocates nothing
}

// NewFeed makes a Feed into a unit, in mode 1. The log, which may be nil, hears of
// a unit that is lost or found.
func NewFeed(unit Unit, log *slog.Logger) *Feed {
	f := &Feed{unit: unit, mode: shm.ModeCounted}
	f.keeper, _ = unit.(keeper)
	f.teller.set(State{}) // the unit was there a moment ago
	f.teller.Log = log
	return f
}

// SetMode chooses the mode of the segment's protocol.
func (f *Feed) SetMode(mode shm.Mode) { f.mode = mode }

// FixPrecision claims a precision instead of measuring it: for a clock whose
// samples scatter for no reason that the precision should tell.
func (f *Feed) FixPrecision(log2 int) { f.precision, f.fixed = log2, true }

// Publish writes a sample into the unit. A unit that has been removed is looked
// for and attached anew; while there is none the sample is lost, the State says
// so, and that is no error: it is for the consumer to come back.
func (f *Feed) Publish(s Sample) error {
	f.jitter.Add(s)
	f.wander = s.Wander
	if !f.keepUnit() {
		return nil
	}
	f.settings = [...]shm.Setting{
		shm.WithReceive(time.Unix(0, s.Receive)),
		shm.WithLeap(s.Leap),
		shm.WithPrecision(f.Precision()),
		shm.WithMode(f.mode),
	}
	if err := f.unit.Update(time.Unix(0, s.Clock), f.settings[:]...); err != nil {
		return err
	}
	f.published++
	return nil
}

// keepUnit makes sure that the unit is the one that consumers find.
func (f *Feed) keepUnit() bool {
	if f.keeper == nil {
		return true
	}
	change, err := f.keeper.Check()
	switch {
	case errors.Is(err, shm.ErrAbsent):
		f.teller.Tell(State{Reason: "no unit", Detail: err.Error(), Cure: "start the time daemon: it creates the unit in the layout that it reads"})
		return false
	case err != nil:
		f.teller.Tell(State{Reason: "unit lost", Detail: err.Error(), Cure: "see the message; refclock goes on trying each second"})
		return false
	}
	if change != shm.Unchanged && f.teller.Log != nil {
		f.teller.Log.Warn("unit "+change.String(), "cure", "restart the time daemon if it was running before: it holds the removed unit")
	}
	f.teller.Tell(State{})
	return true
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

// Published is how many samples have gone into the unit.
func (f *Feed) Published() uint64 { return f.published }

// State tells whether the unit is there to be fed. It may be called by any goroutine.
func (f *Feed) State() State { return f.teller.State() }

// Withdraw takes back the last sample, so that a consumer finds nothing stale
// once the driver has ended.
func (f *Feed) Withdraw() error { return f.unit.Withdraw() }
