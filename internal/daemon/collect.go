package daemon

import (
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/history"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/internal/web"
	"github.com/refclock/refclock/nmea"
)

// How often the state of a clock is recorded, and its delay and satellites.
const (
	lookEvery = 900 * time.Millisecond
	askEvery  = 4 * time.Second // the driver, which takes longer
)

// A collected counts what is in the history of a part.
type collected struct {
	samples uint64
	changes [3]uint64 // of the clock, its targets and its supervisor
	latest  history.Change
	looked  int64 // CLOCK_MONOTONIC of the last look
	asked   int64 // likewise
	buffer  []driver.Published
}

// Collect moves what was published since the last call into the histories. It is safe for
// concurrent use and waits for no clock.
func (d *Daemon) Collect() {
	now := nmea.Now()
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, c := range d.clocks {
		for _, p := range c.parts {
			p.collect(now)
		}
	}
}

// collect adds to the history of a part. The caller holds the daemon's lock.
func (p *part) collect(now nmea.Stamp) {
	c := &p.collected
	c.buffer, c.samples = p.feed.Since(c.samples, c.buffer[:0])
	if len(c.buffer) > 0 {
		jitter := int64(history.None)
		if fed := p.feed.Fed(); fed.HasJitter {
			jitter = int64(fed.Jitter)
		}
		for _, s := range c.buffer {
			p.history.Add(history.Sample{Real: s.Receive, Mono: s.Mono, Offset: s.Offset(), Jitter: jitter, Precision: int8(s.Precision)})
		}
	}
	for i, source := range []struct {
		of    string
		since func(uint64) ([]driver.Change, uint64)
	}{
		{"clock", p.feed.ChangesSince}, {"target", p.feed.TargetChangesSince}, {"supervisor", p.supervisor.ChangesSince},
	} {
		var list []driver.Change
		list, c.changes[i] = source.since(c.changes[i])
		for _, change := range list {
			c.latest = history.Change{Real: change.At.UnixNano(), Mono: now.Mono - int64(time.Since(change.At)), Of: source.of, State: change.State}
			p.history.Change(c.latest)
		}
	}
	if c.looked == 0 || now.Mono-c.looked >= int64(lookEvery) {
		c.looked = now.Mono
		p.look(now)
	}
}

// look records the state of a part.
func (p *part) look(now nmea.Stamp) {
	s := history.Status{Real: now.Real, Mono: now.Mono, SinceReal: now.Real, SinceMono: now.Mono, State: p.state(), Delay: history.None, Satellites: history.None}
	if latest := p.collected.latest; latest.Mono != 0 && latest.State.Reason == s.State.Reason {
		s.SinceReal, s.SinceMono = latest.Real, latest.Mono
	}
	if p.Tell != nil && now.Mono-p.collected.asked >= int64(askEvery) {
		p.collected.asked = now.Mono
		var told status.Clock
		p.Tell(&told)
		if r := told.Receiver; r != nil && r.Epochs > 0 {
			s.Satellites = r.Used
			if r.Calibrated {
				s.Delay = r.DelayNS
			}
		}
	}
	p.history.Look(s)
}

// Clocks returns the clocks with their histories, in the order of the report.
func (d *Daemon) Clocks() (list []web.Clock) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, c := range d.clocks {
		for _, p := range c.parts {
			list = append(list, web.Clock{Kind: p.kind, Name: p.Driver.String(), Targets: p.Targets.String(), History: p.history})
		}
	}
	return list
}

// Changes returns the changes of the daemon itself after the first n, and how many there
// were.
func (d *Daemon) Changes(n uint64) ([]status.Change, uint64) {
	list, count := d.own.ChangesSince(n)
	return d.changes("daemon", list), count
}

// Origin returns CLOCK_MONOTONIC at the daemon's start, in nanoseconds.
func (d *Daemon) Origin() int64 {
	return nmea.Now().Mono - int64(time.Since(d.started))
}
