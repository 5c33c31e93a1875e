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

// A Pulse is the driver of a receiver's pulse. Its samples are stamped at the edge
// and published at once: which second an edge begins is known before it comes, from
// the sentences that the Clock has heard.
type Pulse struct {
	config  PulseConfig
	tracker *tracker
	board   board[PulseFacts]
}

// Pulse gives the driver of the receiver's pulse, for a unit of its own; nil where
// the Config has none. It runs beside the Clock's, and is lost and found again by
// itself.
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
		feed.SetState(lineFailed(err))
		return err
	}
	defer source.Close()
	p.tracker.relined()
	edge, burst := pps.Now(), nmea.Now() // the monotonic clocks of the two packages count from elsewhere
	err = p.read(ctx, source, feed, burst.Mono-edge.Mono-(burst.Real-edge.Real))
	if ctx.Err() != nil {
		return nil
	}
	feed.SetState(lineFailed(err))
	if errors.Is(err, pps.ErrGone) {
		return driver.Absent(err)
	}
	return err
}

// edgeWait is how long an edge is waited for before the loop turns without one: longer
// than from one pulse to the next, so that no wait ends when an edge comes.
const edgeWait = 3 * time.Second / 2

// read is the loop: an edge, what follows from it. It ends with an error. The edges'
// monotonic clock is moved by origin.
func (p *Pulse) read(ctx context.Context, source pps.Source, feed *driver.Feed, origin int64) error {
	heard := nmea.Now()
	for {
		slew := nmea.Slewed() // ahead of the edge: it may be a second old, but costs the sample no time
		wait, end := context.WithTimeout(ctx, edgeWait)
		edge, err := source.Next(wait)
		end()
		feed.Beat()
		switch {
		case errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil:
			now := nmea.Now()
			if now.Slew = slew; now.Sub(heard) > pulsePatience {
				feed.SetState(p.tracker.pulseState(now))
			}
			continue
		case err != nil:
			return err
		}
		edge.Stamp.Mono += origin
		heard = nmea.Now()
		heard.Slew = slew
		v := p.tracker.edge(edge, heard)
		if err := v.publish(feed); err != nil {
			return err
		}
		feed.SetState(v.state)
		facts := p.tracker.pulseFacts()
		facts.Missed = source.Missed()
		p.board.write(facts)
	}
}

// lineFailed is the state while the line cannot be had.
func lineFailed(err error) driver.State {
	return driver.State{Reason: "no line", Detail: fmt.Sprint(err), Hint: "see the message; the line is tried again and again; if no pulse is wired, name none " + driver.Setting("pps")}
}
