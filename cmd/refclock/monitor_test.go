package main

import (
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
