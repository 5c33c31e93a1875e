package driver

import "time"

const (
	// minRepeat is the time between two lines about one reason, at first. It doubles with each
	// line up to maxRepeat, so that a reason that comes and goes for a day takes some 30 lines.
	minRepeat = time.Minute
	maxRepeat = time.Hour

	// forgetAfter is how long a reason must be absent before it counts as new.
	forgetAfter = 2 * maxRepeat
)

// A repeatLimit limits the log lines about reasons that come and go. The first line of a
// reason is written at once; later ones are counted and summarised.
type repeatLimit struct {
	reasons map[string]*repeated
}

// repeated is what is known about the lines of one reason.
type repeated struct {
	last   time.Time     // a line was written
	wait   time.Duration // until the next one
	missed int           // changes since then without a line
}

// allow reports whether a change to a reason may be logged now, and how many changes the
// line stands for.
func (l *repeatLimit) allow(reason string, now time.Time) (changes int, ok bool) {
	r := l.reasons[reason]
	if r == nil {
		if l.reasons == nil {
			l.reasons = map[string]*repeated{}
		}
		r = &repeated{}
		l.reasons[reason] = r
	}
	r.missed++
	gap := now.Sub(r.last)
	if gap >= forgetAfter { // also of a new reason
		r.wait = minRepeat / 2
	} else if gap < r.wait {
		return 0, false
	}
	return r.line(now), true
}

// due reports whether a reason without a line, which began at a time and still holds, is to
// be logged now: it lasts.
func (l *repeatLimit) due(reason string, began, now time.Time) (changes int, ok bool) {
	r := l.reasons[reason]
	if r == nil || r.missed == 0 || now.Sub(began) < r.wait {
		return 0, false
	}
	return r.line(now), true
}

// line notes that a line is written, and returns how many changes it stands for.
func (r *repeated) line(now time.Time) (changes int) {
	changes = r.missed
	*r = repeated{last: now, wait: min(2*r.wait, maxRepeat)}
	return changes
}
