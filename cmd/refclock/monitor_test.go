package main

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/samplelog"
	"github.com/refclock/refclock/internal/watch"
	"github.com/refclock/refclock/shm"
)

// monitor --csv writes each sample once, explains a missing one once, stops at the count, and
// is what the report reads.
func TestMonitorCSV(t *testing.T) {
	start := time.Date(2026, 11, 22, 22, 29, 21, 211413001, time.UTC)
	segment := shm.NewMemory(shm.Layout96)
	u := &watchedUnit{number: 2, unit: &shm.Unit{Segment: segment}, watcher: watch.New(2, segment)}
	units := &watchedUnits{list: []*watchedUnit{u}, scanned: start.Add(time.Hour), named: []int{2}}
	complained := map[int]string{}
	var b strings.Builder
	b.WriteString(samplelog.CSVHeader + "\n")
	look := func(now time.Time, limit, want int) {
		t.Helper()
		units.look(now)
		if n, err := printNews(&b, units, complained, limit, csvLines); n != want || err != nil {
			t.Fatalf("%v: %d lines, %v; want %d", now, n, err, want)
		}
	}
	look(start, 0, 0)
	for second := range 6 {
		at := start.Add(time.Duration(second) * time.Second)
		if err := segment.Update(shm.Sample{Clock: at.Add(-time.Second), Receive: at, Precision: -20, Leap: shm.LeapAdd}); err != nil {
			t.Fatal(err)
		}
		look(at, 6, 1)
		look(at.Add(20*time.Millisecond), 6, 0)
	}
	for second := range 20 {
		look(start.Add(time.Duration(6+second)*time.Second), 0, 0)
	}
	const want = samplelog.CSVHeader + `
2026-11-22T22:29:21.211413001Z,2,-1000000000,,-20,1,
2026-11-22T22:29:22.211413001Z,2,-1000000000,,-20,1,
`
	if !strings.HasPrefix(b.String(), want) || strings.Count(b.String(), "\n") != 8 {
		t.Errorf("%s\nwant it to begin with\n%s", b.String(), want)
	}
	var set samplelog.Set
	if err := set.Read("csv", strings.NewReader(b.String())); err != nil {
		t.Fatal(err)
	}
	sources := set.Sources()
	if s := sources[0]; len(sources) != 1 || s.Name != "unit 2" || len(s.Times) != 6 || s.Offsets[5] != -1e9 || len(s.Jitters) != 6 ||
		len(s.Notes) != 1 || !strings.Contains(s.Notes[0].Text, "has stopped") {
		t.Errorf("%+v", s)
	}
}

// A line that is too long for the terminal continues below the unit, and is not cut anywhere.
func TestReadingText(t *testing.T) {
	at := time.Date(2026, 11, 28, 4, 51, 23, 1e6, time.Local)
	reading := watch.Reading{
		Unit: 255, Seen: at, Offset: -1736922 * time.Nanosecond, Jitter: 999 * time.Microsecond, HasJitter: true,
		Sample: shm.Sample{Receive: at, Precision: -30, Leap: shm.LeapNone},
	}
	const line = "04:51:23.001  unit 255  offset -0.001736922 s  jitter 999 us   2^-30"
	read := reading
	read.Readers = watch.Readers{Taken: 86000, Lost: 399}
	daemon := []watch.Process{{PID: 812, Name: "chronyd"}}
	const detail = "read by chronyd(812): 86000 of 86399 samples"
	for _, c := range []struct {
		u       watchedUnit
		columns int
		want    string
	}{
		{watchedUnit{reading: reading}, 80, line},
		{watchedUnit{reading: read, processes: daemon}, 80, line + "\n" + strings.Repeat(" ", len("04:51:23.001  ")) + detail},
		{watchedUnit{reading: read, processes: daemon}, len(line + "  " + detail), line + "  " + detail},
		{watchedUnit{reading: read, processes: daemon}, math.MaxInt, line + "  " + detail}, // a file or a pipe
	} {
		got := readingText(&c.u, c.columns)
		if got != c.want {
			t.Errorf("%d columns:\n%s\nwant\n%s", c.columns, got, c.want)
		}
		for part := range strings.SplitSeq(got, "\n") {
			if len(part) > c.columns {
				t.Errorf("%d columns: %q", c.columns, part)
			}
		}
	}
}
