package shm

import "time"

// A stamp is an instant as the segment stores it. The seconds are rounded down, so
// that the rest is never negative, not even before 1970.
type stamp struct {
	sec  int64
	nsec int64 // 0..999999999
}

func stampOf(t time.Time) stamp { return stamp{t.Unix(), int64(t.Nanosecond())} }

// usec is rounded down too. Consumers ignore the nanoseconds unless the microseconds
// are nsec/1000; rounding to nearest would lose half of the samples' nanoseconds.
func (t stamp) usec() int64 { return t.nsec / 1000 }
