package htntp

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
