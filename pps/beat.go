package pps

import (
	"slices"
	"time"
)

// A beat follows the edges of one polarity: which of them are a second apart, and how
// regular they are.
type beat struct {
	seen   uint64
	last   Stamp         // of any edge
	on     Stamp         // of the last edge on the beat
	period time.Duration // per second, between the last two edges on the beat
	run    int           // seconds on the beat in a row, up to enough
	extra  int           // edges off the beat since the last one on it
	dirty  bool          // there were extra edges before that one, too
	passed bool          // the gate passed an edge since the beat was found
	strays time.Duration // average error of edges near the beat

	intervals intervals // between all edges
}

// A step is the result of a beat for one edge.
type step struct {
	period  time.Duration // since the last edge of this polarity
	elapsed int           // seconds since the last edge on the beat
	off     bool          // the edge is not on the beat
}

const (
	second = time.Second

	// slew is the tolerance of an interval of one second: a time daemon lets the system
	// clock run up to 8.3 % (100 ms in 1.2 s) fast or slow.
	slew = second / 10

	// maxStray is the tolerance of an interval compared with the last one.
	maxStray = 20 * time.Millisecond

	// minStray is always tolerated, and so is strayFactor times the average error. An
	// edge beyond both but within maxStray is a glitch just before its pulse, or the
	// first edge of another rhythm. Another rhythm soon raises the average.
	minStray    = time.Millisecond
	strayFactor = 8

	// bridge is the longest gap in seconds that is counted in whole seconds; in five
	// seconds the slew would be half a second.
	bridge = 4
)

// push adds the next edge.
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
	// This is right while the clock is slewed, too: over bridge seconds, slew is less than half a second.
	n := (since + second/2) / second
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
		// Several edges off the beat and none on it: the beat has moved.
		if since > second+slew && b.extra > 1 {
			b.restart(at)
		}
	}
	return s
}

// fits reports whether an interval is n seconds long.
func (b *beat) fits(since, n time.Duration) bool {
	if (since - n*second).Abs() > n*slew {
		return false
	}
	if b.period == 0 {
		return n == 1 // no period yet
	}
	return (since - n*b.period).Abs() <= n*maxStray
}

// strayed updates the average error with an edge that fits. It reports whether the edge
// is further off the beat than usual, so that a closer edge may follow. The tolerance
// shrinks to the jitter of the source; one stray edge raises it for the next.
func (b *beat) strayed(since, n time.Duration) bool {
	if b.period == 0 {
		return false
	}
	off := (since - n*b.period).Abs() / n
	room := max(minStray, strayFactor*b.strays)
	b.strays += (off - b.strays) / strayFactor
	return b.locked() && off > room
}

// onBeat adds an edge n seconds after the last one on the beat.
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

// restart starts again with this edge.
func (b *beat) restart(at Stamp) {
	b.on, b.period, b.run, b.extra, b.dirty, b.passed = at, 0, 0, 0, false, false
	b.strays = maxStray / strayFactor
}

func (b *beat) locked() bool { return b.run >= enough }

// rate returns the edges per second, or 0 if they are not regular.
func (b *beat) rate() float64 {
	if median := b.intervals.median(); b.intervals.known() && b.regular() {
		return second.Seconds() / median.Seconds()
	}
	return 0
}

// offRate reports whether the edges are regular but not one per second.
func (b *beat) offRate() bool {
	return b.intervals.known() && b.regular() && (b.intervals.median()-second).Abs() > slew
}

// regular reports whether most intervals are alike. With too few it is true.
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
	return 4*alike >= 3*len(b.intervals.list)-3 // tolerates a single glitch or missing pulse
}

// intervals are the last few intervals between edges.
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

// widths are the last few durations of the active level.
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

// pause records that the line became active again. After several times without an
// inactive level between them, the widths are outdated.
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

// median returns the median, the lower of two, or 0 for an empty list. It does not
// allocate, because it delays an edge.
func median(list []time.Duration) time.Duration {
	if len(list) == 0 {
		return 0
	}
	var most [keepIntervals]time.Duration
	sorted := most[:copy(most[:], list)]
	slices.Sort(sorted)
	return sorted[(len(sorted)-1)/2]
}
