package htntp

import (
	"errors"
	"fmt"
	"time"
)

// errDate is the error for text that is not a Date (RFC 9110, section 5.6.7).
var errDate = errors.New("not an HTTP date")

// errLeap is the error for 23:59:60, which system time cannot represent.
var errLeap = errors.New("a leap second")

const (
	weekdays = "Mon Tue Wed Thu Fri Sat Sun "
	months   = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec "
)

// parseDate parses a Date strictly. It has one of three forms:
//
//	Sun, 06 Nov 1994 08:49:37 GMT     the form of every current server
//	Sunday, 06-Nov-94 08:49:37 GMT    RFC 850; the first such year that is not before since
//	Sun Nov  6 08:49:37 1994          asctime
//
// The day of the week must be right, and the day and the time must exist. The result is
// in nanoseconds since 1970-01-01 UTC.
func parseDate(text []byte, since time.Time) (int64, error) {
	for _, form := range []func(*dateReader) (int64, bool){(*dateReader).imf, (*dateReader).rfc850, (*dateReader).asctime} {
		d := dateReader{text: text, since: since}
		at, ok := form(&d)
		switch {
		case d.leap:
			return 0, errLeap
		case ok:
			return at, nil
		}
	}
	return 0, fmt.Errorf("%w: %.40q", errDate, text)
}

// A dateReader parses a date from the front. After unexpected text, failed stays true.
type dateReader struct {
	text   []byte
	since  time.Time
	failed bool
	leap   bool

	weekday, day, month, year, hour, minute, second int
}

func (d *dateReader) imf() (int64, bool) {
	d.weekday = d.name(weekdays)
	d.literal(", ")
	d.day = d.number(2)
	d.literal(" ")
	d.month = d.name(months)
	d.literal(" ")
	d.year = d.number(4)
	d.literal(" ")
	d.clock()
	d.literal(" GMT")
	return d.end()
}

func (d *dateReader) rfc850() (int64, bool) {
	d.longWeekday()
	d.literal(", ")
	d.day = d.number(2)
	d.literal("-")
	d.month = d.name(months)
	d.literal("-")
	d.year = d.number(2)
	for d.year < d.since.Year() {
		d.year += 100
	}
	d.literal(" ")
	d.clock()
	d.literal(" GMT")
	return d.end()
}

func (d *dateReader) asctime() (int64, bool) {
	d.weekday = d.name(weekdays)
	d.literal(" ")
	d.month = d.name(months)
	d.literal(" ")
	if len(d.text) > 0 && d.text[0] == ' ' {
		d.text = d.text[1:]
		d.day = d.number(1)
	} else {
		d.day = d.number(2)
	}
	d.literal(" ")
	d.clock()
	d.literal(" ")
	d.year = d.number(4)
	return d.end()
}

func (d *dateReader) clock() {
	d.hour = d.number(2)
	d.literal(":")
	d.minute = d.number(2)
	d.literal(":")
	d.second = d.number(2)
}

// end returns the instant, and whether the whole text was a date that exists.
func (d *dateReader) end() (int64, bool) {
	if d.failed || len(d.text) > 0 || d.hour > 23 || d.minute > 59 || d.second > 60 || d.year < 1970 || d.year > 2261 {
		return 0, false
	}
	if d.second == 60 {
		d.leap = d.hour == 23 && d.minute == 59
		return 0, false
	}
	at := time.Date(d.year, time.Month(d.month+1), d.day, d.hour, d.minute, d.second, 0, time.UTC)
	if at.Day() != d.day || int(at.Weekday()+6)%7 != d.weekday { // 31 February becomes 3 March
		return 0, false
	}
	return at.UnixNano(), true
}

func (d *dateReader) literal(want string) {
	if d.failed || len(d.text) < len(want) || string(d.text[:len(want)]) != want {
		d.failed = true
		return
	}
	d.text = d.text[len(want):]
}

func (d *dateReader) number(digits int) (n int) {
	if d.failed || len(d.text) < digits {
		d.failed = true
		return 0
	}
	for _, c := range d.text[:digits] {
		if c < '0' || c > '9' {
			d.failed = true
			return 0
		}
		n = 10*n + int(c-'0')
	}
	d.text = d.text[digits:]
	return n
}

// name parses a name of three letters and returns its index in the list, in which a space
// follows each name.
func (d *dateReader) name(list string) int {
	if d.failed || len(d.text) < 3 {
		d.failed = true
		return 0
	}
	for i := 0; i < len(list); i += 4 {
		if string(d.text[:3]) == list[i:i+3] {
			d.text = d.text[3:]
			return i / 4
		}
	}
	d.failed = true
	return 0
}

func (d *dateReader) longWeekday() {
	d.weekday = d.name(weekdays)
	if d.failed {
		return
	}
	d.literal([]string{"day", "sday", "nesday", "rsday", "day", "urday", "day"}[d.weekday])
}
