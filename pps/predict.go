package pps

import (
	"slices"
	"time"
)

// A predictor determines when to poll a line, so that few polls find its edges
// accurately. At first it polls every 5 ms. After three edges of each polarity a second
// apart, it polls only in a window around the next edge, without a pause.
//
// The width of a window is twice the scatter of the last edges about their predictions,
// plus the uncertainty of their stamps. If an edge is not in its window, the next window
// is twice as wide. After three windows without an edge the predictor learns again, and
// for longer each time its predictions were wrong.
//
// With steady edges there are two windows per second of about 1.1 ms, each ended by its
// edge: 0.2 % of a core. Edges whose scatter would need more than 1 % are not predicted.
// Learning is 200 polls per second: 0.1 % of a core with a UART, up to 1 % with a USB
// adapter.
//
// All instants are of the monotonic clock. The predictor does not read it.
type predictor struct{ rising, falling phase }

const (
	// pollEvery is the time between polls while nothing is predicted. Shorter pulses are
	// not seen then.
	pollEvery = 5 * time.Millisecond

	// maxPollGap is the longest time between two polls for which an edge is returned.
	maxPollGap = 2 * pollEvery

	// lead is how much earlier a window begins, since timers of the Go runtime are up to
	// a millisecond late.
	lead = time.Millisecond

	// margin is the least width of a window on each side.
	margin = 100 * time.Microsecond

	// unsure is added to margin until enough edges have shown their scatter.
	unsure = 500 * time.Microsecond

	// maxScatter is the greatest scatter of edges that are predicted. Two windows per
	// second, each of lead and four times maxScatter, are 1 % of a core.
	maxScatter = time.Millisecond

	// A prediction needs minEdges edges, and is dropped after maxMisses windows without
	// one.
	minEdges  = 3
	maxMisses = 3

	// maxPatience is the most edges that a prediction needs after repeated wrong
	// predictions.
	maxPatience = 64
)

// next returns when to poll after a poll at now: now means at once.
func (p *predictor) next(now int64) int64 {
	p.rising.expire(now)
	p.falling.expire(now)
	if !p.rising.known() || !p.falling.known() {
		return now + int64(pollEvery)
	}
	from, _ := p.rising.window()
	if f, _ := p.falling.window(); f < from {
		from = f
	}
	return max(from, now)
}

// edge adds an edge at an instant whose error is at most within. It reports whether that is
// accurate enough to use.
func (p *predictor) edge(rising bool, at int64, within time.Duration) bool {
	phase := &p.falling
	if rising {
		phase = &p.rising
	}
	if 2*within > maxPollGap {
		phase.unseen = true
		phase.lose()
		return false
	}
	phase.add(sighting{at: at, within: within})
	return true
}

// A phase describes the edges of one polarity.
type phase struct {
	seen     []sighting      // the last few edges
	strays   []time.Duration // errors of their predictions
	count    int             // edges since the last restart
	patience int             // edges needed before predicting, if more than minEdges
	misses   int             // windows in a row without an edge
	unseen   bool            // there was an edge outside one of these windows
}

// A sighting is an edge that was found.
type sighting struct {
	n      int   // number of its second, from any origin
	at     int64 // on the monotonic clock
	within time.Duration
}

const keepSightings = 8

// add adds an edge, and restarts with it if it does not fit the others.
func (f *phase) add(s sighting) {
	if len(f.seen) > 0 {
		s.n = f.fit(s)
	}
	if len(f.seen) == keepSightings {
		f.seen = slices.Delete(f.seen, 0, 1)
	}
	f.seen = append(f.seen, s)
	f.count++
	f.misses, f.unseen = 0, false
}

// fit numbers an edge after the others and records its stray.
func (f *phase) fit(s sighting) int {
	_, last := f.ends()
	one := f.period()
	since := time.Duration(s.at - last.at)
	n := (since + one/2) / one
	unsure := s.within + last.within + n*f.drift() // does not count as stray
	stray := max((since-n*one).Abs()-unsure, 0)
	switch {
	case n < 1 || n > bridge || (since-n*second).Abs() > n*slew || stray > maxStray:
		f.restart(false)
	case stray > maxScatter:
		f.restart(true)
	case unsure <= maxScatter:
		f.strays = push(f.strays, stray, keepSightings)
		if len(f.strays) == keepSightings {
			f.patience = 0
		}
	}
	return last.n + int(n)
}

// restart forgets the edges. If the predictions were wrong, the next one needs twice as
// many edges.
func (f *phase) restart(wrong bool) {
	patience := f.patience
	if wrong {
		patience = min(2*max(patience, minEdges), maxPatience)
	}
	*f = phase{patience: patience}
}

// period returns the time between two edges, 1 s if there is only one.
func (f *phase) period() time.Duration {
	first, last := f.ends()
	if last.n == first.n {
		return second
	}
	return time.Duration(last.at-first.at) / time.Duration(last.n-first.n)
}

// drift returns the greatest error of the period.
func (f *phase) drift() time.Duration {
	first, last := f.ends()
	if last.n == first.n {
		return slew
	}
	return (first.within + last.within) / time.Duration(last.n-first.n)
}

func (f *phase) ends() (first, last sighting) {
	if len(f.seen) == 0 {
		return
	}
	return f.seen[0], f.seen[len(f.seen)-1]
}

// scatter returns the greatest error of the last predictions.
func (f *phase) scatter() time.Duration {
	if len(f.strays) == 0 {
		return 0
	}
	return slices.Max(f.strays)
}

// known reports whether the next edge can be predicted.
func (f *phase) known() bool { return f.count >= max(f.patience, minEdges) }

// window returns the interval in which to poll for the next edge.
func (f *phase) window() (from, until int64) {
	middle, half := f.next()
	return middle - int64(half+lead), middle + int64(half)
}

// next returns when the next edge is expected, and how far from it the edge may be.
func (f *phase) next() (middle int64, half time.Duration) {
	_, last := f.ends()
	n := time.Duration(1 + f.misses)
	half = margin + last.within + n*f.drift() + 2*f.scatter()
	if len(f.strays) < keepSightings {
		half += unsure
	}
	return last.at + int64(n*f.period()), half << f.misses
}

// expire counts the windows that ended without an edge.
func (f *phase) expire(now int64) {
	for f.known() {
		if _, until := f.window(); now <= until {
			return
		}
		f.lose()
	}
}

// lose counts an edge that was not seen, and restarts after too many.
func (f *phase) lose() {
	if f.misses++; f.misses >= maxMisses {
		f.restart(f.unseen)
	}
}
