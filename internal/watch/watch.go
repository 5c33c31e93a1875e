// Package watch observes units of NTP shared memory without changing them: the samples,
// their jitter, and whether a consumer reads them.
//
// A unit cannot be waited for. A Watcher polls it, and detects new samples by what has
// changed. A consumer is detected because it clears valid.
package watch

import (
	"errors"
	"slices"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/shm"
)

// PollInterval is the poll interval of a Watcher. Samples arrive once a second. Fifty polls in
// between show whether the consumer took a sample before the next one replaced it.
const PollInterval = 20 * time.Millisecond

// A Reading is a sample, and what is known of its unit at that time.
type Reading struct {
	Unit      int
	Seen      time.Time // the time of the poll that found it
	Sample    shm.Sample
	Offset    time.Duration // clock - receive: negative if the clock is behind the system clock
	Jitter    time.Duration
	HasJitter bool // whether there are enough samples for a jitter
	Readers   Readers

	// Interval is the longest of the last intervals between samples: how long to wait for
	// the next. 0 if there was only one.
	Interval time.Duration
}

// Readers counts what became of the samples.
type Readers struct {
	Taken uint64 // samples that a consumer took
	Lost  uint64 // samples that were overwritten before a consumer took them
}

// A Watcher watches one unit. It is not safe for concurrent use.
type Watcher struct {
	segment *shm.Segment
	unit    int
	jitter  driver.Jitter
	begun   bool
	last    shm.Sample
	between []time.Duration // the last intervals
	sampled time.Time       // receive stamp of the last new sample
	waiting bool            // at the last poll, the last sample was not yet taken
	once    bool            // the producer increments count once per sample
	readers Readers
}

// New returns a Watcher for a unit's segment.
func New(unit int, segment *shm.Segment) *Watcher { return &Watcher{unit: unit, segment: segment} }

// Poll polls the unit once, at the time now. It reports whether there is a sample that
// was not there at the last poll.
func (w *Watcher) Poll(now time.Time) (Reading, bool, error) {
	sample, err := w.segment.Read()
	switch {
	case errors.Is(err, shm.ErrClash):
		return Reading{}, false, nil // being written; the next poll finds it
	case errors.Is(err, shm.ErrNoSample):
		w.begun = true // the first sample will be new
		return Reading{}, false, nil
	case err != nil:
		return Reading{}, false, err
	}
	valid := sample.Valid
	// Most producers increment count before and after they write, so an odd count means an
	// incomplete sample. Some increment it once per sample: a valid sample with an odd
	// count shows that.
	w.once = w.once || valid && sample.Count&1 == 1
	if !valid && sample.Count&1 == 1 && !w.once {
		return Reading{}, false, nil
	}
	if !possible(sample.Clock, sample.Receive) {
		return Reading{}, false, errTime
	}
	fresh := w.fresh(sample)
	if w.begun && w.waiting {
		switch {
		case fresh:
			w.readers.Lost++
		case !valid:
			w.readers.Taken++
		}
	}
	// A sample that was taken before the first poll does not count: it may be days old.
	isNew := fresh && (w.begun || valid)
	// A consumer may take a sample before it is polled.
	if fresh && w.begun && !valid {
		w.readers.Taken++
	}
	w.begun, w.last, w.waiting = true, sample, valid
	if !isNew {
		return Reading{}, false, nil
	}
	w.jitter.Add(driver.Sample{Clock: sample.Clock.UnixNano(), Receive: sample.Receive.UnixNano(), Mono: sample.Receive.UnixNano()})
	r := Reading{Unit: w.unit, Seen: now, Sample: sample, Offset: sample.Offset(), Readers: w.readers, Interval: w.interval(sample.Receive)}
	r.Jitter, r.HasJitter = w.jitter.Estimate()
	return r, true, nil
}

var errTime = errors.New("the sample has an impossible time, expected the years 1970 to 2199: its program is broken, or uses another protocol")

// possible reports whether the nanoseconds of times and of their differences fit in 64 bits.
func possible(times ...time.Time) bool {
	return !slices.ContainsFunc(times, func(t time.Time) bool { return t.Unix() < 0 || t.Year() >= 2200 })
}

// fewIntervals is how many intervals count: a clock that was set between two samples soon
// does not any more.
const fewIntervals = 4

// interval adds the receive stamp of a new sample, and returns the longest of the last
// intervals. A monitor that has just begun knows the interval from the second sample on, even
// if it was not there when the first was published.
func (w *Watcher) interval(receive time.Time) time.Duration {
	if since := receive.Sub(w.sampled); !w.sampled.IsZero() && since > 0 {
		w.between = append(w.between, since)
		w.between = w.between[max(0, len(w.between)-fewIntervals):]
	}
	w.sampled = receive
	if len(w.between) == 0 {
		return 0
	}
	return slices.Max(w.between)
}

// fresh reports whether the sample differs from that of the last poll. Producers of
// mode 0 need not change count.
func (w *Watcher) fresh(s shm.Sample) bool {
	return !w.begun || s.Count != w.last.Count || !s.Clock.Equal(w.last.Clock) || !s.Receive.Equal(w.last.Receive)
}
