package textclock

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// A Kind says how a time is written.
type Kind int

const (
	Absent   Kind = iota // the line does not have it
	Absolute             // NS counts from 1970-01-01 UTC
	Relative             // NS counts from the system clock when the line arrived
)

// An Instant is a time in a line.
type Instant struct {
	Kind Kind
	NS   int64 // nanoseconds

	// Leap is set within an inserted second, 23:59:60. NS then counts from the midnight
	// after it, as if the day did not have the second.
	Leap bool
}

const (
	second = int64(time.Second)

	// maxSeconds is the greatest number of seconds whose nanoseconds fit into 64 bits.
	maxSeconds = math.MaxInt64/second - 1

	// maxOffset is the greatest offset from the system clock, in seconds: 30 years. The sum
	// of both fits into 64 bits.
	maxOffset = 30 * 366 * 24 * 3600

	// fractionDigits is how many digits after the point count.
	fractionDigits = 9
)

// parseInstant parses a time: seconds since 1970, RFC 3339, or now with an offset.
func parseInstant(text string) (Instant, error) {
	switch {
	case strings.HasPrefix(text, "now"):
		return parseNow(text)
	case len(text) > 4 && text[4] == '-', strings.Contains(text, ":"):
		return parseCalendar(text)
	}
	ns, err := parseSeconds(text)
	return Instant{Kind: Absolute, NS: ns}, err
}

// parseSeconds parses decimal seconds since 1970.
func parseSeconds(text string) (ns int64, err error) {
	seconds, fraction, rest, ok := decimal(text)
	switch {
	case ok && rest == "" && seconds <= maxSeconds:
		return seconds*second + fraction, nil
	case ok && rest == "":
		return 0, errors.New("too large; expected seconds since 1970, such as 1764255000.25, not milliseconds or nanoseconds")
	case ok && rest[0] == ',':
		return 0, errors.New("a comma; expected a decimal point, such as 1764255000.25; a program may need LC_ALL=C")
	case strings.HasPrefix(text, "-"):
		return 0, errors.New("before 1970; expected seconds since 1970, such as 1764255000.25")
	}
	return 0, errors.New("not a time; expected seconds since 1970 such as 1764255000.25, RFC 3339 such as 2026-11-27T14:50:00.25Z, or now-0.25")
}

// decimal parses a decimal number without a sign at the beginning of a text. Digits after
// the ninth of the fraction are dropped. Whole numbers that are too large for nanoseconds
// are returned as math.MaxInt64. It is not ok if the text does not begin with a digit.
func decimal(text string) (whole, billionths int64, rest string, ok bool) {
	i := 0
	for ; i < len(text) && isDigit(text[i]); i++ {
		if whole <= maxSeconds {
			whole = 10*whole + int64(text[i]-'0')
		}
	}
	if whole > maxSeconds {
		whole = math.MaxInt64
	}
	if i == 0 {
		return 0, 0, text, false
	}
	rest = text[i:]
	if !strings.HasPrefix(rest, ".") {
		return whole, 0, rest, true
	}
	billionths, rest = fractionOf(rest[1:])
	return whole, billionths, rest, true
}

