package leap

import (
	"strings"
	"testing"

	"github.com/refclock/refclock/shm"
)

func TestSeconds(t *testing.T) {
	newYear := date("2027-01-01")
	at := func(change int) func(int64) (int, bool) {
		return func(boundary int64) (int, bool) {
			if boundary == newYear {
				return change, true
			}
			return 0, true
		}
	}
	unknown := func(int64) (int, bool) { return 0, false }
	const (
		none = shm.LeapNone
		add  = shm.LeapAdd
		del  = shm.LeapDelete
	)
	for _, c := range []struct {
		name     string
		table    func(int64) (int, bool)
		second   int64 // after the boundary
		doubtful bool
		inserted bool
		warning  shm.Leap
	}{
		{"no table", nil, -2, false, false, none},
		{"no table", nil, -1, false, true, none},
		{"no table", nil, 0, true, true, none},
		{"no table", nil, 1, false, false, none},
		{"unknown", unknown, -2, false, false, none},
		{"unknown", unknown, -1, false, true, none},
		{"unknown", unknown, 0, true, true, none},
		{"unknown", unknown, 1, false, false, none},
		{"none", at(0), -1, false, false, none},
		{"none", at(0), 0, false, false, none},
		{"inserted", at(1), -day - 1, false, false, none},
		{"inserted", at(1), -day, false, false, add},
		{"inserted", at(1), -2, false, false, add},
		{"inserted", at(1), -1, false, true, add},
		{"inserted", at(1), 0, true, true, none},
		{"inserted", at(1), 1, false, false, none},
		{"deleted", at(-1), -1, false, true, del},
		{"deleted", at(-1), 0, true, true, none},
	} {
		s, second := Seconds{Table: c.table}, newYear+c.second
		if doubtful, inserted := s.Doubtful(second), s.Inserted(second); doubtful != c.doubtful || inserted != c.inserted {
			t.Errorf("%s, second %+d: doubtful %v, inserted %v, want %v, %v", c.name, c.second, doubtful, inserted, c.doubtful, c.inserted)
		}
		if warning := s.Warning(second); warning != c.warning {
			t.Errorf("%s, second %+d: warning %v, want %v", c.name, c.second, warning, c.warning)
		}
	}
}

// The count may be a second ahead from the boundary on, until the receiver has named the
// second after it.
func TestSecondsOpen(t *testing.T) {
	newYear := date("2027-01-01")
	ordinary := func(int64) (int, bool) { return 0, true }
	for _, c := range []struct {
		name           string
		table          func(int64) (int, bool)
		counted, named int64 // after the boundary
		open           bool
	}{
		{"before the boundary", nil, -1, -2, false},
		{"at the boundary", nil, 0, -1, true},
		{"the boundary was named, perhaps for an inserted second", nil, 1, 0, true},
		{"the second after it was named", nil, 2, 1, false},
		{"nothing was named for long", nil, 3600, -5, true},
		{"the table has no leap second", ordinary, 1, 0, false},
	} {
		if open := (Seconds{Table: c.table}).Open(newYear+c.counted, newYear+c.named); open != c.open {
			t.Errorf("%s: open %v, want %v", c.name, open, c.open)
		}
	}
}

func TestSecondsOrdinary(t *testing.T) {
	table := parsed(t, real)
	for day, want := range map[string]bool{"2016-07-01": true, "2017-01-01": false, "2025-01-01": true, "2030-01-01": false} {
		if got := (Seconds{Table: table.At}).Ordinary(date(day)); got != want {
			t.Errorf("%s: ordinary %v, want %v", day, got, want)
		}
	}
}

// The table is the second opinion on what the satellites report.
func TestContradiction(t *testing.T) {
	newYear := date("2027-01-01")
	table := parsed(t, real).At // 18 s since 2017
	now, next := date("2020-05-01"), date("2025-01-01")
	for _, c := range []struct {
		name   string
		table  func(int64) (int, bool)
		sky    Sky
		second int64
		want   string // in the text; empty: none
	}{
		{"no report", table, Sky{}, now, ""},
		{"no table", nil, Sky{Count: 17, Source: "GPS"}, now, ""},
		{"the same", table, Sky{Count: 18, Source: "GPS"}, now, ""},
		{"one less", table, Sky{Count: 17, Source: "GPS"}, now, "counts 17 leap seconds according to GPS, but leap-seconds.list has 18"},
		{"one more", table, Sky{Count: 19, Source: "Galileo"}, now, "counts 19 leap seconds according to Galileo"},
		{"before the leap second of 2016", table, Sky{Count: 17, Source: "GPS"}, date("2017-01-01") - 61, ""},
		{"within a minute of it", table, Sky{Count: 18, Source: "GPS"}, date("2017-01-01") - 59, ""},
		{"within a minute after it", table, Sky{Count: 17, Source: "GPS"}, date("2017-01-01") + 59, ""},
		{"a minute after it", table, Sky{Count: 17, Source: "GPS"}, date("2017-01-01") + 60, "17"},
		{"the table has expired", table, Sky{Count: 17, Source: "GPS"}, date("2040-01-01"), ""},
		{"announced where the table has none", table, Sky{Count: 18, Source: "GPS", Boundary: next, Change: 1}, next - 3600, "before 2025-01-01, but leap-seconds.list has none there"},
		{"announced after the table", table, Sky{Count: 18, Source: "GPS", Boundary: date("2040-01-01"), Change: 1}, now, ""},
	} {
		got := Seconds{Table: c.table, Sky: c.sky}.Contradiction(c.second)
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	// What is announced counts without a table, and nothing that is not announced is certain.
	s := Seconds{Sky: Sky{Count: 18, Source: "GPS", Boundary: newYear, Change: 1}}
	if s.Warning(newYear-1) != shm.LeapAdd || s.Warning(newYear) != shm.LeapNone || s.Ordinary(newYear) || s.Ordinary(date("2027-07-01")) {
		t.Errorf("%v, %v", s.Warning(newYear-1), s.Ordinary(date("2027-07-01")))
	}
}
