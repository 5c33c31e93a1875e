package pps

import "time"

// A flip is the result of polling a level for its next change.
type flip struct {
	found    flipResult
	at       Stamp         // middle of the interval in which the level changed
	within   time.Duration // half of that interval
	shortest time.Duration // of such intervals in this window, without a change; 0 if unknown
	err      error         // for flipUnread
}

type flipResult int

const (
	flipCaught flipResult = iota
	flipEarly             // the level had changed before polling, or just after it began
	flipNone              // the level did not change
	flipUnread            // the level could not be read
)

// minPolls is the least number of polls before a change: else it may be older.
const minPolls = 2

// watchFlip polls a level until it is active, if rising, or inactive, but not after until. The
// level changed after the last poll with the old level began, and before the first with the
// new level ended. A poll reads the level at an unknown moment, the same in both: so the
// middle is off by at most half the time of a poll on average.
func watchFlip(now func() Stamp, level Level, rising bool, until int64) flip {
	before := now() // this poll
	last := before  // the poll before it
	shortest := time.Duration(0)
	for polls := 0; ; polls++ {
		high, err := level.High()
		after := now()
		switch {
		case err != nil:
			return flip{found: flipUnread, err: err}
		case high == rising && polls < minPolls:
			return flip{found: flipEarly}
		case high == rising:
			at, half := middle(last, after)
			return flip{at: at, within: half, shortest: shortest}
		case after.Mono >= until:
			return flip{found: flipNone, shortest: shortest}
		}
		if took := after.Sub(last); polls > 0 && (shortest == 0 || took < shortest) {
			shortest = took
		}
		last, before = before, after
	}
}
