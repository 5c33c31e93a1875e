package interop

import (
	"slices"
	"testing"
	"time"

	"github.com/refclock/refclock/shm"
)

// An edge is an unusual sample, and how a daemon handles it.
type edge struct {
	unit    int
	name    string
	clock   time.Duration // reference minus system clock
	receive time.Duration // receive stamp minus now
	sample  shm.Sample    // its other fields
	refused bool
}

// edges are published at the same time, each on its own unit, to one daemon.
var edges = []edge{
	{unit: 2, name: "nanoseconds", clock: 777 * time.Nanosecond},
	{unit: 3, name: "mode 0", clock: -300 * time.Millisecond, sample: shm.Sample{Plain: true}},
	{unit: 4, name: "leap second, worst precision", sample: shm.Sample{Leap: shm.LeapAdd}},
	{unit: 5, name: "leap 3: not in sync", sample: shm.Sample{Leap: shm.LeapNotInSync}, refused: true},
	{unit: 6, name: "received in the future", receive: 10 * time.Second, refused: true},
	{unit: 250, name: "a high unit", clock: 20000 * time.Second},
}

func TestEdges(t *testing.T) {
	eachDaemon(t, func(t *testing.T, newDaemon newDaemon) {
		d := newDaemon(t, edgeUnits()...)
		d.start()
		publishEdges(t)

		checkEdges(t, d)
		switch d := d.(type) {
		case *chronyd:
			if leap := d.samples(4)[0].leap; leap != "+" {
				t.Errorf("leap column of refclocks.log: %q, want + for a coming leap second", leap)
			}
		case *ntpsec:
			rv := d.variables(4)
			for _, want := range []string{"leap=01", "precision=-1"} {
				if !slices.Contains(rv, want) {
					t.Errorf("ntpq -c rv: %q, want %s", rv, want)
				}
			}
		}
	})
}

func edgeUnits() (units []int) {
	for _, e := range edges {
		units = append(units, e.unit)
	}
	return units
}

// publishEdges publishes until the test ends, twice a second so that a daemon always finds
// a new sample.
func publishEdges(t *testing.T) {
	t.Helper()
	units := make([]*shm.Unit, len(edges))
	for i, e := range edges {
		unit, err := shm.Attach(e.unit)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { unit.Close() })
		units[i] = unit
	}
	end, ended := make(chan struct{}), make(chan struct{})
	t.Cleanup(func() { close(end); <-ended })
	go func() {
		defer close(ended)
		for {
			for i, e := range edges {
				receive := time.Now().Add(e.receive)
				sample := e.sample
				sample.Clock, sample.Receive, sample.Precision = receive.Add(e.clock), receive, -1
				if err := units[i].Update(sample); err != nil {
					t.Errorf("%s: %v", e.name, err)
					return
				}
			}
			select {
			case <-end:
				return
			case <-time.After(500 * time.Millisecond):
			}
		}
	}()
}

// checkEdges checks first the accepted samples, then the refused ones, which the daemon has
// then read as often.
func checkEdges(t *testing.T, d daemon) {
	t.Helper()
	for _, e := range edges {
		if e.refused {
			continue
		}
		for _, offset := range atLeast(t, d, e.unit, 2) {
			checkOffset(t, offset, e.clock.Seconds(), 0)
		}
	}
	for _, e := range edges {
		if got := d.offsets(e.unit); e.refused && len(got) > 0 {
			t.Errorf("%s: offsets %v, want none", e.name, got)
		}
	}
}
