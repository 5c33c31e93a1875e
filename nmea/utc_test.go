package nmea

import (
	"errors"
	"testing"
	"time"
)

func TestParseTime(t *testing.T) {
	tests := []struct {
		text string
		want TimeOfDay
	}{
		{"235960", TimeOfDay{23, 59, 60, 0}},
		{"235960.999999999", TimeOfDay{23, 59, 60, 999_999_999}},
		{"235959.9999999999999999999", TimeOfDay{23, 59, 59, 999_999_999}}, // truncated, not rounded up to the next second
		{"000000.0000000009", TimeOfDay{}},
		{"093000.1234567891", TimeOfDay{9, 30, 0, 123_456_789}},
		{"093000.9996", TimeOfDay{9, 30, 0, 999_600_000}},
		{"093000.123456", TimeOfDay{9, 30, 0, 123_456_000}},
		{"093000.3", TimeOfDay{9, 30, 0, 300_000_000}},
		{"093000.03", TimeOfDay{9, 30, 0, 30_000_000}},
		{"093000.", TimeOfDay{9, 30, 0, 0}},
		{"093000", TimeOfDay{9, 30, 0, 0}},
		{"000000", TimeOfDay{}},
		{"235959", TimeOfDay{23, 59, 59, 0}},
	}
	for _, test := range tests {
		if got, err := parseTime(test.text); got != test.want || err != nil {
			t.Errorf("%s is %v, %v; want %v", test.text, got, err, test.want)
		}
	}
}

func TestParseDate(t *testing.T) {
	tests := []struct {
		text string
		want Date
	}{
		{"290224", Date{2024, 2, 29}},
		{"290200", Date{2000, 2, 29}},
		{"060180", Date{1980, 1, 6}}, // the GPS epoch, not 2080
		{"311299", Date{1999, 12, 31}},
		{"311279", Date{2079, 12, 31}},
		{"010100", Date{2000, 1, 1}},
		{"200526", Date{2026, 5, 20}},
	}
	for _, test := range tests {
		if got, err := parseDate(test.text); got != test.want || err != nil {
			t.Errorf("%s is %v, %v; want %v", test.text, got, err, test.want)
		}
	}
}

// No text in a field causes a panic, and every result is in range.
func TestParseAnyText(t *testing.T) {
	const alphabet = "0269.x"
	var try func(text string)
	try = func(text string) {
		if at, err := parseTime(text); err == nil {
			if at.Hour > 23 || at.Minute > 59 || at.Second > 60 || at.Nanosecond < 0 || at.Nanosecond > 999_999_999 {
				t.Errorf("%q is %v", text, at)
			}
		} else if !errors.Is(err, ErrRange) {
			t.Errorf("%q: %v", text, err)
		}
		if d, err := parseDate(text); err == nil {
			if DateOf(d.Midnight()) != d {
				t.Errorf("%q is %v", text, d)
			}
		} else if !errors.Is(err, ErrRange) {
			t.Errorf("%q: %v", text, err)
		}
		if len(text) < 7 {
			for _, c := range alphabet {
				try(text + string(c))
			}
		}
	}
	try("")
}

