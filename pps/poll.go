package pps

import (
	"context"
	"time"
)

// A poller finds the edges of a line that does nothing but tell its level.
type poller struct {
	level  func() (bool, error)
	closed <-chan struct{}
	timer  *time.Timer

	predict predictor
	high    bool
	looked  Stamp // just before the last look
	begun   bool
	missed  uint64
}

func newPoller(level func() (bool, error), closed <-chan struct{}) *poller {
	return &poller{level: level, closed: closed}
}

// next waits for the next edge. It was between the last look that found the old
// level and the first that found the new one, and is given as in the middle.
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
		changed, last := p.begun && high != p.high, p.looked
		p.high, p.looked, p.begun = high, before, true
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

// middle is half-way between two looks, and how far that is from both. If the clock
// was set in between, it is by the clock as it is now.
func middle(before, after Stamp) (Stamp, time.Duration) {
	half := after.Sub(before) / 2
	return Stamp{Real: after.Real - int64(half), Mono: after.Mono - int64(half)}, half
}

// wait waits that long, or until somebody wants no more.
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
