package sim

import (
	"fmt"
	"time"
)

// UTC is a second as labelled by a receiver. Unlike a [time.Time], it can be 23:59:60 or the
// 31st of February. The fields are not checked.
type UTC struct {
	Year, Month, Day     int
	Hour, Minute, Second int // Second is 60 within a leap second
	Nanosecond           int
}

// labelOf returns the correct label of a time.
func labelOf(t time.Time) UTC {
	t = t.UTC()
	return UTC{
		Year: t.Year(), Month: int(t.Month()), Day: t.Day(),
		Hour: t.Hour(), Minute: t.Minute(), Second: t.Second(), Nanosecond: t.Nanosecond(),
	}
}

// String formats the label like RFC 3339, even if it is invalid: 2016-12-31T23:59:60Z.
func (u UTC) String() string {
	fraction := ""
	if u.Nanosecond != 0 {
		fraction = fmt.Sprintf(".%03d", u.Nanosecond/1e6)
	}
	return fmt.Sprintf("%04d-%02d-%02dT%02d:%02d:%02d%sZ", u.Year, u.Month, u.Day, u.Hour, u.Minute, u.Second, fraction)
}

// clock returns hhmmss with this many decimals. It truncates: rounding 59.999 would make a
// second 60.
func (u UTC) clock(digits int) string {
	hhmmss := fmt.Sprintf("%02d%02d%02d", u.Hour, u.Minute, u.Second)
	if digits == 0 {
		return hhmmss
	}
	return hhmmss + "." + fmt.Sprintf("%09d", u.Nanosecond)[:digits]
}

// ddmmyy returns the date of an RMC, without the century; "" if there is no date.
func (u UTC) ddmmyy() string {
	if u.Month == 0 {
		return ""
	}
	return fmt.Sprintf("%02d%02d%02d", u.Day, u.Month, u.Year%100)
}
