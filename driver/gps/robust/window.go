// Package robust has statistics that a few outliers do not change.
package robust

import (
	"slices"
	"time"
)

// MaxCapacity is the capacity of the largest [Window].
const MaxCapacity = 64

// A Window keeps the last few durations that were added. Its methods do not allocate.
type Window struct {
	ring     [MaxCapacity]time.Duration
	capacity int
	count    int
	next     int
}

// NewWindow returns an empty window. The capacity is from 1 to [MaxCapacity].
func NewWindow(capacity int) Window { return Window{capacity: capacity} }

// Add adds a duration. In a full window it replaces the oldest.
func (w *Window) Add(d time.Duration) {
	w.ring[w.next] = d
	w.next = (w.next + 1) % w.capacity
	w.count = min(w.count+1, w.capacity)
}

// Reset removes all durations.
func (w *Window) Reset() { w.count, w.next = 0, 0 }

// Len returns how many durations the window has.
func (w *Window) Len() int { return w.count }

// Median returns the median, the upper one of an even number; 0 if the window is empty.
func (w *Window) Median() time.Duration { return ranked(w.ring[:w.count], w.count/2) }

// Spread returns the robust standard deviation about the median; 0 if the window is
// empty. It uses the nearest three quarters, not half: a receiver that is late every
// other second is not steady.
func (w *Window) Spread() time.Duration {
	// Three quarters of a normal distribution lie within 1.15 deviations.
	var off [MaxCapacity]time.Duration
	m := w.Median()
	for i, d := range w.ring[:w.count] {
		off[i] = (d - m).Abs()
	}
	return ranked(off[:w.count], w.count*3/4) * 869 / 1000
}

// WrappedSpread returns the spread with a period added to the durations under half of
// it. Remainders of durations near a whole number of periods alternate between small
// and large; this is their true spread.
func (w *Window) WrappedSpread(period time.Duration) time.Duration {
	wrapped := *w
	for i, d := range w.ring[:w.count] {
		if d < period/2 {
			wrapped.ring[i] = d + period
		}
	}
	return wrapped.Spread()
}

// ranked returns the duration at this place, from 0, in sorted order.
func ranked(durations []time.Duration, place int) time.Duration {
	if len(durations) == 0 {
		return 0
	}
	var copied [MaxCapacity]time.Duration
	sorted := copied[:copy(copied[:], durations)]
	slices.Sort(sorted)
	return sorted[place]
}
