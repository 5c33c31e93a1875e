package sim_test

import (
	"math"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/sim"
)

// edges returns the first n edges.
func edges(t *testing.T, config sim.Config, p sim.Pulse, clock sim.Clock, n int) (all []sim.Edge) {
	t.Helper()
	for edge := range receiver(t, config).Edges(p, clock) {
		if all = append(all, edge); len(all) == n {
			break
		}
	}
	return all
}

func TestPerfectPulse(t *testing.T) {
	for i, edge := range edges(t, sim.Config{Start: at(1, 2, 3)}, sim.Pulse{}, sim.Clock{}, 10) {
		second := at(1, 2, 3).Add(time.Duration(i/2) * time.Second)
		want := second
		if i%2 == 1 {
			want = second.Add(100 * time.Millisecond)
		}
		if edge.Rising != (i%2 == 0) || !edge.Second.Equal(second) || !edge.At.Time().Equal(want) {
			t.Errorf("edge %d: %+v, want %v of %v", i, edge, want, second)
		}
	}
}

func TestPulseOfTheConfig(t *testing.T) {
	p := sim.Pulse{Width: time.Second / 2, Delay: 300, Late: sim.Lateness{Constant: 4000}}
	clock := sim.Clock{Offset: time.Millisecond}
	all := edges(t, sim.Config{}, p, clock, 4)
	for i, want := range []time.Duration{0, time.Second / 2, time.Second, 3 * time.Second / 2} {
		want += 4300 - time.Millisecond
		if got := all[i].At.Time().Sub(sim.DefaultStart); got != want {
			t.Errorf("edge %d at %v, want %v", i, got, want)
		}
	}
}

func TestPulseJitter(t *testing.T) {
	var squares float64
	all := edges(t, sim.Config{}, sim.Pulse{Jitter: time.Microsecond, Seed: 5}, sim.Clock{}, 4000)
	for _, edge := range all {
		ideal := edge.Second
		if !edge.Rising {
			ideal = ideal.Add(100 * time.Millisecond)
		}
		off := float64(edge.At.Time().Sub(ideal))
		squares += off * off
	}
	if sd := math.Sqrt(squares / float64(len(all))); sd < 950 || sd > 1050 {
		t.Errorf("standard deviation %.0f ns, want 1000", sd)
	}
}

func TestPulseOverALeapSecond(t *testing.T) {
	all := edges(t, sim.Config{Faults: []string{"leap-second"}}, sim.Pulse{}, sim.Clock{}, 64)
	midnight := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	for second, want := range map[int]time.Time{
		29: midnight.Add(-time.Second), 30: midnight, 31: midnight,
	} {
		edge := all[2*second]
		if !edge.Second.Equal(want) || edge.At.Mono != int64(second)*1e9 {
			t.Errorf("second %d: edge %+v, want it of %v", second, edge, want)
		}
	}
}

func TestEdgesDoNotChangeBursts(t *testing.T) {
	r := receiver(t, sim.Config{})
	for range r.Edges(sim.Pulse{Jitter: time.Second}, sim.Clock{}) {
		break
	}
	if got, want := r.Next().Start, receiver(t, sim.Config{}).Next().Start; got != want {
		t.Errorf("after an edge, the first burst starts at %v, want %v", got, want)
	}
}

// Late edges stay in order.
func TestLateEdgesStayInOrder(t *testing.T) {
	p := sim.Pulse{Width: time.Microsecond, Late: sim.Lateness{Stall: 2 * time.Second, StallOne: 3}}
	all := edges(t, sim.Config{}, p, sim.Clock{Boot: time.Hour}, 500)
	for i, edge := range all[1:] {
		if edge.At.Mono <= all[i].At.Mono || edge.Rising == all[i].Rising {
			t.Fatalf("%+v after %+v", edge, all[i])
		}
	}
}
