package sim_test

import (
	"testing"
	"time"

	"github.com/refclock/refclock/internal/sim"
)

// BenchmarkEvents measures the simulated seconds per second, with a pulse and a FIFO of 8
// bytes.
func BenchmarkEvents(b *testing.B) {
	for _, profile := range []string{"u-blox", "timing"} {
		b.Run(profile, func(b *testing.B) {
			const lasts = time.Minute
			b.ReportAllocs()
			for b.Loop() {
				r, err := sim.New(sim.Config{Profile: profile})
				if err != nil {
					b.Fatal(err)
				}
				wait := func() time.Duration { return time.Second }
				for range (sim.Rig{Receiver: r, Pulse: new(sim.Pulse), Link: sim.Link{FIFO: 8}, Wait: wait}).Events(lasts) {
				}
			}
			b.ReportMetric(lasts.Seconds()*float64(b.N)/b.Elapsed().Seconds(), "simulated-s/s")
		})
	}
}
