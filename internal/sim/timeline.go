package sim

import "time"

// A timeline is the course of true UTC from the receiver's first second on.
type timeline struct {
	start time.Time
	leap  time.Duration // when 23:59:60 begins, in true time; 0 where there is no leap second
}

// second is the POSIX instant of true time at, and its label. Within a leap second the two part: POSIX has no :60, so
// that 23:59:60 and the 00:00:00 after it are the same instant.
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
