package daemon

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/recording"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/internal/watch"
	"github.com/refclock/refclock/shm"
)

// Report returns everything that status shows. It is safe for concurrent use and waits for
// no clock, not even for a stuck one.
func (d *Daemon) Report() status.Report {
	now := time.Now().UTC()
	d.mu.Lock()
	r := status.Report{
		Schema: status.Schema, Version: d.Env.Version, PID: os.Getpid(),
		Time: now, MonoNS: int64(now.Sub(d.started)), Started: d.started,
		File: d.file, Service: d.line,
		Web: d.web.Status(), Realtime: d.tellRealtime(), Changes: d.changes("daemon", d.own.Changes()),
	}
	for _, c := range d.clocks {
		for _, p := range c.parts {
			r.Clocks = append(r.Clocks, d.clock(p, now))
			if s := r.Clocks[len(r.Clocks)-1].Second; s != nil {
				c.complete(p, s)
			}
		}
	}
	d.mu.Unlock()
	consumers(r.Clocks)
	return r
}

// tellRealtime returns what the kernel grants for the setting realtime; nil if it is off.
func (d *Daemon) tellRealtime() *status.Realtime {
	parts := d.realtime.Parts()
	if parts == nil {
		return nil
	}
	to := &status.Realtime{Threads: d.realtime.Threads(), Parts: []status.RealtimePart{}}
	for _, p := range parts {
		part := status.RealtimePart{Name: p.Name, InForce: p.Err == nil, Hint: p.Hint}
		if p.Err != nil {
			part.Error = p.Err.Error()
		}
		to.Parts = append(to.Parts, part)
	}
	return to
}

// Recording writes the recording of a clock, by its place in the report. It waits for no
// clock. With a place below 0, it writes that of the first clock that has one. The
// error wraps recording.ErrNone if there is none.
func (d *Daemon) Recording(place int, w io.Writer) error {
	d.mu.Lock()
	var record func(io.Writer) error
	i := 0
	for _, c := range d.clocks {
		for _, p := range c.parts {
			if p.Record != nil && (i == place || place < 0 && record == nil) {
				record = p.Record
			}
			i++
		}
	}
	d.mu.Unlock()
	switch {
	case record != nil:
		return record(w)
	case place >= i:
		return fmt.Errorf("%w: there is no clock %d", recording.ErrNone, place)
	case place < 0:
		return fmt.Errorf("%w: no clock keeps one; set record = \"30m\" in its [[gps]] and reload", recording.ErrNone)
	}
	return fmt.Errorf("%w: clock %d keeps none; set record = \"30m\" in its [[gps]] and reload. The pulse of a receiver is recorded with its sentences", recording.ErrNone, place)
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
		Contested: p.feed.Contested(),
	}
	if p.unit != nil && !c.Consumer.Contested { // no consumer acknowledges a datagram
		c.Consumer.Alive = p.consumer.alive(now)
	}
	if fed.Published > 0 {
		c.Sample = sample(fed, now)
	}
	if p.Tell != nil {
		p.Tell(&c)
	}
	if c.Receiver != nil && !d.position {
		for i := range c.Receiver.Sky { // the place of known satellites in the sky gives the receiver's on earth
			c.Receiver.Sky[i].Elevation, c.Receiver.Sky[i].Azimuth = nil, nil
		}
	}
	return c
}

// complete adds to the last second of a receiver what the feeds know: its pulse, and whether
// its sample was published.
func (c *clock) complete(receiver *part, s *status.Second) {
	label := s.Second.UnixNano()
	published := false
	for _, p := range c.parts {
		list, _ := p.feed.Since(0, nil)
		for _, sample := range list {
			switch {
			case sample.Clock != label:
			case p == receiver:
				published = true
			default:
				late := -sample.Offset()
				s.PulseNS = &late
			}
		}
	}
	if !published {
		s.PublishedNS = nil
	}
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
		told = append(told, status.Change{Time: c.At.UTC(), MonoNS: int64(c.At.Sub(d.started)), Of: of, State: c.State})
	}
	return told
}

// abandoned reports whether the reader of a unit has ended, or holds a unit that was removed,
// although samples were taken lately: only refclock has attached it.
func abandoned(c status.Clock) bool {
	return c.Consumer.Alive != nil && c.State.Publishing() && c.Consumer.Attached <= 1 && len(c.Consumer.Processes) == 0
}

// consumers adds what the kernel knows about the units, and which programs have attached them.
func consumers(clocks []status.Clock) {
	infos, err := shm.List(shm.KeyBase)
	if err != nil {
		return
	}
	infos = slices.DeleteFunc(infos, func(info shm.Info) bool {
		return !slices.ContainsFunc(clocks, func(c status.Clock) bool { return c.Unit == info.Unit })
	})
	processes := watch.AttachedTo(infos)
	for i := range clocks {
		c := &clocks[i].Consumer
		c.Processes = []string{}
		for k, info := range infos {
			if info.Unit != clocks[i].Unit {
				continue
			}
			c.Attached, c.Owner, c.Perm, c.Size = info.Attached, info.UID, fmt.Sprintf("%04o", info.Perm), info.Size
			for _, p := range processes[k] {
				c.Processes = append(c.Processes, p.String())
			}
			if abandoned(clocks[i]) {
				*c.Alive = false
			}
		}
	}
}
