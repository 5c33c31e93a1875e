package sim

import (
	"slices"
	"time"
)

// weekFaults are rollovers of the ten-bit GPS week number, once or twice, or corrected
// wrongly by the firmware. The machine's clock is right, or far off.
func weekFaults() []Fault {
	return slices.Concat(
		rollovers("rollover", "1024 weeks ago", -weeksInEra),
		rollovers("rollover-twice", "2048 weeks ago", -2*weeksInEra),
		rollovers("rollover-ahead", "1024 weeks ahead", weeksInEra),
	)
}

func rollovers(name, explain string, weeks int) []Fault {
	alter := func(s *solution) { s.setTime(s.second.AddDate(0, 0, 7*weeks)) }
	lie := weeks > 0 // a date before the build shows that it went back
	return []Fault{
		{Name: name, Explain: "the date is " + explain + ", permanently", Lie: lie, alter: alter},
		{
			Name: name + "-in-1970", Explain: "the same, and the machine's clock is in 1970", Lie: lie,
			alter: alter, setClock: clockOf(1970),
		},
		{
			Name: name + "-in-2090", Explain: "the same, and the machine's clock is in 2090", Lie: lie,
			alter: alter, setClock: clockOf(2090),
		},
	}
}

// uptime is how long ago the machine started, for a clock that counts from the start.
const uptime = 10 * time.Second

// clockOf returns a clock that counts from the start of a year.
func clockOf(year int) func(*Clock, time.Time) {
	return func(c *Clock, start time.Time) { c.Offset = start.Sub(day(year, 1, 1).Add(uptime)) }
}
