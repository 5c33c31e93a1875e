package htntp

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/refclock/refclock/driver"
)

// A Clock is the driver: it polls its servers, and publishes what they agree on.
type Clock struct {
	config Config
	engine *Engine
	told   map[Host]string // what was last logged of each server
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
	return &Clock{config: c, engine: engine, told: map[Host]string{}}, nil
}

func (c *Clock) String() string {
	if len(c.config.Hosts) == 1 {
		return "htntp " + c.config.Hosts[0].String()
	}
	return fmt.Sprintf("htntp %s and %d more", c.config.Hosts[0], len(c.config.Hosts)-1)
}

// soon is how long after the end of a poll that came to nothing the next one is made,
// if that is sooner than the interval: the network may not be up yet, or the clock was
// set while the poll went on. Each further one waits twice as long.
const soon = 15 * time.Second

// Run polls until ctx ends. A poll takes a while: what the one before has found goes on
// being repeated meanwhile.
func (c *Clock) Run(ctx context.Context, feed *driver.Feed) error {
	ctx, cancel := context.WithCancel(ctx)
	polls := make(chan polled)
	polling := false
	begin := func() {
		polling = true
		go func() {
			p := polled{began: time.Now()}
			p.verdict, p.err = c.engine.Ask(ctx)
			polls <- p
		}()
	}
	defer func() {
		cancel()
		if polling {
			<-polls
		}
	}()
	var again <-chan time.Time
	if c.config.Repeat > 0 {
		ticker := time.NewTicker(c.config.Repeat)
		defer ticker.Stop()
		again = ticker.C
	}
	retry := soon
	begin()
	alive := time.NewTicker(driver.BeatEvery / 2)
	defer alive.Stop()
	var next <-chan time.Time
	for {
		feed.Beat()
		var err error
		select {
		case <-alive.C: // the loop is seen to turn
		case <-ctx.Done():
			return nil
		case p := <-polls:
			polling = false
			if ctx.Err() != nil {
				return nil
			}
			err = c.take(feed, p)
			next = time.After(c.wait(p, &retry))
		case <-next:
			begin()
		case <-again:
			err = c.repeat(feed)
		}
		if err != nil {
			return err
		}
	}
}

// A polled is what came of a poll.
type polled struct {
	began   time.Time
	verdict Verdict
	err     error
}

// take publishes what a poll has found, or tells why it has found nothing.
func (c *Clock) take(feed *driver.Feed, p polled) error {
	c.report(p.verdict, feed.Log)
	if p.err != nil {
		feed.SetState(failed(p.err))
		return nil
	}
	if err := c.publish(feed, p.verdict.sample(), p.verdict.Half); err != nil {
		return err
	}
	feed.SetState(driver.State{Detail: p.verdict.String()})
	return nil
}

// wait is how long to wait for the next poll.
func (c *Clock) wait(p polled, retry *time.Duration) time.Duration {
	wait := time.Until(p.began.Add(spread(c.config.Interval)))
	if p.err == nil {
		*retry = soon
		return wait
	}
	sooner := spread(*retry)
	*retry = min(2**retry, c.config.Interval)
	return min(wait, sooner)
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

// repeat publishes what the last poll makes of the present, as far as the monotonic
// clock can be trusted to carry it.
func (c *Clock) repeat(feed *driver.Feed) error {
	at := now()
	e, ok := c.engine.recall(at)
	if !ok {
		if feed.State().Feeding() { // else it is told already why not
			feed.SetState(outdated)
		}
		return nil
	}
	return c.publish(feed, driver.Sample{Clock: e.Theta + at.mono, Receive: at.real, Mono: at.mono}, e.Half())
}

// report logs what has changed about the servers: one line each.
func (c *Clock) report(v Verdict, log *slog.Logger) {
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
			log.Warn("server left out", "server", r.Host.String(), "why", r.String(), "hint", r.Hint())
		case !first:
			log.Info("server agrees again", "server", r.Host.String())
		}
	}
	for _, note := range v.Notes {
		if c.told[Host{Name: note}] == "" {
			c.told[Host{Name: note}] = "told"
			log.Warn("note", "text", note)
		}
	}
}