// fractionOf parses digits after a decimal point, and returns them in billionths.
func fractionOf(text string) (billionths int64, rest string) {
	i := 0
	for ; i < len(text) && isDigit(text[i]); i++ {
		if i < fractionDigits {
			billionths = 10*billionths + int64(text[i]-'0')
		}
	}
	for n := i; n < fractionDigits; n++ {
		billionths *= 10
	}
	return billionths, text[i:]
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// units are the units of an offset. Without one, it is in seconds.
var units = map[string]time.Duration{
	"": time.Second, "s": time.Second, "ms": time.Millisecond, "us": time.Microsecond, "µs": time.Microsecond, "ns": time.Nanosecond,
}

// parseNow parses now, now+1s or now-0.25.
func parseNow(text string) (Instant, error) {
	wrong := errors.New("expected now, or now with an offset such as now-0.25, now+1s or now-20ms")
	offset := text[len("now"):]
	if offset == "" {
		return Instant{Kind: Relative}, nil
	}
	sign := int64(1)
	switch offset[0] {
	case '-':
		sign = -1
	case '+':
	default:
		return Instant{}, wrong
	}
	whole, billionths, rest, ok := decimal(offset[1:])
	unit, known := units[rest]
	if !ok || !known {
		return Instant{}, wrong
	}
	if whole > maxOffset {
		return Instant{}, errors.New("the offset is too large; expected at most 30 years")
	}
	return Instant{Kind: Relative, NS: sign * (whole*int64(unit) + billionths*int64(unit)/second)}, nil
}

// A calendar is a date and a time of day as they are written.
type calendar struct{ year, month, day, hour, minute, second int }

const calendarForm = "2026-11-27T14:50:00.25Z"

// parseCalendar parses RFC 3339. It also accepts a comma before the fraction, as ISO 8601
// allows and date -Ins prints.
func parseCalendar(text string) (at Instant, err error) {
	var c calendar
	rest := text
	for _, field := range []struct {
		to     *int
		digits int
		before string // the characters that may precede it
	}{{&c.year, 4, ""}, {&c.month, 2, "-"}, {&c.day, 2, "-"}, {&c.hour, 2, "Tt"}, {&c.minute, 2, ":"}, {&c.second, 2, ":"}} {
		if rest, err = number(rest, field.before, field.digits, field.to); err != nil {
			return at, errors.New("not a date and time; expected RFC 3339 such as " + calendarForm)
		}
	}
	var fraction int64
	if strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, ",") {
		if len(rest) < 2 || !isDigit(rest[1]) {
			return at, errors.New("no digit after the point; expected RFC 3339 such as " + calendarForm)
		}
		fraction, rest = fractionOf(rest[1:])
	}
	ahead, err := parseZone(rest)
	if err == nil {
		err = c.check()
	}
	if err != nil {
		return at, err
	}
	utc := time.Date(c.year, time.Month(c.month), c.day, c.hour, c.minute, c.second, 0, time.UTC).Add(-ahead)
	leap := c.second == 60
	switch {
	case utc.Year() < 1970:
		return at, errors.New("before 1970 in UTC; expected 1970 or later")
	case leap && (utc.Day() != 1 || utc.Hour() != 0 || utc.Minute() != 0):
		return at, errors.New("second 60; a leap second can only be 23:59:60 UTC at the end of a month")
	}
	return Instant{Kind: Absolute, NS: utc.Unix()*second + fraction, Leap: leap}, nil
}

// check checks the ranges.
func (c calendar) check() error {
	switch {
	case c.year < 1970 || c.year > 2261:
		return fmt.Errorf("year %d; expected 1970 to 2261", c.year)
	case c.month < 1 || c.month > 12:
		return fmt.Errorf("month %d; expected 1 to 12", c.month)
	case c.day < 1 || c.day > time.Date(c.year, time.Month(c.month)+1, 0, 0, 0, 0, 0, time.UTC).Day():
		return fmt.Errorf("day %d; %04d-%02d does not have it", c.day, c.year, c.month)
	case c.hour > 23 || c.minute > 59 || c.second > 60:
		return fmt.Errorf("time %02d:%02d:%02d; expected 00:00:00 to 23:59:59", c.hour, c.minute, c.second)
	}
	return nil
}

// number parses a number of a fixed count of digits, and one of some characters before it.
func number(text, before string, digits int, to *int) (rest string, err error) {
	if before != "" {
		if text == "" || !strings.ContainsRune(before, rune(text[0])) {
			return "", errors.New("no separator")
		}
		text = text[1:]
	}
	if len(text) < digits {
		return "", errors.New("too short")
	}
	*to = 0
	for i := range digits {
		if !isDigit(text[i]) {
			return "", errors.New("no digit")
		}
		*to = 10**to + int(text[i]-'0')
	}
	return text[digits:], nil
}

// parseZone parses the time zone of RFC 3339, and returns how far it is ahead of UTC.
func parseZone(text string) (ahead time.Duration, err error) {
	switch {
	case text == "Z", text == "z":
		return 0, nil
	case text == "":
		return 0, errors.New("no time zone; expected Z for UTC, or an offset such as +01:00 at the end")
	}
	var hours, minutes int
	rest, err := number(text, "+-", 2, &hours)
	if err == nil {
		rest, err = number(rest, ":", 2, &minutes)
	}
	if err != nil || rest != "" || hours > 23 || minutes > 59 {
		return 0, errors.New("wrong time zone; expected Z for UTC, or an offset such as +01:00 at the end")
	}
	ahead = time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
	if text[0] == '-' {
		ahead = -ahead
	}
	return ahead, nil
}
