package daemon

import (
	"strings"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/settings"
	"github.com/refclock/refclock/internal/watch"
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

// writers returns a function that finds the names of the other programs that may write a
// unit; nil if the kernel knows nothing of the unit.
func writers(unit driver.SharedUnit) (find func() string) {
	u, ok := unit.(interface{ Info() (shm.Info, error) })
	if !ok {
		return nil
	}
	info, err := u.Info()
	if err != nil {
		return nil
	}
	return func() string {
		var names []string
		for _, p := range watch.Writers(info) {
			names = append(names, p.String())
		}
		return strings.Join(names, " or ")
	}
}
