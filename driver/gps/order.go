package gps

import (
	"time"

	"github.com/refclock/refclock/nmea"
)

// An order watches for bursts that mix the sentences of two seconds: where a USB
// adapter tears them, each part looks like a burst of its own, and the sentence that
// lags behind names its second steadily, and a second too late.
type order struct {
	at    nmea.Stamp // when the last epoch began
	time  nmea.TimeOfDay
	first nmea.Stamp // when the first began that named this time
}

// repeats tells whether a good epoch names a time that was named already in the same
// second: by a receiver that reports several times a second, without fractions. Only the
// first of them tells when the second began.
func (o *order) repeats(e nmea.Epoch) bool {
	const same = 900 * time.Millisecond
	return e.Why == nmea.Valid && !o.first.IsZero() && e.UTC.TimeOfDay == o.time && begun(e).Sub(o.first) < same
}

// begun is when an epoch began, or when it ended if that is not known.
func begun(e nmea.Epoch) nmea.Stamp {
	if e.HasStart {
		return e.Start
	}
	return e.Last
}

// back tells whether an epoch names an earlier time than the one before it, of the
// same second. It takes note of each.
func (o *order) back(e nmea.Epoch) bool {
	if !e.HasTime {
		return false
	}
	at := begun(e)
	before := *o
	*o = order{at, e.UTC.TimeOfDay, before.first}
	if o.time != before.time {
		o.first = at
	}
	const day = 24 * time.Hour
	earlier := before.time.Since() - o.time.Since()
	return !before.at.IsZero() && at.Sub(before.at) < time.Second/2 && earlier > 0 && earlier < day/2
}
