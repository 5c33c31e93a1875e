package gps

import (
	"sync"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

// A guard lets the goroutines of a receiver's port and of its pulse use one
// labeller in turn. They meet when a burst ends at an edge, which is rare; else the lock
// costs the edge some 20 ns. One that must wait, at the longest while a witness is asked
// or a Memory reads its file, is published later: it is stamped already.
type guard struct {
	mu sync.Mutex
	labeller
}

func newGuard(c Config) *guard { return &guard{labeller: newLabeller(c)} }

// epoch is labeller's. It tells besides whether the feed is to start anew.
func (g *guard) epoch(e nmea.Epoch, at nmea.Stamp) (s driver.Sample, state driver.State, restart, ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	s, state, ok = g.labeller.epoch(e, at)
	return s, state, g.restart, ok
}

// edge is labeller's, with the same addition.
func (g *guard) edge(e pps.Edge, at nmea.Stamp) (s driver.Sample, state driver.State, restart, ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	s, state, ok = g.labeller.edge(e, at)
	return s, state, g.restart, ok
}

func (g *guard) pulse(at nmea.Stamp) driver.State {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.train.state(at)
}

func (g *guard) lose(why driver.State, now nmea.Stamp) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.labeller.lose(why, now)
}

func (g *guard) learnt() (receiver string, learnt Learnt, ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.labeller.learnt()
}

// reopened notes that another receiver may be on the port from now on, at this rate.
func (g *guard) reopened(baud int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.labeller.reopened(baud)
}

// refitted notes that another line may bring the pulse from now on.
func (g *guard) refitted() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.train.locked {
		g.train.doubt(recounted)
	}
}
