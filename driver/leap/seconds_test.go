package leap

import (
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
		s, second := Seconds{c.table}, newYear+c.second
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
		if open := (Seconds{c.table}).Open(newYear+c.counted, newYear+c.named); open != c.open {
			t.Errorf("%s: open %v, want %v", c.name, open, c.open)
		}
	}
}

func TestSecondsOrdinary(t *testing.T) {
	table := parsed(t, real)
	for day, want := range map[string]bool{"2016-07-01": true, "2017-01-01": false, "2025-01-01": true, "2030-01-01": false} {
		if got := (Seconds{table.At}).Ordinary(date(day)); got != want {
			t.Errorf("%s: ordinary %v, want %v", day, got, want)
		}
	}
}
