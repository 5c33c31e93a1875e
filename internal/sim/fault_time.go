package sim

import "time"

// timeFaults are impossible times and default times.
func timeFaults() []Fault {
	return []Fault{
		{
			Name:    "second-60",
			Explain: "second 30 is labelled 60, without a leap second",
			alter:   wrong(30, 31, func(s *solution) { s.label.Second = 60 }),
		},
		{
			Name:    "minute-61",
			Explain: "the minute is 61 from second 30 to 35",
			alter:   wrong(30, 35, func(s *solution) { s.label.Minute = 61 }),
		},
		{
			Name:    "hour-25",
			Explain: "the hour is 25 from second 30 to 35",
			alter:   wrong(30, 35, func(s *solution) { s.label.Hour = 25 }),
		},
		{
			Name:    "bad-date",
			Explain: "the date is the 31st of February from second 30 to 35",
			alter:   wrong(30, 35, func(s *solution) { s.label.Month, s.label.Day = 2, 31 }),
		},
		{
			Name:    "year-00",
			Explain: "the year is 00 from second 30 to 35",
			alter:   wrong(30, 35, func(s *solution) { s.label.Year = 0 }),
		},
		{
			Name:    "year-80",
			Explain: "the year is 80 until second 20; the rest is correct",
			alter:   wrong(0, 20, func(s *solution) { s.label.Year = 1980 }),
		},
		{
			Name:    "cold-1980",
			Explain: "counts from 1980-01-06 with a valid status until second 20",
			alter:   wrong(0, 20, defaultDate),
		},
		{
			Name:    "fractions",
			Explain: "seconds are labelled 10 ms early and 10 ms late, alternating: .99 and .01",
			alter: func(s *solution) {
				off := -10 * time.Millisecond
				if s.second.Unix()%2 == 0 {
					off = 10 * time.Millisecond
				}
				s.setTime(s.second.Add(off))
			},
		},
	}
}

// defaultDate counts from the start of GPS time, like a receiver that does not know the
// date.
func defaultDate(s *solution) { s.setTime(day(1980, 1, 6).Add(s.at)) }

// wrong applies a change to the solutions of these seconds.
func wrong(from, to int, what func(*solution)) func(*solution) {
	return func(s *solution) {
		if s.during(from, to) {
			what(s)
		}
	}
}

// forGood is the end of a permanent fault.
const forGood = 1 << 30 // seconds, more than 30 years
