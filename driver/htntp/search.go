package htntp

import (
	"cmp"
	"time"
)

// nearest returns the pending server with the shortest round trip. It prefers servers that
// were in the last majority, and avoids those that were the beacon in vain.
func (s *survey) nearest() *candidate {
	return s.best(func(c *candidate) bool { return c.standing == Pending })
}

func (s *survey) best(eligible func(*candidate) bool) (best *candidate) {
	for _, c := range s.servers {
		if !c.usable() || c.tried || !eligible(c) {
			continue
		}
		if best == nil || c.precedes(best) {
			best = c
		}
	}
	return best
}

func (c *candidate) precedes(other *candidate) bool {
	switch {
	case c.unlucky != other.unlucky:
		return other.unlucky
	case c.trusted != other.trusted:
		return c.trusted
	}
	return c.trip() < other.trip()
}

// choose selects the beacon. If the previous beacon proved nothing, the next is any other
// server. If it found no majority, the next is a server that contradicts it, preferably one
// that is ahead: a server that renews its Date only now and then is late, never ahead.
func (s *survey) choose(int64) ([]ask, bool) {
	next := s.nearest()
	switch {
	case s.beacon == nil:
	case !s.beacon.usable(), s.vague:
		next = s.best(func(*candidate) bool { return true })
	default:
		next = cmp.Or(
			s.best(func(c *candidate) bool { return c.standing == Ahead }),
			s.best(func(c *candidate) bool { return c.standing == Late || c.standing == Unproven }),
		)
	}
	if next == nil || s.beacons == maxBeacons {
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
	s.searched, s.vague = 0, false
	s.stage = s.search
	return nil, true
}

// search asks the beacon, each time where that halves the uncertainty. With a tight prior,
// it verifies the other servers at the same time.
func (s *survey) search(now int64) ([]ask, bool) {
	if !s.beacon.usable() {
		s.stage = s.choose
		return nil, true
	}
	b := infer(s.prior, 0, &s.beacon.evidence)
	found := b.estimate()
	limit, goal := s.plan.search, goalSearch
	if len(s.servers) == 1 {
		limit, goal = s.plan.alone, goalAlone
	}
	asked := 1 + s.searched
	over := asked >= limit || found.Half() <= goal || asked >= enoughHTTPSTime && s.beacon.answers[0].Step < second
	if s.prior.known {
		held := found.Half() <= max(goal, min(goalWarm, time.Duration(s.prior.High-s.prior.Low)/2))
		over = asked >= limit || asked >= s.plan.warm && held
	}
	if len(s.servers) > 1 && s.beacon.vague(found) {
		// More answers may help, but another server may help more.
		over = asked >= limit+patience && s.beacons < maxBeacons && s.best(func(*candidate) bool { return true }) != nil
	}
	if over || !canAsk(s.beacon) {
		s.stage = s.verify
		return nil, true
	}
	s.searched++
	asks := []ask{s.sendAt(s.beacon, found.Theta, now)}
	if s.tight() {
		asks = append(asks, s.bracketAll(s.expected(), now)...)
	}
	return asks, true
}
