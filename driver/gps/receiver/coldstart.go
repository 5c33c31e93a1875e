package receiver

import (
	"time"

	"github.com/refclock/refclock/nmea"
)

const (
	// AlmanacTime is how long a receiver may take to receive all that the satellites send,
	// including the leap seconds. The 25 pages take 12.5 minutes (IS-GPS-200,
	// 20.3.3.5.1.6). Until then a receiver may use the leap seconds that its firmware
	// knows.
	AlmanacTime = 13 * time.Minute

	// hotStart is the time after power-up within which a receiver that has lost its memory
	// cannot have a fix. It needs the orbits of the satellites, which are sent in three
	// subframes of 6 s (IS-GPS-200, 20.3.3): at least 18 s. A receiver with a fix before
	// that has kept its memory, and the leap seconds.
	hotStart = 15 * time.Second

	// continuous is how far a time may be off the one before it.
	continuous = time.Second / 2
)

// A ColdStart finds out whether a receiver has started from nothing.
//
//	observation                                            result
//	a valid epoch first of all                             warm
//	the receiver states that its leap seconds are known    warm, permanently
//	void, and the date is a default or before the build    cold
//	a date ten years past the build, if not yet warm       cold, for at least 13 minutes
//	void, and the time jumps, or it or the date is missing
//	(a time without a date is of one satellite), and then
//	  a valid epoch within 15 s of being switched on       warm
//	  a valid epoch later, or its start was not observed   cold
//	void, and the valid epoch continues its time           warm
//	cold for hold, or a witness agrees                     warm
//
// A wait continues in another ColdStart by [ColdStart.Wait] and [ColdStart.Continue]: else the
// first epoch after a restart of the program would be "a valid epoch first of all".
type ColdStart struct {
	Hold time.Duration // how long to withhold a cold receiver; 0: not at all

	warm    bool
	cold    bool
	void    bool  // it had no fix
	lost    bool  // and without a time that continues
	base    int64 // the time that it named without a fix, minus the steady clock; 0 if none
	began   int64 // steady: its first epoch after a silence; 0 if its start was not observed
	silence bool  // it is or was silent, and nothing was received since
	since   int64 // steady: the first valid epoch of a cold receiver
	far     bool  // it named a date too far past the build date: held even if Hold is 0
}

// See records an epoch that began at an instant of the steady clock, in nanoseconds.
func (c *ColdStart) See(e nmea.Epoch, at int64) {
	if c.silence {
		c.began, c.silence = at, false
	}
	valid := e.Why == nmea.Valid || e.Why == nmea.NoDate && e.Fix == nmea.FixGood
	switch {
	case c.warm && e.Leap != nmea.LeapDefault:
	case !e.HasStart && e.Why != nmea.Valid: // a part of a burst, which may have had more before
	case e.Why == nmea.FarDate: // years off: a later date may be as well
		c.cold, c.far, c.since = true, true, 0
	case e.Leap == nmea.LeapKnown && e.Fix == nmea.FixGood && !c.far:
		*c = ColdStart{Hold: c.Hold, warm: true}
	case e.Leap == nmea.LeapDefault, e.Why == nmea.DefaultDate, e.Early && e.Fix == nmea.FixNone:
		c.cold, c.warm = true, false
	case e.Fix == nmea.FixNone:
		c.void = true
		c.lost = c.lost || !e.HasTime || e.UTC.Date.IsZero() || !c.continues(e, at)
	case valid && !c.cold && c.void && (c.lost || !c.continues(e, at)):
		c.warm = c.began != 0 && at-c.began < int64(hotStart)
		c.cold = !c.warm
	case valid && !c.cold:
		c.warm = true
	}
}

// continues reports whether the time of day continues the one that was named before, and
// keeps the first.
func (c *ColdStart) continues(e nmea.Epoch, at int64) bool {
	const day = int64(24 * time.Hour)
	base := int64(e.UTC.SinceMidnight()) - at
	if c.base == 0 {
		c.base = base
		return e.HasTime
	}
	off := ((base-c.base+day/2)%day + day) % day
	return time.Duration(off-day/2).Abs() < continuous
}

// Silent records that the receiver was silent: it may have lost its power. The hold of a
// cold receiver restarts.
func (c *ColdStart) Silent() {
	if c.warm {
		*c = ColdStart{Hold: c.Hold}
	}
	c.silence, c.since = !c.void, 0
}

// A Wait is what is kept of a cold start, so that another ColdStart can continue it.
type Wait struct {
	Since int64 // steady: the first valid epoch; 0 if there was none
	Far   bool  // it named a date too far past the build date
}

// Longer reports whether w ends later than another one.
func (w Wait) Longer(other Wait) bool {
	if w.Far != other.Far {
		return w.Far
	}
	return other.Since != 0 && (w.Since == 0 || w.Since > other.Since)
}

// Wait returns the wait to keep, and whether the receiver waits, or will with a valid epoch.
func (c *ColdStart) Wait() (w Wait, waits bool) {
	return Wait{c.since, c.far}, (c.cold || c.void && c.lost && !c.warm) && (c.Hold > 0 || c.far)
}

// Continue continues a wait that was kept. Nothing may have been seen before.
func (c *ColdStart) Continue(w Wait) {
	if c.Hold > 0 || w.Far {
		c.cold, c.since, c.far = true, w.Since, w.Far
	}
}

// Pass records a valid epoch, and whether a witness agrees with it.
func (c *ColdStart) Pass(at int64, witnessed bool) {
	if c.cold && c.since == 0 {
		c.since = at
	}
	if c.cold && (witnessed || c.Left(at) <= 0) {
		*c = ColdStart{Hold: c.Hold, warm: true}
	}
}

// HadNoFix reports whether the receiver had no fix before its first valid epoch.
func (c *ColdStart) HadNoFix() bool { return c.void }

// Left returns how long valid epochs are still to be withheld; 0 if they are not.
func (c *ColdStart) Left(at int64) time.Duration {
	if !c.cold {
		return 0
	}
	hold := c.Hold
	if c.far {
		hold = max(hold, AlmanacTime)
	}
	return hold - time.Duration(at-c.since)
}
