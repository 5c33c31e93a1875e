package sim_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/pps"
)

func TestSource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		live := sim.Pretend(receiver(t, sim.Config{Faults: []string{"pulse-inverted"}}))
		time.Sleep(1500 * time.Millisecond) // past the first second
		source := live.Source(sim.Pulse{})
		defer source.Close()
		for i, want := range []time.Duration{2000, 2100, 3000, 3100} {
			e, err := source.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if now := time.Now(); e.Stamp.Real != now.UnixNano() || now.Sub(time.Unix(946_684_800, 0)) != want*time.Millisecond {
				t.Errorf("edge %d stamped %v at %v, want at %v ms", i, e.Stamp.Time(), now, want)
			}
			if e.Rising != (i%2 == 1) {
				t.Errorf("edge %d rises: %v", i, e.Rising)
			}
		}
		short, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if _, err := source.Next(short); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("after 100 ms without an edge: %v", err)
		}
		if e, err := source.Next(t.Context()); err != nil || e.Stamp.Real%1e9 != 0 {
			t.Errorf("the edge after the timeout: %+v, %v", e, err)
		}
		time.AfterFunc(10*time.Millisecond, func() { source.Close() })
		if _, err := source.Next(t.Context()); !errors.Is(err, pps.ErrClosed) {
			t.Errorf("Next during Close: %v", err)
		}
		if _, err := source.Next(t.Context()); !errors.Is(err, pps.ErrClosed) {
			t.Errorf("Next after Close: %v", err)
		}
	})
}

// While the system clock is slewed to be faster, the seconds of a live receiver last longer by that clock.
func TestLiveSlews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		live := sim.Pretend(receiver(t, sim.Config{Faults: []string{"clock-slew-fastest"}}))
		var seconds []time.Time
		live.PlayPulse(lasting(t, 50*time.Second), sim.Pulse{}, func(e sim.Edge) {
			if e.Rising {
				seconds = append(seconds, e.At.Time())
			}
			if e.At.Real != time.Now().UnixNano() {
				t.Errorf("edge stamped %v at %v", e.At.Time(), time.Now())
			}
		})
		for second, want := range map[int]time.Duration{29: 1e9, 35: 1_083_333_000, 45: 1e9} {
			if got := seconds[second+1].Sub(seconds[second]); (got - want).Abs() > 2 {
				t.Errorf("second %d lasts %v, want %v", second, got, want)
			}
		}
	})
}
