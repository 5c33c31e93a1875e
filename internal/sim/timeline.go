package sim

import "time"

// A timeline maps true time to UTC.
type timeline struct {
	start time.Time
	leap  time.Duration // the true time of 23:59:60; 0: no leap second
}

// second returns the POSIX time of true time at, and its label. They differ within a leap
// second: POSIX has no :60, so 23:59:60 and the following 00:00:00 are the same time.
func (t timeline) second(at time.Duration) (time.Time, UTC) {
	instant := t.start.Add(at)
	if t.leap == 0 || at < t.leap {
		return instant, labelOf(instant)
	}
	previous := instant.Add(-time.Second)
	if at >= t.leap+time.Second {
		return previous, labelOf(previous)
	}
	label := labelOf(previous)
	label.Second = 60
	return instant, label
}
