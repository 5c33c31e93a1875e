package sim

import (
	"slices"
	"time"
)

// calendarFaults are no fault of the receiver: the calendar has nasty places, and it starts half a minute ahead of one,
// so that the place comes at second 30.
var calendarFaults = []Fault{
	{
		Name:    "midnight",
		Explain: "starts half a minute before midnight",
		begin:   before(func(t time.Time) time.Time { return day(t.Year(), t.Month(), t.Day()+1) }),
	},
	{
		Name:    "midnight-gga-first",
		Explain: "the same, and each RMC and ZDA comes last: a time of the new day, the date later",
		begin:   before(func(t time.Time) time.Time { return day(t.Year(), t.Month(), t.Day()+1) }),
		utter:   datesLast,
	},
	{
		Name:    "month-end",
		Explain: "starts half a minute before the end of the month",
		begin:   before(func(t time.Time) time.Time { return day(t.Year(), t.Month()+1, 1) }),
	},
	{
		Name:    "year-end",
		Explain: "starts half a minute before the end of the year",
		begin:   before(func(t time.Time) time.Time { return day(t.Year()+1, 1, 1) }),
	},
	{
		Name:    "year-end-gga-first",
		Explain: "the same, and each RMC and ZDA comes last",
		begin:   before(func(t time.Time) time.Time { return day(t.Year()+1, 1, 1) }),
		utter:   datesLast,
	},
	{
		Name:    "leap-day",
		Explain: "starts half a minute before the next 29th of February",
		begin: before(func(t time.Time) time.Time {
			return nextDay(t, func(d time.Time) bool { return d.Month() == 2 && d.Day() == 29 })
		}),
	},
	{
		Name:    "leap-day-over",
		Explain: "starts half a minute before the end of the next 29th of February",
		begin: before(func(t time.Time) time.Time {
			return nextDay(t, func(d time.Time) bool { return d.Month() == 3 && d.Day() == 1 && d.YearDay() == 61 })
		}),
	},
	{
		Name:    "no-leap-day",
		Explain: "starts half a minute before the next 1st of March that follows a 28th",
		begin: before(func(t time.Time) time.Time {
			return nextDay(t, func(d time.Time) bool { return d.Month() == 3 && d.Day() == 1 && d.YearDay() == 60 })
		}),
	},
	{
		Name:    "leap-second",
		Explain: "starts half a minute before a leap second at the end of the year: 23:59:60 comes at second 30",
		begin:   beforeLeap,
	},
	{
		Name:    "leap-second-gga-first",
		Explain: "the same, and each RMC and ZDA comes last",
		begin:   beforeLeap,
		utter:   datesLast,
	},
	{
		Name:    "leap-second-kernel",
		Explain: "the same as leap-second, and the machine's clock repeats 23:59:59 as a kernel does that was told",
		begin:   beforeLeap,
		set: func(c *Clock, _ time.Time) {
			c.Steps = append(slices.Clip(c.Steps), Step{At: 30 * time.Second, By: -time.Second})
		},
	},
	{
		Name:    "leap-second-repeats-59",
		Explain: "a receiver that knows no second 60 says 23:59:59 twice",
		begin:   beforeLeap,
		believe: func(s *solution) {
			if s.label.Second == 60 {
				s.label.Second = 59
			}
		},
	},
	{
		Name:    "leap-second-repeats-00",
		Explain: "a receiver that knows no second 60 says 00:00:00 twice",
		begin:   beforeLeap,
		believe: func(s *solution) {
			if s.label.Second == 60 {
				s.believe(s.second)
			}
		},
	},
}

const lead = 30 * time.Second // of a start before its nasty place

// before starts the receiver ahead of the instant that nasty finds after the start it was to have.
func before(nasty func(time.Time) time.Time) func(*timeline) {
	return func(t *timeline) { t.start = nasty(t.start).Add(-lead) }
}

// beforeLeap has the year end in a leap second.
func beforeLeap(t *timeline) {
	before(func(start time.Time) time.Time { return day(start.Year()+1, 1, 1) })(t)
	t.leap = lead
}

// day is its midnight.
func day(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// nextDay is the first midnight after t of a day like this.
func nextDay(t time.Time, like func(time.Time) bool) time.Time {
	next := day(t.Year(), t.Month(), t.Day()+1)
	for !like(next) {
		next = next.AddDate(0, 0, 1)
	}
	return next
}

// datesLast moves the sentences that tell the date to the end.
func datesLast(_ *solution, _ *active, said []sentence) []sentence {
	slices.SortStableFunc(said, func(a, b sentence) int { return a.rank() - b.rank() })
	return said
}

// rank is 1 for a sentence that tells the date.
func (s sentence) rank() int {
	if s.kind == "RMC" || s.kind == "ZDA" {
		return 1
	}
	return 0
}
