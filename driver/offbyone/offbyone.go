// Package offbyone is the demonstration clock: exactly one second behind the system clock.
// It needs no hardware and cannot be mistaken for a real clock. A consumer that shows an
// offset of -1 s reads the unit correctly.
package offbyone

import (
	"context"
	"fmt"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/nmea"
)

// Precision is the precision of the samples, as log2 of seconds: 1/64 s. The clock has no
// jitter, but a clock that is wrong by design should not claim to be good.
const Precision = -6

// A Clock is the driver.
type Clock struct {
	// Offset is how far the clock is behind the system clock.
	Offset time.Duration
	// Interval is the time between samples.
	Interval time.Duration
}

// New returns a clock that is one second behind and publishes a sample every second.
func New() *Clock { return &Clock{Offset: time.Second, Interval: time.Second} }

func (c *Clock) String() string { return "offbyone" }

// Run publishes a sample at once, then one every interval.
func (c *Clock) Run(ctx context.Context, feed *driver.Feed) error {
	if c.Interval <= 0 {
		return driver.Permanent(fmt.Errorf("interval %v: expected more than 0", c.Interval))
	}
	ticker := time.NewTicker(c.Interval)
	defer ticker.Stop()
	for {
		feed.Beat()
		now := nmea.Now()
		s := driver.Sample{Clock: now.Real - int64(c.Offset), Receive: now.Real, Mono: now.Mono}
		if err := feed.Publish(s); err != nil {
			return err
		}
		feed.SetState(driver.State{Detail: fmt.Sprintf("%v behind the system clock, on purpose", c.Offset)})
		if c.Interval > driver.BeatEvery {
			feed.Pause(c.Interval)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}
