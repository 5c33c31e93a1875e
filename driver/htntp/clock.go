package htntp

import (
	"context"
	"fmt"
	"time"

	"github.com/refclock/refclock/driver"
)

// A Clock is the driver: it polls its servers and publishes the time of their majority.
type Clock struct {
	config   Config
	engine   *Engine
	reporter reporter
}

// New returns a Clock.
func New(c Config) (*Clock, error) {
	if err := c.CheckTimes(); err != nil {
		return nil, err
	}
	engine, err := NewEngine(c)
	if err != nil {
		return nil, err
	}
	return &Clock{config: c, engine: engine}, nil
}

func (c *Clock) String() string {
	if len(c.config.Hosts) == 1 {
		return "htntp " + c.config.Hosts[0].String()
	}
	return fmt.Sprintf("htntp %s and %d more", c.config.Hosts[0], len(c.config.Hosts)-1)
}

// minRetry is the wait after a failed poll, if it is shorter than the interval: the
// network may not be up yet, or the clock was set during the poll. Each further failure
// doubles the wait.
const minRetry = 15 * time.Second

// Run polls until ctx ends. During a poll, it continues to repeat the result of the last.
func (c *Clock) Run(ctx context.Context, feed *driver.Feed) error {
	ctx, cancel := context.WithCancel(ctx)
	polls := make(chan pollResult)
	polling := false
	begin := func() {
		polling = true
		go func() {
			p := pollResult{began: time.Now()}
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
	retry := minRetry
	begin()
	alive := time.NewTicker(driver.BeatEvery / 2)
	defer alive.Stop()
	var next <-chan time.Time
	for {
		feed.Beat()
		var err error
		select {
		case <-alive.C: // for the heartbeat
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

// A pollResult is the result of a poll, with its start.
type pollResult struct {
	began   time.Time
	verdict Verdict
	err     error
}

// take publishes the result of a poll, or sets the state of a failed one.
func (c *Clock) take(feed *driver.Feed, p pollResult) error {
	c.reporter.report(p.verdict, feed.Log)
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

// wait returns how long to wait for the next poll.
func (c *Clock) wait(p pollResult, retry *time.Duration) time.Duration {
	wait := time.Until(p.began.Add(spread(c.config.Interval)))
	if p.err == nil {
		*retry = minRetry
		return wait
	}
	sooner := spread(*retry)
	*retry = min(2**retry, c.config.Interval)
	return min(wait, sooner)
}

// sample returns the sample of a verdict.
func (v Verdict) sample() driver.Sample {
	return driver.Sample{Clock: v.Clock(), Receive: v.Receive, Mono: v.Mono}
}

// publish publishes a sample with the precision of its half-width. Samples are too few to
// estimate their jitter.
func (c *Clock) publish(feed *driver.Feed, s driver.Sample, half time.Duration) error {
	feed.FixPrecision(precision(half))
	return feed.Publish(s)
}

// repeat publishes the time of the last poll, extrapolated by the monotonic clock.
func (c *Clock) repeat(feed *driver.Feed) error {
	at := now()
	e, ok := c.engine.recall(at)
	if !ok {
		if feed.State().Publishing() { // keep the state of a failed poll
			feed.SetState(c.engine.outdated(at))
		}
		return nil
	}
	return c.publish(feed, driver.Sample{Clock: e.Theta + at.mono, Receive: at.real, Mono: at.mono}, e.Half())
}
