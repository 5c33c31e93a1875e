package receiver

import (
	"cmp"
	"time"

	"github.com/refclock/refclock/nmea"
)

// A Rhythm is how often a receiver reports. The zero Rhythm has no reports.
type Rhythm struct {
	Period time.Duration // between epochs: the shorter of the last two intervals; 0 if unknown

	at     nmea.Stamp // when the last epoch with a time began
	named  nmea.TimeOfDay
	passed time.Duration // the last interval
}

// Begun reports whether there was an epoch with a time.
func (r *Rhythm) Begun() bool { return !r.at.IsZero() }

// backWithin is how soon an epoch must follow another one to name an earlier time: half the
// interval of a receiver that reports once a second.
const backWithin = time.Second / 2

// Note records the time that an epoch names, which began at this stamp. It reports whether
// the time is earlier than that of an epoch in the last half second.
func (r *Rhythm) Note(e nmea.Epoch, at nmea.Stamp) (back bool) {
	if !e.HasTime {
		return false
	}
	before, named := r.at, r.named
	r.at, r.named = at, e.UTC.TimeOfDay
	if before.IsZero() {
		return false
	}
	passed := at.Sub(before)
	r.Period, r.passed = min(cmp.Or(r.passed, passed), passed), passed
	const day = 24 * time.Hour
	earlier := named.SinceMidnight() - r.named.SinceMidnight()
	return passed < backWithin && earlier > 0 && earlier < day/2
}
