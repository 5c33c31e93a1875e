package htntp

import "time"

// A Standing is the result of a poll for one server.
type Standing int

const (
	Pending  Standing = iota // not judged yet
	Agrees                   // its own answers bracket the time found
	Late                     // its clock, or its Date, is behind the time found
	Ahead                    // its clock is ahead of the time found
	Unproven                 // its answers scatter too much to decide
	Excluded                 // it has no usable answer
)

func (s Standing) String() string {
	return [...]string{"pending", "agrees", "late", "ahead", "unproven", "excluded"}[s]
}

// A candidate is a server during a poll.
type candidate struct {
	evidence
	standing Standing
	why      error // of Excluded
	requests int

	trusted   bool // agreed in the last poll
	unlucky   bool // was a beacon in the last poll, and found nothing
	tried     bool // was the beacon
	low, high int  // requests aimed at either side of the time to verify
}

const (
	// minTolerance is how far a server that agrees may be off. skews is how many
	// standard deviations of its skew are added.
	minTolerance = int64(6 * time.Millisecond)
	skews        = 2.5

	// sure is the probability, by the server's own answers, with which it must be near
	// the time found, on each side.
	sure = 0.95

	// refuted is the greatest density near the time found, relative to the peak, at
	// which a server is late or ahead.
	refuted = 0.1

	// maxPerSide is how many requests may be aimed at one side: a slow answer proves
	// nothing.
	maxPerSide = 2
)

// tolerance returns how far from an estimate the server's requests are aimed, on each side.
func (c *candidate) tolerance(e Estimate) int64 {
	return minTolerance + int64(e.Half()) + int64(skews*c.skew())
}

// A side is the side of an estimate at which a request is aimed.
type side int

const (
	nowhere side = 0
	lowSide side = -1
	topSide side = +1
)

// judge compares an estimate with the server's own answers only. It also returns the side
// at which to aim the next request, if one is needed.
func (c *candidate) judge(e Estimate) (Standing, side) {
	if len(c.answers) == 0 {
		// The server is known from the last poll only.
		return Pending, lowSide
	}
	tolerance := c.tolerance(e)
	reach := tolerance * 3 / 2
	core := (tolerance + int64(e.Half())) / 2 // well inside the bracket
	own := infer(prior{}, 0, &c.evidence)
	below := own.below(e.Theta - reach)
	above := 1 - own.below(e.Theta+reach)
	switch {
	case below <= 1-sure && above <= 1-sure:
		return Agrees, nowhere
	case own.peak(e.Theta-core, e.Theta+core) < refuted*own.peak(own.ends()):
		if below > above {
			return Late, nowhere
		}
		return Ahead, nowhere
	case below > 1-sure && c.low < maxPerSide:
		return Pending, lowSide
	case above > 1-sure && c.high < maxPerSide:
		return Pending, topSide
	}
	return Unproven, nowhere
}

// vague reports whether an estimate by the server's answers is too wide to verify others by
// it. The skew does not count: no number of answers and no other server reduces it.
func (c *candidate) vague(e Estimate) bool {
	return e.Half() > maxVerify+time.Duration(normal90*c.skew())
}

// maxOff is the least half-width at which a server's own estimate is not used.
const maxOff = 100 * time.Millisecond

// off returns how far the server is from the time found. If its answers are too few for
// that, atLeast is true and off is a lower limit.
func (c *candidate) off(found theta) (off time.Duration, atLeast bool) {
	own := infer(prior{}, 0, &c.evidence).estimate()
	if own.Half() < maxOff {
		return time.Duration(own.Theta - found), false
	}
	if off = beyond(c.bounds.Low, c.bounds.High, found); off != 0 {
		return off, true
	}
	return beyond(own.Low, own.High, found), true
}

// beyond returns how far an interval is above or below a value; 0 if it contains the value.
func beyond(low, high, value theta) time.Duration {
	return time.Duration(min(0, high-value) + max(0, low-value))
}

// usable reports whether the server still takes part.
func (c *candidate) usable() bool { return c.standing != Excluded }

// exclude removes the server from this poll.
func (c *candidate) exclude(why error) { c.standing, c.why = Excluded, why }
