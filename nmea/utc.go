package nmea

import (
	"errors"
	"fmt"
	"time"
)

// ErrRange is the error of an invalid time or date: hour 25, 31 February, a letter among
// the digits.
var ErrRange = errors.New("invalid time or date")

// A Date is a day of the Gregorian calendar. The zero Date means no date.
type Date struct{ Year, Month, Day int }

// A TimeOfDay is a time of a UTC day. Second 60 is the leap second, not the first second
// of the next day.
type TimeOfDay struct{ Hour, Minute, Second, Nanosecond int }

// A UTC is an instant as a receiver names it. Its Date is zero if unknown.
type UTC struct {
	Date
	TimeOfDay
}

// DateOf returns the day of t in UTC.
func DateOf(t time.Time) Date {
	year, month, day := t.UTC().Date()
	return Date{year, int(month), day}
}

// IsZero reports whether there is no date.
func (d Date) IsZero() bool { return d == Date{} }

// Midnight returns the instant at which the day begins.
func (d Date) Midnight() time.Time {
	return time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC)
}

// days returns the days since 1970-01-01. A time.Duration ends after 292 years.
func (d Date) days() int { return int(d.Midnight().Unix() / 86400) }

// AddDays returns the day n days later.
func (d Date) AddDays(n int) Date { return DateOf(d.Midnight().AddDate(0, 0, n)) }

// Before reports whether d is an earlier day than e.
func (d Date) Before(e Date) bool { return d.Midnight().Before(e.Midnight()) }

// String returns the date as 2016-12-31.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// Leap reports whether this is an inserted second, which POSIX time cannot represent.
func (t TimeOfDay) Leap() bool { return t.Second == 60 }

// SinceMidnight returns the time since midnight; a leap second is the 86,401st second.
func (t TimeOfDay) SinceMidnight() time.Duration {
	return time.Duration(t.Hour)*time.Hour + time.Duration(t.Minute)*time.Minute +
		time.Duration(t.Second)*time.Second + time.Duration(t.Nanosecond)
}

// String returns the time as in RFC 3339, with as many groups of three decimals as it
// needs, at least one.
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

// String returns the instant as in RFC 3339: 2016-12-31T23:59:60.000Z.
func (u UTC) String() string { return u.Date.String() + "T" + u.TimeOfDay.String() + "Z" }

// UnixNano returns the nanoseconds since 1970-01-01. It returns false for a leap second
// or a time without a date, which POSIX time cannot represent. From 2262 on, 64 bits
// overflow, and it also returns false.
func (u UTC) UnixNano() (int64, bool) {
	if u.Leap() || u.Date.IsZero() || u.Year > 2261 {
		return 0, false
	}
	return u.Midnight().Add(u.SinceMidnight()).UnixNano(), true
}

// parseTime parses hhmmss with any number of decimals and ignores those after the ninth.
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

// fraction parses the text after the sixth digit: nothing, or a point and decimals.
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

// parseDate parses ddmmyy. The sentence has no century; years before 80 are 20yy, since
// no receiver is older than the GPS epoch of 1980. For the 1024-week era see Resolve.
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

// exists reports whether the calendar has the day and GPS existed in its year.
func (d Date) exists() bool {
	// time.Date would normalize 31 February to March.
	return d.Year >= 1980 && d.Month >= 1 && d.Month <= 12 && d.Day >= 1 && DateOf(d.Midnight()) == d
}

// calendarDay describes a valid date in errors.
const calendarDay = "a day of the calendar, in 1980 or later"

func rangeError(what, found, expected string) error {
	return fmt.Errorf("%s %q: %w: expected %s", what, found, ErrRange, expected)
}

// digits parses s[from:to], which must be decimal digits only.
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
