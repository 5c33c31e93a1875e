package htntp

import (
	"cmp"
	"time"
)

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
