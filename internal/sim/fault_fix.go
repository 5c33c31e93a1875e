package sim

// fixFaults are about whether the receiver knows where it is, and owns up to it.
var fixFaults = []Fault{
	{
		Name:    "no-fix",
		Explain: "void from the start on, with the good time of its battery clock",
		believe: wrong(0, forGood, void),
	},
	{
		Name:    "fix-lost",
		Explain: "void from second 30 to 60, the time goes on",
		believe: wrong(30, 60, void),
	},
	{
		Name:    "fix-flapping",
		Explain: "void in every other second from second 10 on",
		believe: wrong(10, forGood, func(s *solution) { s.valid = int(s.at.Seconds())%2 != 0 }),
	},
	{
		Name:    "simulator-mode",
		Explain: "RMC in mode S, GGA of quality 8: somebody's simulator, with a valid status",
		believe: func(s *solution) { s.mode, s.grade = 'S', 8 },
	},
}

func void(s *solution) { s.valid = false }

// dateless is void, and does not even know the date.
func dateless(s *solution) {
	s.valid = false
	s.label.Year, s.label.Month, s.label.Day = 0, 0, 0
}
