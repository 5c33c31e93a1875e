package sock

import (
	"fmt"
	"strconv"
	"time"
)

// A Sample is one comparison of the reference clock with the system clock.
type Sample struct {
	Clock   time.Time // what the reference clock showed
	Receive time.Time // what the system clock showed at that instant
	Leap    Leap

	// Pulse is true if only the fraction of the second in Clock is right. The consumer
	// takes the whole second from another source. ntpd-rs refuses such samples.
	Pulse bool
}

// Offset returns Clock - Receive, which is positive if the system clock is behind the
// reference clock. A difference of more than 292 years returns the maximum or minimum
// Duration.
func (s Sample) Offset() time.Duration { return s.Clock.Sub(s.Receive) }

// A Leap announces a leap second at the end of the current month.
type Leap int32

// The values of Leap. There is no value for "not synchronised": send nothing instead.
const (
	LeapNone   Leap = 0 // 0 - normal
	LeapAdd    Leap = 1 // 1 - insert
	LeapDelete Leap = 2 // 2 - delete
)

// String returns "none", "add" or "delete", or the number of an unknown value.
func (l Leap) String() string {
	switch l {
	case LeapNone:
		return "none"
	case LeapAdd:
		return "add"
	case LeapDelete:
		return "delete"
	}
	return strconv.Itoa(int(l))
}

// check refuses values that no consumer accepts: consumers drop them silently.
func (s Sample) check() error {
	switch {
	case s.Clock.IsZero():
		return fmt.Errorf("%w: no clock time given", ErrRange)
	case s.Receive.IsZero():
		return fmt.Errorf("%w: no receive time given", ErrRange)
	case s.Leap < LeapNone || s.Leap > LeapDelete:
		return fmt.Errorf("%w: leap %d, expected 0..2", ErrRange, s.Leap)
	}
	return nil
}
