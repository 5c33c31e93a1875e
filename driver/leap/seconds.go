package leap

import "github.com/refclock/refclock/shm"

// Seconds decides what a receiver may mean at the ends of June and December, where a
// second may be inserted. Without a table, the receiver itself must show whether one was:
// no second is published until it has named two seconds after the boundary without a
// contradiction. All arguments are seconds since 1970.
type Seconds struct {
	// Table returns the change of the count of seconds before a 00:00:00, and whether it
	// is known; see [Table.At]. If Table is nil, nothing is known.
	Table func(boundary int64) (change int, known bool)
}

// Ordinary reports whether it is certain that nothing happens at a boundary.
func (s Seconds) Ordinary(boundary int64) bool {
	if s.Table == nil {
		return false
	}
	change, known := s.Table(boundary)
	return known && change == 0
}

// Doubtful reports whether a second that a receiver names may be an inserted one: some
// receivers give it the number of the first second after the boundary.
func (s Seconds) Doubtful(named int64) bool {
	return named == Boundary(named) && !s.Ordinary(named)
}

// Open reports whether a counted second may really be the one before, because the count
// missed an inserted second. The last second that the receiver named in accord with the
// count is named.
func (s Seconds) Open(counted, named int64) bool {
	boundary := Boundary(counted)
	return named <= boundary && !s.Ordinary(boundary)
}

// Inserted reports whether a receiver may name this second, which is one less than the
// count, because a second was inserted. Such a receiver repeats the last second before
// the boundary, names second 60, or repeats the first second after the boundary.
func (s Seconds) Inserted(named int64) bool {
	boundary := Boundary(named + 1)
	return named-boundary >= -1 && named <= boundary && !s.Ordinary(boundary)
}

// Warning returns the leap warning of a sample: of a leap second at the end of its day.
func (s Seconds) Warning(second int64) shm.Leap {
	boundary := Boundary(second + day)
	if s.Table == nil || boundary <= second {
		return shm.LeapNone
	}
	switch change, known := s.Table(boundary); {
	case known && change > 0:
		return shm.LeapAdd
	case known && change < 0:
		return shm.LeapDelete
	}
	return shm.LeapNone
}
