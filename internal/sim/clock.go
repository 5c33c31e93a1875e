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
}

// A Step is somebody setting the system clock.
type Step struct {
	At time.Duration // in true time
	By time.Duration // positive: forward
}

// Stamp is what both clocks show at true time at of a receiver that was started at start. The crystal drives both,
// a step moves the system clock only. The result is good to a nanosecond for months.
func (c Clock) Stamp(start time.Time, at time.Duration) nmea.Stamp {
	elapsed := at + time.Duration(float64(at)*c.Drift*1e-6)
	system := start.Add(elapsed - c.Offset)
	for _, step := range c.Steps {
		if at >= step.At {
			system = system.Add(step.By)
		}
	}
	return nmea.Stamp{Real: system.UnixNano(), Mono: int64(c.Boot + elapsed)}
}
