package pps

import (
	"fmt"
	"slices"
	"time"
)

// A Lateness is how late the kernel's stamps of a line are, as far as a [Meter] has measured
// it. The kernel stamps an edge in its interrupt handler, some microseconds after the edge.
type Lateness struct {
	Known  bool          // Median is known, and taken off
	Median time.Duration // of the last good measurement
	Spread time.Duration // of a single stamp: a robust standard deviation, with the error of polling

	Why    LatenessReason // of the last measurement: LatenessMeasured if it is good
	Detail string         // what was found, if Why is something else

	// The following fields are from the last measurement.
	Windows     int // pulses for which the level was polled
	Caught      int // of these, the ones whose edge was found between two polls
	Early       int // the level changed before the first poll
	None        int // the level did not change
	Interrupted int // the thread lost its processor meanwhile
	Unpaired    int // the source returned no edge, or could not be predicted, or the clock was set meanwhile

	Measurements uint64 // since the meter was made, good or not
	Changes      uint64 // good ones whose median differs from the one before

	// Ordinary is why the thread has ordinary priority, or is not bound to one core; nil if
	// it has SCHED_FIFO.
	Ordinary error
}

// A LatenessReason is why a measurement has no result.
type LatenessReason int

const (
	LatenessMeasured  LatenessReason = iota // it has a result
	LatenessPending                         // there was no measurement yet
	LatenessOneCore                         // there is only one processor
	LatenessNoLine                          // there is no pulse whose level can be polled
	LatenessUnsteady                        // the next pulse cannot be predicted
	LatenessUnread                          // the level could not be read
	LatenessSlow                            // a poll takes too long
	LatenessNoFlip                          // the level never changed in the window
	LatenessFew                             // too few edges were caught
	LatenessScattered                       // the differences scatter too much
	LatenessAbsurd                          // the difference is impossible
)

// String returns the reason in a few words.
func (r LatenessReason) String() string { return latenessReasons[r] }

var latenessReasons = [...]string{
	LatenessMeasured:  "measured",
	LatenessPending:   "not measured yet",
	LatenessOneCore:   "only one processor",
	LatenessNoLine:    "no GPIO line with a pulse",
	LatenessUnsteady:  "pulse not steady",
	LatenessUnread:    "level unreadable",
	LatenessSlow:      "level read too slowly",
	LatenessNoFlip:    "level does not change",
	LatenessFew:       "too few edges caught",
	LatenessScattered: "lateness scatters",
	LatenessAbsurd:    "lateness impossible",
}

// LatenessReasons returns all reasons why there is no result.
func LatenessReasons() (list []LatenessReason) {
	for r := LatenessPending; int(r) < len(latenessReasons); r++ {
		list = append(list, r)
	}
	return list
}

const (
	// A measurement ends after enoughFlips edges, or maxWindows pulses. With fewer than
	// minFlips edges it has no result.
	enoughFlips = 40
	minFlips    = 12
	maxWindows  = 60

	// maxBracket is the longest time of two polls in which a level changed that is accepted.
	maxBracket = 20 * time.Microsecond

	// jolt is how much more than twice the shortest time two polls may take. Beyond it, an
	// interrupt or another thread was in between, and the middle means nothing.
	jolt = 500 * time.Nanosecond

	// maxLateness is the greatest plausible median. The window begins 0.1 ms before the
	// expected stamp.
	maxLateness = 80 * time.Microsecond

	// maxLateSpread is the greatest spread of a result.
	maxLateSpread = 20 * time.Microsecond

	// unlikeClock is how much the difference of the two clocks may vary within a second,
	// unless one was set.
	unlikeClock = 100 * time.Microsecond

	// changedBy is the least difference of two medians that counts as a change.
	changedBy = 500 * time.Nanosecond

	// maxFailed is how many measurements in a row may fail before the last result is dropped.
	maxFailed = 3
)

// A tally collects the edges of one measurement.
type tally struct {
	windows, early, none, unpaired int

	caught   []caught
	shortest time.Duration // of two polls; 0 if unknown
	err      error         // of reading the level
}

// caught is an edge that was found by polling.
type caught struct {
	late   time.Duration // its stamp less the polled change
	within time.Duration // error of the polled change
}

// enough reports whether the measurement can end.
func (t *tally) enough() bool {
	return t.err != nil || t.windows >= maxWindows || len(t.caught) >= enoughFlips && len(t.sure()) >= enoughFlips
}

