package ppstest

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/refclock/refclock/pps"
)

// A Train is a sequence of pulses like those of a receiver.
type Train struct {
	Start    pps.Stamp     // of the first pulse
	Period   time.Duration // 0 is 1 s
	Width    time.Duration // 0 is 100 ms
	Jitter   time.Duration // greatest error of an edge, early or late
	Seed     uint64        // of the jitter
	Inverted bool          // the line is high between pulses, and pulses are low
	NoClear  bool          // only the edges that begin a pulse are captured
}

// Edges returns the edges of n pulses in the order of time, numbered from 1.
func (t Train) Edges(n int) []pps.Edge {
	period, width := orElse(t.Period, time.Second), orElse(t.Width, 100*time.Millisecond)
	random := rand.New(rand.NewPCG(t.Seed, 0))
	at := func(d time.Duration) pps.Stamp {
		if t.Jitter > 0 {
			d += time.Duration(random.Int64N(int64(2*t.Jitter)+1)) - t.Jitter
		}
		return pps.Stamp{Real: t.Start.Real + int64(d), Mono: t.Start.Mono + int64(d)}
	}
	var edges []pps.Edge
	for i := range n {
		begin := time.Duration(i) * period
		edges = append(edges, pps.Edge{Stamp: at(begin), Rising: !t.Inverted})
		if !t.NoClear {
			edges = append(edges, pps.Edge{Stamp: at(begin + width), Rising: t.Inverted})
		}
	}
	return Merge(edges)
}

// Merge sorts edges by their stamps and renumbers them from 1.
func Merge(lists ...[]pps.Edge) []pps.Edge {
	edges := slices.Concat(lists...)
	slices.SortStableFunc(edges, func(a, b pps.Edge) int { return cmp.Compare(a.Stamp.Mono, b.Stamp.Mono) })
	for i := range edges {
		edges[i].Seq = uint32(i + 1)
	}
	return edges
}
