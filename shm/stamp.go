package shm

import "time"

// A stamp is an instant as the segment holds it. The seconds are rounded down,
// so that the rest is never negative, before 1970 neither.
type stamp struct {
	sec  int64
	nsec int64 // 0..999999999
}

func stampOf(t time.Time) stamp { return stamp{t.Unix(), int64(t.Nanosecond())} }

// usec is rounded down as well: readers disregard the nanoseconds if the
// microseconds are not exactly nsec/1000, as half of them were if rounded.
func (t stamp) usec() int64 { return t.nsec / 1000 }
