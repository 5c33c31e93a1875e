package nmea

import (
	"errors"
	"fmt"
	"time"
)

// ErrRange is wrapped by the error of a time or date that cannot be: hour 25,
// 31 February, a letter among the digits.
var ErrRange = errors.New("not a time that exists")

// A Date is a day of the Gregorian calendar. The zero Date is none.
type Date struct{ Year, Month, Day int }

// A TimeOfDay is a time of a UTC day. Second 60 is the leap second and itself,
// not the first second of the next day.
type TimeOfDay struct{ Hour, Minute, Second, Nanosecond int }

// A UTC is an instant as a receiver names it; its Date is zero where no date is known.
type UTC struct {
	Date
	TimeOfDay
}

// DateOf gives the day that t falls on in UTC.
func DateOf(t time.Time) Date {
	year, month, day := t.UTC().Date()
	return Date{year, int(month), day}
}

// IsZero tells whether there is no date.
func (d Date) IsZero() bool { return d == Date{} }

// Midnight is the instant at which the day begins.
func (d Date) Midnight() time.Time {
	return time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC)
}

// days counts from 1970-01-01. A time.Duration would not do: it ends after 292 years.
func (d Date) days() int { return int(d.Midnight().Unix() / 86400) }

// AddDays gives the day n days later.
func (d Date) AddDays(n int) Date { return DateOf(d.Midnight().AddDate(0, 0, n)) }

// Before tells whether d is an earlier day than e.
func (d Date) Before(e Date) bool { return d.Midnight().Before(e.Midnight()) }

func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// Leap tells whether this is an inserted second, which POSIX time has no number for.
func (t TimeOfDay) Leap() bool { return t.Second == 60 }

// Since is the time elapsed since midnight, a leap second counting as the 86,401st.
func (t TimeOfDay) Since() time.Duration {
	return time.Duration(t.Hour)*time.Hour + time.Duration(t.Minute)*time.Minute +
		time.Duration(t.Second)*time.Second + time.Duration(t.Nanosecond)
}

// String is the time in RFC 3339's form, with as many groups of three decimals
// as it needs and one at least.
func (t TimeOfDay) String() string {
	s := fmt.Sprintf("%02d:%02d:%02d.%09d", t.Hour, t.Minute, t.Second, t.Nanosecond)
	switch {
	case t.Nanosecond%1_000_000 == 0:
		return s[:len(s)-6]
	case t.Nanosecond%1_000 == 0:
		return s[:len(s)-3]
	}
	return s
}

// String is the instant as RFC 3339 writes it: 2016-12-31T23:59:60.000Z.
func (u UTC) String() string { return u.Date.String() + "T" + u.TimeOfDay.String() + "Z" }

// UnixNano gives the nanoseconds since 1970-01-01. It says false for a leap
// second and for a time without a date, which POSIX has no number for, and from
// 2262 on, where 64 bits end.
func (u UTC) UnixNano() (int64, bool) {
	if u.Leap() || u.Date.IsZero() || u.Year > 2261 {
		return 0, false
	}
	return u.Midnight().Add(u.Since()).UnixNano(), true
}

// parseTime reads hhmmss with any number of decimals; those past the ninth are cut off.
func parseTime(s string) (TimeOfDay, error) {
	var t TimeOfDay
	h, ok1 := digits(s, 0, 2)
	m, ok2 := digits(s, 2, 4)
	sec, ok3 := digits(s, 4, 6)
	ns, ok4 := fraction(s)
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return t, rangeError("time", s, "hhmmss, or hhmmss.sss with any number of decimals")
	}
	t = TimeOfDay{h, m, sec, ns}
	// A leap second is inserted at the end of a UTC day and nowhere else.
	if h > 23 || m > 59 || sec > 60 || sec == 60 && (h != 23 || m != 59) {
		return TimeOfDay{}, rangeError("time", s, "00:00:00 to 23:59:60")
	}
	return t, nil
}

// fraction reads what follows the sixth digit: nothing, or a point and decimals.
func fraction(s string) (int, bool) {
	if len(s) <= 6 {
		return 0, true
	}
	if s[6] != '.' {
		return 0, false
	}
	ns, unit := 0, 100_000_000
	for _, c := range []byte(s[7:]) {
		if c < '0' || c > '9' {
			return 0, false
		}
		ns += int(c-'0') * unit
		unit /= 10
	}
	return ns, true
}

// parseDate reads ddmmyy. The sentence has no century; years before 80 are taken
// for 20yy, since no receiver is older than the GPS epoch of 1980. Which 1024-week
// era is meant is another question: see Resolve.
func parseDate(s string) (Date, error) {
	day, ok1 := digits(s, 0, 2)
	month, ok2 := digits(s, 2, 4)
	year, ok3 := digits(s, 4, 6)
	if !ok1 || !ok2 || !ok3 || len(s) != 6 {
		return Date{}, rangeError("date", s, "ddmmyy")
	}
	if year += 2000; year >= 2080 {
		year -= 100
	}
	if d := (Date{year, month, day}); d.exists() {
		return d, nil
	}
	return Date{}, rangeError("date", s, calendarDay)
}

// exists tells the days that the calendar has from those that it does not have, and
// those before GPS.
func (d Date) exists() bool {
	// time.Date would carry 31 February over into March.
	return d.Year >= 1980 && d.Month >= 1 && d.Month <= 12 && d.Day >= 1 && DateOf(d.Midnight()) == d
}

// calendarDay is what is expected of a date.
const calendarDay = "a day of the calendar from 1980 on"

func rangeError(what, found, expected string) error {
	return fmt.Errorf("%s %q: %w: expected %s", what, found, ErrRange, expected)
}

// digits reads s[from:to], which must be decimal digits all.
func digits(s string, from, to int) (int, bool) {
	if len(s) < to {
		return 0, false
	}
	n := 0
	for _, c := range []byte(s[from:to]) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}
