package leap

import (
	"fmt"
	"time"

	"github.com/refclock/refclock/shm"
)

// Seconds decides what a receiver may mean at the ends of June and December, where a
// second may be inserted. Without a table, the receiver itself must show whether one was:
// no second is published until it has named two seconds after the boundary without a
// contradiction. All arguments are seconds since 1970.
type Seconds struct {
	// Table returns the change of the count of seconds before a 00:00:00, and whether it
	// is known; see [Table.At]. If Table is nil, nothing is known.
	Table func(boundary int64) (change int, known bool)

	// Sky is what the satellites report. An announced leap second counts where the table
	// knows nothing. That none is announced is no proof that there is none.
	Sky Sky
}

// A Sky is what a receiver has received from the satellites. The zero Sky is nothing.
type Sky struct {
	Count  int    // seconds from UTC to GPS time
	Source string // of Count; empty if it is not from satellites

	Boundary int64 // the 00:00:00 after an announced leap second, in seconds since 1970
	Change   int   // there; 0 if none is announced
}

// at returns the change of the count of seconds before a boundary, and whether it is known.
func (s Seconds) at(boundary int64) (change int, known bool) {
	if s.Table != nil {
		change, known = s.Table(boundary)
	}
	if !known && s.Sky.Change != 0 && s.Sky.Boundary == boundary {
		return s.Sky.Change, true
	}
	return change, known
}

// begunGPS is when the time of GPS began, with the leap seconds of UTC: 1980-01-06.
const begunGPS = 315964800

// count returns the seconds from UTC to GPS time at a second of UTC, by the table; false if it
// does not know all of them.
func (s Seconds) count(second int64) (n int, known bool) {
	for b := Boundary(second); b > begunGPS; b = Boundary(b - 1) {
		change, known := s.Table(b)
		if !known {
			return 0, false
		}
		n += change
	}
	return n, true
}

// around is how far from a leap second the receiver's count may be that of either side.
const around = 60

// Contradiction returns what the table contradicts in the report of the satellites, as text,
// at a second that the receiver names; empty if there is nothing.
func (s Seconds) Contradiction(second int64) string {
	if s.Table == nil || s.Sky.Source == "" {
		return ""
	}
	before, known := s.count(second - around)
	after, known2 := s.count(second + around)
	if known && known2 && s.Sky.Count != before && s.Sky.Count != after {
		return fmt.Sprintf("the receiver counts %d leap seconds according to %s, but leap-seconds.list has %d", s.Sky.Count, s.Sky.Source, after)
	}
	if s.Sky.Change == 0 {
		return ""
	}
	if change, known := s.Table(s.Sky.Boundary); known && change != s.Sky.Change {
		return fmt.Sprintf("the satellites announce a leap second before %s, but leap-seconds.list has %s", time.Unix(s.Sky.Boundary, 0).UTC().Format(time.DateOnly),
			map[int]string{0: "none there", 1: "an inserted one", -1: "a deleted one"}[change])
	}
	return ""
}

// Ordinary reports whether it is certain that nothing happens at a boundary.
func (s Seconds) Ordinary(boundary int64) bool {
	change, known := s.at(boundary)
	return known && change == 0
}

// Doubtful reports whether a second that a receiver names may be an inserted one: some
// receivers give it the number of the first second after the boundary.
func (s Seconds) Doubtful(named int64) bool {
	return named == Boundary(named) && !s.Ordinary(named)
}

// Open reports whether a counted second may really be the second before, because the
// count missed an inserted second. named is the last second that the receiver named in
// accord with the count.
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
	if boundary <= second {
		return shm.LeapNone
	}
	switch change, known := s.at(boundary); {
	case known && change > 0:
		return shm.LeapAdd
	case known && change < 0:
		return shm.LeapDelete
	}
	return shm.LeapNone
}