// add adds a window, and the edge for which the source returned a stamp; nil if none arrived.
func (t *tally) add(f flip, e *Edge) {
	t.windows++
	if f.shortest > 0 && (t.shortest == 0 || f.shortest < t.shortest) {
		t.shortest = f.shortest
	}
	switch {
	case f.found == flipEarly:
		t.early++
	case f.found == flipNone:
		t.none++
	case f.found == flipUnread:
		t.err = f.err
	case !pairs(f, e):
		t.unpaired++
	default:
		t.caught = append(t.caught, caught{time.Duration(e.Stamp.Real - f.at.Real), f.within})
	}
}

// skip adds a pulse that could not be predicted.
func (t *tally) skip() {
	t.windows++
	t.unpaired++
}

// sure returns the edges during which the thread did not lose its processor.
func (t *tally) sure() (list []caught) {
	limit := min(2*t.shortest+jolt, maxBracket)
	for _, c := range t.caught {
		if 2*c.within <= limit {
			list = append(list, c)
		}
	}
	return list
}

// pairs reports whether an edge is the change that was caught. It compares the stamps on
// CLOCK_REALTIME, because the kernel's are exact there; CLOCK_MONOTONIC shows whether that
// clock was set.
func pairs(f flip, e *Edge) bool {
	if e == nil {
		return false
	}
	late := time.Duration(e.Stamp.Real - f.at.Real)
	return late.Abs() < time.Millisecond && (late-e.Stamp.Sub(f.at)).Abs() < unlikeClock
}

// result returns the median and the spread of the edges, and why they cannot be used.
func (t *tally) result() (m, spread time.Duration, why LatenessReason, detail string) {
	list := t.sure()
	switch {
	case t.err != nil:
		return 0, 0, LatenessUnread, t.err.Error()
	case t.shortest > maxBracket:
		return 0, 0, LatenessSlow, fmt.Sprintf("two polls take %v", round(t.shortest))
	case t.none > t.windows*3/4:
		return 0, 0, LatenessNoFlip, fmt.Sprintf("%d of %d pulses", t.none, t.windows)
	case len(list) < minFlips:
		return 0, 0, LatenessFew, fmt.Sprintf("%d of %d: %d interrupted, %d early, %d not seen, %d without an edge",
			len(list), t.windows, len(t.caught)-len(list), t.early, t.none, t.unpaired)
	}
	var late, strays, within []time.Duration
	for _, c := range list {
		late, within = append(late, c.late), append(within, c.within)
	}
	m = medianOf(late)
	for _, d := range late {
		strays = append(strays, (d - m).Abs())
	}
	half := medianOf(within)
	spread = max(medianOf(strays)*3/2, half) // 1.48 times for a normal distribution
	switch {
	case spread > maxLateSpread:
		return 0, 0, LatenessScattered, fmt.Sprintf("by %v", round(spread))
	case m > maxLateness, m < -(half + time.Microsecond):
		return 0, 0, LatenessAbsurd, fmt.Sprintf("%v after the level changed", round(m))
	}
	return m, spread, LatenessMeasured, ""
}

func medianOf(list []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(list))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// A lateEstimate is the state of the estimate.
//
//	state    measurement                        effect
//	unknown  good                               known
//	unknown  not good                           stays unknown
//	known    good, the same median              takes its median
//	known    good, a median beyond both spreads takes its median, and counts a change
//	known    not good                           keeps the median
//	known    not good, the third in a row       unknown
//	any      another line                       unknown
type lateEstimate struct {
	Lateness
	failed int // measurements in a row
}

// add adds a measurement.
func (s *lateEstimate) add(t *tally) {
	s.Measurements++
	sure := len(t.sure())
	s.Windows, s.Caught, s.Early = t.windows, sure, t.early
	s.None, s.Interrupted, s.Unpaired = t.none, len(t.caught)-sure, t.unpaired
	m, spread, why, detail := t.result()
	if why != LatenessMeasured {
		s.fail(why, detail)
		return
	}
	if s.Known && (m-s.Median).Abs() > max(changedBy, s.Spread, spread) {
		s.Changes++
	}
	s.Known, s.Median, s.Spread, s.failed = true, m, spread, 0
	s.Why, s.Detail = why, detail
}

// fail adds a measurement without a result.
func (s *lateEstimate) fail(why LatenessReason, detail string) {
	s.Why, s.Detail = why, detail
	if s.failed++; s.failed >= maxFailed {
		s.forget()
	}
}

// forget drops the result.
func (s *lateEstimate) forget() { s.Known, s.Median, s.Spread = false, 0, 0 }
