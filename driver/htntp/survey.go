package htntp

import (
	"slices"
	"time"
)

// A plan says how many requests a poll may take.
type plan struct {
	alone  int // to the only server
	search int // to the beacon, which finds the time that the others verify
	warm   int // instead of search, if there is a prior and it holds
	refine int // afterwards, to all servers that agree together
}

var usualPlan = plan{alone: 10, search: 7, warm: 3, refine: 4}

const (
	// goalAlone and goalSearch are the half-widths at which a search ends, even if
	// requests are left.
	goalAlone  = 600 * time.Microsecond
	goalSearch = 2500 * time.Microsecond

	// goalWarm is the half-width at which a search with a prior ends.
	goalWarm = 5 * time.Millisecond

	// doubt is the probability that a server that agrees is wrong, by less than the
	// tolerance.
	doubt = 0.1

	// maxBeacons is how many servers are tried as beacons. If two of five servers are
	// wrong, one of three beacons is right.
	maxBeacons = 3

	// maxRequests is how many requests a server gets in one poll at most.
	maxRequests = 20

	// maxVerify is the greatest half-width to verify, its skew excluded: agreement with a
	// wider estimate proves nothing.
	maxVerify = 25 * time.Millisecond

	// patience is how many requests more a vague beacon gets while others may take its place.
	patience = 3

	// enoughHTTPSTime is how many answers with a resolution under a second are enough.
	enoughHTTPSTime = 3

	// gap is the shortest time between an answer and the next request to the server.
	gap = 200 * time.Millisecond
)

// A survey makes the decisions of one poll, without I/O and clocks: which server to ask
// when, and what follows from the answers. The requests of a round are sent in parallel.
// The next round begins when all their answers are in.
//
//	stage   asks                                  to find out
//	greet   each server once                      which are off by seconds, which is nearest
//	search  the nearest one, called the beacon    the time, to a few milliseconds
//	verify  the others, on each side of that time whether a majority agrees; else next beacon
//	refine  the servers that agree                the time, more precisely
type survey struct {
	plan    plan
	prior   prior
	servers []*candidate
	stage   func(now int64) (asks []ask, more bool) // without asks: more if the stage has changed

	beacon   *candidate
	beacons  int
	searched int  // requests to the beacon in this search
	vague    bool // the beacon's answers scatter too much to verify others by them
	refined  int

	failure error // why there is no result
	done    bool
}

// An ask is a request to a server, by its index, at an instant of the monotonic clock.
type ask struct {
	server int
	at     int64
}

func newSurvey(p plan, before prior, servers []*candidate) *survey {
	s := &survey{plan: p, prior: before, servers: servers}
	s.stage = s.greet
	return s
}

// round returns the requests of the next round; none if the poll is over.
func (s *survey) round(now int64) []ask {
	for !s.done {
		asks, more := s.stage(now)
		if len(asks) > 0 {
			return asks
		}
		if !more {
			s.done = true
		}
	}
	return nil
}

// take adds the result of a request.
func (s *survey) take(server int, a Answer, err error) {
	c := s.servers[server]
	c.requests++
	switch {
	case !c.usable():
	case err != nil:
		c.exclude(err)
	case a.trip() > maxTrip:
		c.exclude(ErrSlow)
	case !c.add(a):
		if last := c.answers[len(c.answers)-1]; last.Date == a.Date && !a.Fresh {
			c.exclude(ErrFrozen)
		} else {
			c.exclude(ErrContradicts)
		}
	}
}

// maxTrip is the longest round trip of a useful answer.
const maxTrip = int64(2 * time.Second)

// sendAt returns a request that tests whether theta is at or above a value.
func (s *survey) sendAt(c *candidate, at theta, now int64) ask {
	return ask{slices.Index(s.servers, c), c.aim(at, now+int64(gap))}
}

// canAsk reports whether the server may be asked again.
func canAsk(c *candidate) bool { return c.usable() && c.requests < maxRequests }
