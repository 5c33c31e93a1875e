package htntp

import (
	"cmp"
	"slices"
)

// majority returns how many servers must agree: more than half of the configured ones, so
// that two majorities cannot contradict each other.
func (s *survey) majority() int { return len(s.servers)/2 + 1 }

// bracketAll returns the requests that the pending servers still need.
func (s *survey) bracketAll(e Estimate, now int64) (asks []ask) {
	for _, c := range s.servers {
		if c.standing != Pending || !canAsk(c) || c == s.beacon {
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

// verify asks each server on both sides of the time that the beacon has found, until a
// majority brackets it or cannot.
func (s *survey) verify(now int64) (asks []ask, more bool) {
	if !s.beacon.usable() {
		s.stage = s.choose
		return nil, true
	}
	found := infer(s.prior, 0, &s.beacon.evidence).estimate()
	if len(s.servers) == 1 {
		s.beacon.standing = Agrees
		return nil, false
	}
	if s.beacon.vague(found) {
		s.beacon.standing, s.vague = Unproven, true
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
			if !canAsk(c) {
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

// refine asks the servers that agree again, two at a time and the nearest first. It aims at
// the thirds of the posterior.
func (s *survey) refine(now int64) (asks []ask, more bool) {
	agreeing := s.agreeing()
	if len(agreeing) < s.majority() { // a server has failed since
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
	b := s.posterior()
	for i, c := range agreeing[:min(2, rest, len(agreeing))] {
		if canAsk(c) {
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
