package sim

// fixFaults change whether the receiver has a fix, and how it reports that.
func fixFaults() []Fault {
	return []Fault{
		{
			Name:    "no-fix",
			Explain: "no fix from the start, with the correct time of its battery-backed clock",
			alter:   wrong(0, forGood, void),
		},
		{
			Name:    "fix-lost",
			Explain: "no fix from second 30 to 60; the time continues",
			alter:   wrong(30, 60, void),
		},
		{
			Name:    "fix-flapping",
			Explain: "no fix in every other second from second 10 on",
			alter:   wrong(10, forGood, func(s *solution) { s.valid = int(s.at.Seconds())%2 != 0 }),
		},
		{
			Name:    "simulator-mode",
			Explain: "RMC in mode S, GGA of quality 8: a simulator, with a valid status",
			alter:   func(s *solution) { s.mode, s.grade = 'S', 8 },
		},
	}
}

func void(s *solution) { s.valid = false }

// dateless has neither a fix nor a date.
func dateless(s *solution) {
	s.valid = false
	s.label.Year, s.label.Month, s.label.Day = 0, 0, 0
}
