package gps

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/sim"
)

// Trials of TestMatrixProperty that once had a wrong second, each with its cause.
func TestFound(t *testing.T) {
	t.Parallel()
	const eighteenYears = 18 * 365
	late := 200 * time.Millisecond
	delay, jitter := 397*time.Millisecond, 50*time.Millisecond
	at := func(year int) time.Time { return time.Date(year, 8, 10, 12, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		name  string
		trial trial
	}{
		{"another year for five continuous seconds", trial{
			Config:    sim.Config{Profile: "mt3339", Start: at(2038), Faults: []string{"year-00"}},
			buildDays: 100,
		}},
		{"the same, before another time was accepted", trial{
			Config:    sim.Config{Profile: "mt3339", Start: at(2038), Faults: []string{"year-00"}},
			buildDays: 100, from: 27 * time.Second,
		}},
		{"the same, where the true date is too far from the build", trial{
			Config:    sim.Config{Profile: "garmin", Start: at(2029), Faults: []string{"year-00"}},
			buildDays: eighteenYears,
		}},
		{"the year 80 is resolved to a possible year", trial{
			Config:    sim.Config{Profile: "u-blox", Start: at(2030), Faults: []string{"year-80"}},
			buildDays: eighteenYears,
		}},
		{"23:59:59 twice, the first one not received", trial{
			Config: sim.Config{Profile: "mt3339", Faults: []string{"leap-second-repeats-59"}},
			from:   25 * time.Second,
		}},
		{"a USB adapter tears the burst before the sentence that lags behind", trial{
			Config: sim.Config{Profile: "sirf", BaudError: -8000, Faults: []string{"interleaved-epochs"}},
			link:   sim.Link{FIFO: 8, Poll: 16 * time.Millisecond},
		}},
		{"the clock is slewed by a second while there is no pulse", trial{
			Config: sim.Config{Profile: "u-blox", Faults: []string{"pulse-device-gone", "clock-slew-fastest"}},
		}},
		{"long lines now and then, and an adapter that tears the burst behind them", trial{
			Config:   sim.Config{Profile: "sirf", BaudError: -2848, Delay: &late, Faults: []string{"long-line"}},
			link:     sim.Link{FIFO: 8, Poll: 16 * time.Millisecond},
			settings: Config{Calibrated: true},
		}},
		{"several bursts a second without fractions, where only the last has a start", trial{
			Config: sim.Config{Profile: "garmin", Baud: 19200, Delay: &delay, Jitter: &jitter, Faults: []string{"interleaved-epochs", "rate-5"}},
			link:   sim.Link{Late: sim.Lateness{Constant: 30 * time.Microsecond, Exponential: 200 * time.Microsecond, Stall: 20 * time.Millisecond, StallOne: 50}},
		}},
	} {
		for seed := range uint64(6) {
			c := c
			c.trial.Seed, c.trial.seconds = seed, 80
			alone, _ := c.trial.run(t)
			c.trial.pulse = &sim.Pulse{Jitter: time.Microsecond, Seed: seed}
			sentences, pulse := c.trial.run(t)
			for _, o := range []outcome{alone, sentences, pulse} {
				if off, at := o.worst(); off.Abs() >= wrong {
					t.Errorf("%s: a sample at %v is %v off: %v", c.name, at, off, c.trial)
				}
			}
		}
	}
}

// The same, where only one draw in millions was wrong.
func TestFoundBySeed(t *testing.T) {
	t.Parallel()
	for seed, name := range map[uint64]string{
		60002090: "a burst that is read late falls back on the time that a slewed clock has left",
		60018060: "the good bursts between those that mix two seconds are steadily a second late",
	} {
		c := anyTrial(rand.New(rand.NewPCG(seed, 0)))
		sentences, pulse := c.run(t)
		for _, o := range []outcome{sentences, pulse} {
			if off, at := o.worst(); off.Abs() >= wrong {
				t.Errorf("%s: a sample at %v is %v off: %v", name, at, off, c)
			}
		}
	}
}
