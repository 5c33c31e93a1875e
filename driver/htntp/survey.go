package htntp

import (
	"slices"
	"time"
)

// A plan says how many requests a poll may take.
type plan struct {
	alone  int // to a server that is the only one
	search int // to the server that finds the time for the others to verify, the beacon
	warm   int // instead, where the last poll has left a prior that holds
	refine int // afterwards, to those who agree, together
}

var usualPlan = plan{alone: 10, search: 7, warm: 3, refine: 4}

const (
	// goalAlone and goalSearch are the half-widths at which a search is over before
	// its requests are spent.
	goalAlone  = 600 * time.Microsecond
	goalSearch = 2500 * time.Microsecond

	// goalWarm is the one that a prior must have left for a warm poll to be short.
	goalWarm = 5 * time.Millisecond

	// doubt is the probability that a server that agrees is off all the same, by
	// less than the tolerance.
	doubt = 0.1

	// beaconsMost is how many servers are tried as beacons: with a minority of them
	// wrong, more than two of five, three will do.
	beaconsMost = 3

	// requestsMost is how many requests a server gets in one poll, come what may.
	requestsMost = 20

	// verifyMost is the half-width past which there is nothing to verify: to agree with
	// that would prove nothing.
	verifyMost = 25 * time.Millisecond

	// finerEnough is how many answers that are finer than a second tell all there is
	// to learn.
	finerEnough = 3

	// gap is the least time between an answer and the next request to the server.
	gap = 200 * time.Millisecond
)

// A survey is one poll of all servers, as far as it can be decided without sockets
// and clocks: which server to ask when, and what follows from the answers. The
// requests of a round go out side by side; the next round follows when all of them
// have been taken.
//
//	greet   each server once: who is seconds wrong, who is near
//	search  the nearest, the beacon, until it has shown the time to some milliseconds
//	verify  the others, each once at either side of that time: majority, or next beacon
//	refine  those who agree
type survey struct {
	plan    plan
	prior   prior
	servers []*candidate
	stage   func(now int64) ([]ask, bool) // gives a round, or says that the next stage is due

	beacon   *candidate
	beacons  int
	searched int // requests to the beacon since it is one
	refined  int

	failure error // why there is no result
	done    bool
}

// An ask is a request to be sent at an instant of the monotonic clock.
type ask struct {
	server int
	at     int64
}

func newSurvey(p plan, before prior, servers []*candidate) *survey {
	s := &survey{plan: p, prior: before, servers: servers}
	s.stage = s.greet
	return s
}

// round gives the requests that are due next, none when the poll is over.
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

// take is what came of a request.
func (s *survey) take(server int, a Answer, err error) {
	c := s.servers[server]
	c.requests++
	switch {
	case !c.usable():
	case err != nil:
		c.exclude(err)
	case a.trip() > tripMost:
		c.exclude(ErrSlow)
	case !c.add(a):
		if last := c.answers[len(c.answers)-1]; last.Date == a.Date && !a.Fresh {
			c.exclude(ErrFrozen)
		} else {
			c.exclude(ErrContradicts)
		}
	}
}

// tripMost is the round trip past which an answer is worth nothing.
const tripMost = int64(2 * time.Second)

// sendAt makes an ask that puts theta to the question.
func (s *survey) sendAt(c *candidate, at theta, now int64) ask {
	return ask{slices.Index(s.servers, c), c.aim(at, now+int64(gap))}
}

// left tells whether the server may be asked once more.
func left(c *candidate) bool { return c.usable() && c.requests < requestsMost }

// majority is how many servers must agree: more than half of all that were named,
// so that no two majorities can contradict each other.
func (s *survey) majority() int { return len(s.servers)/2 + 1 }
