package sim

import (
	"time"

	"github.com/refclock/refclock/nmea"
)

// A Clock converts true time to the machine's clocks. The zero Clock is perfect.
type Clock struct {
	Offset time.Duration // true UTC - system clock at the receiver's first second
	Drift  float64       // parts per million by which the machine's crystal is fast
	Boot   time.Duration // the monotonic clock at the receiver's first second
	Steps  []Step        // a machine that knows of a leap second has a step of -1 s
	Slews  []Slew
}

// A Step is a step of the system clock.
type Step struct {
	At time.Duration // in true time
	By time.Duration // positive: forward
}

// A Slew is a period in which a time daemon makes the clock run faster or slower. Linux
// also slews CLOCK_MONOTONIC.
type Slew struct {
	At  time.Duration // in true time
	For time.Duration // of true time
	PPM float64       // positive: fast
}

// Stamp returns both clocks at true time at, for a receiver that was started at start. The
// crystal and slews affect both clocks, a step only the system clock. The result is
// accurate to a nanosecond for months.
func (c Clock) Stamp(start time.Time, at time.Duration) nmea.Stamp {
	elapsed := c.elapsed(at)
	system := start.Add(elapsed - c.Offset)
	for _, step := range c.Steps {
		if at >= step.At {
			system = system.Add(step.By)
		}
	}
	return nmea.Stamp{Real: system.UnixNano(), Mono: int64(c.Boot + elapsed), Slew: int64(c.slewed(at))}
}

// elapsed returns the time by the monotonic clock since true time 0.
func (c Clock) elapsed(at time.Duration) time.Duration {
	return at + time.Duration(float64(at)*c.Drift*1e-6) + c.slewed(at)
}

// slewed returns by how much slews have moved the monotonic clock until true time at.
func (c Clock) slewed(at time.Duration) (by time.Duration) {
	for _, slew := range c.Slews {
		lasted := min(max(at-slew.At, 0), slew.For)
		by += time.Duration(float64(lasted) * slew.PPM * 1e-6)
	}
	return by
}

// When returns the true time at which the monotonic clock shows mono. It is the inverse of
// Stamp, accurate to some nanoseconds.
func (c Clock) When(mono int64) time.Duration {
	elapsed := time.Duration(mono) - c.Boot
	at := elapsed
	for range 32 { // at the fastest slew, each round leaves a twelfth of the error
		off := elapsed - c.elapsed(at)
		if off == 0 {
			break
		}
		at += off
	}
	return at
}
