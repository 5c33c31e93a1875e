package gps

import (
	"github.com/refclock/refclock/driver/leap"
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

// ordinary tells whether it is certain that nothing happens at a boundary.
func (l leapSeconds) ordinary(at int64) bool {
	if l.table == nil {
		return false
	}
	change, known := l.table(at)
	return known && change == 0
}

// doubtful tells whether a second that a receiver names may have been inserted: one of
// them goes by the number of the first after a boundary.
func (l leapSeconds) doubtful(second int64) bool {
	return second == leap.Boundary(second) && !l.ordinary(second)
}

// open tells whether a second that has been counted may be the one before, since a
// second was inserted that the count does not know of; named is the last second that
// the receiver has named in accord with the count.
func (l leapSeconds) open(second, named int64) bool {
	at := leap.Boundary(second)
	return named <= at && !l.ordinary(at)
}

// inserted tells whether a burst that names one second less than the count may do
// so for a second that was inserted: it repeats the last one, names second 60, or
// repeats the first one.
func (l leapSeconds) inserted(named int64) bool {
	at := leap.Boundary(named + 1)
	return named-at >= -1 && named <= at && !l.ordinary(at)
}

// warning is what a sample says of the end of its day, on the day before.
func (l leapSeconds) warning(second int64) shm.Leap {
	const day = 24 * 60 * 60
	at := leap.Boundary(second + day)
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
