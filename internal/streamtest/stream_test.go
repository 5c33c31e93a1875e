package streamtest

import (
	"bytes"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/refclock/refclock/nmea"
)

// Package nmea reads the sentences, with their time and date.
func TestSentences(t *testing.T) {
	at := time.Date(2026, 12, 1, 12, 34, 56, 700_000_000, time.UTC)
	for _, s := range [][]byte{
		gp.RMC(at), gn.GGA(at), gp.GLL(at), gn.GNS(at), gp.ZDA(at), gp.PUBX04(at, "18"), gp.Places(3).ZDA(at),
		gp.PGRMF(at), gp.GSA(), gp.GSV(1), gp.VTG(), gp.TXT("text"),
	} {
		r, err := nmea.NewDecoder().Decode(bytes.TrimRight(s, "\r\n"))
		if err != nil {
			t.Errorf("%q: %v", s, err)
		}
		if r.HasTime && (r.Time.Hour != 12 || r.Time.Minute != 34 || r.Time.Second != 56 || r.Time.Nanosecond%700_000_000 != 0) {
			t.Errorf("%q has the time %v", s, r.Time)
		}
		if !r.Date.IsZero() && r.Date != nmea.DateOf(at) {
			t.Errorf("%q has the date %v", s, r.Date)
		}
	}
	if _, err := nmea.NewDecoder().Decode(bytes.TrimSpace(gp.Timed("999999.99").RMC(at))); !errors.Is(err, nmea.ErrRange) {
		t.Errorf("the time 999999 gives %v, want %v", err, nmea.ErrRange)
	}
}

// A block of 20 bytes at 9600 baud, then a block that has to wait for it.
func TestEvents(t *testing.T) {
	s := Stream{Baud: 9600, Delay: 100 * time.Millisecond, Second: func(time.Time, int) []Block {
		return []Block{at(0.01, []byte("b")), at(0, bytes.Repeat([]byte("a"), 20))}
	}}
	micro := func(n time.Duration) time.Duration { return n * time.Microsecond }
	want := []Event{
		{At: time.Second, Kind: Rising},
		{At: micro(1_100_000), Kind: Falling},
		{At: micro(1_108_433), Data: []byte("aaaaaaaa")},
		{At: micro(1_116_766), Data: []byte("aaaaaaaa")},
		{At: micro(1_120_933), Data: []byte("aaaa")},
		{At: micro(1_121_974), Data: []byte("b")},
	}
	got := s.Events(1, true)
	for i := range got {
		got[i].At = got[i].At.Truncate(time.Microsecond)
	}
	if !slices.EqualFunc(got, want, func(a, b Event) bool {
		return a.At == b.At && a.Kind == b.Kind && bytes.Equal(a.Data, b.Data)
	}) {
		t.Errorf("events %v, want %v", got, want)
	}
}

// Each case has a unique name, and the same sorted events in each run.
func TestCases(t *testing.T) {
	names := map[string]bool{}
	for _, c := range Cases() {
		if names[c.Name] {
			t.Errorf("%s: two cases have this name", c.Name)
		}
		names[c.Name] = true
		once, again := c.Events(10, true), c.Events(10, true)
		if !slices.EqualFunc(once, again, func(a, b Event) bool {
			return a.At == b.At && a.Kind == b.Kind && bytes.Equal(a.Data, b.Data)
		}) {
			t.Errorf("%s: events differ from one run to the next", c.Name)
		}
		if !slices.IsSortedFunc(once, func(a, b Event) int { return int(a.At - b.At) }) {
			t.Errorf("%s: events are not sorted", c.Name)
		}
	}
	t.Logf("%d cases", len(names))
}

// Each placement ends before its next burst begins.
func TestPlacements(t *testing.T) {
	grid, touching, random := Grid(), Touching(), Random(500, 1)
	if len(grid) < 505 {
		t.Errorf("the grid has %d placements, want at least 505", len(grid))
	}
	t.Logf("%d placements in the grid, %d touching", len(grid), len(touching))
	for _, p := range slices.Concat(grid, touching, random) {
		var last time.Duration // of the read that returned the end of the block
		for _, e := range p.Events(1, false) {
			last = e.At
		}
		next := 2*time.Second + p.Delay
		silence := next - (last - readLatency)
		if off := silence - p.Silence; silence < 0 || off > time.Microsecond || off < -p.Jitter-time.Microsecond {
			t.Errorf("%s: the silence is %v, want %v", p.Name, silence, p.Silence)
		}
	}
}
