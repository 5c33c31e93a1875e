package htntp

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/refclock/refclock/driver"
)

// A Clock is the driver: it polls its servers, and publishes what they agree on.
type Clock struct {
	config Config
	engine *Engine
	told   map[Host]string // what was last logged of each server
	driver.Teller
}

// New makes a Clock.
func New(c Config) (*Clock, error) {
	if err := c.CheckTimes(); err != nil {
		return nil, err
	}
	engine, err := NewEngine(c)
	if err != nil {
		return nil, err
	}
	clock := &Clock{config: c, engine: engine, told: map[Host]string{}}
	clock.Log = c.Log
	return clock, nil
}

func (c *Clock) String() string {
	if len(c.config.Hosts) == 1 {
		return "htntp " + c.config.Hosts[0].String()
	}
	return fmt.Sprintf("htntp %s and %d more", c.config.Hosts[0], len(c.config.Hosts)-1)
}

// soon is how long after a poll that came to nothing the next one is made, if that
// is sooner than the interval: the network may not be up yet, or the clock was
// set while the poll went on. Each further one waits twice as long.
const soon = 15 * time.Second

// Run polls until ctx ends.
func (c *Clock) Run(ctx context.Context, feed *driver.Feed) error {
	retry := soon
	for {
		began := time.Now()
		v, err := c.engine.Ask(ctx)
		if ctx.Err() != nil {
			return nil
		}
		c.report(v)
		next := spread(c.config.Interval)
		if err != nil {
			c.Tell(failed(err))
			next, retry = min(next, spread(retry)), 2*retry
		} else {
			retry = soon
			if err := c.publish(feed, v.sample(), v.Half); err != nil {
				return err
			}
			c.Tell(driver.State{Detail: v.String()})
		}
		if err := c.rest(ctx, feed, time.Until(began.Add(next))); err != nil || ctx.Err() != nil {
			return err
		}
	}
}

// sample is what a verdict is to a consumer.
func (v Verdict) sample() driver.Sample {
	return driver.Sample{Clock: v.Clock(), Receive: v.Receive, Mono: v.Mono}
}

// publish writes a sample with the precision that its half-width allows. It does not
// come from jitter, because samples are too few for that, and the width is known.
func (c *Clock) publish(feed *driver.Feed, s driver.Sample, half time.Duration) error {
	feed.FixPrecision(precision(half))
	return feed.Publish(s)
}

// rest waits for the next poll and meanwhile, if that is wanted, repeats what the last
// one has found, as far as the monotonic clock can be trusted to carry it.
func (c *Clock) rest(ctx context.Context, feed *driver.Feed, wait time.Duration) error {
	poll := time.NewTimer(wait)
	defer poll.Stop()
	var again <-chan time.Time
	if c.config.Repeat > 0 {
		ticker := time.NewTicker(c.config.Repeat)
		defer ticker.Stop()
		again = ticker.C
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-poll.C:
			return nil
		case <-again:
			at := now()
			e, ok := c.engine.recall(at)
			if !ok {
				c.Tell(outdated)
				continue
			}
			if err := c.publish(feed, driver.Sample{Clock: e.Theta + at.mono, Receive: at.real, Mono: at.mono}, e.Half()); err != nil {
				return err
			}
		}
	}
}

// recall is what the last poll makes of the present.
func (e *Engine) recall(at stamp) (Estimate, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.memory.extrapolate(at)
}

// report logs what has changed about the servers: one line each.
func (c *Clock) report(v Verdict) {
	if c.Log == nil {
		return
	}
	for _, r := range v.Servers {
		// What is seen may differ each time; what is wrong does not.
		gist := r.Standing.String()
		var why *Reason
		if errors.As(r.Why, &why) {
			gist = why.Text
		}
		if c.told[r.Host] == gist || r.Standing == Pending {
			continue
		}
		first := c.told[r.Host] == ""
		c.told[r.Host] = gist
		switch {
		case r.Standing != Agrees:
			c.Log.Warn("server left out", "server", r.Host.String(), "why", r.String(), "cure", r.Cure())
		case !first:
			c.Log.Info("server agrees again", "server", r.Host.String())
		}
	}
	for _, note := range v.Notes {
		if c.told[Host{Name: note}] == "" {
			c.told[Host{Name: note}] = "told"
			c.Log.Warn("note", "text", note)
		}
	}
}
