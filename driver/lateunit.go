package driver

import (
	"errors"

	"github.com/refclock/refclock/shm"
)

// A SharedUnit is a Unit that other programs can remove and create again: *shm.Unit.
type SharedUnit interface {
	Unit
	Check() (shm.Change, error)
	Counters() shm.Counters
	ForeignWrite() bool
	Close() error
}

// A LateUnit is a unit that may not exist yet, or may belong to another user: it tries to
// attach it for each sample. The driver runs meanwhile, since the pulse's unit may exist and
// needs the sentences. It is not safe for concurrent use.
type LateUnit struct {
	Attach func() (SharedUnit, error)     // attaches the unit
	Name   func(SharedUnit) func() string // finds the names of its other producers; may be nil
	found  SharedUnit                     // nil until it is attached
}

// Check makes sure that the unit is the one that consumers attach, as shm.Unit.Check does.
func (u *LateUnit) Check() (shm.Change, error) {
	if u.found != nil {
		return u.found.Check()
	}
	unit, err := u.Attach()
	if err != nil {
		return shm.Unchanged, err
	}
	u.found = unit
	return shm.Found, nil
}

// Update writes a sample. It fails with shm.ErrAbsent until the unit is attached.
func (u *LateUnit) Update(sample shm.Sample) error {
	if u.found == nil {
		return shm.ErrAbsent
	}
	return u.found.Update(sample)
}

// Withdraw invalidates the last sample, if there was one.
func (u *LateUnit) Withdraw() error {
	if u.found == nil {
		return nil
	}
	// Consumers cannot read a unit that was removed.
	if err := u.found.Withdraw(); !errors.Is(err, shm.ErrAbsent) {
		return err
	}
	return nil
}

// ForeignWrite reports whether another producer has written the unit, as
// shm.Segment.ForeignWrite does.
func (u *LateUnit) ForeignWrite() bool { return u.found != nil && u.found.ForeignWrite() }

// Writers returns a function that finds the names of the other programs that may write the
// unit; nil if there is none.
func (u *LateUnit) Writers() (find func() string) {
	if u.found == nil || u.Name == nil {
		return nil
	}
	return u.Name(u.found)
}

// Counters returns those of the unit; all are 0 until it is attached.
func (u *LateUnit) Counters() shm.Counters {
	if u.found == nil {
		return shm.Counters{}
	}
	return u.found.Counters()
}

// Close detaches the unit, if it is attached.
func (u *LateUnit) Close() error {
	if u.found == nil {
		return nil
	}
	return u.found.Close()
}

// Layout returns the layout of the unit, or 0 until it is attached.
func (u *LateUnit) Layout() shm.Layout {
	if unit, ok := u.found.(interface{ Layout() shm.Layout }); ok {
		return unit.Layout()
	}
	return 0
}
