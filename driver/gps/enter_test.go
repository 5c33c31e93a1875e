package gps

import (
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/pps"
	"github.com/refclock/refclock/pps/ppstest"
	"github.com/refclock/refclock/shm"
)

// The goroutine that reads enters its thread once the hardware is open, and leaves it
// afterwards. Without hardware, it does neither: the search may take long.
func TestEnter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		entered, left := 0, 0
		enter := func() func() {
			entered++
			return func() { left++ }
		}
		check := func(what string, e, l int) {
			t.Helper()
			if entered != e || left != l {
				t.Errorf("%s: entered %d times, left %d, want %d and %d", what, entered, left, e, l)
			}
			entered, left = 0, 0
		}
		missing := errors.New("no such file")
		during := 0
		port := hooked{tunable: newTunable("", 3), hook: func(int) { during = entered - left }, read: io.EOF}
		_, _, _ = run(t, nil, port, nil, func(c *Config) { c.Enter = enter })
		if during != 1 {
			t.Errorf("entered %d times during a read, want once", during)
		}
		check("a port", 1, 1)
		_, _, _ = run(t, nil, port, nil, func(c *Config) {
			c.Enter = enter
			c.Open = func() (Port, error) { return nil, missing }
		})
		check("a missing port", 0, 0)

		line, failed := ppstest.New("a"), error(nil)
		p := newPulse(Config{Pulse: &PulseConfig{Enter: enter, Open: func() (pps.Source, error) { return line, failed }}}, newTracker(Config{}))
		line.Fail(pps.ErrGone)
		_ = p.Run(context.Background(), driver.NewFeed(shm.NewMemory(shm.Layout96), nil))
		check("a pulse", 1, 1)
		failed = missing
		_ = p.Run(context.Background(), driver.NewFeed(shm.NewMemory(shm.Layout96), nil))
		check("a missing pulse", 0, 0)
	})
}
