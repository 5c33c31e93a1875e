package daemon

import (
	"context"
	"reflect"
	"sync"
	"time"
)

// A clock is one of the configuration's that runs.
type clock struct {
	Clock
	parts  []*part
	cancel context.CancelFunc
	ended  chan struct{}
}

// start runs a clock until it is stopped.
func (d *Daemon) start(c Clock, parts []Part) *clock {
	ctx, cancel := context.WithCancel(context.Background())
	run := &clock{Clock: c, cancel: cancel, ended: make(chan struct{})}
	var running sync.WaitGroup
	for _, p := range parts {
		part := newPart(p, c.Kind, d.Env.Log, d.attach)
		run.parts = append(run.parts, part)
		running.Go(func() { part.run(ctx) })
	}
	go func() {
		running.Wait()
		close(run.ended)
	}()
	return run
}

// endMost is how long a clock may take to end before it is left behind.
const endMost = 5 * time.Second

// stop ends clocks, all at once, and waits for them. Those that do not end are told.
func (d *Daemon) stop(clocks []*clock) {
	for _, c := range clocks {
		c.cancel()
	}
	late := time.NewTimer(endMost)
	defer late.Stop()
	for _, c := range clocks {
		select {
		case <-c.ended:
		case <-late.C:
			d.Env.Log.Error("a clock does not end; it is left behind", "kind", c.Kind, "driver", c.parts[0].Driver.String())
			late.Reset(0)
		}
	}
}

// same tells whether the running clock is what the configuration wants.
func (c *clock) same(wanted Clock) bool {
	return c.Kind == wanted.Kind && reflect.DeepEqual(c.Settings, wanted.Settings)
}

// match parts the running clocks into those that are still wanted and those that are
// not, and gives the wanted ones that do not run, each at its place of the
// configuration.
func match(running []*clock, wanted []Clock) (kept []*clock, gone []*clock) {
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
