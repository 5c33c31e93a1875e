// Package offbyone is the demonstration clock: exactly one second behind the
// system clock. It needs no hardware, and nobody can mistake it for a real one;
// a consumer that shows an offset of -1 s reads its unit as it should.
package offbyone

import (
	"context"
	"fmt"
	"time"

	"github.com/refclock/refclock/driver"
)

// Precision is what the clock claims, as log2 of seconds: 1/64 s. It scatters
// not at all, but a clock that is wrong by design should not claim to be good.
const Precision = -6

// A Clock is the driver.
type Clock struct {
	// Offset is how far the clock is behind the system clock.
	Offset time.Duration
	// Interval is the time between samples.
	Interval time.Duration
}

// New makes a clock that is one second behind and says so each second.
func New() *Clock { return &Clock{Offset: time.Second, Interval: time.Second} }

func (c *Clock) String() string { return "offbyone" }

// Run publishes a sample at once and then one each interval.
func (c *Clock) Run(ctx context.Context, feed *driver.Feed) error {
	if c.Interval <= 0 {
		return driver.Permanent(fmt.Errorf("interval %v: expected more than 0", c.Interval))
	}
	ticker := time.NewTicker(c.Interval)
	defer ticker.Stop()
	origin := time.Now()
	for {
		feed.Beat()
		now := time.Now()
		receive := now.UnixNano()
		s := driver.Sample{Clock: receive - int64(c.Offset), Receive: receive, Mono: int64(now.Sub(origin))}
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
