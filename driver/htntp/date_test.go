package htntp

import (
	"errors"
	"net/http"
	"testing"
	"time"
)

var since = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

func TestParseDate(t *testing.T) {
	want := time.Date(2026, 11, 23, 8, 49, 37, 0, time.UTC).UnixNano()
	for text, want := range map[string]int64{
		"Mon, 23 Nov 2026 08:49:37 GMT":     want,
		"Monday, 23-Nov-26 08:49:37 GMT":    want,
		"Mon Nov 23 08:49:37 2026":          want,
		"Sun Nov  6 08:49:37 1994":          time.Date(1994, 11, 6, 8, 49, 37, 0, time.UTC).UnixNano(),
		"Sun, 06 Nov 1994 08:49:37 GMT":     time.Date(1994, 11, 6, 8, 49, 37, 0, time.UTC).UnixNano(),
		"Thu, 01 Jan 1970 00:00:00 GMT":     0,
		"Tue, 29 Feb 2028 23:59:59 GMT":     time.Date(2028, 2, 29, 23, 59, 59, 0, time.UTC).UnixNano(),
		"Wednesday, 06-Jan-27 00:00:00 GMT": time.Date(2027, 1, 6, 0, 0, 0, 0, time.UTC).UnixNano(),
		// 25 is before the build date, so it is in the next century.
		"Friday, 23-Nov-25 08:49:37 GMT": time.Date(2125, 11, 23, 8, 49, 37, 0, time.UTC).UnixNano(),
	} {
		if got, err := parseDate([]byte(text), since); err != nil || got != want {
			t.Errorf("%s: %d, %v; want %d", text, got, err, want)
		}
	}
}

func TestParseDateRejects(t *testing.T) {
	for _, text := range []string{
		"",
		"Tue, 23 Nov 2026 08:49:37 GMT", // a Monday
		"Mon, 23 Nov 2026 08:49:37 UTC",
		"Mon, 23 Nov 2026 08:49:37 +0000",
		"Mon, 23 Nov 2026 08:49:37",
		"Mon, 23 Nov 2026 08:49:37 GMT ",
		" Mon, 23 Nov 2026 08:49:37 GMT",
		"Mon,23 Nov 2026 08:49:37 GMT",
		"mon, 23 nov 2026 08:49:37 gmt",
		"Mon, 23 Nov 2026 24:00:00 GMT",
		"Mon, 23 Nov 2026 08:60:37 GMT",
		"Mon, 23 Nov 2026 22:59:60 GMT",
		"Mon, 23 Nov 2026 23:58:60 GMT",
		"Wed, 31 Dec 1969 23:59:59 GMT",
		"Wed, 01 Jan 2262 00:00:00 GMT",
		"Mon, 23 Nov 2026 08:49:60 GMT",
		"Mon, 23 Nov 2026 08:49:61 GMT",
		"Tue, 31 Feb 2026 08:49:37 GMT",
		"Mon, 30 Feb 2026 08:49:37 GMT",
		"Sun, 00 Nov 2026 08:49:37 GMT",
		"Sat, 01 Jan 10000 00:00:00 GMT",
		"Sat, 01 Jan 0000 00:00:00 GMT",
		"Fri, 31 Dec 9999 23:59:59 GMT", // beyond what nanoseconds can count
		"Mon, 23 Nov 2026 08:49:\x007 GMT",
		"Mon, 23 Nov 2026 -8:49:37 GMT",
		"Tuesday, 23-Nov-26 08:49:37 GMT",
		"1763887777",
	} {
		if at, err := parseDate([]byte(text), since); !errors.Is(err, errDate) {
			t.Errorf("%q: %v, %v; want errDate", text, time.Unix(0, at).UTC(), err)
		}
	}
	if _, err := parseDate([]byte("Sat, 31 Dec 2016 23:59:60 GMT"), since); !errors.Is(err, errLeap) {
		t.Errorf("leap second: %v", err)
	}
}

// All forms, for each weekday, month and digit. No part of a date is a date.
func TestParseDateForms(t *testing.T) {
	for day := range 400 {
		at := since.AddDate(0, 0, day).Add(time.Duration(day) * 12345 * time.Second)
		for _, form := range []string{"Mon, 02 Jan 2006 15:04:05 GMT", "Monday, 02-Jan-06 15:04:05 GMT", "Mon Jan _2 15:04:05 2006"} {
			text := at.Format(form)
			if got, err := parseDate([]byte(text), since); err != nil || got != at.UnixNano() {
				t.Errorf("%s: %v, %v", text, time.Unix(0, got).UTC(), err)
			}
			for n := range text {
				if got, err := parseDate([]byte(text[:n]), since); err == nil {
					t.Errorf("%q: %v", text[:n], time.Unix(0, got).UTC())
				}
			}
		}
	}
	last := time.Date(2261, 12, 31, 23, 59, 59, 0, time.UTC)
	if got, err := parseDate([]byte("Tue, 31 Dec 2261 23:59:59 GMT"), since); err != nil || got != last.UnixNano() {
		t.Errorf("the last date: %d, %v", got, err)
	}
}

// The standard library parses every accepted date, too, and to the same instant, except
// for the century of RFC 850.
func FuzzParseDate(f *testing.F) {
	for _, seed := range []string{
		"Mon, 23 Nov 2026 08:49:37 GMT", "Monday, 23-Nov-26 08:49:37 GMT", "Mon Nov 23 08:49:37 2026", "Sun Nov  6 08:49:37 1994",
		"Sat, 31 Dec 2016 23:59:60 GMT", "Tue, 31 Feb 2026 08:49:37 GMT", "Sat, 01 Jan 10000 00:00:00 GMT", "Mon, 23 Nov 2026 08:49:37 UTC", "\x00", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := parseDate([]byte(text), since)
		if err != nil {
			return
		}
		want, err := http.ParseTime(text)
		if err != nil {
			t.Fatalf("%q: accepted, but the standard library returns %v", text, err)
		}
		if text[3] == ',' || text[3] == ' ' {
			if want.UnixNano() != got {
				t.Fatalf("%q: %v, want %v", text, time.Unix(0, got).UTC(), want)
			}
		}
	})
}
