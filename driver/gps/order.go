package gps

import (
	"time"

	"github.com/refclock/refclock/nmea"
)

// An order watches for bursts that mix the sentences of two seconds: where a USB
// adapter tears them, each part looks like a burst of its own, and the sentence that
// lags behind names its second steadily, and a second too late.
type order struct {
	at   nmea.Stamp // when the last epoch began
	time nmea.TimeOfDay
}

// back tells whether an epoch names an earlier time than the one before it, of the
// same second. It takes note of each.
func (o *order) back(e nmea.Epoch) bool {
	if !e.HasTime {
		return false
	}
	at := e.Start
	if !e.HasStart {
		at = e.Last
	}
	before := *o
	*o = order{at, e.UTC.TimeOfDay}
	const day = 24 * time.Hour
	earlier := before.time.Since() - o.time.Since()
	return !before.at.IsZero() && at.Sub(before.at) < time.Second/2 && earlier > 0 && earlier < day/2
}
