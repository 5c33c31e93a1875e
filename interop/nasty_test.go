package interop

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/internal/pty"
	"github.com/refclock/refclock/internal/serialport"
	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
	"github.com/refclock/refclock/shm"
)

// A receiver with a pulse has a fault while a daemon reads both units. The daemon must never
// get a wrong second.
func TestFaultyReceivers(t *testing.T) {
	const (
		sentencesUnit, pulseUnit = 2, 3

		from  = 18 // the fault begins 12 s after the start, when both units have samples
		lasts = 24 * time.Second
	)
	for _, fault := range []string{"midnight-gga-first", "jump-second-ahead", "pulse-noise"} {
		t.Run(fault, func(t *testing.T) {
			eachDaemon(t, func(t *testing.T, newDaemon newDaemon) {
				d := newDaemon(t, sentencesUnit, pulseUnit)
				d.start()
				receiver, err := sim.New(sim.Config{
					Profile: "mt3339", Baud: 38400, Start: time.Now().Truncate(time.Second), Faults: []string{fault},
				})
				if err != nil {
					t.Fatal(err)
				}
				live := sim.PretendFrom(receiver, from)
				play(t, live, receiver.Baud(), sentencesUnit, pulseUnit, lasts)

				// The receiver at midnight is up to a day ahead of the machine.
				want := live.Offset().Seconds()
				for _, unit := range []int{sentencesUnit, pulseUnit} {
					offsets := d.offsets(unit)
					if len(offsets) == 0 {
						t.Errorf("no offsets of unit %d", unit)
					}
					for _, offset := range offsets {
						if !near(offset, want, time.Second/2) {
							t.Errorf("unit %d: offset %.6f s, want %.6f s", unit, offset, want)
						}
					}
					t.Logf("unit %d: %d offsets", unit, len(offsets))
				}
			})
		})
	}
}

// play publishes to both units for a while, from a receiver on a pseudo-terminal and its
// pulse.
func play(t *testing.T, live *sim.Live, baud, sentences, pulse int, lasts time.Duration) {
	t.Helper()
	line, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer line.Close()
	source := live.Source(sim.Pulse{})
	defer source.Close()
	clock := gps.New(gps.Config{
		Device: line.Name(), Baud: baud, Pivot: nmea.DateOf(time.Now()),
		Open:  func() (gps.Port, error) { return serialport.Open(line.Name(), baud) },
		Pulse: &gps.PulseConfig{Source: source.String(), Open: func() (pps.Source, error) { return source, nil }},
	})
	var running sync.WaitGroup
	defer running.Wait()
	ctx, cancel := context.WithTimeout(t.Context(), lasts)
	defer cancel()
	running.Go(func() {
		if err := live.Play(ctx, line); err != nil {
			t.Error(err)
		}
	})
	for _, u := range []struct {
		number int
		driver driver.Driver
	}{{sentences, clock}, {pulse, clock.Pulse()}} {
		unit, err := shm.Attach(u.number)
		if err != nil {
			t.Fatal(err)
		}
		defer unit.Close()
		feed := driver.NewFeed(unit, nil)
		running.Go(func() {
			if err := driver.Supervise(ctx, u.driver, feed); err != nil {
				t.Error(err)
			}
		})
	}
	running.Wait()
}
