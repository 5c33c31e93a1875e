package daemon

import (
	"context"
	"reflect"
	"sync/atomic"
	"time"

	"github.com/refclock/refclock/internal/settings"
)

// A clock is a configured clock that runs.
type clock struct {
	settings.Clock
	parts  []*part
	cancel context.CancelFunc
	ended  chan struct{}
}

// start runs a clock until it is stopped.
func (d *Daemon) start(c settings.Clock, parts []settings.Part, known histories) *clock {
	ctx, cancel := context.WithCancel(context.Background())
	run := &clock{Clock: c, cancel: cancel, ended: make(chan struct{})}
	running := new(atomic.Int32) // instead of a goroutine that waits, since there may be hundreds of clocks
	running.Store(int32(len(parts)))
	for _, p := range parts {
		part := newPart(p, c.Kind, d.Env.Log, d.attach, known)
		run.parts = append(run.parts, part)
		go func() {
			part.run(ctx)
			if running.Add(-1) == 0 {
				close(run.ended)
			}
		}()
	}
	return run
}

const (
	// stopTimeout is how long a clock may take to stop that is no longer configured.
	stopTimeout = 5 * time.Second

	// endTimeout is how long clocks may take to stop at the end of the daemon.
	endTimeout = time.Second
)

// stop stops clocks, all at once, and waits for them until ctx ends. It logs those that do
// not stop.
func (d *Daemon) stop(ctx context.Context, clocks []*clock, timeout time.Duration) {
	for _, c := range clocks {
		c.cancel()
	}
	late, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	for _, c := range clocks {
		if !c.endedBefore(late) {
			d.Env.Log.Error("clock does not stop; refclock does not wait for it", "kind", c.Kind, "clock", c.parts[0].Driver.String())
		}
	}
}

// endedBefore waits for a clock to end until late ends, and reports whether it has ended.
func (c *clock) endedBefore(late context.Context) bool {
	select {
	case <-c.ended:
		return true
	case <-late.Done():
	}
	select { // both may be true
	case <-c.ended:
		return true
	default:
		return false
	}
}

// same reports whether the running clock has the wanted configuration.
func (c *clock) same(wanted settings.Clock) bool {
	return c.Kind == wanted.Kind && reflect.DeepEqual(c.Settings, wanted.Settings)
}

// match divides the running clocks into those that are still wanted, each at its place in
// the configuration, and those that are not. A place without a running clock is nil.
func match(running []*clock, wanted []settings.Clock) (kept []*clock, gone []*clock) {
	kept = make([]*clock, len(wanted))
	for _, c := range running {
		place := -1
		for i, w := range wanted {
			if kept[i] == nil && c.same(w) {
				place = i
				break
			}
		}
		if place < 0 {
			gone = append(gone, c)
			continue
		}
		kept[place] = c
	}
	return kept, gone
}
