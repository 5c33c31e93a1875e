// Package daemon runs the clocks of a configuration in one process. Each has its own
// supervisor, so that one that fails does not affect the others. The daemon checks that
// their loops turn, notifies the service manager, reloads changed settings, and answers
// refclock status.
package daemon

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/notify"
	"github.com/refclock/refclock/internal/realtime"
	"github.com/refclock/refclock/internal/settings"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/internal/web"
	"github.com/refclock/refclock/shm"
)

const (
	// inspectEvery is how often the daemon inspects its clocks.
	inspectEvery = time.Second

	// stuckAfter is how long a loop may take for a turn. The longest that a healthy one takes
	// is opening a port that hangs.
	stuckAfter = 5 * driver.BeatEvery

	// readyAtLatest is how long the service manager waits for the first port to open. A machine
	// must start without its receiver, too.
	readyAtLatest = 20 * time.Second
)

// A Daemon runs clocks.
type Daemon struct {
	Env    settings.Env
	Load   func(context.Context) (settings.Configuration, error) // reads the configuration
	Socket string                                                // where it answers refclock status; empty for nowhere
	Reload <-chan os.Signal                                      // each asks to load the configuration again; may be nil

	// Probe makes Run fail at once if a device or a unit cannot be opened at the start.
	// Without it, Run waits for them.
	Probe bool

	notifier *notify.Notifier
	watchdog time.Duration
	patience time.Duration // stuckAfter
	attach   func(settings.Targets) (driver.SharedUnit, error)

	own driver.Reporter // of the daemon itself
	web *web.Server

	keeper   keeper
	realtime *realtime.Realtime

	mu      sync.Mutex // protects the fields below; held only to copy them
	started time.Time
	file    string
	clocks  []*clock
	line    string // for the service manager

	position bool // whether a report may contain what reveals the position
}

// New returns a Daemon.
func New(env settings.Env) *Daemon {
	d := &Daemon{Env: env, notifier: &notify.Notifier{}, patience: stuckAfter, attach: attach, keeper: keeper{busy: make(chan struct{}, 1)}, realtime: realtime.New(env.Log)}
	d.web = web.New(d, env.Log)
	return d
}

// Notify makes the daemon notify the service manager, within the time after which the
// manager restarts it; 0 is never.
func (d *Daemon) Notify(n *notify.Notifier, watchdog time.Duration) {
	d.notifier, d.watchdog = n, watchdog
}

// Run runs the clocks until ctx ends. It returns an error if the configuration is wrong, if
// a socket cannot be opened, or if all clocks have ended for good.
func (d *Daemon) Run(ctx context.Context) error {
	d.mu.Lock()
	d.started = time.Now().UTC()
	d.mu.Unlock()
	configuration, err := d.Load(ctx)
	if err != nil {
		return err
	}
	defer d.web.Close()
	if d.Socket != "" {
		listener, err := status.Listen(d.Socket)
		switch {
		case errors.Is(err, status.ErrRunning):
			return err
		case err != nil: // the clocks matter more than the status
			d.Env.Log.Warn("refclock status is not available", "error", err)
		default:
			d.web.ServeSocket(listener)
		}
	}
	if err := d.change(ctx, configuration); err != nil {
		return err
	}
	d.tell("started", configuration)
	defer func() {
		d.notifier.Stopping()
		d.stop(context.WithoutCancel(ctx), d.running(), endTimeout)
		d.realtime.Set(false)
		d.keepLast()
	}()
	return d.attend(ctx)
}

