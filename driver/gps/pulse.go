package gps

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

// A Pulse is the driver of a receiver's pulse. Its samples are stamped at the edge and
// published at once. Which second an edge begins is known before it arrives, from the
// sentences of the Clock.
type Pulse struct {
	config  PulseConfig
	tracker *tracker
	board   board[PulseFacts]
}

// Pulse returns the driver of the receiver's pulse, which has its own unit; nil if the Config
// has no pulse. It runs concurrently with the Clock, and fails and restarts independently.
func (c *Clock) Pulse() *Pulse { return c.pulse }

func newPulse(config Config, tracker *tracker) *Pulse {
	if config.Pulse == nil {
		return nil
	}
	return &Pulse{config: *config.Pulse, tracker: tracker}
}

func (p *Pulse) String() string { return "pulse " + p.config.Source }

// Run opens the line and publishes its edges until ctx ends or the line fails.
func (p *Pulse) Run(ctx context.Context, feed *driver.Feed) error {
	source, err := p.config.Open()
	if err != nil {
		feed.SetState(p.lineFailed(err))
		return err
	}
	defer source.Close()
	if p.config.Enter != nil {
		defer p.config.Enter()()
	}
	p.tracker.pulseReopened()
	err = p.read(ctx, source, feed)
	if ctx.Err() != nil {
		return nil
	}
	feed.SetState(p.lineFailed(err))
	if errors.Is(err, pps.ErrGone) {
		return driver.Absent(err)
	}
	return err
}

// EdgeWait is the timeout for an edge. It is longer than the time between pulses, so that it
// does not expire just when an edge arrives.
const EdgeWait = 3 * time.Second / 2

// read reads and judges edges until an error.
func (p *Pulse) read(ctx context.Context, source pps.Source, feed *driver.Feed) error {
	last := p.now(nmea.Slewed())
	for {
		slew := nmea.Slewed() // before the edge, so that it does not delay the sample
		wait, end := context.WithTimeout(ctx, EdgeWait)
		edge, err := source.Next(wait)
		end()
		feed.Beat()
		switch {
		case errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil:
			if now := p.now(slew); now.Sub(last) > pulsePatience {
				feed.SetState(p.tracker.pulseState(now))
			}
			continue
		case err != nil:
			return err
		}
		last = p.now(slew)
		v := p.tracker.edge(edge, last)
		if err := v.publish(feed); err != nil {
			return err
		}
		feed.SetState(v.state)
		facts := p.tracker.pulseFacts()
		facts.Missed = source.Missed()
		p.board.write(facts)
	}
}

// now returns the present instant. The slew is recent.
func (p *Pulse) now(slew int64) nmea.Stamp {
	if p.config.Now != nil {
		return p.config.Now()
	}
	at := nmea.Now()
	at.Slew = slew
	return at
}

// lineFailed is the state while the line cannot be opened or read.
func (p *Pulse) lineFailed(err error) driver.State {
	return driver.State{Reason: "no line", Detail: fmt.Sprint(err), Hint: "check the line, or another one: " + ShowEdges(p.config.Source) + "; if no pulse is wired, set pps to \"none\" " + driver.Setting("pps")}
}
