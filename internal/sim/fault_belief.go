package sim

import "time"

// beliefFaults have the receiver believe something wrong and say so in faultless sentences.
var beliefFaults = []Fault{
	{
		Name:    "no-fix",
		Explain: "void from the start on; the time comes from its battery clock",
		believe: func(s *solution) { s.valid = false },
	},
	{
		Name:    "fix-lost",
		Explain: "void from second 30 to 60",
		believe: func(s *solution) {
			if s.during(30, 60) {
				s.valid = false
			}
		},
	},
	{
		Name:    "silence",
		Explain: "says nothing from second 30 to 40",
		believe: func(s *solution) { s.silent = s.during(30, 40) },
	},
	{
		Name:    "hour-25",
		Explain: "the hour is 25 from second 30 to 35",
		believe: func(s *solution) {
			if s.during(30, 35) {
				s.label.Hour = 25
			}
		},
	},
	{
		Name:    "bad-date",
		Explain: "the date is the 31st of February from second 30 to 35",
		believe: func(s *solution) {
			if s.during(30, 35) {
				s.label.Month, s.label.Day = 2, 31
			}
		},
	},
	{
		Name:    "rollover",
		Explain: "the date is 1024 weeks ago, for good: the week number of GPS has ten bits",
		believe: func(s *solution) { s.believe(s.second.AddDate(0, 0, -7*weeksInEra)) },
	},
	{
		Name:    "cold-1980",
		Explain: "counts from 1980-01-06 with a valid status until second 20",
		believe: func(s *solution) {
			if s.during(0, 20) {
				s.believe(time.Date(1980, 1, 6, 0, 0, 0, 0, time.UTC).Add(s.at))
			}
		},
	},
	{
		Name:    "jump-hour",
		Explain: "the one second 30 is an hour back",
		believe: func(s *solution) {
			if s.during(30, 31) {
				s.believe(s.second.Add(-time.Hour))
			}
		},
	},
	{
		Name:    "jump-second",
		Explain: "a second ahead from second 30 on, for good",
		believe: func(s *solution) {
			if s.since(30) {
				s.believe(s.second.Add(time.Second))
			}
		},
	},
	{
		Name:    "frozen",
		Explain: "repeats second 30 until second 40",
		believe: func(s *solution) {
			if s.during(30, 40) {
				s.believe(s.second.Add(30*time.Second - s.at))
			}
		},
	},
	{
		Name:    "simulator-mode",
		Explain: "RMC in mode S and GGA of quality 8: somebody's simulator, with a valid status",
		believe: func(s *solution) { s.mode, s.grade = 'S', 8 },
	},
}
