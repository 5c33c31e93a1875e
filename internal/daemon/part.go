package daemon

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/shm"
)

// A part is a Part that runs.
type part struct {
	Part
	kind string
	log  *slog.Logger
	unit *driver.LateUnit // nil where only a socket is fed
	sock *lateSocket      // nil where only a unit is fed
	feed *driver.Feed

	// What the supervisor has to say: that the clock is stuck, or has ended for good.
	supervisor driver.Teller

	turns    turnWatch
	consumer consumerWatch
}

func newPart(p Part, kind string, log *slog.Logger, attach func(number, layout int) (driver.SharedUnit, error)) *part {
	log = p.log(log)
	run := &part{Part: p, kind: kind, log: log, feed: driver.NewFeed(nil, log)}
	if p.Unit != NoUnit {
		run.unit = &driver.LateUnit{Attach: func() (driver.SharedUnit, error) { return attach(p.Unit, p.Layout) }}
		run.feed = driver.NewFeed(run.unit, log)
	}
	if p.Socket != "" {
		run.sock = &lateSocket{path: p.Socket, layout: run.layout}
		run.feed.AddSocket(run.sock)
	}
	if p.Prepare != nil {
		p.Prepare(run.feed)
	}
	return run
}

// layout is what the consumer's units look like, as far as it is known.
func (p *part) layout() shm.Layout {
	if l, err := shm.LayoutOfSize(p.Layout); err == nil {
		return l
	}
	if p.unit == nil {
		return 0
	}
	return p.unit.Layout()
}

// endedReason is that of a clock that has ended for good.
const endedReason = "ended"

// run feeds the sinks until ctx ends, or the clock has ended for good: the others do not
// mind.
func (p *part) run(ctx context.Context) {
	if p.unit != nil {
		defer p.unit.Close()
	}
	if p.sock != nil {
		defer p.sock.Close()
	}
	if p.Beside != nil {
		var beside sync.WaitGroup
		defer beside.Wait()
		inner, cancel := context.WithCancel(ctx)
		defer cancel()
		beside.Go(func() {
			defer p.contain(nil)
			p.Beside(inner)
		})
	}
	if err := driver.Supervise(ctx, contained{p.Driver, p}, p.feed, p.log); err != nil {
		p.log.Error("clock ended for good", "error", err)
		p.supervisor.Tell(driver.State{Reason: endedReason, Detail: err.Error(), Cure: "mend what the message says, then: sudo systemctl restart refclock"})
	}
}

// A contained driver fails where another one would end the program.
type contained struct {
	driver.Driver
	part *part
}

func (c contained) Run(ctx context.Context, feed *driver.Feed) (err error) {
	defer c.part.contain(&err)
	return c.Driver.Run(ctx, feed)
}

// contain makes a panic an error, which nobody but the log needs to have. It is to be deferred.
func (p *part) contain(err *error) {
	fault := recover()
	if fault == nil {
		return
	}
	p.log.Error("a bug in refclock; please report it", "driver", p.Driver.String(), "panic", fmt.Sprint(fault), "stack", string(debug.Stack()))
	if err != nil {
		*err = fmt.Errorf("a bug in refclock: %v", fault)
	}
}

// state is what stands in the way of the samples, if something does: the supervisor's
// word before the driver's, and that before the unit's.
func (p *part) state() driver.State {
	if s := p.supervisor.State(); s.Reason == endedReason || p.turns.stuck {
		return s
	}
	s := p.Driver.State()
	if unit := p.feed.State(); s.Feeding() && !unit.Feeding() {
		return unit
	}
	return s
}

// tellTurns has the state say whether the loop turns, and returns it.
func (p *part) tellTurns(patience time.Duration) driver.State {
	s := driver.State{Detail: "its loop turns again"}
	if p.turns.stuck {
		s = driver.State{
			Reason: "stuck",
			Detail: fmt.Sprintf("its loop has not turned for %v", patience),
			Cure:   "the hardware or its driver hangs: unplug it and plug it in again; where refclock's unit has WatchdogSec, systemd starts it anew",
		}
	}
	p.supervisor.Tell(s)
	return s
}

// logTurns logs what tellTurns has told.
func (p *part) logTurns(s driver.State) {
	if s.Feeding() {
		p.log.Info("clock turns again", "driver", p.Driver.String())
		return
	}
	p.log.Error("clock stuck", "driver", p.Driver.String(), "detail", s.Detail, "cure", s.Cure)
}

// A turnWatch notices that a loop does not turn any more.
type turnWatch struct {
	last  driver.Turns
	since time.Time // when there was the last sign of life
	stuck bool
}

// look looks at a loop, and tells whether it has become stuck, or is no more.
func (w *turnWatch) look(turns driver.Turns, now time.Time, patience time.Duration) (changed bool) {
	if turns != w.last || w.since.IsZero() {
		w.last, w.since = turns, now
	}
	before := w.stuck
	w.stuck = now.Sub(w.since) > patience+turns.Rest
	return w.stuck != before
}

// A consumerWatch tells whether somebody takes the samples.
type consumerWatch struct {
	consumed, published uint64
	taken, fed          time.Time // when a sample was last
}

// consumerPatience is how long a consumer may leave samples: chronyd's longest dpoll is
// seldom more, and it takes but one then.
const consumerPatience = time.Minute

func (w *consumerWatch) look(f driver.Fed, now time.Time) {
	if f.Published != w.published {
		w.published, w.fed = f.Published, now
	}
	if f.Counters.Consumed != w.consumed {
		w.consumed, w.taken = f.Counters.Consumed, now
	}
}

// alive is nil where there was nothing to take of late.
func (w *consumerWatch) alive(now time.Time) *bool {
	if w.fed.IsZero() || now.Sub(w.fed) > consumerPatience || w.published < 2 {
		return nil
	}
	yes := !w.taken.IsZero() && now.Sub(w.taken) < consumerPatience
	return &yes
}
