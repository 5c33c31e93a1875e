package htntp

import "time"

// A Standing is what a poll has found of a server.
type Standing int

const (
	Pending  Standing = iota // not judged yet
	Agrees                   // its own answers prove, on both sides, that it shows the time found
	Late                     // its clock, or its Date, is behind the time found
	Ahead                    // its clock is ahead of the time found
	Unproven                 // its answers scatter too much to tell
	Excluded                 // it gave no answer that could be used
)

func (s Standing) String() string {
	return [...]string{"pending", "agrees", "late", "ahead", "unproven", "excluded"}[s]
}

// A candidate is a server while it is being polled.
type candidate struct {
	evidence
	standing Standing
	why      error // of Excluded
	requests int

	trusted   bool // agreed in the last poll
	tried     bool // was the beacon
	low, high int  // how many requests were aimed at either side of the time to verify
}

const (
	// toleranceLeast is how far a server may be off the others and still agree, and
	// skews how many standard deviations of its skew are added.
	toleranceLeast = int64(6 * time.Millisecond)
	skews          = 2.5

	// sure is the probability with which a server must be within reach of the time
	// found, at either side, by its own answers alone.
	sure = 0.95

	// refuted is how much less likely its answers must be close to the time found
	// than where they are likeliest, for the server to be called late or ahead.
	refuted = 0.1

	// sideMost is how many requests may be aimed at one side: a slow answer proves
	// nothing, and two are bad luck.
	sideMost = 2
)

// tolerance is how far to either side of an estimate this server is to be bracketed.
func (c *candidate) tolerance(e Estimate) int64 {
	return toleranceLeast + int64(e.Half()) + int64(skews*c.skew())
}

// A side is where to aim at a server to verify an estimate.
type side int

const (
	nowhere side = 0
	lowSide side = -1
	topSide side = +1
)

// judge compares the server's own answers, and nothing else, with an estimate. It
// gives the side at which the next request is to be aimed, if one is needed.
func (c *candidate) judge(e Estimate) (Standing, side) {
	if len(c.answers) == 0 {
		// A server that is kept from the last poll has to be asked anew.
		return Pending, lowSide
	}
	tolerance := c.tolerance(e)
	reach := tolerance * 3 / 2
	heart := (tolerance + int64(e.Half())) / 2 // well within the answers that would bracket it
	own := believe(prior{}, 0, &c.evidence)
	below := own.below(e.Theta - reach)
	above := 1 - own.below(e.Theta+reach)
	switch {
	case below <= 1-sure && above <= 1-sure:
		return Agrees, nowhere
	case own.most(e.Theta-heart, e.Theta+heart) < refuted*own.most(own.ends()):
		if below > above {
			return Late, nowhere
		}
		return Ahead, nowhere
	case below >= above && c.low < sideMost, below > 1-sure && c.low < sideMost:
		return Pending, lowSide
	case above > 1-sure && c.high < sideMost:
		return Pending, topSide
	}
	return Unproven, nowhere
}

// vague is the half-width past which a server's own estimate is none.
const vague = 100 * time.Millisecond

// off is how far the server is from the time found; or how far at least, where its
// answers have shown no more than that.
func (c *candidate) off(found theta) (off time.Duration, atLeast bool) {
	own := believe(prior{}, 0, &c.evidence).estimate()
	if own.Half() < vague {
		return time.Duration(own.Theta - found), false
	}
	return time.Duration(min(0, c.bounds.High-found) + max(0, c.bounds.Low-found)), true
}

// usable tells whether the server still takes part.
func (c *candidate) usable() bool { return c.standing != Excluded }

// exclude ends the server's part in this poll.
func (c *candidate) exclude(why error) { c.standing, c.why = Excluded, why }
