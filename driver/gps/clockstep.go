package gps

import (
	"time"

	"github.com/refclock/refclock/nmea"
)

// stepLimit parts a step of the system clock from what reading two clocks costs, where
// the processor is lost between the two. Slewing needs no room: Linux slews
// CLOCK_MONOTONIC with CLOCK_REALTIME, and only a step drives them apart.
const stepLimit = 20 * time.Millisecond

// A stepWatch notices that somebody has set the system clock since the last look.
type stepWatch struct{ last nmea.Stamp }

func (w *stepWatch) stepped(now nmea.Stamp) bool {
	before := w.last
	w.last = now
	return !before.IsZero() && now.Step(before).Abs() > stepLimit
}
