package textclock

import (
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/shm"
)

// at is 2026-11-27T14:50:00.25Z.
const at = 1795791000_250_000_000

func absolute(ns int64) Instant { return Instant{Kind: Absolute, NS: ns} }
func relative(d time.Duration) Instant {
	return Instant{Kind: Relative, NS: int64(d)}
}

func TestParseLine(t *testing.T) {
	for text, want := range map[string]Line{
		"1795791000.25":                           {Clock: absolute(at)},
		"  1795791000.250000000\t\r":              {Clock: absolute(at)},
		"1795791000.2500000009999999999":          {Clock: absolute(at)},
		"1795791000.":                             {Clock: absolute(at - 250_000_000)},
		"1795791000":                              {Clock: absolute(at - 250_000_000)},
		"0":                                       {Clock: absolute(0)},
		"1795791000.000000001":                    {Clock: absolute(at - 250_000_000 + 1)},
		"1795791000.9999999999":                   {Clock: absolute(at + 749_999_999)},
		"1795791000.25 1795791001.5":              {Clock: absolute(at), Receive: absolute(at + 1_250_000_000)},
		"2026-11-27T14:50:00.25Z":                 {Clock: absolute(at)},
		"2026-11-27t14:50:00.25z":                 {Clock: absolute(at)},
		"2026-11-27T15:50:00,250000000+01:00":     {Clock: absolute(at)}, // date -Ins
		"2026-11-27T09:20:00.25-05:30":            {Clock: absolute(at)},
		"2026-11-27T14:50:00.25-00:00":            {Clock: absolute(at)},
		"2016-12-31T23:59:60.5Z":                  {Clock: Instant{Absolute, 1483228800_500_000_000, true}},
		"2017-01-01T00:59:60+01:00":               {Clock: Instant{Absolute, 1483228800_000_000_000, true}},
		"2028-02-29T00:00:00Z":                    {Clock: absolute(1835395200_000_000_000)},
		"2261-12-31T23:59:59-23:59":               {Clock: absolute(9214732739_000_000_000)},
		"now":                                     {Clock: relative(0)},
		"now-1":                                   {Clock: relative(-time.Second)},
		"now+1s":                                  {Clock: relative(time.Second)},
		"now-0.25 now-20ms":                       {Clock: relative(-250 * time.Millisecond), Receive: relative(-20 * time.Millisecond)},
		"now+1.5us":                               {Clock: relative(1500)},
		"now+1.5µs":                               {Clock: relative(1500)},
		"now+0.9ns":                               {Clock: relative(0)},
		"now-500ns 1795791000.25":                 {Clock: relative(-500), Receive: absolute(at)},
		"1795791000.25 leap=insert":               {Clock: absolute(at), Leap: shm.LeapAdd},
		"1795791000.25 leap=delete 1795791000.25": {Clock: absolute(at), Receive: absolute(at), Leap: shm.LeapDelete},
		"leap=none precision=2^-10 1795791000.25": {Clock: absolute(at), Precision: -10, HasPrecision: true},
	} {
		got, err := ParseLine(text)
		if err != nil || got != want {
			t.Errorf("%q: %+v, %v; want %+v", text, got, err, want)
		}
	}
}

func TestParseLineErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                                     "no time; expected CLOCK",
		"leap=none":                            "no time; expected CLOCK",
		"rubbish":                              `"rubbish": not a time; expected seconds`,
		"-1.5":                                 "before 1970",
		"+1795791000":                          "not a time",
		"1795791000,25":                        "LC_ALL=C",
		"1795791000,1795791000":                "a comma; expected a decimal point",
		"1.795791e9":                           "not a time",
		"0x6b0":                                "not a time",
		"NaN":                                  "not a time",
		".5":                                   "not a time",
		"1795791000.25s":                       "not a time",
		"1795791000250":                        "not milliseconds",
		"99999999999999999999999999999":        "too large",
		"9223372036":                           "too large",
		"\xff\xfe\x00":                         `"\xff\xfe\x00": not a time`,
		"1795791000.25 \x1b[31m":               `"\x1b[31m": not a time`,
		strings.Repeat("1", 70):                `...: too large`,
		"1795791000.25 x":                      `"x": not a time`,
		"1795791000.25 1795791000.25 1":        `"1": too much; expected CLOCK [RECEIVE]`,
		"1795791000.25 2016-12-31T23:59:60Z":   "the system clock does not have it",
		"2026-11-27 14:50:00Z":                 "not a date and time",
		"1795791000 14:50:00":                  "expected a T between them",
		"2026-11-27T14:50:00":                  "no time zone",
		"2026-11-27T14:50:00+0100":             "wrong time zone",
		"2026-11-27T14:50:00+01:00x":           "wrong time zone",
		"2026-11-27T14:50:00 CET":              "no time zone",
		"2026-11-27T14:50:00.Z":                "no digit after the point",
		"2026-11-27T14:50Z":                    "not a date and time",
		"26-11-27T14:50:00Z":                   "not a date and time",
		"27.11.26":                             "not a time",
		"14:50:00":                             "not a date and time",
		"2026-13-27T14:50:00Z":                 "month 13; expected 1 to 12",
		"2026-00-27T14:50:00Z":                 "month 0",
		"2026-02-29T14:50:00Z":                 "day 29; 2026-02 does not have it",
		"2026-11-31T14:50:00Z":                 "day 31",
		"2026-11-00T14:50:00Z":                 "day 0",
		"2026-11-27T24:00:00Z":                 "expected 00:00:00 to 23:59:59",
		"2026-11-27T14:60:00Z":                 "expected 00:00:00 to 23:59:59",
		"2026-11-27T14:50:61Z":                 "expected 00:00:00 to 23:59:59",
		"2026-11-27T14:50:60Z":                 "end of a month",
		"2026-11-29T23:59:60Z":                 "end of a month",
		"2016-12-31T23:59:60+01:00":            "end of a month",
		"1969-12-31T23:59:59Z":                 "year 1969",
		"1970-01-01T00:00:00+01:00":            "before 1970 in UTC",
		"2262-01-01T00:00:00Z":                 "year 2262",
		"now+":                                 "expected now, or now with an offset",
		"now1":                                 "expected now, or now with an offset",
		"now-1h":                               "expected now, or now with an offset",
		"now--1":                               "expected now, or now with an offset",
		"now-99999999999":                      "at most 30 years",
		"now-9999999999999999999999ns":         "at most 30 years",
		"1795791000.25 leap=soon":              `"leap=soon": expected leap=none, leap=insert or leap=delete`,
		"1795791000.25 precision=0":            "from 1 ns to 0.5 s",
		"1795791000.25 precision=1":            "from 1 ns to 0.5 s",
		"1795791000.25 precision=0.5000000001": "",
		"1795791000.25 precision=0.500000001":  "from 1 ns to 0.5 s",
		"1795791000.25 precision=2^0":          "from 1 ns to 0.5 s",
		"1795791000.25 precision=2^-31":        "from 1 ns to 0.5 s",
		"1795791000.25 precision=1e-3":         "such as precision=0.001",
		"1795791000.25 quality=1":              "unknown option",
	} {
		got, err := ParseLine(text)
		switch {
		case want == "" && err == nil:
		case err == nil || !strings.Contains(err.Error(), want):
			t.Errorf("%q: %+v, %v; want %q", text, got, err, want)
		case got != Line{}:
			t.Errorf("%q: %+v beside an error", text, got)
		}
	}
}

// A precision is never better than its text.
func TestParsePrecision(t *testing.T) {
	for text, want := range map[string]int{
		"0.5": -1, "0.25": -2, "0.250000001": -1, "0.249999999": -2, "0.001": -9, "0.0009765625": -10, "0.000976563": -9,
		"0.000001": -19, "0.000000001": -29, "0.000000002": -28, "2^-1": -1, "2^-30": -30,
	} {
		if got, ok := parsePrecision(text); !ok || got != want {
			t.Errorf("%s: %d, %v; want %d", text, got, ok, want)
		}
	}
}

func TestIsBlank(t *testing.T) {
	for text, want := range map[string]bool{"": true, " \t\r": true, "# 1": true, "  #": true, "1 # 2": false, "x": false} {
		if IsBlank(text) != want {
			t.Errorf("%q: %v, want %v", text, !want, want)
		}
	}
}

// No line that is accepted has a time out of range, and its text says the same number.
func FuzzParseLine(f *testing.F) {
	for _, seed := range []string{
		"1795791000.25", "1795791000.250000000 1795791000.249817345", "2026-11-27T14:50:00,250000000+01:00", "2016-12-31T23:59:60Z",
		"now-1", "now+1.5ms now-20ms", "1795791000 leap=insert precision=2^-10", "1795791000 precision=0.001", "1795791000,25", "1795791000250",
		"# dcf77 decoder 1.2", "Fri Nov 27 14:50:00 CET 2026", "27.11.26 14:50:00", "0.000000000", "nan", "now", "1795791000.25 \x00\xff",
		"2026-11-27T14:50:00.25Z 2026-11-27T14:50:00.251Z leap=none", "9223372035.999999999", "2261-12-31T23:59:59.999999999-23:59",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if IsBlank(text) {
			return
		}
		l, err := ParseLine(text)
		if err != nil {
			if l != (Line{}) || strings.ContainsAny(err.Error(), "\n\x1b\x00") {
				t.Fatalf("%q: %+v, %q", text, l, err)
			}
			return
		}
		for _, i := range []Instant{l.Clock, l.Receive} {
			if i.Kind != Relative && i.NS < 0 || i.Kind == Relative && max(i.NS, -i.NS) > (maxOffset+1)*second || i.Leap && i.NS/second%86400 != 0 {
				t.Fatalf("%q: %+v", text, i)
			}
		}
		if l.Clock.Kind == Absent || l.HasPrecision && (l.Precision < bestPrecision || l.Precision > worstPrecision) {
			t.Fatalf("%q: %+v", text, l)
		}
		if again, err := ParseLine(" " + text + " "); err != nil || again != l {
			t.Fatalf("%q: %+v, with blanks %+v, %v", text, l, again, err)
		}
	})
}
