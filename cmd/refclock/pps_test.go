package main

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/pps"
	"github.com/refclock/refclock/pps/ppstest"
)

// shown returns the printed text about a source's edges.
func shown(t *testing.T, source *ppstest.Source, polarity pps.Polarity, count int) (string, error) {
	t.Helper()
	var b strings.Builder
	err := showEdges(t.Context(), &b, source, polarity, count, false)
	return b.String(), err
}

func TestPPSShowsWhichEdge(t *testing.T) {
	for name, c := range map[string]struct {
		train    ppstest.Train
		polarity pps.Polarity
		want     []string
	}{
		"plain":    {ppstest.Train{}, pps.Auto, []string{"Of 20 edges, 7 began a second", "The rising edge begins the second: the line is active for 100ms"}},
		"inverted": {ppstest.Train{Inverted: true}, pps.Auto, []string{"7 began a second", "The falling edge begins the second: the line is active for 900ms"}},
		"square":   {ppstest.Train{Width: 500 * time.Millisecond}, pps.Auto, []string{"0 began a second", "is not known", "set the polarity"}},
		"set":      {ppstest.Train{Width: 500 * time.Millisecond}, pps.Falling, []string{"7 began a second", "falling edge", "as configured"}},
		"5 Hz":     {ppstest.Train{Period: 200 * time.Millisecond, Width: 40 * time.Millisecond}, pps.Auto, []string{"0 began a second", "5 a second: not one pulse per second"}},
	} {
		got, err := shown(t, ppstest.New("fake", c.train.Edges(10)...), c.polarity, 20)
		for _, want := range c.want {
			if err != nil || !strings.Contains(got, want) {
				t.Errorf("%s: %v; want %q in\n%s", name, err, want, got)
			}
		}
	}
}

func TestPPSShowsMissingPulses(t *testing.T) {
	edges := ppstest.Train{}.Edges(10)
	edges = append(edges[:12:12], edges[14:]...)
	got, err := shown(t, ppstest.New("fake", edges...), pps.Auto, len(edges))
	if err != nil || !strings.Contains(got, "second, 1 missing before it") || !strings.Contains(got, "Missing pulses: 1.") {
		t.Errorf("%v\n%s", err, got)
	}
}

// An edge with a fault shows it, and has no effect on the others. A bound is shown.
func TestPPSShowsFaults(t *testing.T) {
	edges := ppstest.Train{NoClear: true}.Edges(8)
	for i := range edges {
		edges[i].Within = 250 * time.Nanosecond
	}
	edges[6].Fault = pps.Stepped
	got, err := shown(t, ppstest.New("phc:eth0", edges...), pps.Auto, len(edges))
	for _, want := range []string{pps.Stepped.String(), "second, 1 missing before it ±250 ns", "Of 8 edges, 4 began a second"} {
		if err != nil || !strings.Contains(got, want) {
			t.Errorf("%v; want %q in\n%s", err, want, got)
		}
	}
}

func TestPPSOfALostDevice(t *testing.T) {
	source := ppstest.New("fake", ppstest.Train{}.Edges(2)...)
	source.Fail(syscall.ENODEV)
	got, err := shown(t, source, pps.Auto, 0)
	if !errors.Is(err, syscall.ENODEV) || !strings.Contains(got, "Of 4 edges") {
		t.Errorf("%v\n%s", err, got)
	}
}

func TestPPSJSON(t *testing.T) {
	var b strings.Builder
	if err := showEdges(t.Context(), &b, ppstest.New("fake", ppstest.Train{}.Edges(10)...), pps.Auto, 20, true); err != nil {
		t.Fatal(err)
	}
	seconds := 0
	var last edgeJSON
	for line := range strings.Lines(b.String()) {
		if err := json.Unmarshal([]byte(line), &last); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		if last.Second {
			seconds++
		}
	}
	if seconds != 7 || last.Schema != 1 || last.Edge != "falling" || last.PeriodNS != 1e9 || last.JitterNS == nil {
		t.Errorf("%d seconds, the last edge is %+v", seconds, last)
	}
}

func TestPPSOfASilentLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		var b strings.Builder
		err := showEdges(ctx, &b, ppstest.New("fake"), pps.Auto, 0, false)
		if err != nil || strings.Count(b.String(), "no edge for 3 s") != 1 {
			t.Errorf("%v\n%s", err, b.String())
		}
	})
}

// On a terminal of 80 columns, no line about an edge is longer, with any verdict.
func TestEdgesNarrow(t *testing.T) {
	table := &edgeTable{}
	for why := pps.Second; why <= pps.Unread; why++ {
		text := table.edgeRow("23:25:17.000005632", "falling", "12", "1.000001005 s", "99.99 ms", "999.9 us", why.String())
		first, _, _ := strings.Cut(text, "\n")
		if len(first) > 80 || !strings.Contains(text, why.String()) {
			t.Errorf("%d columns: %s", len(first), text)
		}
	}
}
