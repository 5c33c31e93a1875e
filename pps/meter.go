package pps

import (
	"context"
	"sync"
	"time"
)

// A Meter measures how late the kernel's stamps of a line are, and takes the median off the
// edges. The kernel stamps an edge in its interrupt handler, which runs some microseconds
// after the edge. During a measurement, a thread polls the level of the line in a narrow
// window around each expected pulse. The lateness is the difference between the kernel's stamp
// and the moment at which the level changed.
//
// The kernel's stamps remain the source of the edges. A polled change is never an edge: the
// thread may miss it, or lose its processor.
//
// A measurement takes up to a minute, and polls for 0.1 ms per pulse, at most 0.35 ms. There
// is one every ten minutes: 0.002 % of a core. The thread exists only during a measurement.
//
// Measuring needs two processors: on a single one, polling would delay the interrupt.
type Meter struct {
	config  MeterConfig
	machine meterMachine

	mu       sync.Mutex
	estimate lateEstimate
	line     *meteredLine  // that had the last pulse; nil without one
	another  chan struct{} // the line has changed
}

// A MeterConfig configures a Meter.
type MeterConfig struct {
	Polarity Polarity // which edge begins the second

	// Report is called by Run after each measurement; it may be nil.
	Report func(Lateness)
}

// A meterMachine is what a measurement needs of the machine.
type meterMachine struct {
	cores func() []int                             // that a thread may use, the best first
	enter func(core int) (leave func(), err error) // gives the calling goroutine a thread
	now   func() Stamp
	sleep func(ctx context.Context, until int64) error // of that thread
}

// NewMeter returns a Meter. Run starts the measurements.
func NewMeter(config MeterConfig) *Meter {
	return &Meter{
		config:   config,
		machine:  meterMachine{allowedCores, enterThread, Now, sleepThread},
		estimate: lateEstimate{Lateness: Lateness{Why: LatenessPending}},
		another:  make(chan struct{}, 1),
	}
}

// Lateness returns the current result. It is safe for concurrent use.
func (m *Meter) Lateness() Lateness {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.estimate.Lateness
}

const (
	// measureEvery is the time between two measurements: the lateness changes with the
	// temperature and the speed of the processor. retryAfter is the time after one without a
	// result.
	measureEvery = 10 * time.Minute
	retryAfter   = time.Minute

	// Run looks for a steady pulse every lookEvery, and reports that there is none after
	// steadyAfter.
	lookEvery   = time.Second
	steadyAfter = 30 * time.Second

	// pollEarly is how much before a window the thread begins: its sleep ends late.
	pollEarly = 50 * time.Microsecond

	// maxHalf is the greatest half of a window.
	maxHalf = 150 * time.Microsecond

	// edgeWithin is how long to wait for the edge after its window.
	edgeWithin = 300 * time.Millisecond
)

// Run measures until the context ends, or returns at once on a machine with one processor.
func (m *Meter) Run(ctx context.Context) {
	cores := m.machine.cores()
	if len(cores) < 2 {
		m.fail(LatenessOneCore, "")
		return
	}
	for attempt := 0; ctx.Err() == nil; {
		line := m.await(ctx)
		if line == nil {
			continue
		}
		t := m.measure(ctx, line, cores[attempt%len(cores)])
		if ctx.Err() != nil {
			return
		}
		pause := measureEvery
		if !m.add(line, t) {
			pause = retryAfter
			attempt++ // the interrupt may be on this core
		}
		m.pause(ctx, line, pause)
	}
}

// await returns the line of the pulse once its edges can be predicted. It returns nil if there
// is none for some time, or if the context ends.
func (m *Meter) await(ctx context.Context) *meteredLine {
	for range steadyAfter / lookEvery {
		if line := m.steady(); line != nil {
			return line
		}
		if sleepTimer(ctx, lookEvery) != nil {
			return nil
		}
	}
	m.fail(m.missing())
	return nil
}

// pause waits for the next measurement, or until another line has the pulse.
func (m *Meter) pause(ctx context.Context, line *meteredLine, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
			return
		case <-m.another:
			if !m.has(line) {
				return
			}
		}
	}
}

// has reports whether this line has the pulse.
func (m *Meter) has(line *meteredLine) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.line == line
}

// steady returns the line of the pulse if its next edge can be predicted.
func (m *Meter) steady() *meteredLine {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.line == nil || len(m.line.levels) == 0 {
		return nil
	}
	if _, _, _, ok := m.line.next(m.machine.now().Mono); !ok {
		return nil
	}
	return m.line
}

// missing returns why no line is steady.
func (m *Meter) missing() (LatenessReason, string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.line == nil:
		return LatenessNoLine, ""
	case len(m.line.levels) == 0:
		return LatenessNoLine, m.line.String() + " is not one"
	}
	return LatenessUnsteady, ""
}

