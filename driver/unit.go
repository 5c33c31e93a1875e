package driver

import (
	"errors"
	"io/fs"
	"log/slog"
	"time"

	"github.com/refclock/refclock/shm"
)

// A Unit is where samples go: *shm.Unit, or in tests a shm.Segment in memory.
type Unit interface {
	Update(shm.Sample) error
	Withdraw() error
}

// A keeper is a unit that can be lost under our hands and found again.
type keeper interface {
	Check() (shm.Change, error)
}

// A unitSink writes samples into a unit. One that has been removed is looked for
// and attached anew.
type unitSink struct {
	unit   Unit
	keeper keeper // nil where the unit cannot be lost
	teller Teller
}

func newUnitSink(unit Unit, log *slog.Logger) *unitSink {
	u := &unitSink{unit: unit}
	u.keeper, _ = unit.(keeper)
	if log != nil {
		u.teller.Log = log.With("into", "unit")
	}
	u.teller.set(State{})
	u.keep() // a unit that is not there yet is told before the first sample
	return u
}

func (u *unitSink) put(s Sample, precision int, plain bool) (bool, error) {
	if !u.keep() {
		return false, nil
	}
	sample := shm.Sample{
		Clock:     time.Unix(0, s.Clock),
		Receive:   time.Unix(0, s.Receive),
		Leap:      s.Leap,
		Precision: precision,
		Plain:     plain,
	}
	if err := u.unit.Update(sample); err != nil {
		return false, err
	}
	return true, nil
}

// keep makes sure that the unit is the one that consumers find.
func (u *unitSink) keep() bool {
	if u.keeper == nil {
		return true
	}
	change, err := u.keeper.Check()
	switch {
	case errors.Is(err, shm.ErrAbsent):
		u.teller.Tell(State{Reason: "no unit", Detail: err.Error(), Cure: "start the time daemon: it creates the unit in the layout that it reads"})
		return false
	case errors.Is(err, fs.ErrPermission):
		u.teller.Tell(State{Reason: "unit refused", Detail: err.Error(), Cure: "see the message; refclock goes on trying each second"})
		return false
	case err != nil:
		u.teller.Tell(State{Reason: "unit lost", Detail: err.Error(), Cure: "see the message; refclock goes on trying each second"})
		return false
	}
	if change != shm.Unchanged && change != shm.Found && u.teller.Log != nil {
		u.teller.Log.Warn("unit "+change.String(), "cure", "restart the time daemon if it was running before: it holds the removed unit")
	}
	u.teller.Tell(State{})
	return true
}

func (u *unitSink) withdraw() error   { return u.unit.Withdraw() }
func (u *unitSink) state() State      { return u.teller.State() }
func (u *unitSink) changes() []Change { return u.teller.Changes() }
