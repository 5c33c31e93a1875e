package sim

import (
	"slices"
	"time"
)

// weekFaults are the week number of GPS, which has ten bits, gone over once or twice, or moved on by a firmware that means
// well; each with a machine whose clock is right, and with one that has no idea.
var weekFaults = slices.Concat(
	rollovers("rollover", "1024 weeks ago", -weeksInEra),
	rollovers("rollover-twice", "2048 weeks ago", -2*weeksInEra),
	rollovers("rollover-ahead", "1024 weeks ahead", weeksInEra),
)

func rollovers(name, explain string, weeks int) []Fault {
	believe := func(s *solution) { s.believe(s.second.AddDate(0, 0, 7*weeks)) }
	lie := weeks > 0 // going back is what a date before the build tells
	return []Fault{
		{Name: name, Explain: "the date is " + explain + ", for good", Lie: lie, believe: believe},
		{
			Name: name + "-in-1970", Explain: "the same, and the machine's clock is in 1970", Lie: lie,
			believe: believe, set: clockOf(1970),
		},
		{
			Name: name + "-in-2090", Explain: "the same, and the machine's clock is in 2090", Lie: lie,
			believe: believe, set: clockOf(2090),
		},
	}
}

// uptime is how long ago a machine was started whose clock counts from its start.
const uptime = 10 * time.Second

// clockOf has the machine's clock count from the beginning of a year.
func clockOf(year int) func(*Clock, time.Time) {
	return func(c *Clock, start time.Time) { c.Offset = start.Sub(day(year, 1, 1).Add(uptime)) }
}
