package daemon

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/history"
	"github.com/refclock/refclock/internal/historystore"
	"github.com/refclock/refclock/internal/settings"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/shm"
)

// A part is a driver that runs, with its feed.
type part struct {
	settings.Part
	kind string
	log  *slog.Logger
	unit *driver.LateUnit // nil without a unit
	sock *lateSocket      // nil without a socket
	feed *driver.Feed

	key       historystore.Key
	history   *history.Clock
	collected collected

	// Whether the clock is stuck, or has ended for good.
	supervisor driver.Reporter

	liveness   livenessWatch
	consumer   consumerWatch
	summarized struct { // the last summary in the log
		at        time.Time
		published uint64
	}
}

func newPart(p settings.Part, kind string, log *slog.Logger, attach func(settings.Targets) (driver.SharedUnit, error), known histories) *part {
	log = p.Log(log).With("clock", p.Driver.String())
	run := &part{Part: p, kind: kind, log: log, feed: driver.NewFeed(nil, log), key: historystore.Key{Kind: kind, Name: p.Driver.String(), Targets: p.Targets.String()}}
	run.history = known.take(run.key)
	if p.Unit != settings.NoUnit {
		run.unit = &driver.LateUnit{Attach: func() (driver.SharedUnit, error) { return attach(p.Targets) }, Name: writers}
		run.feed = driver.NewFeed(run.unit, log)
		if p.Share {
			run.feed.ShareUnit()
		}
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

// layout returns the layout of the consumer's units, or 0 if it is not known.
func (p *part) layout() shm.Layout {
	if l, err := shm.LayoutOfSize(p.Layout); err == nil {
		return l
	}
	if p.unit == nil {
		return 0
	}
	return p.unit.Layout()
}

// endedReason is the reason of a clock that has ended for good.
const endedReason = "ended"

// run runs the driver until ctx ends, or until an error that trying again does not remove.
// Other clocks are not affected.
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
	if err := driver.Supervise(ctx, contained{p.Driver, p}, p.feed); err != nil {
		p.log.Error("clock ended for good", "error", err)
		p.supervisor.SetState(driver.State{Reason: endedReason, Detail: err.Error(), Hint: "correct the configuration, check it with refclock run --check, then type: sudo systemctl restart refclock"})
	}
}

// A contained driver returns an error where another one would panic.
type contained struct {
	driver.Driver
	part *part
}

func (c contained) Run(ctx context.Context, feed *driver.Feed) (err error) {
	defer c.part.contain(&err)
	return c.Driver.Run(ctx, feed)
}

// contain turns a panic into an error, and logs it. It must be deferred; err may be nil.
func (p *part) contain(err *error) {
	fault := recover()
	if fault == nil {
		return
	}
	p.log.Error("a bug in refclock; please report it", "panic", fmt.Sprint(fault), "stack", string(debug.Stack()))
	if err != nil {
		*err = fmt.Errorf("a bug in refclock: %v", fault)
	}
}

// state returns why no sample is published, if there is a reason: the supervisor's first,
// then the driver's, then the targets'.
func (p *part) state() driver.State {
	if s := p.supervisor.State(); s.Reason == endedReason || p.liveness.stuck {
		return s
	}
	s, targets := p.feed.State(), p.feed.TargetState()
	switch {
	case !s.Publishing():
		return s
	case !targets.Publishing():
		return targets
	}
	return s.With(targets.Detail)
}

// optional reports whether the part need not publish.
func (p *part) optional() bool {
	if p.Tell == nil {
		return false
	}
	told := status.Clock{Published: p.feed.Fed().Published}
	p.Tell(&told)
	return told.Optional
}

// summarize logs what was published since the last time, if that is due.
func (p *part) summarize(now time.Time) {
	last := &p.summarized
	if p.Summary == 0 || now.Sub(last.at) < p.Summary {
		return
	}
	fed := p.feed.Fed()
	first := last.at.IsZero()
	samples := fed.Published - last.published
	last.at, last.published = now, fed.Published
	if first {
		return // the clock has just started
	}
	attrs := []any{"samples", samples}
	if samples > 0 {
		attrs = append(attrs, "offset", time.Duration(fed.Last.Offset()), "precision", fed.Precision)
	}
	if fed.HasJitter {
		attrs = append(attrs, "jitter", fed.Jitter)
	}
	if s := p.state(); !s.Publishing() {
		attrs = append(attrs, "reason", s.Reason, "detail", s.Detail)
	}
	p.log.Info("summary", attrs...)
}

// setStuck sets the supervisor's state: whether the loop turns.
func (p *part) setStuck(patience time.Duration) driver.State {
	s := driver.State{Detail: "its loop turns again"}
	if p.liveness.stuck {
		s = driver.State{
			Reason: "stuck",
			Detail: fmt.Sprintf("its loop has not turned for %v", patience),
			Hint:   "the hardware or its kernel driver hangs: unplug the device and plug it in again; if the service has WatchdogSec, systemd restarts it",
		}
	}
	p.supervisor.SetState(s)
	return s
}

// logStuck logs what setStuck has set.
func (p *part) logStuck(s driver.State) {
	if s.Publishing() {
		p.log.Info("clock runs again")
		return
	}
	p.log.Error("clock stuck", "detail", s.Detail, "hint", s.Hint)
}

// A livenessWatch notices that a loop does not turn any more.
type livenessWatch struct {
	last  driver.Liveness
	since time.Time // of the last sign of life
	stuck bool
}

// update compares a loop with the last time, and reports whether stuck has changed.
func (w *livenessWatch) update(now time.Time, alive driver.Liveness, patience time.Duration) (changed bool) {
	if alive != w.last || w.since.IsZero() {
		w.last, w.since = alive, now
	}
	before := w.stuck
	w.stuck = now.Sub(w.since) > patience+alive.Pause
	return w.stuck != before
}

// A consumerWatch notices whether a consumer takes the samples.
type consumerWatch struct {
	consumed, published uint64
	taken, fed          time.Time // when a sample was last
}

// consumerPatience is how long a consumer may leave samples untaken: chronyd's dpoll is
// rarely longer.
const consumerPatience = time.Minute

func (w *consumerWatch) look(f driver.Fed, now time.Time) {
	if f.Published != w.published {
		w.published, w.fed = f.Published, now
	}
	if f.Counters.Consumed != w.consumed {
		w.consumed, w.taken = f.Counters.Consumed, now
	}
}

// alive reports whether the samples are taken; nil if there were none lately.
func (w *consumerWatch) alive(now time.Time) *bool {
	if w.fed.IsZero() || now.Sub(w.fed) > consumerPatience || w.published < 2 {
		return nil
	}
	yes := !w.taken.IsZero() && now.Sub(w.taken) < consumerPatience
	return &yes
}
