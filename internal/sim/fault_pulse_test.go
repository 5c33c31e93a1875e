package sim_test

import (
	"slices"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/sim"
)

// A train is the first minute of an ideal pulse with a fault.
type train struct {
	pulses []sim.Edge                   // only True, Rising and Begins are compared
	check  func(*testing.T, []sim.Edge) // used instead for a random fault
}

// pulses returns the edges of a minute with this width, period and delay.
func pulses(width, period, late time.Duration, keep func(second int) bool) (all []sim.Edge) {
	for at := time.Duration(0); at < time.Minute; at += period {
		if keep == nil || keep(int(at/time.Second)) {
			all = append(all,
				sim.Edge{True: at + late, Rising: true, Begins: at%time.Second == 0},
				sim.Edge{True: at + width + late, Begins: (at+width)%time.Second == 0})
		}
	}
	return all
}

// only returns the edges of one kind.
func only(rising bool, edges []sim.Edge) []sim.Edge {
	return slices.DeleteFunc(edges, func(e sim.Edge) bool { return e.Rising != rising })
}

func inverted(edges []sim.Edge) []sim.Edge {
	for i := range edges {
		edges[i].Rising = !edges[i].Rising
	}
	return edges
}

// without returns the usual pulses without some seconds.
func without(from, to int) []sim.Edge {
	return pulses(milliseconds(100), time.Second, 0, func(second int) bool { return second < from || second >= to })
}

// drifting returns edges that drift from second 30 on.
func drifting(edges []sim.Edge) []sim.Edge {
	for i := range edges {
		if second := edges[i].True.Truncate(time.Second); second > 30*time.Second {
			edges[i].True += (second - 30*time.Second) / 1000
		}
	}
	return edges
}

var trains = map[string]train{
	"pulse-inverted":             {pulses: inverted(pulses(milliseconds(100), time.Second, 0, nil))},
	"pulse-assert-only":          {pulses: only(true, pulses(milliseconds(100), time.Second, 0, nil))},
	"pulse-inverted-assert-only": {pulses: only(true, inverted(pulses(milliseconds(100), time.Second, 0, nil)))},
	"pulse-square-rising":        {pulses: pulses(milliseconds(500), time.Second, 0, nil)},
	"pulse-square-falling":       {pulses: inverted(pulses(milliseconds(500), time.Second, 0, nil))},
	"pulse-square-half-hertz":    {pulses: pulses(time.Second, 2*time.Second, 0, nil)},
	"pulse-half-hertz":           {pulses: pulses(milliseconds(100), 2*time.Second, 0, nil)},
	"pulse-2-hertz":              {pulses: pulses(milliseconds(100), milliseconds(500), 0, nil)},
	"pulse-5-hertz":              {pulses: pulses(milliseconds(40), milliseconds(200), 0, nil)},
	"pulse-10-hertz":             {pulses: pulses(milliseconds(20), milliseconds(100), 0, nil)},
	"pulse-missing":              {pulses: without(30, 31)},
	"pulse-three-missing":        {pulses: without(30, 33)},
	"pulse-off-300ms":            {pulses: pulses(milliseconds(100), time.Second, milliseconds(300), nil)},
	"pulse-without-fix":          {pulses: without(60, 60)},
	"pulse-without-fix-drifts":   {pulses: drifting(without(60, 60))},
	"pulse-only-with-fix":        {pulses: without(30, 60)},
	"pulse-device-gone":          {pulses: without(30, 50)},

	"pulse-glitch":        {check: extra(1, 30, without(60, 60))},
	"pulse-noise":         {check: extra(50, 30, without(60, 60))},
	"pulse-and-nmea-lost": {check: extra(1, 29, without(30, 33))},
	"pulse-jitter": {check: func(t *testing.T, all []sim.Edge) {
		most := time.Duration(0)
		for i, want := range without(60, 60) {
			off := (all[i].True - want.True).Abs()
			most = max(most, off)
			if off > 2*time.Millisecond || all[i].Rising != want.Rising || all[i].Begins != want.Begins {
				t.Errorf("edge %d at %v, want within 2 ms of %v", i, all[i].True, want.True)
			}
		}
		if most < time.Millisecond {
			t.Errorf("no edge is off by more than %v", most)
		}
	}},
}

