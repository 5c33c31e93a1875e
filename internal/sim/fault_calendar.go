package sim

import (
	"slices"
	"time"
)

// calendarFaults start half a minute before a special date, which is then at second 30.
// The receiver has no fault.
func calendarFaults() []Fault {
	return []Fault{
		{
			Name:     "midnight",
			Explain:  "starts half a minute before midnight",
			schedule: before(func(t time.Time) time.Time { return day(t.Year(), t.Month(), t.Day()+1) }),
		},
		{
			Name:     "midnight-gga-first",
			Explain:  "the same, with RMC and ZDA last: the time of the new day arrives before its date",
			schedule: before(func(t time.Time) time.Time { return day(t.Year(), t.Month(), t.Day()+1) }),
			edit:     datesLast,
		},
		{
			Name:     "month-end",
			Explain:  "starts half a minute before the end of the month",
			schedule: before(func(t time.Time) time.Time { return day(t.Year(), t.Month()+1, 1) }),
		},
		{
			Name:     "year-end",
			Explain:  "starts half a minute before the end of the year",
			schedule: before(func(t time.Time) time.Time { return day(t.Year()+1, 1, 1) }),
		},
		{
			Name:     "year-end-gga-first",
			Explain:  "the same, with RMC and ZDA last",
			schedule: before(func(t time.Time) time.Time { return day(t.Year()+1, 1, 1) }),
			edit:     datesLast,
		},
		{
			Name:    "leap-day",
			Explain: "starts half a minute before the next 29th of February",
			schedule: before(func(t time.Time) time.Time {
				return nextDay(t, func(d time.Time) bool { return d.Month() == 2 && d.Day() == 29 })
			}),
		},
		{
			Name:    "leap-day-over",
			Explain: "starts half a minute before the end of the next 29th of February",
			schedule: before(func(t time.Time) time.Time {
				return nextDay(t, func(d time.Time) bool { return d.Month() == 3 && d.Day() == 1 && d.YearDay() == 61 })
			}),
		},
		{
			Name:    "no-leap-day",
			Explain: "starts half a minute before the next 1st of March that follows a 28th",
			schedule: before(func(t time.Time) time.Time {
				return nextDay(t, func(d time.Time) bool { return d.Month() == 3 && d.Day() == 1 && d.YearDay() == 60 })
			}),
		},
		{
			Name:     "leap-second",
			Explain:  "starts half a minute before a leap second at the end of the year: 23:59:60 is second 30",
			schedule: beforeLeap,
		},
		{
			Name:     "leap-second-gga-first",
			Explain:  "the same, with RMC and ZDA last",
			schedule: beforeLeap,
			edit:     datesLast,
		},
		{
			Name:     "leap-second-kernel",
			Explain:  "the same as leap-second, and the machine's clock repeats 23:59:59, like a kernel that knows of the leap second",
			schedule: beforeLeap,
			setClock: func(c *Clock, _ time.Time) {
				c.Steps = append(slices.Clip(c.Steps), Step{At: 30 * time.Second, By: -time.Second})
			},
		},
		{
			Name:     "leap-second-repeats-59",
			Explain:  "a receiver without a second 60 sends 23:59:59 twice",
			schedule: beforeLeap,
			alter: func(s *solution) {
				if s.label.Second == 60 {
					s.label.Second = 59
				}
			},
		},
		{
			Name:     "leap-second-repeats-00",
			Explain:  "a receiver without a second 60 sends 00:00:00 twice",
			schedule: beforeLeap,
			alter: func(s *solution) {
				if s.label.Second == 60 {
					s.setTime(s.second)
				}
			},
		},
	}
}

const lead = 30 * time.Second // from the start to the special date

// before starts the receiver half a minute before the time that find returns for the
// configured start.
func before(find func(time.Time) time.Time) func(*timeline) {
	return func(t *timeline) { t.start = find(t.start).Add(-lead) }
}

// beforeLeap starts before the end of a year with a leap second.
func beforeLeap(t *timeline) {
	before(func(start time.Time) time.Time { return day(start.Year()+1, 1, 1) })(t)
	t.leap = lead
}

// day returns midnight at the start of a day.
func day(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// nextDay returns the first midnight after t for which like returns true.
func nextDay(t time.Time, like func(time.Time) bool) time.Time {
	next := day(t.Year(), t.Month(), t.Day()+1)
	for !like(next) {
		next = next.AddDate(0, 0, 1)
	}
	return next
}

// datesLast moves the sentences with the date to the end.
func datesLast(_ *solution, _ *active, sentences []sentence) []sentence {
	slices.SortStableFunc(sentences, func(a, b sentence) int { return a.rank() - b.rank() })
	return sentences
}

// rank returns 1 for a sentence with the date.
func (s sentence) rank() int {
	if s.kind == "RMC" || s.kind == "ZDA" {
		return 1
	}
	return 0
}
