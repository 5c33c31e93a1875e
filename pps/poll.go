package pps

import (
	"context"
	"time"
)

// A poller finds the edges of a line by polling its level.
type poller struct {
	level  func() (bool, error)
	closed <-chan struct{}
	timer  *time.Timer

	predict predictor
	high    bool
	polled  Stamp // just before the last poll
	begun   bool
	missed  uint64
}

func newPoller(level func() (bool, error), closed <-chan struct{}) *poller {
	return &poller{level: level, closed: closed}
}

// next waits for the next edge. The edge is between the last poll with the old level and
// the first with the new one; its stamp is the middle.
func (p *poller) next(ctx context.Context) (Edge, error) {
	for {
		if p.begun {
			now := Now()
			if err := p.wait(ctx, time.Duration(p.predict.next(now.Mono)-now.Mono)); err != nil {
				return Edge{}, err
			}
		}
		before := Now()
		high, err := p.level()
		if err != nil {
			return Edge{}, err
		}
		after := Now()
		changed, last := p.begun && high != p.high, p.polled
		p.high, p.polled, p.begun = high, before, true
		if !changed {
			continue
		}
		stamp, half := middle(last, after)
		if p.predict.edge(high, stamp.Mono, half) {
			return Edge{Stamp: stamp, Rising: high, Coarse: true, Within: half}, nil
		}
		p.missed++
	}
}

// middle returns the middle between two polls and its distance from both. If the clock was
// set in between, the result is by the new clock.
func middle(before, after Stamp) (Stamp, time.Duration) {
	half := after.Sub(before) / 2
	return Stamp{Real: after.Real - int64(half), Mono: after.Mono - int64(half)}, half
}

// wait waits for d, or until the context ends or the source is closed.
func (p *poller) wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		select {
		case <-p.closed:
			return ErrClosed
		default:
			return ctx.Err()
		}
	}
	if p.timer == nil {
		p.timer = time.NewTimer(d)
	} else {
		p.timer.Reset(d)
	}
	defer p.timer.Stop()
	select {
	case <-p.closed:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	case <-p.timer.C:
		return nil
	}
}
