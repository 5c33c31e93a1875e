package htntp

import (
	"errors"
	"time"

	"github.com/refclock/refclock/driver/leap"
)

// ErrLeapSecond means that there may have been a leap second during a poll. Its answers may be
// from before and after it, which differ by a second.
var ErrLeapSecond = errors.New("a second may have been inserted or deleted during the poll")

// longestPoll is the longest time from the start of a poll to the use of its result.
const longestPoll = 30 * time.Second

// maybeLeap reports whether there may be a leap second between two times of UTC, in nanoseconds.
// No clock of this machine counts it, unless a program has told the kernel. The margin is for
// a deleted second, and for the uncertainty of both times.
func maybeLeap(from, to int64) bool {
	const early = 2 * second
	return leap.Boundary(from/second) != leap.Boundary((to+early)/second)
}
