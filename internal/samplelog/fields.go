package samplelog

import (
	"bytes"
	"fmt"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"
)

const second = int64(time.Second)

// The days of a log: from 1970 to 2199, within the range of nanoseconds in 64 bits.
const (
	minYear  = 1970
	maxYear  = 2199
	mjd1970  = 40587 // modified Julian day of 1970-01-01
	maxMJD   = mjd1970 + 84000
	daySec   = 86400
	maxShift = 1e19 // ns; an offset of more is not a time
)

// isName reports whether a name can be shown.
func isName(name []byte) bool {
	return len(name) > 0 && len(name) <= maxName && isVisible(name)
}

// isVisible reports whether a text has only visible characters.
func isVisible(text []byte) bool {
	return utf8.Valid(text) && bytes.IndexFunc(text, func(r rune) bool { return !unicode.IsGraphic(r) }) < 0
}

// digits parses 1 to 18 decimal digits.
func digits(b []byte) (n int64, ok bool) {
	if len(b) == 0 || len(b) > 18 {
		return 0, false
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int64(c-'0')
	}
	return n, true
}

// seconds parses seconds with an optional fraction of up to 27 digits into nanoseconds. Digits
// after the ninth are dropped.
func seconds(b []byte) (ns int64, ok bool) {
	whole, fraction, hasFraction := bytes.Cut(b, []byte("."))
	n, ok := digits(whole)
	if !ok || n > int64(maxYear-minYear+1)*366*daySec {
		return 0, false
	}
	ns = n * second
	if !hasFraction {
		return ns, true
	}
	kept := min(len(fraction), 9)
	f, ok := digits(fraction[:kept])
	if _, rest := digits(fraction[kept:]); !ok || kept < len(fraction) && !rest {
		return 0, false
	}
	for range 9 - len(fraction) {
		f *= 10
	}
	return ns + f, true
}

// date parses YYYY-MM-DD into days since 1970.
func date(b []byte) (days int64, ok bool) {
	if len(b) != 10 || b[4] != '-' || b[7] != '-' {
		return 0, false
	}
	year, ok1 := digits(b[:4])
	month, ok2 := digits(b[5:7])
	day, ok3 := digits(b[8:])
	if !ok1 || !ok2 || !ok3 || year < minYear || year > maxYear {
		return 0, false
	}
	t := time.Date(int(year), time.Month(month), int(day), 0, 0, 0, 0, time.UTC)
	return t.Unix() / daySec, t.Month() == time.Month(month) && t.Day() == int(day)
}

// clock parses HH:MM:SS with an optional fraction into nanoseconds of the day. A second 60 is
// that of a leap second.
func clock(b []byte) (ns int64, ok bool) {
	if len(b) < 8 || b[2] != ':' || b[5] != ':' || len(b) > 8 && b[8] != '.' {
		return 0, false
	}
	hour, ok1 := digits(b[:2])
	minute, ok2 := digits(b[3:5])
	s, ok3 := seconds(b[6:])
	return (hour*60+minute)*60*second + s, ok1 && ok2 && ok3 && hour < 24 && minute < 60 && s < 61*second
}

// utc parses the date and time of chrony's logs.
func utc(day, time []byte) (ns int64, ok bool) {
	days, ok1 := date(day)
	rest, ok2 := clock(time)
	return days*daySec*second + rest, ok1 && ok2
}

// mjd parses the modified Julian day and the second of the day of ntpd's logs.
func mjd(day, sec []byte) (ns int64, ok bool) {
	days, ok1 := digits(day)
	rest, ok2 := seconds(sec)
	return (days-mjd1970)*daySec*second + rest, ok1 && ok2 && len(day) == 5 && days >= mjd1970 && days < maxMJD && rest < (daySec+1)*second
}

// decimal parses a decimal number, with an exponent or without.
func decimal(b []byte) (x float64, ok bool) {
	for _, c := range b {
		if (c < '0' || c > '9') && c != '+' && c != '-' && c != '.' && c != 'e' && c != 'E' {
			return 0, false // strconv.ParseFloat knows 0x1p-2, inf and more
		}
	}
	x, err := strconv.ParseFloat(string(b), 64)
	return x, err == nil
}

// interval parses decimal seconds into nanoseconds: a difference of times, not a time.
func interval(b []byte) (ns float64, ok bool) {
	x, ok := decimal(b)
	x *= 1e9
	return x, ok && x < maxShift && x > -maxShift
}

// A field is a column of a line, for messages.
type field struct {
	name  string
	text  []byte
	value *float64
}

// intervals parses several columns of seconds.
func intervals(fields ...field) error {
	for _, f := range fields {
		x, ok := interval(f.text)
		if !ok {
			return found(fmt.Sprintf("%.40q as %s", f.text, f.name), "seconds, such as -1.234567e-06")
		}
		*f.value = x
	}
	return nil
}

// wrongColumns is the error of a line with a wrong number of columns.
func wrongColumns(f [][]byte, expected string) error {
	return found(fmt.Sprintf("%d columns, %.60q", len(f), bytes.Join(f, []byte(" "))), expected)
}
