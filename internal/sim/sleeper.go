package sim

import (
	"context"
	"time"
)

// A sleeper waits for one time after another with a single timer.
type sleeper struct{ timer *time.Timer }

func newSleeper() sleeper { return sleeper{time.NewTimer(0)} }

func (s sleeper) stop() { s.timer.Stop() }

// until waits for a time, and reports whether it was reached before ctx ended.
func (s sleeper) until(ctx context.Context, instant time.Time) bool {
	s.timer.Reset(time.Until(instant))
	select {
	case <-ctx.Done():
		return false
	case <-s.timer.C:
		return ctx.Err() == nil
	}
}
