package daemon

import (
	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/settings"
	"github.com/refclock/refclock/shm"
)

// attach attaches the unit.
func attach(to settings.Targets) (driver.SharedUnit, error) {
	options := []shm.Option{shm.WithKeyBase(uint32(to.Key))}
	if to.Layout != 0 {
		l, err := shm.LayoutOfSize(to.Layout)
		if err != nil {
			return nil, err
		}
		options = append(options, shm.WithLayout(l))
	}
	unit, err := shm.Attach(to.Unit, options...)
	if err != nil {
		return nil, err
	}
	return unit, nil
}
