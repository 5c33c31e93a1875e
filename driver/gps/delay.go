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

// median is the middle delay; 0 of none.
func (d *delays) median() time.Duration {
	sorted := d.ring // a copy
	return ranked(sorted[:d.count], d.count/2)
}

// spread is the robust standard deviation of the delays about their median. It is
// taken from the three quarters that lie nearest, not from half: a receiver that is
// late every other second is not steady.
func (d *delays) spread() time.Duration {
	median, off := d.median(), d.ring
	for i := range off[:d.count] {
		off[i] = (off[i] - median).Abs()
	}
	return ranked(off[:d.count], d.count*3/4) * 869 / 1000 // three quarters of a normal distribution lie within 1.15 deviations
}

// ranked is the value that comes at this place, from 0, when the list is sorted.
func ranked(list []time.Duration, place int) time.Duration {
	if len(list) == 0 {
		return 0
	}
	slices.Sort(list)
	return list[place]
}
