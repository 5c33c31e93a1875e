package gps

import (
	"slices"
	"time"
)

// keepDelays is how many delays are kept: the median of nine has turned after five
// seconds where a receiver changes its habits, and lags four behind where it wanders.
const keepDelays = 9

// delays are the last few times from a second's edge to the burst that names it.
type delays struct {
	ring  [keepDelays]time.Duration
	count int
	next  int
}

func (d *delays) add(delay time.Duration) {
	d.ring[d.next] = delay
	d.next = (d.next + 1) % keepDelays
	d.count = min(d.count+1, keepDelays)
}

func (d *delays) median() time.Duration { return median(d.ring[:d.count]) }
func (d *delays) spread() time.Duration { return spread(d.ring[:d.count]) }

const (
	// A history has a delay every quarter of a minute for a quarter of an hour: it
	// outlasts the wander of receivers, and is short for the memory of a restart.
	keepHistory  = 64
	historyEvery = 15 * time.Second

	// historyLeast is how many of them it takes to say anything.
	historyLeast = 4
)

// A history is how the delay was over the last while: what a restart should know.
type history struct {
	ring  [keepHistory]time.Duration
	count int
	next  int
	last  int64 // monotonic
}

// add takes the delay of the moment, if the last is old enough.
func (h *history) add(delay time.Duration, mono int64) {
	if h.count > 0 && mono-h.last < int64(historyEvery) {
		return
	}
	h.last = mono
	h.ring[h.next] = delay
	h.next = (h.next + 1) % keepHistory
	h.count = min(h.count+1, keepHistory)
}

// learnt is what is worth keeping.
func (h *history) learnt() (Learnt, bool) {
	held := h.ring[:h.count]
	return Learnt{Delay: median(held), Spread: spread(held)}, h.count >= historyLeast
}

// median is the middle of the delays; 0 of none.
func median(held []time.Duration) time.Duration { return ranked(held, len(held)/2) }

// spread is the robust standard deviation of the delays about their median. It is
// taken from the three quarters that lie nearest, not from half: a receiver that is
// late every other second is not steady.
func spread(held []time.Duration) time.Duration {
	// Three quarters of a normal distribution lie within 1.15 deviations.
	var off [keepHistory]time.Duration
	m := median(held)
	for i, d := range held {
		off[i] = (d - m).Abs()
	}
	return ranked(off[:len(held)], len(held)*3/4) * 869 / 1000
}

// ranked is the value that comes at this place, from 0, when the delays are sorted.
func ranked(held []time.Duration, place int) time.Duration {
	if len(held) == 0 {
		return 0
	}
	var copied [keepHistory]time.Duration
	sorted := copied[:copy(copied[:], held)]
	slices.Sort(sorted)
	return sorted[place]
}
