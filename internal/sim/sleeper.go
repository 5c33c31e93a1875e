package sim

import (
	"context"
	"time"
)

// A sleeper waits for one instant after the other with a single timer.
type sleeper struct{ timer *time.Timer }

func newSleeper() sleeper { return sleeper{time.NewTimer(0)} }

func (s sleeper) stop() { s.timer.Stop() }

// until waits for an instant and tells whether it came before ctx ended.
func (s sleeper) until(ctx context.Context, instant time.Time) bool {
	s.timer.Reset(time.Until(instant))
	select {
	case <-ctx.Done():
		return false
	case <-s.timer.C:
		return ctx.Err() == nil
	}
}
