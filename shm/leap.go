package shm

import "strconv"

// A Leap announces a leap second at the end of the current month, in the
// encoding of NTP's leap indicator (RFC 5905, figure 9).
type Leap int32

const (
	// #define LEAP_NOWARNING 0x0  /* normal, no leap second warning */
	LeapNone Leap = 0

	// #define LEAP_ADDSECOND 0x1  /* last minute of the month has 61 seconds */
	LeapAdd Leap = 1

	// #define LEAP_DELSECOND 0x2  /* last minute of the month has 59 seconds */
	LeapDelete Leap = 2

	// #define LEAP_NOTINSYNC 0x3  /* the clock is not synchronised */
	//
	// Consumers take such a sample and then ignore it; the statistics of ntpd even count
	// it as good. If the reference clock has no time, publish nothing instead.
	LeapNotInSync Leap = 3
)

// String returns "none", "add", "delete" or "not in sync", or the number of an
// unknown value.
func (l Leap) String() string {
	switch l {
	case LeapNone:
		return "none"
	case LeapAdd:
		return "add"
	case LeapDelete:
		return "delete"
	case LeapNotInSync:
		return "not in sync"
	}
	return strconv.Itoa(int(l))
}
