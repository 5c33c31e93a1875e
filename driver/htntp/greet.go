package htntp

// greet asks every server once: immediately without a prior; with a tight one, at the low
// side of its bracket.
func (s *survey) greet(now int64) (asks []ask, more bool) {
	s.stage = s.compare
	expected := s.expected()
	nearest := s.nearest()
	for i, c := range s.servers {
		switch {
		case !c.usable():
		case s.prior.known && c == nearest:
			asks = append(asks, s.sendAt(c, expected.Theta, now))
		case !s.tight():
			asks = append(asks, ask{i, now})
		default:
			c.low++
			asks = append(asks, s.sendAt(c, expected.Theta-c.tolerance(expected), now))
		}
	}
	return asks, true
}

// tight reports whether the prior is narrow enough to verify the other servers while the
// beacon is still being asked.
func (s *survey) tight() bool { return s.prior.known && s.prior.Width() <= 4*goalWarm }

// expected returns the estimate of the prior.
func (s *survey) expected() Estimate {
	return Estimate{(s.prior.Low + s.prior.High) / 2, s.prior.Low, s.prior.High}
}

// compare marks servers as late or ahead if their first answer contradicts the majority:
// if they are off by seconds.
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
