// Package leap reads leap-seconds.list, the table of leap seconds in Linux distributions:
// the days of UTC that end a second later or earlier than others.
//
// The IERS issues the table twice a year with its Bulletin C, in the format of the NIST:
// https://hpiers.obspm.fr/iers/bul/bulc/ntp/leap-seconds.list. Leap seconds are announced
// half a year ahead, so a table is valid for about half a year, and contains its expiry.
// After the expiry, leap seconds are unknown, and the second at a boundary is ambiguous.
// A newer table arrives with the distribution's updates of the package tzdata.
//
// [Seconds] applies the table to the seconds that a receiver names.
package leap

import (
	"cmp"
	"slices"
	"time"
)

// A Table is a parsed leap-seconds.list. It does not change, and is safe for concurrent
// use. A nil *Table knows nothing.
type Table struct {
	begins  int64 // the time of the first entry; leap seconds up to it are unknown
	expires int64
	steps   []step // by time
}

// A step is a boundary that a leap second precedes.
type step struct {
	at     int64 // in seconds since 1970, as a clock without leap seconds counts
	change int8  // +1 or -1
}

// Expires returns the time from which leap seconds are unknown; the zero time for a nil
// *Table.
func (t *Table) Expires() time.Time {
	if t == nil {
		return time.Time{}
	}
	return time.Unix(t.expires, 0).UTC()
}

// Boundary returns the last time, at or before a second, that a leap second may have
// preceded: 00:00:00 UTC of 1 January or 1 July, in seconds since 1970.
func Boundary(second int64) int64 {
	t := time.Unix(second, 0).UTC()
	month := time.January
	if t.Month() >= time.July {
		month = time.July
	}
	return time.Date(t.Year(), month, 1, 0, 0, 0, 0, time.UTC).Unix()
}

// At returns the leap second before a boundary between two days, which is 00:00:00 UTC in
// seconds since 1970. The change is +1 if 23:59:60 precedes it, and -1 if 23:59:59 was
// deleted and 23:59:58 precedes it. Otherwise, or if it is not a boundary, the change is
// 0. It is unknown from the expiry on, and up to the first entry, in the real table
// 1972-01-01. At does not allocate.
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