// extra expects the usual train with n glitches of 20 us in one second.
func extra(n, second int, usual []sim.Edge) func(*testing.T, []sim.Edge) {
	return func(t *testing.T, all []sim.Edge) {
		var rest, glitches []sim.Edge
		for _, e := range all {
			if e.Second.IsZero() {
				glitches = append(glitches, e)
			} else {
				rest = append(rest, e)
			}
		}
		same(t, rest, usual)
		if len(glitches) != 2*n {
			t.Errorf("%d edges without a pulse, want %d", len(glitches), 2*n)
		}
		for _, e := range glitches {
			if int(e.True/time.Second) != second || e.Begins {
				t.Errorf("glitch %+v, want it in second %d", e, second)
			}
		}
		if n == 1 && (glitches[1].True-glitches[0].True != 20*time.Microsecond || glitches[0].Rising == glitches[1].Rising) {
			t.Errorf("a glitch from %v to %v, want 20 us", glitches[0].True, glitches[1].True)
		}
	}
}

// same compares edges to a microsecond: edges at the same time are stamped one after another.
func same(t *testing.T, got, want []sim.Edge) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d edges, want %d", len(got), len(want))
	}
	for i := range want {
		g, w := got[i], want[i]
		if (g.True-w.True).Abs() > time.Microsecond || g.Rising != w.Rising || g.Begins != w.Begins {
			t.Fatalf("edge %d at %v, rising %v, begins a second %v; want %v, %v, %v",
				i, g.True, g.Rising, g.Begins, w.True, w.Rising, w.Begins)
		}
	}
}

func TestTrains(t *testing.T) {
	for name, train := range trains {
		for seed := range uint64(20) {
			t.Run(name, func(t *testing.T) {
				var all []sim.Edge
				for e := range receiver(t, sim.Config{Faults: []string{name}, Seed: seed}).Edges(sim.Pulse{}, sim.Clock{}) {
					if e.True >= time.Minute-milliseconds(5) {
						break
					}
					if len(all) > 0 && e.True <= all[len(all)-1].True {
						t.Fatalf("an edge at %v after one at %v", e.True, all[len(all)-1].True)
					}
					all = append(all, e)
				}
				if train.check != nil {
					train.check(t, all)
				} else {
					same(t, all, train.pulses)
				}
			})
		}
	}
}

// Each edge of a square wave of 0.5 Hz begins a second.
func TestSecondsOfHalfHertz(t *testing.T) {
	for _, e := range edges(t, sim.Config{Faults: []string{"pulse-square-half-hertz"}}, sim.Pulse{}, sim.Clock{}, 10) {
		if !e.Second.Equal(e.At.Time()) {
			t.Errorf("the edge at %v is of %v", e.At.Time(), e.Second)
		}
	}
}

// /dev/ppsN counts rising and falling edges separately, and from 1 after it was missing.
func TestSequence(t *testing.T) {
	for _, e := range edges(t, sim.Config{Faults: []string{"pulse-device-gone"}}, sim.Pulse{}, sim.Clock{}, 100) {
		want := uint32(e.True/time.Second) + 1
		if want > 50 {
			want -= 50
		}
		if e.Seq != want || e.PPS().Seq != want {
			t.Fatalf("edge at %v has number %d, want %d", e.True, e.Seq, want)
		}
	}
}

// Two faults can remove the same pulses.
func TestPulsesRemovedTwice(t *testing.T) {
	g := rig(t, sim.Config{Faults: []string{"pulse-only-with-fix", "pulse-device-gone"}})
	g.Pulse = &sim.Pulse{}
	for e := range g.Events(70 * time.Second) {
		if e.Edge != nil && e.True >= 30*time.Second && e.True < 60*time.Second {
			t.Errorf("an edge at %v", e.True)
		}
	}
}
