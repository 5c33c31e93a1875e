package pps

import (
	"slices"
	"time"
)

// A predictor says when to look at a line that must be polled, so that few looks
// find its edges to within little. As long as it does not know when the edges come
// it wants a look every 5 ms. Once three of each polarity have come a second apart it
// wants none but in a window about the next, where looks follow each other at once.
//
// A window is as short as the last edges permit: their scatter about what was
// predicted, twice, and what is not known of them. An edge that does not come in
// its window makes the next one twice as long; after three the predictor learns anew,
// and for longer each time that its predictions were wrong.
//
// With steady edges there are two windows a second that end with the edge, of about
// 1.1 ms each: 0.2 % of a core. Edges that scatter so much that it would be more than
// 1 % are not predicted. Learning is 200 looks a second: 0.1 % of a core with a
// UART, up to 1 % with a USB adapter.
//
// It knows the monotonic clock only, and asks none: instants come in.
type predictor struct{ rising, falling phase }

const (
	// coarsely is between looks as long as nothing is predicted. A pulse that is
	// shorter is not seen then.
	coarsely = 5 * time.Millisecond

	// blind is for how long nobody may have looked for an edge to be given.
	blind = 2 * coarsely

	// lead is by how much a window begins too early: timers of the Go runtime end up
	// to a millisecond late.
	lead = time.Millisecond

	// margin is what a window has on each side at least.
	margin = 100 * time.Microsecond

	// unsure is added to it as long as few edges have shown how they scatter.
	unsure = 500 * time.Microsecond

	// loosest is by how much edges that are predicted may scatter. Two windows a
	// second of lead and four times that are 1 % of a core.
	loosest = time.Millisecond

	// learnt is how many edges make a prediction, and giveUp how many windows without
	// one unmake it.
	learnt = 3
	giveUp = 3

	// mostPatient is how many edges it takes at most where predictions were wrong
	// again and again.
	mostPatient = 64
)

// next tells when to look after a look at that instant: the same one is at once.
func (p *predictor) next(now int64) int64 {
	p.rising.expire(now)
	p.falling.expire(now)
	if !p.rising.known() || !p.falling.known() {
		return now + int64(coarsely)
	}
	from, _ := p.rising.window()
	if f, _ := p.falling.window(); f < from {
		from = f
	}
	return max(from, now)
}

// edge takes an edge that lies no further from an instant than within. It tells
// whether that is near enough to be of use.
func (p *predictor) edge(rising bool, at int64, within time.Duration) bool {
	phase := &p.falling
	if rising {
		phase = &p.rising
	}
	if 2*within > blind {
		phase.unseen = true
		phase.lose()
		return false
	}
	phase.add(sighting{at: at, within: within})
	return true
}

// A phase is what is known of the edges of one polarity.
type phase struct {
	seen     []sighting      // the last few
	strays   []time.Duration // by how much the last few were off the prediction
	count    int             // edges since it began anew
	patience int             // how many of them to wait for before predicting; at least learnt
	misses   int             // windows in a row without the edge
	unseen   bool            // it came nonetheless in one of these seconds
}

// A sighting is an edge that was found.
type sighting struct {
	n      int   // of the second, counted from any
	at     int64 // on the monotonic clock
	within time.Duration
}

const keepSightings = 8

// add takes an edge, and begins anew with it if it does not fit to the others.
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

// fit numbers an edge after the others, and notes by how much it strays.
func (f *phase) fit(s sighting) int {
	_, last := f.ends()
	one := f.period()
	since := time.Duration(s.at - last.at)
	n := (since + one/2) / one
	known := s.within + last.within + n*f.drift() // what is not known of it is no stray
	stray := max((since-n*one).Abs()-known, 0)
	switch {
	case n < 1 || n > bridge || (since-n*second).Abs() > n*slew || len(f.seen) > 1 && stray > steady:
		f.restart(false)
	case stray > loosest:
		f.restart(true)
	case known <= loosest:
		f.strays = push(f.strays, stray, keepSightings)
		if len(f.strays) == keepSightings {
			f.patience = 0
		}
	}
	return last.n + int(n)
}

// restart forgets the edges. Where they were there, and not where they were
// predicted, it takes twice as long to predict them again.
func (f *phase) restart(wrong bool) {
	patience := f.patience
	if wrong {
		patience = min(2*max(patience, learnt), mostPatient)
	}
	*f = phase{patience: patience}
}

// period is the time between two edges, 1 s as long as there is but one.
func (f *phase) period() time.Duration {
	first, last := f.ends()
	if last.n == first.n {
		return second
	}
	return time.Duration(last.at-first.at) / time.Duration(last.n-first.n)
}

// drift is by how much the period may be wrong.
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

// scatter is the furthest that one of the last edges was off its prediction.
func (f *phase) scatter() time.Duration {
	if len(f.strays) == 0 {
		return 0
	}
	return slices.Max(f.strays)
}

// known tells whether the next edge can be predicted.
func (f *phase) known() bool { return f.count >= max(f.patience, learnt) }

// window is where the next edge is to be looked for.
func (f *phase) window() (from, until int64) {
	_, last := f.ends()
	n := time.Duration(1 + f.misses)
	half := margin + last.within + n*f.drift() + 2*f.scatter()
	if len(f.strays) < keepSightings {
		half += unsure
	}
	half <<= f.misses
	middle := last.at + int64(n*f.period())
	return middle - int64(half+lead), middle + int64(half)
}

// expire counts the window that ended without an edge.
func (f *phase) expire(now int64) {
	for f.known() {
		if _, until := f.window(); now <= until {
			return
		}
		f.lose()
	}
}

// lose counts an edge that was not seen. After too many it begins anew.
func (f *phase) lose() {
	if f.misses++; f.misses >= giveUp {
		f.restart(f.unseen)
	}
}
