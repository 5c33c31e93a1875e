package daemon

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/internal/watch"
	"github.com/refclock/refclock/shm"
)

// Report returns everything that status shows. It is safe for concurrent use and waits for
// no clock, not even for a stuck one.
func (d *Daemon) Report() status.Report {
	now := time.Now()
	d.mu.Lock()
	r := status.Report{
		Schema: status.Schema, Version: d.Env.Version, PID: os.Getpid(),
		Time: now, MonoNS: int64(now.Sub(d.started)), Started: d.started,
		File: d.file, Service: d.line,
		Changes: d.changes("daemon", d.own.Changes()),
	}
	for _, c := range d.clocks {
		for _, p := range c.parts {
			r.Clocks = append(r.Clocks, d.clock(p, now))
		}
	}
	d.mu.Unlock()
	consumers(r.Clocks)
	return r
}

// clock returns what is known about a driver and its targets.
func (d *Daemon) clock(p *part, now time.Time) status.Clock {
	c := status.Clock{
		Kind: p.kind, Name: p.Driver.String(), Unit: p.Unit, Socket: p.Socket,
		State: p.state(), Beats: p.feed.Liveness().Beats, Stuck: p.liveness.stuck,
		Since: d.started,
		Changes: slices.Concat(
			d.changes("clock", p.feed.Changes()),
			d.changes("target", p.feed.TargetChanges()),
			d.changes("supervisor", p.supervisor.Changes())),
	}
	slices.SortStableFunc(c.Changes, func(a, b status.Change) int { return cmp.Compare(a.MonoNS, b.MonoNS) })
	for _, change := range c.Changes {
		if change.State.Reason == c.State.Reason {
			c.Since, c.SinceNS = change.Time, change.MonoNS
		}
	}
	fed := p.feed.Fed()
	c.Published = fed.Published
	c.Consumer = status.Consumer{
		Consumed: fed.Counters.Consumed, Overwritten: fed.Counters.Overwritten, Foreign: fed.Counters.Foreign,
	}
	if p.unit != nil { // no consumer acknowledges a datagram
		c.Consumer.Alive = p.consumer.alive(now)
	}
	if fed.Published > 0 {
		c.Sample = sample(fed, now)
	}
	if p.Tell != nil {
		p.Tell(&c)
	}
	return c
}

func sample(fed driver.Fed, now time.Time) *status.Sample {
	s := &status.Sample{
		Clock: time.Unix(0, fed.Last.Clock).UTC(), Receive: time.Unix(0, fed.Last.Receive).UTC(),
		AgeNS: now.UnixNano() - fed.Last.Receive, OffsetNS: fed.Last.Offset(), Precision: fed.Precision, Leap: int(fed.Last.Leap),
	}
	if fed.HasJitter {
		jitter := int64(fed.Jitter)
		s.JitterNS = &jitter
	}
	return s
}

// changes returns changes of a state as the report has them.
func (d *Daemon) changes(of string, list []driver.Change) []status.Change {
	told := []status.Change{}
	for _, c := range list {
		told = append(told, status.Change{Time: c.At, MonoNS: int64(c.At.Sub(d.started)), Of: of, State: c.State})
	}
	return told
}

// consumers adds what the kernel knows about the units, and which programs have attached them.
func consumers(clocks []status.Clock) {
	infos, err := shm.List(shm.KeyBase)
	if err != nil {
		return
	}
	for i := range clocks {
		c := &clocks[i].Consumer
		c.Processes = []string{}
		for _, info := range infos {
			if info.Unit != clocks[i].Unit {
				continue
			}
			c.Attached, c.Owner, c.Perm, c.Size = info.Attached, info.UID, fmt.Sprintf("%04o", info.Perm), info.Size
			for _, p := range watch.Attached(info.Key, info.ID) {
				if p.PID != os.Getpid() {
					c.Processes = append(c.Processes, p.String())
				}
			}
		}
	}
}