// attend is the loop that inspects the clocks until ctx ends.
func (d *Daemon) attend(ctx context.Context) error {
	every := inspectEvery
	if d.watchdog > 0 {
		every = min(every, d.watchdog/4)
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	ready := false
	for {
		stuck, open, ended := d.inspect(time.Now())
		if waited := time.Since(d.started); !ready && (open || waited >= readyAtLatest) {
			ready = d.notifier.Ready()
		}
		d.keepIfDue(time.Now())
		d.notifier.Status(d.serviceLine())
		if d.watchdog > 0 && !stuck {
			d.notifier.Alive()
		}
		if ended {
			return errors.New("every clock has ended for good; the log has the reasons")
		}
		select {
		case <-ctx.Done():
			return nil
		case <-d.Reload:
			ready = d.reload(ctx)
		case <-ticker.C:
		}
	}
}

// inspect returns whether the loop of any clock is stuck, whether any loop has turned, which
// needs its hardware open, and whether all clocks have ended.
func (d *Daemon) inspect(now time.Time) (stuck, open, ended bool) {
	ended = true
	changed := map[*part]driver.State{}
	d.mu.Lock()
	for _, c := range d.clocks {
		for _, p := range c.parts {
			alive := p.feed.Liveness()
			p.consumer.look(p.feed.Fed(), now)
			open = open || alive.Beats > 0
			if p.supervisor.State().Reason == endedReason {
				continue
			}
			ended = false
			if p.liveness.update(now, alive, d.patience) {
				changed[p] = p.setStuck(d.patience)
			}
			stuck = stuck || p.liveness.stuck
		}
	}
	d.mu.Unlock()
	d.Collect()
	for p, state := range changed { // outside the lock: writing a log may block
		p.logStuck(state)
	}
	for _, c := range d.running() {
		for _, p := range c.parts {
			p.summarize(now)
		}
	}
	return stuck, open, ended
}

// NotReloaded is the reason of a daemon whose new configuration has an error.
const NotReloaded = "not reloaded"

// reload loads the configuration again, and restarts the clocks whose settings changed. It
// reports whether the service manager knows that this is done.
func (d *Daemon) reload(ctx context.Context) (ready bool) {
	d.notifier.Reloading()
	defer func() { ready = d.notifier.Ready() }()
	configuration, err := d.Load(ctx)
	if err == nil {
		err = d.change(ctx, configuration)
	}
	if err != nil {
		d.Env.Log.Error("not reloaded; the clocks keep running as before", "error", err)
		d.own.SetState(driver.State{Reason: NotReloaded, Detail: err.Error(), Hint: "correct the file, check it with refclock run --check, and reload again"})
		return ready
	}
	d.tell("reloaded", configuration)
	return ready
}

// change starts and stops clocks until the configuration runs. It does not touch a clock
// with the same settings. It stops the old clocks before it starts new ones, since they may
// share a port or a unit; if a new one cannot be built, it changes nothing.
func (d *Daemon) change(ctx context.Context, wanted settings.Configuration) error {
	env, same := d.Env, d.running()
	if wanted.Daemon.Realtime {
		env.Enter = d.realtime.Enter()
	}
	var gone []*clock
	if wanted.Daemon.Realtime != d.realtime.On() {
		gone, same = same, nil // a thread changes its priority only between two runs
	}
	kept, other := match(same, wanted.Clocks)
	gone = append(gone, other...)
	fresh := map[int][]settings.Part{}
	for i, c := range kept {
		if c != nil {
			continue
		}
		parts, err := wanted.Clocks[i].Settings.Build(env)
		if err != nil {
			return wanted.Wrong(i, err)
		}
		if d.Probe {
			if err := d.probe(parts); err != nil {
				return err
			}
		}
		fresh[i] = parts
	}
	for _, c := range gone {
		d.Env.Log.Info("clock stops: its configuration was removed or changed", "clock", c.parts[0].Driver.String())
	}
	d.stop(ctx, gone, stopTimeout)
	d.Collect() // the last samples of the clocks that stopped
	d.realtime.Set(wanted.Daemon.Realtime)
	known := histories{historiesOf(gone), d.keep(ctx, wanted.Daemon.KeepHistory)}
	for i, parts := range fresh {
		kept[i] = d.start(wanted.Clocks[i], parts, known)
	}
	d.mu.Lock()
	d.clocks, d.file, d.position = kept, wanted.File, wanted.Daemon.Position
	d.mu.Unlock()
	d.web.Listen(wanted.Daemon.Listen, wanted.Daemon.Public)
	return nil
}

// probe opens and closes the devices and units of a clock. A unit that only the time
// daemon can create is no error.
func (d *Daemon) probe(parts []settings.Part) error {
	for _, p := range parts {
		if p.Probe != nil {
			if err := p.Probe(); err != nil {
				return err
			}
		}
		if p.Unit == settings.NoUnit {
			continue
		}
		switch unit, err := d.attach(p.Targets); {
		case err == nil:
			if err := unit.Close(); err != nil {
				return err
			}
		case !errors.Is(err, shm.ErrAbsent):
			return err
		}
	}
	return nil
}

// running returns the clocks.
func (d *Daemon) running() []*clock {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]*clock(nil), d.clocks...)
}

// tell logs and keeps that a configuration was loaded.
func (d *Daemon) tell(what string, c settings.Configuration) {
	d.Env.Log.Info(what, "configuration", c.From(), "version", d.Env.Version)
	for _, text := range c.Warnings {
		d.Env.Log.Warn("configuration", "warning", text)
	}
	d.own.SetState(driver.State{Reason: what, Detail: c.From()})
}

// serviceLine returns the line for the service manager: how many of the clocks that should
// publish do, and why the first of the others does not. An optional clock that does not
// publish does not count.
func (d *Daemon) serviceLine() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	fed, all := 0, 0
	var why, optional string
	for _, c := range d.clocks {
		for _, p := range c.parts {
			s := p.state()
			switch {
			case s.Publishing():
				fed++
			case p.optional():
				optional = cmp.Or(optional, fmt.Sprintf("; %v is optional: %s", p.Targets, s.Reason))
				continue
			default:
				why = cmp.Or(why, fmt.Sprintf("; %v: %s", p.Targets, s))
			}
			all++
		}
	}
	noun := "clocks"
	if all == 1 {
		noun = "clock"
	}
	d.line = fmt.Sprintf("publishing %d of %d %s%s", fed, all, noun, strings.TrimRight(cmp.Or(why, optional), "."))
	return d.line
}
