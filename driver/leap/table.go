// Package leap reads leap-seconds.list, the table of leap seconds that comes with
// Linux distributions: which days of UTC end a second later or earlier than others.
//
// The table is issued by the IERS, from whose Bulletin C it is made twice a year
// (https://hpiers.obspm.fr/iers/bul/bulc/ntp/leap-seconds.list), in the format of the
// NIST. Leap seconds are announced half a year ahead, so that a table is good for
// about as long, and says until when. From then on it says nothing at all: whether
// a leap second comes is not known, and the second at a boundary that has not been
// looked up cannot be told from the one beside it. A newer table comes with an
// update of the distribution's time zones, the package tzdata.
//
// [Seconds] applies the table to the seconds that a receiver names.
package leap

import (
	"cmp"
	"slices"
	"time"
)

// A Table is a leap-seconds.list that has been read. It does not change, and may be
// asked by several goroutines. A nil *Table knows nothing.
type Table struct {
	begins  int64 // the table's first instant; what preceded it is not told
	expires int64
	steps   []step // by time
}

// A step is a boundary that a leap second precedes.
type step struct {
	at     int64 // in seconds since 1970, as a clock without leap seconds counts
	change int8  // +1 or -1
}

// Expires is the instant from which on the table tells nothing; the zero time for a
// nil *Table.
func (t *Table) Expires() time.Time {
	if t == nil {
		return time.Time{}
	}
	return time.Unix(t.expires, 0).UTC()
}

// Boundary is the last instant at or before a second at which a leap second may have
// been: 00:00:00 UTC of 1 January or 1 July, in seconds since 1970.
func Boundary(second int64) int64 {
	t := time.Unix(second, 0).UTC()
	month := time.January
	if t.Month() >= time.July {
		month = time.July
	}
	return time.Date(t.Year(), month, 1, 0, 0, 0, 0, time.UTC).Unix()
}

// At tells what precedes a boundary between two days, the seconds since 1970 of a
// 00:00:00 UTC: change is +1 where 23:59:60 does, -1 where 23:59:59 was left out
// and 23:59:58 does, and else 0, as it is for what is no boundary. It is not known
// from the expiry on, nor up to the instant at which the table begins, which is
// 1972-01-01 for the real one. At does not allocate.
func (t *Table) At(boundary int64) (change int, known bool) {
	if t == nil || boundary <= t.begins || boundary >= t.expires {
		return 0, false
	}
	i, found := slices.BinarySearchFunc(t.steps, boundary, func(s step, at int64) int { return cmp.Compare(s.at, at) })
	if !found {
		return 0, true
	}
	return int(t.steps[i].change), true
}
