package daemon

import (
	"errors"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/shm"
)

// A sharedUnit is a unit as its feed wants it: one that can be lost and found.
type sharedUnit interface {
	driver.Unit
	Check() (shm.Change, error)
	Counters() shm.Counters
	Close() error
}

// attach attaches a unit. Layout is the size of one that does not exist yet.
func attach(number, layout int) (sharedUnit, error) {
	var options []shm.Option
	if layout != 0 {
		l, err := shm.LayoutOfSize(layout)
		if err != nil {
			return nil, err
		}
		options = append(options, shm.WithLayout(l))
	}
	unit, err := shm.Attach(number, options...)
	if err != nil {
		return nil, err
	}
	return unit, nil
}

// A lateUnit is a unit that may not be there yet, or may be another user's: it is
// looked for whenever there is a sample. Its clock runs meanwhile, since the pulse's
// unit may be there and need the sentences.
type lateUnit struct {
	sharedUnit // nil until it is there
	attach     func() (sharedUnit, error)
}

// Check is shm.Unit's.
func (u *lateUnit) Check() (shm.Change, error) {
	if u.sharedUnit != nil {
		return u.sharedUnit.Check()
	}
	unit, err := u.attach()
	if err != nil {
		return shm.Unchanged, err
	}
	u.sharedUnit = unit
	return shm.Found, nil
}

func (u *lateUnit) Update(clock time.Time, settings ...shm.Setting) error {
	if u.sharedUnit == nil {
		return shm.ErrAbsent
	}
	return u.sharedUnit.Update(clock, settings...)
}

func (u *lateUnit) Withdraw() error {
	if u.sharedUnit == nil {
		return nil
	}
	// Of one that was removed, nothing is left that a consumer could read.
	if err := u.sharedUnit.Withdraw(); !errors.Is(err, shm.ErrAbsent) {
		return err
	}
	return nil
}

func (u *lateUnit) Counters() shm.Counters {
	if u.sharedUnit == nil {
		return shm.Counters{}
	}
	return u.sharedUnit.Counters()
}

func (u *lateUnit) Close() error {
	if u.sharedUnit == nil {
		return nil
	}
	return u.sharedUnit.Close()
}
