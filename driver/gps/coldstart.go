package gps

import (
	"time"

	"github.com/refclock/refclock/nmea"
)

// ColdStartHold is for how long a receiver that was first seen without a date is not
// believed without a witness. The satellites send the difference of their time to UTC
// once in 12.5 minutes; until then, receivers use the one that their firmware knows.
const ColdStartHold = 13 * time.Minute

// A coldStart remembers whether a receiver has been seen to start from nothing.
type coldStart struct {
	hold  time.Duration
	warm  bool       // it was seen with a time of its own
	cold  bool       // it was seen without, and has not proved itself since
	since nmea.Stamp // the first valid epoch after that
}

// see takes note of an epoch.
func (c *coldStart) see(e nmea.Epoch) {
	switch {
	case e.Cold && !c.warm && e.HasStart && c.hold > 0:
		c.cold = true
	case e.Why == nmea.Valid && !c.cold:
		c.warm = true
	}
}

// restart notes that the receiver has been silent: it may have lost its power.
func (c *coldStart) restart() { c.warm = false }

// left is how long a valid epoch is not to be believed yet.
func (c *coldStart) left(start nmea.Stamp, witnessed bool) time.Duration {
	if !c.cold {
		return 0
	}
	if c.since.IsZero() {
		c.since = start
	}
	left := c.hold - start.Sub(c.since)
	if witnessed || left <= 0 {
		*c = coldStart{hold: c.hold, warm: true}
		return 0
	}
	return left
}
