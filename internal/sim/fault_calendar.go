package sim

import "time"

// calendarFaults are no fault of the receiver: the calendar has nasty places, and it starts just ahead of one.
var calendarFaults = []Fault{
	{
		Name:    "midnight",
		Explain: "starts half a minute before midnight: where GGA comes first it has the new time while the last date known is the old one",
		begin: func(t *timeline) {
			t.start = halfMinuteBefore(t.start.AddDate(0, 0, 1))
		},
	},
	{
		Name:    "leap-second",
		Explain: "starts half a minute before the end of the year, which has a leap second: 23:59:60 comes at second 30",
		begin: func(t *timeline) {
			t.start = halfMinuteBefore(time.Date(t.start.Year()+1, 1, 1, 0, 0, 0, 0, time.UTC))
			t.leap = 30 * time.Second
		},
	},
}

// halfMinuteBefore is 30 s before the day of t begins.
func halfMinuteBefore(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).Add(-30 * time.Second)
}
