package gps

import (
	"slices"
	"testing"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
	"github.com/refclock/refclock/pps/ppstest"
	"github.com/refclock/refclock/shm"
	"github.com/refclock/refclock/ubx"
)

// A doorbell is a unit that signals when a sample has become visible in it.
type doorbell struct {
	*shm.Segment
	rung chan time.Time
}

func (d *doorbell) Update(sample shm.Sample) error {
	err := d.Segment.Update(sample)
	d.rung <- time.Now()
	return err
}

// lockedTracker returns a tracker with a locked pulse, and a function that returns its
// next edges.
func lockedTracker(tb testing.TB) (*tracker, func() pps.Edge) {
	receiver, err := sim.New(sim.Config{})
	if err != nil {
		tb.Fatal(err)
	}
	r := receptionOf(Config{Baud: receiver.Baud(), Pivot: nmea.DateOf(receiver.Start()), Pulse: &PulseConfig{Polarity: pps.Rising}})
	clock := sim.Clock{Boot: time.Hour}
	rig := sim.Rig{Receiver: receiver, Link: sim.Link{Clock: clock}, Wait: r.wait, Pulse: new(sim.Pulse)}
	for e := range rig.Events(20 * time.Second) {
		if e.Edge == nil {
			r.receive(e.At, e.Bytes())
		} else {
			r.tracker.edge(e.Edge.PPS(), e.At)
		}
	}
	if !r.tracker.pulse.locked {
		tb.Fatal("not locked: this measures nothing")
	}
	n := 19
	r.tracker.steps = [2]nmea.Stamp{} // the next stamps may be far from the last
	return r.tracker, func() pps.Edge {
		n++
		// Its burst has arrived: only the edge is measured.
		r.tracker.pulse.confirmed = clock.Stamp(receiver.Start(), time.Duration(n)*time.Second).Steady()
		return pps.Edge{Stamp: edgeStamp(clock.Stamp(receiver.Start(), time.Duration(n)*time.Second)), Rising: true}
	}
}

// An edge's way to the unit does not allocate.
func TestEdgeAllocatesNothing(t *testing.T) {
	g, next := lockedTracker(t)
	unit := shm.NewMemory(shm.Layout96)
	feed := driver.NewFeed(unit, nil)
	published := 0
	allocations := testing.AllocsPerRun(100, func() {
		e := next()
		s, _, ok := g.edge(e, nmea.Stamp{Real: e.Stamp.Real, Mono: e.Stamp.Mono}).parts()
		if !ok {
			return
		}
		published++
		if err := feed.Publish(s); err != nil {
			t.Error(err)
		}
	})
	if published < 100 {
		t.Fatalf("%d edges published of 100: this measures nothing", published)
	}
	if allocations > 0 {
		t.Errorf("%v allocations an edge", allocations)
	}
}

// The uncertainty of an edge is that of its sample, and counts for the precision.
func TestEdgeUncertainty(t *testing.T) {
	g, next := lockedTracker(t)
	feed := driver.NewFeed(shm.NewMemory(shm.Layout96), nil)
	for _, want := range []time.Duration{0, 3 * time.Microsecond} {
		for range 30 {
			e := next()
			e.Uncertainty = want
			s, _, ok := g.edge(e, nmea.Stamp{Real: e.Stamp.Real, Mono: e.Stamp.Mono}).parts()
			if !ok || s.Uncertainty != want {
				t.Fatalf("a sample %v with an uncertainty of %v, want %v", ok, s.Uncertainty, want)
			}
			if err := feed.Publish(s); err != nil {
				t.Fatal(err)
			}
		}
		if coarse := feed.Precision() >= -19; coarse != (want > 0) { // 2^-19 s is 2 us
			t.Errorf("an uncertainty of %v: a precision of %d", want, feed.Precision())
		}
	}
}

// The announced sawtooth of a receiver is added to a stamp that is good enough, and only to
// such a stamp.
func TestEdgeSawtooth(t *testing.T) {
	g, next := lockedTracker(t)
	fine := pps.Edge{Within: 50 * time.Nanosecond}
	for _, c := range []struct {
		name string
		edge pps.Edge
		qErr int32
		want int64
	}{
		{"fine", fine, 7_400, 7},
		{"fine, late", fine, -12_600, -13},
		{"fine, not announced", fine, 0, 0},
		{"by the interrupt", pps.Edge{}, 7_400, 0},
		{"by polling", pps.Edge{Within: 20 * time.Microsecond}, 7_400, 0},
		{"in user space", pps.Edge{Coarse: true, Within: 50 * time.Nanosecond}, 7_400, 0},
	} {
		e := next()
		e.Within, e.Coarse = c.edge.Within, c.edge.Coarse
		if c.qErr != 0 {
			since := time.Unix(0, e.Stamp.Real).Round(time.Second).Unix() - 315964800 // 1980-01-06
			pulse := ubx.Pulse{Week: int(since / 604800), TOW: uint32(since%604800) * 1000, UTC: true, QErr: c.qErr, ValidQErr: true}
			g.monitor.See(pulse.Append(nil), e.Stamp.Mono)
		}
		s, _, ok := g.edge(e, nmea.Stamp{Real: e.Stamp.Real, Mono: e.Stamp.Mono}).parts()
		if moved := s.Receive - e.Stamp.Real; !ok || moved != c.want || s.Mono-e.Stamp.Mono != c.want {
			t.Errorf("%s: published %v, moved by %d ns, want %d", c.name, ok, moved, c.want)
		}
	}
}

// BenchmarkEdgeToSegment measures an edge from the return of the source to the unit:
// gate, label, jitter, precision, store.
func BenchmarkEdgeToSegment(b *testing.B) {
	b.ReportAllocs()
	g, next := lockedTracker(b)
	feed := driver.NewFeed(shm.NewMemory(shm.Layout96), nil)
	for b.Loop() {
		e := next()
		s, _, ok := g.edge(e, nmea.Stamp{Real: e.Stamp.Real, Mono: e.Stamp.Mono}).parts()
		if !ok {
			b.Fatal("an edge was withheld")
		}
		if err := feed.Publish(s); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkEdgeLatency measures the time from an edge until its sample is visible in
// the unit, on an idle line. It includes the wake-up of a sleeping driver, and reports
// the median and the 99th percentile.
func BenchmarkEdgeLatency(b *testing.B) {
	g, next := lockedTracker(b)
	source := ppstest.New("fake")
	unit := &doorbell{Segment: shm.NewMemory(shm.Layout96), rung: make(chan time.Time, 1)}
	p := newPulse(Config{Pulse: &PulseConfig{Source: "fake", Open: func() (pps.Source, error) { return source, nil }}}, g)
	ended := make(chan error)
	go func() { ended <- p.read(b.Context(), source, driver.NewFeed(unit, nil)) }()
	var latencies []time.Duration
	for b.Loop() {
		time.Sleep(2 * time.Millisecond) // the driver is asleep again
		e := next()
		at := time.Now()
		source.Push(e)
		latencies = append(latencies, (<-unit.rung).Sub(at))
	}
	source.Fail(pps.ErrGone)
	<-ended
	slices.Sort(latencies)
	b.ReportMetric(float64(latencies[len(latencies)/2])/1e3, "median-us")
	b.ReportMetric(float64(latencies[len(latencies)*99/100])/1e3, "p99-us")
	b.ReportMetric(0, "ns/op")
}
