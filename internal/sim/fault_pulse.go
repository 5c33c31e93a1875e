package sim

import (
	"math/rand/v2"
	"slices"
	"time"
)

// pulseFaults change the pulse.
func pulseFaults() []Fault {
	return []Fault{
		{
			Name:    "pulse-inverted",
			Explain: "the line falls at the second, for 100 ms",
			shape:   func(p *Pulse) { p.Inverted = true },
		},
		{
			Name:    "pulse-assert-only",
			Explain: "only rising edges are reported, which begin the seconds",
			shape:   func(p *Pulse) { p.AssertOnly = true },
		},
		{
			Name:    "pulse-inverted-assert-only",
			Explain: "only rising edges are reported, which are 100 ms after the seconds",
			Lie:     true,
			shape:   func(p *Pulse) { p.Inverted, p.AssertOnly = true, true },
		},
		{
			Name:    "pulse-square-rising",
			Explain: "half a second high, half a second low; it rises at the second",
			shape:   func(p *Pulse) { p.Width = time.Second / 2 },
		},
		{
			Name:    "pulse-square-falling",
			Explain: "half a second high, half a second low; it falls at the second",
			shape:   func(p *Pulse) { p.Width, p.Inverted = time.Second/2, true },
		},
		{
			Name:    "pulse-square-half-hertz",
			Explain: "a second high, a second low: each edge begins a second",
			shape:   func(p *Pulse) { p.Width, p.Period = time.Second, 2*time.Second },
		},
		{
			Name:    "pulse-half-hertz",
			Explain: "a pulse every other second",
			shape:   func(p *Pulse) { p.Period = 2 * time.Second },
		},
		{
			Name:    "pulse-2-hertz",
			Explain: "two pulses a second, of 100 ms",
			shape:   func(p *Pulse) { p.Period = time.Second / 2 },
		},
		{
			Name:    "pulse-5-hertz",
			Explain: "five pulses a second, of 40 ms",
			shape:   func(p *Pulse) { p.Width, p.Period = 40*time.Millisecond, time.Second/5 },
		},
		{
			Name:    "pulse-10-hertz",
			Explain: "ten pulses a second, of 20 ms",
			shape:   func(p *Pulse) { p.Width, p.Period = 20*time.Millisecond, time.Second/10 },
		},
		{
			Name:    "pulse-glitch",
			Explain: "second 30 has an extra pulse of 20 us at a random time",
			disturb: amid(30, 31, glitch),
		},
		{
			Name:    "pulse-missing",
			Explain: "the pulse of second 30 is missing",
			disturb: amid(30, 31, missing),
		},
		{
			Name:    "pulse-three-missing",
			Explain: "the pulses of seconds 30, 31 and 32 are missing",
			disturb: amid(30, 33, missing),
		},
		{
			Name:    "pulse-noise",
			Explain: "second 30 has 50 extra pulses of 20 us at random times",
			disturb: amid(30, 31, func(marks time.Duration, rng *rand.Rand, pulse []flank) []flank {
				for range 50 {
					pulse = glitch(marks, rng, pulse)
				}
				return pulse
			}),
		},
		{
			Name:    "pulse-jitter",
			Explain: "each edge is up to 2 ms early or late",
			disturb: func(_ time.Duration, rng *rand.Rand, pulse []flank) []flank {
				for i := range pulse {
					pulse[i].at += time.Duration(rng.Int64N(int64(4*time.Millisecond))) - 2*time.Millisecond
				}
				return pulse
			},
		},
		{
			Name:    "pulse-off-300ms",
			Explain: "the pulses are 300 ms after the seconds",
			Lie:     true,
			shape:   func(p *Pulse) { p.Delay += 300 * time.Millisecond },
		},
		{
			Name:    "pulse-without-fix",
			Explain: "no fix from second 30 on; the pulse continues correctly",
			alter:   wrong(30, forGood, void),
		},
		{
			Name:    "pulse-without-fix-drifts",
			Explain: "no fix from second 30 on; the pulse continues, 1 ms later each second",
			alter:   wrong(30, forGood, void),
			disturb: amid(30, forGood, func(marks time.Duration, _ *rand.Rand, pulse []flank) []flank {
				for i := range pulse {
					pulse[i].at += (marks - 30*time.Second) / 1000
				}
				return pulse
			}),
		},
		{
			Name:    "pulse-only-with-fix",
			Explain: "no fix and no pulse from second 30 to 60",
			alter:   wrong(30, 60, void),
			disturb: amid(30, 60, missing),
		},
		{
			Name:    "pulse-and-nmea-lost",
			Explain: "an extra pulse in second 29, then no pulses and no sentences until second 33",
			alter:   wrong(30, 33, silent),
			disturb: func(marks time.Duration, rng *rand.Rand, pulse []flank) []flank {
				pulse = amid(29, 30, glitch)(marks, rng, pulse)
				return amid(30, 33, missing)(marks, rng, pulse)
			},
		},
		{
			Name:    "pulse-device-gone",
			Explain: "the device is missing from second 30 to 50, and then counts from 1 again",
			disturb: func(marks time.Duration, rng *rand.Rand, pulse []flank) []flank {
				if marks == 50*time.Second && len(pulse) > 0 {
					pulse[0].reset = true
				}
				return amid(30, 50, missing)(marks, rng, pulse)
			},
		},
	}
}

// A disturbance changes the pulse of one true time.
type disturbance = func(marks time.Duration, rng *rand.Rand, pulse []flank) []flank

// amid limits a disturbance to these seconds.
func amid(from, to int, what disturbance) disturbance {
	return func(marks time.Duration, rng *rand.Rand, pulse []flank) []flank {
		if !seconds(from, to).has(marks) {
			return pulse
		}
		return what(marks, rng, pulse)
	}
}

func missing(_ time.Duration, _ *rand.Rand, pulse []flank) []flank { return pulse[:0] }

// glitch adds a pulse of 20 us within the second, or a gap while the line is active.
func glitch(marks time.Duration, rng *rand.Rand, pulse []flank) []flank {
	const width = 20 * time.Microsecond
	at := marks + time.Duration(rng.Int64N(int64(time.Second-width)))
	within := len(pulse) >= 2 && at >= pulse[0].at && at < pulse[1].at
	return slices.Concat(pulse, []flank{{at: at, active: !within}, {at: at + width, active: within}})
}
