// Package daemon runs the clocks of a configuration in one process: each under its own
// supervisor, so that one that fails does not touch the others. It watches that their
// loops turn, tells the service manager, reloads what has changed, and answers those
// who ask how it goes.
package daemon

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/notify"
	"github.com/refclock/refclock/internal/status"
)

const (
	// look is how often the clocks are looked at.
	look = time.Second

	// stuckAfter is how long a loop may go without a turn: opening a port that hangs is
	// the longest that a healthy one does.
	stuckAfter = 5 * driver.BeatEvery

	// readyAtLatest is how long the service manager waits for the first port to open. A
	// machine whose receiver is not plugged in is to start all the same.
	readyAtLatest = 20 * time.Second
)

// A Daemon is the program that runs all the time.
type Daemon struct {
	Env    Env
	File   string           // of the configuration; empty is the usual one, if it is there
	Socket string           // where it answers; empty is nowhere
	Reload <-chan os.Signal // each is a wish to read the configuration again; may be nil

	notifier *notify.Notifier
	watchdog time.Duration
	patience time.Duration                                       // stuckAfter
	attach   func(number, layout int) (driver.SharedUnit, error) // attach
	load     func(path string) (Configuration, error)            // Load

	own driver.Teller // of the daemon itself

	mu      sync.Mutex // of what follows; held for no longer than it takes to copy it
	started time.Time
	file    string
	clocks  []*clock
	line    string // of the service manager
}

// New makes a Daemon.
func New(env Env) *Daemon {
	return &Daemon{Env: env, notifier: &notify.Notifier{}, patience: stuckAfter, attach: attach, load: Load}
}

// Notify has the daemon tell the service manager, within the time after which that takes
// it for dead; 0 is never.
func (d *Daemon) Notify(n *notify.Notifier, watchdog time.Duration) {
	d.notifier, d.watchdog = n, watchdog
}

// Run runs the clocks until ctx ends. The error is of a configuration that is wrong, of
// a socket that cannot be had, or of clocks that have all ended for good.
func (d *Daemon) Run(ctx context.Context) error {
	d.mu.Lock()
	d.started = time.Now()
	d.mu.Unlock()
	configuration, err := d.load(d.File)
	if err != nil {
		return err
	}
	if d.Socket != "" {
		server, err := status.Serve(d.Socket, d.Report)
		switch {
		case errors.Is(err, status.ErrRunning):
			return err
		case err != nil: // the clocks are worth more than the words about them
			d.Env.Log.Warn("refclock status will not find this daemon", "error", err)
		default:
			defer server.Close()
		}
	}
	if err := d.change(configuration); err != nil {
		return err
	}
	d.tell("started", from(configuration))
	defer func() {
		d.notifier.Stopping()
		d.stop(d.running())
	}()
	return d.attend(ctx)
}

// attend is the loop.
func (d *Daemon) attend(ctx context.Context) error {
	every := look
	if d.watchdog > 0 {
		every = min(every, d.watchdog/4)
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	ready := false
	for {
		stuck, open, ended := d.inspect(time.Now())
		if waited := time.Since(d.started); !ready && (open || waited >= readyAtLatest) {
			ready = true
			d.notifier.Ready()
		}
		d.notifier.Status(d.serviceLine())
		if d.watchdog > 0 && !stuck {
			d.notifier.Alive()
		}
		if ended {
			return errors.New("every clock has ended for good; see the lines above")
		}
		select {
		case <-ctx.Done():
			return nil
		case <-d.Reload:
			d.reload()
			ready = true
		case <-ticker.C:
		}
	}
}

// inspect looks at every clock: whether a loop is stuck, whether one has ever turned,
// which it does with its hardware open, and whether all have ended.
func (d *Daemon) inspect(now time.Time) (stuck, open, ended bool) {
	ended = true
	changed := map[*part]driver.State{}
	d.mu.Lock()
	for _, c := range d.clocks {
		for _, p := range c.parts {
			turns := p.Driver.Turns()
			p.consumer.look(p.feed.Fed(), now)
			open = open || turns.Beats > 0
			if p.supervisor.State().Reason == endedReason {
				continue
			}
			ended = false
			if p.turns.look(turns, now, d.patience) {
				changed[p] = p.tellTurns(d.patience)
			}
			stuck = stuck || p.turns.stuck
		}
	}
	d.mu.Unlock()
	for p, state := range changed { // now, for a log may block
		p.logTurns(state)
	}
	return stuck, open, ended
}

// reload reads the configuration again, and changes what has changed in it.
func (d *Daemon) reload() {
	d.notifier.Reloading()
	defer d.notifier.Ready()
	configuration, err := d.load(d.File)
	if err == nil {
		err = d.change(configuration)
	}
	if err != nil {
		d.Env.Log.Error("not reloaded: the clocks go on as before", "error", err)
		d.own.Tell(driver.State{Reason: "not reloaded", Detail: err.Error(), Hint: "mend the file, try it with refclock run --check, and reload again"})
		return
	}
	d.tell("reloaded", from(configuration))
}

// change makes the running clocks those of the configuration. Clocks that are in both
// are left alone. Of the others, the old ones are ended before the new ones begin,
// since they may share a port or a unit; and none is, if a new one cannot be built.
func (d *Daemon) change(wanted Configuration) error {
	clocks, gone := match(d.running(), wanted.Clocks)
	fresh := map[int][]Part{}
	for i, c := range clocks {
		if c != nil {
			continue
		}
		parts, err := wanted.Clocks[i].Settings.Build(d.Env)
		if err != nil {
			return fmt.Errorf("%w: [[%s]]: %w", ErrConfig, wanted.Clocks[i].Kind, err)
		}
		fresh[i] = parts
	}
	for _, c := range gone {
		d.Env.Log.Info("clock ends: the configuration has it no more, or another way", "driver", c.parts[0].Driver.String())
	}
	d.stop(gone)
	for i, parts := range fresh {
		clocks[i] = d.start(wanted.Clocks[i], parts)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.clocks, d.file = clocks, wanted.File
	return nil
}

// running gives the clocks.
func (d *Daemon) running() []*clock {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]*clock(nil), d.clocks...)
}

func (d *Daemon) tell(what, detail string) {
	d.Env.Log.Info(what, "configuration", detail, "version", d.Env.Version)
	d.own.Tell(driver.State{Reason: what, Detail: detail})
}

// from says in words where a configuration comes from.
func from(c Configuration) string {
	if c.File == "" {
		return "none: there is no " + DefaultFile + ", so one receiver is looked for"
	}
	return c.File
}

// serviceLine is the line for the service manager: how many units are fed, and why the
// first of the others is not.
func (d *Daemon) serviceLine() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	fed, all := 0, 0
	var why string
	for _, c := range d.clocks {
		for _, p := range c.parts {
			all++
			switch s := p.state(); {
			case s.Feeding():
				fed++
			case why == "":
				why = fmt.Sprintf("; %v: %s", p.Sinks, s)
			}
		}
	}
	d.line = fmt.Sprintf("feeding %d of %d units%s", fed, all, strings.TrimRight(why, "."))
	return d.line
}
