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
)

// A doorbell is a unit that tells when a sample has become visible in it.
type doorbell struct {
	*shm.Segment
	rung chan time.Time
}

func (d *doorbell) Update(sample shm.Sample) error {
	err := d.Segment.Update(sample)
	d.rung <- time.Now()
	return err
}

// lockedTracker is a guard whose train is locked, and the edges that come next.
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
	r.tracker.steps = [2]nmea.Stamp{} // the stamps to come need not be near
	return r.tracker, func() pps.Edge {
		n++
		// Its burst has come: what follows is about the edge alone.
		r.tracker.pulse.confirmed = clock.Stamp(receiver.Start(), time.Duration(n)*time.Second).Steady()
		return pps.Edge{Stamp: edgeStamp(clock.Stamp(receiver.Start(), time.Duration(n)*time.Second)), Rising: true}
	}
}

// An edge costs no allocation on its way to the unit.
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

// BenchmarkEdgeToSegment is what an edge's sample takes from the return of the
// source to the unit: gate, label, jitter, precision, store.
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

// BenchmarkEdgeLatency is what lies between an edge and its sample's being visible in
// the unit, the waking up of a sleeping driver included, on an idle line: median and
// 99th percentile.
func BenchmarkEdgeLatency(b *testing.B) {
	g, next := lockedTracker(b)
	source := ppstest.New("fake")
	unit := &doorbell{Segment: shm.NewMemory(shm.Layout96), rung: make(chan time.Time, 1)}
	p := newPulse(Config{Pulse: &PulseConfig{Source: "fake", Open: func() (pps.Source, error) { return source, nil }}}, g)
	ended := make(chan error)
	go func() { ended <- p.read(b.Context(), source, driver.NewFeed(unit, nil), 0) }()
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
