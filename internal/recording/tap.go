package recording

import (
	"context"
	"errors"
	"sync"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/driver/gps/receiver"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

// A tap notes what passes between one loop of a clock and its hardware. The stamp is taken
// before anything is noted.
type tap struct {
	*buffer
	r     *Recorder
	pulse bool
	now   func(slew int64) nmea.Stamp
	stamp nmea.Stamp // of the last event
}

// tap returns a configuration that notes everything.
func (r *Recorder) tap(c gps.Config) gps.Config {
	port := &tap{buffer: r.port, r: r, now: nowOr(c.Now)}
	open := c.Open
	c.Open = func() (gps.Port, error) { return port.open(open) }
	c.Now = func() nmea.Stamp { return port.stamp }
	c.Lock = func(shared sync.Locker, pulse bool) {
		shared.Lock()
		if r.holder = r.port; pulse {
			r.holder = r.pulse
		}
		r.holder.put(&Event{Kind: Lock, Pulse: pulse}, &r.order)
	}
	if leaps := c.Leaps; leaps != nil {
		c.Leaps = r.leaps(leaps)
	}
	witnesses := c.Witnesses
	c.Witnesses = nil
	for i, w := range witnesses {
		c.Witnesses = append(c.Witnesses, &witness{w, r, i})
	}
	if c.Memory != nil {
		c.Memory = &memory{Memory: c.Memory, r: r}
	}
	if c.Waits != nil {
		c.Waits = &waits{Waits: c.Waits, r: r}
	}
	if readers := c.OtherReaders; readers != nil {
		c.OtherReaders = func() string {
			names := readers()
			port.note(&Event{Kind: Readers, Texts: [3]string{names}})
			return names
		}
	}
	if c.Pulse != nil {
		c.Pulse = r.tapPulse(*c.Pulse)
	}
	return c
}

func (r *Recorder) tapPulse(p gps.PulseConfig) *gps.PulseConfig {
	line := &tap{buffer: r.pulse, r: r, pulse: true, now: nowOr(p.Now)}
	open := p.Open
	p.Open = func() (pps.Source, error) { return line.openLine(open) }
	p.Now = func() nmea.Stamp { return line.stamp }
	return &p
}

// nowOr returns a clock. A clock of this machine takes the slew that was read before, or
// reads it after the stamp.
func nowOr(now func() nmea.Stamp) func(slew int64) nmea.Stamp {
	if now != nil {
		return func(int64) nmea.Stamp { return now() }
	}
	return func(slew int64) nmea.Stamp {
		at := nmea.Now()
		if at.Slew = slew; slew == 0 {
			at.Slew = nmea.Slewed()
		}
		return at
	}
}

// note notes an event.
func (t *tap) note(e *Event) {
	e.Pulse = t.pulse
	t.put(e, &t.r.order)
}

// open opens the port.
func (t *tap) open(open func() (gps.Port, error)) (gps.Port, error) {
	opened, err := open()
	t.stamp = t.now(0)
	e := Event{Kind: Opened, Stamp: t.stamp}
	tuned, ok := opened.(gps.TunedPort)
	if err == nil && ok {
		e.Texts[0], e.Numbers[0], e.Numbers[1] = tuned.Name(), int64(tuned.Baud()), 1
	}
	e.Numbers[2], e.Texts[1] = classify(err)
	t.note(&e)
	switch {
	case err != nil:
		return nil, err
	case ok:
		return &tunedPort{port{opened, t}, tuned}, nil
	}
	return &port{opened, t}, nil
}

// A port is a port whose reads are noted.
type port struct {
	gps.Port
	tap *tap
}

func (p *port) Read(b []byte) (int, error) {
	n, err := p.Port.Read(b)
	t := p.tap
	t.stamp = t.now(0) // must be directly after the read
	e := Event{Kind: Read, Stamp: t.stamp, Data: b[:n]}
	e.Numbers[0], e.Texts[0] = classify(err)
	t.note(&e)
	return n, err
}

// A tunedPort is one whose rate can be set.
type tunedPort struct {
	port
	tuned gps.TunedPort
}

func (p *tunedPort) Name() string { return p.tuned.Name() }
func (p *tunedPort) Baud() int    { return p.tuned.Baud() }

func (p *tunedPort) SetBaud(baud int) error {
	err := p.tuned.SetBaud(baud)
	t := p.tap
	t.stamp = t.now(0)
	e := Event{Kind: Rate, Stamp: t.stamp, Numbers: [5]int64{int64(baud), int64(p.tuned.Baud())}}
	e.Numbers[2], e.Texts[0] = classify(err)
	t.note(&e)
	return err
}

// openLine opens the line of the pulse.
func (t *tap) openLine(open func() (pps.Source, error)) (pps.Source, error) {
	opened, err := open()
	t.stamp = t.now(0)
	e := Event{Kind: Opened, Stamp: t.stamp}
	if e.Numbers[2], e.Texts[1] = classify(err); err == nil {
		e.Texts[0] = opened.String()
	}
	t.note(&e)
	if err != nil {
		return nil, err
	}
	return &line{opened, t}, nil
}

// A line is a line whose edges are noted.
type line struct {
	pps.Source
	tap *tap
}

func (l *line) Next(ctx context.Context) (pps.Edge, error) {
	slew := nmea.Slewed() // before the edge, so that it does not delay the sample
	edge, err := l.Source.Next(ctx)
	t := l.tap
	switch {
	case err == nil:
		t.stamp = t.now(slew)
		e := newEdge(t.stamp, edge)
		t.note(&e)
	case errors.Is(err, context.DeadlineExceeded):
		t.stamp = t.now(slew)
		t.note(&Event{Kind: Quiet, Stamp: t.stamp})
	default:
		e := Event{Kind: Gone}
		e.Numbers[0], e.Texts[0] = classify(err)
		t.note(&e)
	}
	return edge, err
}

// flagsOf returns the flags of an edge, which Event.PPS decodes.
func flagsOf(e pps.Edge) (flags int64) {
	if e.Rising {
		flags = 1
	}
	if e.Coarse {
		flags |= 2
	}
	return flags | int64(e.Fault)<<faultShift
}

// leaps returns a table of leap seconds whose new answers are noted. The clock holds its
// lock when it asks.
func (r *Recorder) leaps(table func(int64) (int, bool)) func(int64) (int, bool) {
	var noted [16]struct { // the last ones
		boundary int64
		set      bool
	}
	next := 0
	return func(boundary int64) (int, bool) {
		change, known := table(boundary)
		for _, n := range noted {
			if n.set && n.boundary == boundary {
				return change, known
			}
		}
		noted[next].boundary, noted[next].set = boundary, true
		next = (next + 1) % len(noted)
		r.noteHeld(&Event{Kind: Leap, Numbers: [5]int64{boundary, int64(change), flag(known)}})
		return change, known
	}
}

// noteHeld notes an event of the side that holds the clock's lock.
func (r *Recorder) noteHeld(e *Event) {
	holder := r.holder
	if holder == nil { // the clock asks without its lock
		holder = r.port
	}
	e.Pulse = holder == r.pulse
	holder.put(e, &r.order)
}

// A witness is one whose answers are noted.
type witness struct {
	driver.Witness
	r     *Recorder
	index int
}

func (w *witness) Current() (driver.Estimate, bool) {
	e, ok := w.Witness.Current()
	w.r.noteHeld(&Event{Kind: Witness, Numbers: [5]int64{int64(w.index), flag(ok), int64(e.Offset), int64(e.Within)}})
	return e, ok
}

// A memory is a Memory whose answers are recorded, and the delays that it stores.
type memory struct {
	gps.Memory
	r    *Recorder
	last gps.LearntDelay
}

func (m *memory) Recall(receiver string) (gps.LearntDelay, bool) {
	l, ok := m.Memory.Recall(receiver)
	m.r.noteHeld(&Event{Kind: Recall, Numbers: [5]int64{flag(ok), int64(l.Delay), int64(l.Spread)}, Texts: [3]string{receiver}})
	return l, ok
}

func (m *memory) Keep(receiver string, l gps.LearntDelay) error {
	if l != m.last {
		m.last = l
		e := Event{Kind: Learnt, Numbers: [5]int64{int64(l.Delay), int64(l.Spread)}, Texts: [3]string{receiver}}
		m.r.port.put(&e, &m.r.order)
	}
	return m.Memory.Keep(receiver, l)
}

// A waits is a Waits whose answers are recorded, and the waits that it stores.
type waits struct {
	gps.Waits
	r       *Recorder
	last    receiver.Wait
	waiting bool
}

func (m *waits) Recall(port string) (receiver.Wait, bool) {
	w, ok := m.Waits.Recall(port)
	m.last, m.waiting = w, ok
	e := newWait(Waited, w, ok)
	m.r.port.put(&e, &m.r.order)
	return w, ok
}

func (m *waits) Keep(port string, w receiver.Wait, waiting bool) {
	if w != m.last || waiting != m.waiting {
		m.last, m.waiting = w, waiting
		e := newWait(Waiting, w, waiting)
		m.r.port.put(&e, &m.r.order)
	}
	m.Waits.Keep(port, w, waiting)
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// An observer notes what a loop publishes and reports.
type observer struct {
	r      *Recorder
	buffer *buffer
	pulse  bool
}

// Observer returns the observer of the clock's feed, or of that of its pulse.
func (r *Recorder) Observer(pulse bool) driver.Observer {
	if pulse {
		return &observer{r, r.pulse, true}
	}
	return &observer{r, r.port, false}
}

func (o *observer) Sampled(s driver.Sample) {
	e := Event{Kind: Sample, Pulse: o.pulse, Numbers: [5]int64{s.Receive, s.Mono, s.Offset(), int64(s.Leap), int64(s.Uncertainty)}}
	o.buffer.put(&e, &o.r.order)
}

func (o *observer) Changed(s driver.State) {
	e := Event{Kind: State, Pulse: o.pulse, Texts: [3]string{s.Reason, s.Detail, s.Hint}}
	o.buffer.put(&e, &o.r.order)
}
