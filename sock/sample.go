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

	// Pulse says that Clock is right but for whole seconds: the daemon is to take
	// them from another source. A sample that knows its second leaves it false;
	// ntpd-rs refuses others.
	Pulse bool
}

// Offset is Clock - Receive: positive if the system clock is behind the
// reference clock. Differences beyond 292 years give the greatest or least Duration.
func (s Sample) Offset() time.Duration { return s.Clock.Sub(s.Receive) }

// A Leap announces a leap second at the end of the current month.
type Leap int32

// The values of Leap. There is none for a clock that is not synchronised: it sends nothing.
const (
	LeapNone   Leap = 0 // 0 - normal
	LeapAdd    Leap = 1 // 1 - insert
	LeapDelete Leap = 2 // 2 - delete
)

// String returns "none", "add" or "delete", else the number.
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

// check refuses what no daemon would take, rather than let it fail there in silence.
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
