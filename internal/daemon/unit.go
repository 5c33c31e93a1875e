package daemon

import (
	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/shm"
)

// attach attaches a unit. Layout is the size of one that does not exist yet.
func attach(number, layout int) (driver.SharedUnit, error) {
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
