package sim_test

import (
	"testing"
	"time"

	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/nmea"
)

func TestClock(t *testing.T) {
	start := time.Unix(1_800_000_000, 0)
	const real0 = 1_800_000_000_000_000_000
	stepped := sim.Clock{Steps: []sim.Step{{At: time.Second, By: -time.Hour}, {At: 2 * time.Second, By: 5}}}
	for name, test := range map[string]struct {
		clock sim.Clock
		at    time.Duration
		want  nmea.Stamp
	}{
		"perfect":          {sim.Clock{}, 90, nmea.Stamp{Real: real0 + 90, Mono: 90}},
		"slow by 3 s":      {sim.Clock{Offset: 3e9}, 90, nmea.Stamp{Real: real0 - 3e9 + 90, Mono: 90}},
		"booted before":    {sim.Clock{Boot: 7}, 90, nmea.Stamp{Real: real0 + 90, Mono: 97}},
		"fast by 50 ppm":   {sim.Clock{Drift: 50}, 1e9, nmea.Stamp{Real: real0 + 1e9 + 50_000, Mono: 1e9 + 50_000}},
		"after 100 days":   {sim.Clock{Drift: -1}, 8.64e15, nmea.Stamp{Real: real0 + 8.64e15 - 8.64e9, Mono: 8.64e15 - 8.64e9}},
		"before the step":  {stepped, 1e9 - 1, nmea.Stamp{Real: real0 + 1e9 - 1, Mono: 1e9 - 1}},
		"after the step":   {stepped, 1e9, nmea.Stamp{Real: real0 + 1e9 - 3600e9, Mono: 1e9}},
		"after both steps": {stepped, 2e9, nmea.Stamp{Real: real0 + 2e9 - 3600e9 + 5, Mono: 2e9}},
	} {
		if got := test.clock.Stamp(start, test.at); got != test.want {
			t.Errorf("%s: %+v, want %+v", name, got, test.want)
		}
	}
}