func TestUnixNano(t *testing.T) {
	tests := []struct {
		utc  UTC
		want int64
		ok   bool
	}{
		{UTC{Date{2016, 12, 31}, TimeOfDay{23, 59, 60, 0}}, 0, false},
		{UTC{Date{2016, 12, 31}, TimeOfDay{23, 59, 60, 500_000_000}}, 0, false},
		{UTC{TimeOfDay: TimeOfDay{9, 30, 0, 0}}, 0, false},
		{UTC{Date{2016, 12, 31}, TimeOfDay{23, 59, 59, 999_999_999}}, 1_483_228_799_999_999_999, true},
		{UTC{Date{2017, 1, 1}, TimeOfDay{}}, 1_483_228_800_000_000_000, true},
		{UTC{Date{2026, 5, 20}, TimeOfDay{9, 30, 0, 123_456_789}}, 1_779_269_400_123_456_789, true},
		{UTC{Date{2261, 12, 31}, TimeOfDay{23, 59, 59, 0}}, 9_214_646_399_000_000_000, true},
		{UTC{Date{2262, 1, 1}, TimeOfDay{}}, 0, false},
		{UTC{Date{1970, 1, 1}, TimeOfDay{}}, 0, true},
		{UTC{Date{1969, 12, 31}, TimeOfDay{23, 59, 59, 0}}, -1_000_000_000, true},
	}
	for _, test := range tests {
		if got, ok := test.utc.UnixNano(); got != test.want || ok != test.ok {
			t.Errorf("%v is %d, %v; want %d, %v", test.utc, got, ok, test.want, test.ok)
		}
	}
}

func TestUTCString(t *testing.T) {
	day := Date{2016, 12, 31}
	tests := []struct {
		at   TimeOfDay
		want string
	}{
		{TimeOfDay{23, 59, 60, 0}, "2016-12-31T23:59:60.000Z"},
		{TimeOfDay{0, 0, 0, 1}, "2016-12-31T00:00:00.000000001Z"},
		{TimeOfDay{0, 0, 0, 1_000}, "2016-12-31T00:00:00.000001Z"},
		{TimeOfDay{0, 0, 0, 1_001_000}, "2016-12-31T00:00:00.001001Z"},
		{TimeOfDay{0, 0, 0, 1_000_000}, "2016-12-31T00:00:00.001Z"},
		{TimeOfDay{9, 30, 0, 100_000_000}, "2016-12-31T09:30:00.100Z"},
		{TimeOfDay{}, "2016-12-31T00:00:00.000Z"},
	}
	for _, test := range tests {
		u := UTC{day, test.at}
		if got := u.String(); got != test.want {
			t.Errorf("%s, want %s", got, test.want)
		}
		if parsed, err := time.Parse(time.RFC3339Nano, u.String()); !test.at.Leap() && (err != nil || !parsed.Equal(day.Midnight().Add(test.at.SinceMidnight()))) {
			t.Errorf("%s is %v in package time, %v", u, parsed, err)
		}
	}
}

func TestSinceMidnight(t *testing.T) {
	if got := (TimeOfDay{23, 59, 60, 5}).SinceMidnight(); got != 24*time.Hour+5 {
		t.Errorf("the leap second begins %v after midnight, want 24h", got)
	}
}

func TestDates(t *testing.T) {
	if got, want := (Date{2024, 2, 28}).AddDays(2), (Date{2024, 3, 1}); got != want {
		t.Errorf("two days after 28 February of a leap year is %v, want %v", got, want)
	}
	if got, want := (Date{2000, 1, 1}).AddDays(-1), (Date{1999, 12, 31}); got != want {
		t.Errorf("the day before 2000 is %v, want %v", got, want)
	}
	if d := (Date{2026, 5, 20}); d.Before(d) || !d.Before(d.AddDays(1)) || d.Before(d.AddDays(-1)) {
		t.Error("days are out of order")
	}
	east := time.FixedZone("", 14*3600)
	if got, want := DateOf(time.Date(2026, 5, 20, 9, 0, 0, 0, east)), (Date{2026, 5, 19}); got != want {
		t.Errorf("%v, want the day in UTC, %v", got, want)
	}
	if !(Date{}).IsZero() || (Date{2026, 5, 20}).IsZero() {
		t.Error("only the zero Date is zero")
	}
}

// Not even the text for an error.
func TestZDADoesNotAllocate(t *testing.T) {
	f := fields{"084937.00", "23", "11", "2026", "00", "00"}
	var r Report
	if n := testing.AllocsPerRun(100, func() { r.readZDA(f) }); n != 0 || r.Date != (Date{2026, 11, 23}) {
		t.Errorf("%v allocations, %+v", n, r.Date)
	}
}
