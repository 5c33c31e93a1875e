package gps

import (
	"time"

	"github.com/refclock/refclock/nmea"
)

// stepLimit parts a step of the system clock from slewing, which is 8.3 % of the
// elapsed time at the most (chronyd's default maxslewrate).
const stepLimit = 100 * time.Millisecond

// A stepWatch notices that somebody has set the system clock since the last look.
type stepWatch struct{ last nmea.Stamp }

func (w *stepWatch) stepped(now nmea.Stamp) bool {
	before := w.last
	w.last = now
	return !before.IsZero() && now.Step(before).Abs() > max(stepLimit, now.Sub(before)/10)
}
