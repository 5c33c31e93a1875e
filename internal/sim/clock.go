package sim

import (
	"time"

	"github.com/refclock/refclock/nmea"
)

// A Clock is the machine's system clock as true time sees it. The zero Clock is perfect.
type Clock struct {
	Offset time.Duration // true UTC - system clock at the receiver's first second
	Drift  float64       // by how much the machine's crystal runs fast, in parts per million
	Boot   time.Duration // the monotonic clock at the receiver's first second
	Steps  []Step        // a machine that knows of a leap second has one of -1 s here
	Slews  []Slew
}

// A Step is somebody setting the system clock.
type Step struct {
	At time.Duration // in true time
	By time.Duration // positive: forward
}

// A Slew is a time daemon letting the clock run faster or slower for a while. Linux slews CLOCK_MONOTONIC with it.
type Slew struct {
	At  time.Duration // in true time
	For time.Duration // of true time
	PPM float64       // positive: fast
}

// Stamp is what both clocks show at true time at of a receiver that was started at start. The crystal and a slew drive
// both, a step moves the system clock only. The result is good to a nanosecond for months.
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

// elapsed is how far the monotonic clock has come by true time at.
func (c Clock) elapsed(at time.Duration) time.Duration {
	return at + time.Duration(float64(at)*c.Drift*1e-6) + c.slewed(at)
}

// slewed is how far the slews have moved the monotonic clock by true time at.
func (c Clock) slewed(at time.Duration) (by time.Duration) {
	for _, slew := range c.Slews {
		lasted := min(max(at-slew.At, 0), slew.For)
		by += time.Duration(float64(lasted) * slew.PPM * 1e-6)
	}
	return by
}

// When is the true time at which the monotonic clock shows mono: the inverse of Stamp, good to some nanoseconds.
func (c Clock) When(mono int64) time.Duration {
	elapsed := time.Duration(mono) - c.Boot
	at := elapsed
	for range 32 { // each round leaves a twelfth of the error at the fastest slew
		off := elapsed - c.elapsed(at)
		if off == 0 {
			break
		}
		at += off
	}
	return at
}
