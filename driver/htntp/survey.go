package htntp

import (
	"cmp"
	"errors"
	"fmt"
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

// greet asks every server once: cold at once, warm where it already brackets.
func (s *survey) greet(now int64) (asks []ask, more bool) {
	s.stage = s.compare
	believed := s.believed()
	nearest := s.nearest()
	for i, c := range s.servers {
		switch {
		case !c.usable():
		case s.prior.known && c == nearest:
			asks = append(asks, s.sendAt(c, believed.Theta, now))
		case !s.tight():
			asks = append(asks, ask{i, now})
		default:
			c.low++
			asks = append(asks, s.sendAt(c, believed.Theta-c.tolerance(believed), now))
		}
	}
	return asks, true
}

// tight tells whether a prior holds theta so close that the others can be verified
// while the beacon is still being asked.
func (s *survey) tight() bool { return s.prior.known && s.prior.Width() <= 4*goalWarm }

// believed is the estimate before anybody was asked.
func (s *survey) believed() Estimate {
	return Estimate{(s.prior.Low + s.prior.High) / 2, s.prior.Low, s.prior.High}
}

// compare leaves out whose first answer is seconds away from what most say.
func (s *survey) compare(int64) ([]ask, bool) {
	var all []Bounds
	for _, c := range s.servers {
		if c.usable() {
			all = append(all, c.bounds)
		}
	}
	most := cover(all, len(all)-s.majority())
	if len(all) < s.majority() || most.empty() {
		s.failure = s.noMajority()
		return nil, false
	}
	for _, c := range s.servers {
		if !c.usable() || !c.bounds.and(most).empty() {
			continue
		}
		if c.bounds.Low >= most.High {
			c.standing = Ahead
		} else {
			c.standing = Late
		}
	}
	s.stage = s.choose
	return nil, true
}

// majority is how many servers must agree: more than half of all that were named,
// so that no two majorities can contradict each other.
func (s *survey) majority() int { return len(s.servers)/2 + 1 }

// nearest is the pending server with the least round trip; one that was in the
// majority last time comes first.
func (s *survey) nearest() *candidate {
	return s.best(func(c *candidate) bool { return c.standing == Pending })
}

func (s *survey) best(eligible func(*candidate) bool) (best *candidate) {
	for _, c := range s.servers {
		if !c.usable() || c.tried || !eligible(c) {
			continue
		}
		if best == nil || c.trusted && !best.trusted || c.trusted == best.trusted && c.trip() < best.trip() {
			best = c
		}
	}
	return best
}

// choose makes a server the beacon. Where the one before found no majority, the
// next is one that contradicts it; first one that is ahead of it, because a server
// that keeps its Date for a while is late, and never ahead.
func (s *survey) choose(int64) ([]ask, bool) {
	next := s.nearest()
	switch {
	case s.beacon == nil:
	case !s.beacon.usable(): // it has failed on the way, and proved nothing
		next = s.best(func(c *candidate) bool { return c.standing == Pending || c.standing == Agrees })
	default:
		next = cmp.Or(
			s.best(func(c *candidate) bool { return c.standing == Ahead }),
			s.best(func(c *candidate) bool { return c.standing == Late || c.standing == Unproven }),
		)
	}
	if next == nil || s.beacons == beaconsMost {
		s.failure = s.noMajority()
		return nil, false
	}
	if s.beacon != nil {
		for _, c := range s.servers {
			if c.usable() {
				c.standing, c.low, c.high = Pending, 0, 0
			}
		}
	}
	s.beacon, next.tried = next, true
	s.beacons++
	s.searched = 0
	s.stage = s.search
	return nil, true
}

// search asks the beacon alone, each time where that halves the doubt. Where a tight
// prior holds, the others are verified at the same time.
func (s *survey) search(now int64) ([]ask, bool) {
	if !s.beacon.usable() {
		s.stage = s.choose
		return nil, true
	}
	b := believe(s.prior, 0, &s.beacon.evidence)
	found := b.estimate()
	limit, goal := s.plan.search, goalSearch
	if len(s.servers) == 1 {
		limit, goal = s.plan.alone, goalAlone
	}
	asked := 1 + s.searched
	over := asked >= limit || found.Half() <= goal || asked >= finerEnough && s.beacon.answers[0].Step < second
	if s.prior.known {
		held := found.Half() <= max(goal, min(goalWarm, time.Duration(s.prior.High-s.prior.Low)/2))
		over = asked >= limit || asked >= s.plan.warm && held
	}
	if len(s.servers) > 1 && found.Half() > verifyMost {
		over = false
	}
	if over || !left(s.beacon) {
		s.stage = s.verify
		return nil, true
	}
	s.searched++
	asks := []ask{s.sendAt(s.beacon, found.Theta, now)}
	if s.tight() {
		asks = append(asks, s.brackets(s.believed(), now)...)
	}
	return asks, true
}

// brackets are the requests that those who are not judged yet still need.
func (s *survey) brackets(e Estimate, now int64) (asks []ask) {
	for _, c := range s.servers {
		if c.standing != Pending || !left(c) || c == s.beacon {
			continue
		}
		if a, ok := s.bracket(c, e, now); ok {
			asks = append(asks, a)
		}
	}
	return asks
}

func (s *survey) bracket(c *candidate, e Estimate, now int64) (ask, bool) {
	standing, at := c.judge(e)
	if standing != Pending {
		return ask{}, false
	}
	if at == lowSide {
		c.low++
	} else {
		c.high++
	}
	return s.sendAt(c, e.Theta+int64(at)*c.tolerance(e), now), true
}

// verify asks each server at either side of what the beacon has found, until the
// answers of most bracket it or cannot any more.
func (s *survey) verify(now int64) (asks []ask, more bool) {
	if !s.beacon.usable() {
		s.stage = s.choose
		return nil, true
	}
	found := believe(s.prior, 0, &s.beacon.evidence).estimate()
	if len(s.servers) == 1 {
		s.beacon.standing = Agrees
		return nil, false
	}
	if found.Half() > verifyMost {
		s.beacon.standing = Unproven
		s.stage = s.choose
		return nil, true
	}
	agree, open := 0, 0
	for _, c := range s.servers {
		if c.standing == Pending {
			c.standing, _ = c.judge(found)
		}
		switch c.standing {
		case Agrees:
			agree++
		case Pending:
			if !left(c) {
				c.standing = Unproven
				continue
			}
			open++
		}
	}
	if agree+open < s.majority() {
		s.stage = s.choose
		return nil, true
	}
	for _, c := range s.servers {
		if c.standing != Pending {
			continue
		}
		if a, ok := s.bracket(c, found, now); ok {
			asks = append(asks, a)
		}
	}
	if len(asks) == 0 {
		s.stage = s.refine
	}
	return asks, true
}

// refine asks those who agree once more, two at a time and the nearest first, about
// the thirds of what is still possible.
func (s *survey) refine(now int64) (asks []ask, more bool) {
	agreeing := s.agreeing()
	if len(agreeing) < s.majority() { // one has failed since
		s.failure = s.noMajority()
		return nil, false
	}
	rest := s.plan.refine - s.refined
	if s.prior.known {
		rest = 2 - s.refined
	}
	if rest <= 0 {
		return nil, false
	}
	slices.SortStableFunc(agreeing, func(a, b *candidate) int { return cmp.Compare(a.trip(), b.trip()) })
	b := s.belief()
	for i, c := range agreeing[:min(2, rest, len(agreeing))] {
		if left(c) {
			asks = append(asks, s.sendAt(c, b.quantile(float64(i+1)/3), now))
		}
		s.refined++
	}
	return asks, len(asks) > 0
}

func (s *survey) agreeing() (all []*candidate) {
	for _, c := range s.servers {
		if c.standing == Agrees {
			all = append(all, c)
		}
	}
	return all
}

// belief is what those who agree say together.
func (s *survey) belief() belief {
	var all []*evidence
	for _, c := range s.agreeing() {
		all = append(all, &c.evidence)
	}
	d := doubt
	if len(all) == 1 {
		d = 0
	}
	return believe(s.prior, d, all...)
}

// A Result is what a majority has found.
type Result struct {
	Estimate
	Bounds // hard, if no more than a minority of those who agree is wrong
}

// result is what the poll has found, when it is over.
func (s *survey) result() (Result, error) {
	agreeing := s.agreeing()
	if s.failure == nil && len(agreeing) < s.majority() {
		s.failure = s.noMajority()
	}
	if s.failure != nil {
		return Result{}, s.failure
	}
	all := make([]Bounds, len(agreeing))
	for i, c := range agreeing {
		all[i] = c.bounds
	}
	r := Result{s.belief().estimate(), cover(all, (len(all)-1)/2)}
	if r.empty() {
		return Result{}, s.noMajority()
	}
	return r, nil
}

// ErrNoMajority is wrapped by the error of a poll in which not enough servers agree.
var ErrNoMajority = errors.New("no majority")

func (s *survey) noMajority() error {
	return fmt.Errorf("%w: %d of %d servers agree, %d needed", ErrNoMajority, len(s.agreeing()), len(s.servers), s.majority())
}
