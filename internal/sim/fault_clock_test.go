package sim_test

import (
	"testing"
	"time"

	"github.com/refclock/refclock/internal/sim"
)

// clocks are the machine's clock at true times 10 s and 60 s: a Duration by which it is
// ahead, or a time.
var clocks = map[string][2]any{
	"clock-1970":                   {time.Unix(20, 0), time.Unix(70, 0)},
	"clock-2090":                   {time.Date(2090, 1, 1, 0, 0, 20, 0, time.UTC), time.Date(2090, 1, 1, 0, 1, 10, 0, time.UTC)},
	"clock-back-to-1970":           {time.Duration(0), time.Unix(39, 500_000_000)},
	"clock-step-ahead-half-second": {time.Duration(0), time.Second / 2},
	"clock-step-back-half-second":  {time.Duration(0), -time.Second / 2},
	"clock-step-ahead-second":      {time.Duration(0), time.Second},
	"clock-step-back-second":       {time.Duration(0), -time.Second},
	"clock-step-ahead-hour":        {time.Duration(0), time.Hour},
	"clock-step-back-hour":         {time.Duration(0), -time.Hour},
	"clock-slew-fast":              {time.Duration(0), 15 * time.Millisecond},
	"clock-slew-slow":              {time.Duration(0), -15 * time.Millisecond},
	"clock-slew-fastest":           {time.Duration(0), 999_996 * time.Microsecond},
	"clock-slew-slowest":           {time.Duration(0), -999_996 * time.Microsecond},
	"rollover-in-1970":             {time.Unix(20, 0), time.Unix(70, 0)},
	"rollover-ahead-in-2090":       {time.Date(2090, 1, 1, 0, 0, 20, 0, time.UTC), time.Date(2090, 1, 1, 0, 1, 10, 0, time.UTC)},
	"leap-second-kernel":           {time.Duration(0), time.Duration(0)},
	"leap-second":                  {time.Duration(0), time.Second},
}

func TestClocks(t *testing.T) {
	for name, want := range clocks {
		r := receiver(t, sim.Config{Faults: []string{name}})
		rig := sim.Rig{Receiver: r}
		for i, at := range []time.Duration{10 * time.Second, time.Minute} {
			stamp := rig.Clock().Stamp(r.Start(), at)
			utc := rig.UTC(stamp.Mono)
			var expected time.Time
			switch w := want[i].(type) {
			case time.Time:
				expected = w
			case time.Duration:
				expected = utc.Add(w)
			}
			if got := stamp.Time(); got.Sub(expected).Abs() > 2 {
				t.Errorf("%s: at %v the clock shows %v, want %v", name, at, got, expected)
			}
		}
	}
}

// Faults of the machine's clock change neither bursts nor pulses.
func TestClocksDoNotChangeTheReceiver(t *testing.T) {
	healthy := bursts(t, sim.Config{}, 60)
	for _, fault := range sim.Faults() {
		if fault.Group != "the machine's clock" {
			continue
		}
		for i, b := range bursts(t, sim.Config{Faults: []string{fault.Name}}, 60) {
			if string(b.Bytes) != string(healthy[i].Bytes) || b.Start != healthy[i].Start {
				t.Errorf("%s changes burst %d", fault.Name, i)
			}
		}
	}
}

func TestWhen(t *testing.T) {
	start := time.Unix(1_800_000_000, 0)
	for name, clock := range map[string]sim.Clock{
		"perfect": {},
		"booted":  {Boot: time.Hour, Drift: 50},
		"stepped": {Steps: []sim.Step{{At: time.Second, By: time.Hour}}},
		"slewed":  {Drift: -20, Slews: []sim.Slew{{At: time.Second, For: time.Minute, PPM: 83_333}, {At: time.Minute, For: time.Hour, PPM: -83_333}}},
	} {
		for _, at := range []time.Duration{-5e9, 0, 1, 1e9, 1e9 + 1, 30e9, 61e9, 3e12, 1e15} {
			if got := clock.When(clock.Stamp(start, at).Mono); (got - at).Abs() > 2 {
				t.Errorf("%s: %v, want %v", name, got, at)
			}
		}
	}
}