// measure polls the level around the next pulses.
func (m *Meter) measure(ctx context.Context, line *meteredLine, core int) *tally {
	leave, ordinary := m.machine.enter(core)
	defer leave()
	m.mu.Lock()
	m.estimate.Ordinary = ordinary
	line.listener = make(chan Edge, 4)
	edges, level := line.listener, line.levels[0]
	m.mu.Unlock()
	defer func() {
		m.mu.Lock()
		line.listener = nil
		m.mu.Unlock()
	}()
	t := &tally{}
	for !t.enough() {
		middle, half, rising, ok := m.next(line)
		if !ok && m.has(line) && sleepTimer(ctx, lookEvery) == nil {
			t.skip() // a single late stamp makes some pulses unpredictable
			continue
		}
		if !ok || m.machine.sleep(ctx, middle-int64(half+pollEarly)) != nil {
			break
		}
		drain(edges)
		f := watchFlip(m.machine.now, level, rising, middle+int64(half))
		t.add(f, follows(ctx, edges, f))
	}
	return t
}

// next returns the window of the next pulse that can still be reached.
func (m *Meter) next(line *meteredLine) (middle int64, half time.Duration, rising, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.line != line {
		return 0, 0, false, false
	}
	return line.next(m.machine.now().Mono)
}

func drain(edges <-chan Edge) {
	for len(edges) > 0 {
		<-edges
	}
}

// follows waits for the edge after its window; nil if none arrives.
func follows(ctx context.Context, edges <-chan Edge, f flip) *Edge {
	timeout := time.NewTimer(edgeWithin)
	defer timeout.Stop()
	select {
	case e := <-edges:
		return &e
	case <-timeout.C:
	case <-ctx.Done():
	}
	return nil
}

// add adds a measurement of a line, and reports whether it has a result.
func (m *Meter) add(line *meteredLine, t *tally) bool {
	m.mu.Lock()
	if m.line != line {
		m.mu.Unlock()
		return false
	}
	m.estimate.add(t)
	now := m.estimate.Lateness
	if unusable(now.Why) && len(line.levels) > 1 {
		line.levels = line.levels[1:]
	}
	m.mu.Unlock()
	m.report(now)
	return now.Why == LatenessMeasured
}

// unusable reports whether another way to read the level may work.
func unusable(why LatenessReason) bool {
	return why == LatenessNoFlip || why == LatenessUnread || why == LatenessSlow || why == LatenessAbsurd
}

// fail records why there is no measurement.
func (m *Meter) fail(why LatenessReason, detail string) {
	m.mu.Lock()
	known := m.estimate.Why == why
	m.estimate.fail(why, detail)
	now := m.estimate.Lateness
	m.mu.Unlock()
	if !known {
		m.report(now)
	}
}

func (m *Meter) report(l Lateness) {
	if m.config.Report != nil {
		m.config.Report(l)
	}
}

// Watch returns a source whose edges are those of another one, less the measured lateness. The
// levels are ways to read the same line, the best one first; none if it cannot be read. If one
// does not work, the next is used. If several sources are watched, the lateness is that of the
// one with the last pulse.
func (m *Meter) Watch(source Source, levels ...Level) Source {
	return &meteredLine{Source: source, meter: m, levels: levels, gate: NewGate(m.config.Polarity)}
}

// A meteredLine is a source whose lateness is taken off.
type meteredLine struct {
	Source
	meter *Meter

	// The following are under the meter's lock.
	levels   []Level
	gate     *Gate
	phase    phase // of the edges that begin a second
	rising   bool  // those edges are rising
	listener chan Edge
}

// Next returns the next edge of the source, less the lateness.
func (l *meteredLine) Next(ctx context.Context) (Edge, error) {
	e, err := l.Source.Next(ctx)
	if err != nil {
		return e, err
	}
	l.meter.mu.Lock()
	defer l.meter.mu.Unlock()
	l.see(e)
	if s := &l.meter.estimate; s.Known && l.meter.line == l && !e.Coarse {
		e.Stamp.Real -= int64(s.Median)
		e.Stamp.Mono -= int64(s.Median)
		e.Uncertainty = s.Spread
	}
	return e, nil
}

// see adds an edge to the prediction, if it begins a second.
func (l *meteredLine) see(e Edge) {
	if l.gate.Push(e).Why != Second {
		return
	}
	m := l.meter
	if m.line != l {
		if m.line != nil {
			m.estimate.forget()
		}
		m.line = l
		select {
		case m.another <- struct{}{}:
		default:
		}
	}
	if e.Rising != l.rising {
		l.phase, l.rising = phase{}, e.Rising
	}
	l.phase.expire(e.Stamp.Mono)
	l.phase.add(sighting{at: e.Stamp.Mono})
	if l.listener != nil {
		select {
		case l.listener <- e:
		default:
		}
	}
}

// next returns when the next edge is expected that can still be reached, how far from it the
// edge may be, and its polarity; false if it cannot be predicted.
func (l *meteredLine) next(now int64) (middle int64, half time.Duration, rising, ok bool) {
	p := &l.phase
	p.expire(now)
	if !p.known() || len(p.strays) < keepSightings || p.misses > 0 || p.scatter() > maxHalf {
		return 0, 0, false, false
	}
	middle, half = p.next()
	half = min(half, maxHalf)
	if now > middle-int64(half+pollEarly) { // too late for this one
		middle += int64(p.period())
	}
	return middle, half, l.rising, true
}

// Close closes the source.
func (l *meteredLine) Close() error {
	m := l.meter
	m.mu.Lock()
	if m.line == l {
		m.line = nil
		m.estimate.forget()
	}
	m.mu.Unlock()
	return l.Source.Close()
}

// sleepTimer waits, or until the context ends.
func sleepTimer(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
