package pps

import (
	"slices"
	"time"
)

// A beat watches the edges of one polarity: which come a second after another, and
// how regular they are.
type beat struct {
	seen   uint64
	last   Stamp         // of any edge
	on     Stamp         // of the last edge on the beat
	period time.Duration // between the last two on the beat, for one second
	run    int           // seconds on the beat in a row; up to a few more than is enough
	extra  int           // edges off the beat since the last one on it
	dirty  bool          // there were such before that one, too
	passed bool          // an edge was let through since the beat was found
	strays time.Duration // how far edges near the beat are off it, on average

	intervals intervals // between all edges
}

// A step is what a beat says of an edge.
type step struct {
	period  time.Duration // since the last edge of this polarity
	elapsed int           // seconds since the last one on the beat
	off     bool          // it is not on the beat
}

const (
	second = time.Second

	// slew is by how much an interval may differ from whole seconds: a time daemon
	// lets the system clock run by up to 8.3 % (100 ms in 1.2 s) too fast or too slow.
	slew = second / 10

	// steady is by how much it may differ from the last one, at the most.
	steady = 20 * time.Millisecond

	// steadier is by how much it may always differ, and strayFactor how many times
	// further off than edges are on average one may be. Who comes between that and
	// steady is a glitch just ahead of its pulse, or the first edge of another rhythm,
	// which is the average soon.
	steadier    = time.Millisecond
	strayFactor = 8

	// bridge is the longest gap that is counted in whole seconds; five times the
	// slew would be half a second.
	bridge = 4
)

// push takes the next edge.
func (b *beat) push(at Stamp) step {
	b.seen++
	if b.seen == 1 {
		b.last = at
		b.restart(at)
		return step{}
	}
	s := step{period: at.Sub(b.last)}
	b.last = at
	b.intervals.add(s.period)

	since := at.Sub(b.on)
	one := second
	if b.period > 0 {
		one = b.period
	}
	n := (since + one/2) / one
	switch {
	case since > bridge*(second+slew):
		b.restart(at)
	case n >= 1 && b.fits(since, n):
		if b.strayed(since, n) {
			s.off = true
			b.extra++
			break
		}
		b.onBeat(at, since, int(n))
		s.elapsed = int(n)
	default:
		s.off = true
		b.extra++
		// Several off the beat and none on it: the beat is elsewhere.
		if since > second+slew && b.extra > 1 {
			b.restart(at)
		}
	}
	return s
}

// fits tells whether an interval is n seconds long.
func (b *beat) fits(since, n time.Duration) bool {
	if (since - n*second).Abs() > n*slew {
		return false
	}
	if b.period == 0 {
		return n == 1 // nothing is known yet
	}
	return (since - n*b.period).Abs() <= n*steady
}

// strayed tells whether an edge that fits is further off the beat than its edges are:
// any other may follow that is nearer. It takes note of each, so that the room shrinks
// to what the source's jitter takes, and one edge opens it for the next of its like.
func (b *beat) strayed(since, n time.Duration) bool {
	if b.period == 0 {
		return false
	}
	off := (since - n*b.period).Abs() / n
	room := max(steadier, strayFactor*b.strays)
	b.strays += (off - b.strays) / strayFactor
	return b.locked() && off > room
}

// onBeat takes an edge that came n seconds after the last one on the beat.
func (b *beat) onBeat(at Stamp, since time.Duration, n int) {
	clean := b.extra == 0
	switch {
	case clean && n == 1, b.run >= enough && n > 1:
		b.run = min(b.run+1, enough)
	case b.run >= enough && !b.dirty: // a lone glitch
	default:
		b.run, b.passed = 0, false
	}
	b.on, b.period = at, since/time.Duration(n)
	b.dirty, b.extra = !clean, 0
}

// restart begins anew with this edge.
func (b *beat) restart(at Stamp) {
	b.on, b.period, b.run, b.extra, b.dirty, b.passed = at, 0, 0, 0, false, false
	b.strays = steady / strayFactor
}

func (b *beat) locked() bool { return b.run >= enough }

// rate is how many edges there are a second; 0 where they are not regular.
func (b *beat) rate() float64 {
	if median := b.intervals.median(); b.intervals.known() && b.regular() {
		return second.Seconds() / median.Seconds()
	}
	return 0
}

// offRate tells whether the edges are regular, and not one a second.
func (b *beat) offRate() bool {
	return b.intervals.known() && b.regular() && (b.intervals.median()-second).Abs() > slew
}

// regular tells whether most intervals are alike. Few may be of any length.
func (b *beat) regular() bool {
	if !b.intervals.known() {
		return true
	}
	median, alike := b.intervals.median(), 0
	for _, d := range b.intervals.list {
		if (d - median).Abs() <= median/10 {
			alike++
		}
	}
	return 4*alike >= 3*len(b.intervals.list)-3 // a lone glitch or missing pulse is none of most
}

// intervals are the last few times between edges.
type intervals struct{ list []time.Duration }

const (
	keepIntervals = 12
	fewIntervals  = 4
)

func (i *intervals) add(d time.Duration) { i.list = push(i.list, d, keepIntervals) }
func (i *intervals) known() bool         { return len(i.list) >= fewIntervals }
func (i *intervals) median() time.Duration {
	return median(i.list)
}

// widths are how long the line was active, the last few times.
type widths struct {
	list    []time.Duration
	missing int
}

const (
	keepWidths = 5
	fewWidths  = 2
)

func (w *widths) add(d time.Duration) {
	w.list = push(w.list, d, keepWidths)
	w.missing = 0
}

// pause notes that the line became active again; if it never becomes inactive
// meanwhile, what is known of the widths is out of date.
func (w *widths) pause() {
	if w.missing++; w.missing > keepWidths {
		w.list = w.list[:0]
	}
}

func (w *widths) known() bool           { return len(w.list) >= fewWidths }
func (w *widths) median() time.Duration { return median(w.list) }

// push appends to a list that keeps only the last few.
func push(list []time.Duration, d time.Duration, keep int) []time.Duration {
	if len(list) == keep {
		list = append(list[:0], list[1:]...)
	}
	return append(list, d)
}

// median is the middle one, the lower of two; 0 of none. An edge waits for it, so
// that it sorts a copy without asking for memory.
func median(list []time.Duration) time.Duration {
	if len(list) == 0 {
		return 0
	}
	var most [keepIntervals]time.Duration
	sorted := most[:copy(most[:], list)]
	slices.Sort(sorted)
	return sorted[(len(sorted)-1)/2]
}
