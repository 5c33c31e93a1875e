package gps

import (
	"time"

	"github.com/refclock/refclock/shm"
)

// leapSeconds tells of the ends of June and December, where a second may be
// inserted. What is not known beforehand is learnt from the receiver: until it has
// named two seconds after such an end without contradiction, none is published.
type leapSeconds struct {
	// table tells by how much the count of seconds changes before a 00:00:00, and
	// whether that is known. It may be nil.
	table func(boundary int64) (change int, known bool)
}

// boundary is the last 00:00:00 of 1 January or 1 July at or before a second.
func boundary(second int64) int64 {
	t := time.Unix(second, 0).UTC()
	month := time.January
	if t.Month() >= time.July {
		month = time.July
	}
	return time.Date(t.Year(), month, 1, 0, 0, 0, 0, time.UTC).Unix()
}

// ordinary tells whether it is certain that nothing happens at a boundary.
func (l leapSeconds) ordinary(at int64) bool {
	if l.table == nil {
		return false
	}
	change, known := l.table(at)
	return known && change == 0
}

// open tells whether a second that has been counted may be the one before, since a
// second was inserted that the count does not know of; named is the last second that
// the receiver has named in accord with the count.
func (l leapSeconds) open(second, named int64) bool {
	at := boundary(second)
	return named <= at && !l.ordinary(at)
}

// inserted tells whether a burst that names one second less than the count may do
// so for a second that was inserted: it repeats the last one, names second 60, or
// repeats the first one.
func (l leapSeconds) inserted(named int64) bool {
	at := boundary(named + 1)
	return named-at >= -1 && named <= at && !l.ordinary(at)
}

// warning is what a sample says of the end of its day, on the day before.
func (l leapSeconds) warning(second int64) shm.Leap {
	const day = 24 * 60 * 60
	at := boundary(second + day)
	if l.table == nil || at <= second {
		return shm.LeapNone
	}
	switch change, known := l.table(at); {
	case known && change > 0:
		return shm.LeapAdd
	case known && change < 0:
		return shm.LeapDelete
	}
	return shm.LeapNone
}
