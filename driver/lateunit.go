package driver

import (
	"errors"

	"github.com/refclock/refclock/shm"
)

// A SharedUnit is a Unit that others can remove and make anew: *shm.Unit.
type SharedUnit interface {
	Unit
	Check() (shm.Change, error)
	Counters() shm.Counters
	Close() error
}

// A LateUnit is a unit that may not be there yet, or may be another user's: it is
// looked for whenever there is a sample. Its clock runs meanwhile, since the pulse's
// unit may be there and need the sentences. It is for one goroutine at a time.
type LateUnit struct {
	Attach func() (SharedUnit, error) // looks for it
	found  SharedUnit                 // nil until it is there
}

// Check makes sure that the unit is the one that consumers find, as shm.Unit's does.
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

// Update is shm.Unit's; it fails with shm.ErrAbsent before the unit is there.
func (u *LateUnit) Update(sample shm.Sample) error {
	if u.found == nil {
		return shm.ErrAbsent
	}
	return u.found.Update(sample)
}

// Withdraw takes the last sample back, if there was one.
func (u *LateUnit) Withdraw() error {
	if u.found == nil {
		return nil
	}
	// Of one that was removed, nothing is left that a consumer could read.
	if err := u.found.Withdraw(); !errors.Is(err, shm.ErrAbsent) {
		return err
	}
	return nil
}

// Counters are shm.Unit's; all are 0 before the unit is there.
func (u *LateUnit) Counters() shm.Counters {
	if u.found == nil {
		return shm.Counters{}
	}
	return u.found.Counters()
}

// Close detaches the unit, if it is there.
func (u *LateUnit) Close() error {
	if u.found == nil {
		return nil
	}
	return u.found.Close()
}

// Layout is the unit's, or 0 before it is there.
func (u *LateUnit) Layout() shm.Layout {
	if unit, ok := u.found.(interface{ Layout() shm.Layout }); ok {
		return unit.Layout()
	}
	return 0
}
