package receiver

import (
	"testing"
	"time"

	"github.com/refclock/refclock/nmea"
)

func TestRhythm(t *testing.T) {
	const ms = time.Millisecond
	type step struct {
		after  time.Duration // the epoch before
		second int           // of the day that it names; -1: none
		back   bool
		period time.Duration
	}
	for _, c := range []struct {
		name  string
		steps []step
	}{
		{"once a second", []step{{0, 7, false, 0}, {time.Second, 8, false, time.Second}, {time.Second, 9, false, time.Second}}},
		{"a lost epoch", []step{{0, 7, false, 0}, {time.Second, 8, false, time.Second}, {2 * time.Second, 10, false, time.Second}, {2 * time.Second, 12, false, 2 * time.Second}}},
		{"an epoch without a time", []step{{0, 7, false, 0}, {500 * ms, -1, false, 0}, {500 * ms, 8, false, time.Second}}},
		{"back within half a second", []step{{0, 7, false, 0}, {499 * ms, 6, true, 499 * ms}}},
		{"back after half a second", []step{{0, 7, false, 0}, {500 * ms, 6, false, 500 * ms}}},
		{"the same time", []step{{0, 7, false, 0}, {100 * ms, 7, false, 100 * ms}}},
		{"midnight", []step{{0, 86399, false, 0}, {100 * ms, 0, false, 100 * ms}}},
		{"back over midnight", []step{{0, 0, false, 0}, {100 * ms, 86399, false, 100 * ms}}},
	} {
		var r Rhythm
		at := nmea.Stamp{Mono: int64(time.Hour)}
		if r.Begun() {
			t.Error("a new Rhythm has begun")
		}
		for i, s := range c.steps {
			at = at.Add(s.after)
			e := nmea.Epoch{HasTime: s.second >= 0}
			if e.HasTime {
				e.UTC.TimeOfDay = nmea.TimeOfDay{Hour: s.second / 3600, Minute: s.second / 60 % 60, Second: s.second % 60}
			}
			if back := r.Note(e, at); back != s.back || r.Period != s.period || !r.Begun() {
				t.Errorf("%s: epoch %d: back %v, period %v, begun %v; want %v, %v", c.name, i, back, r.Period, r.Begun(), s.back, s.period)
			}
		}
	}
}
