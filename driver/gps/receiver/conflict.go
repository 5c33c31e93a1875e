package receiver

import "time"

// A Conflict remembers sentences that contradict each other.
type Conflict struct {
	Who string // the sentences, as "GPRMC and GPZDA"

	count int
	at    int64 // steady: the last time
}

const (
	// A single contradiction may be a sentence that was damaged, or the end of a burst that
	// was read late. conflictRepeats of them, no more than conflictWithin apart, are the
	// receiver's habit, until conflictForget has passed without one.
	conflictRepeats = 2
	conflictWithin  = 10 * time.Second
	conflictForget  = time.Minute
)

// Persists reports whether the contradiction is a habit of the receiver.
func (c *Conflict) Persists(now int64) bool {
	return c.count >= conflictRepeats && now-c.at < int64(conflictForget)
}

// Add records a contradiction at an instant of the steady clock.
func (c *Conflict) Add(who string, now int64) {
	within := conflictWithin
	if c.count >= conflictRepeats {
		within = conflictForget
	}
	if now-c.at > int64(within) {
		c.count = 0
	}
	*c = Conflict{who, c.count + 1, now}
}
