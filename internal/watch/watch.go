// Package watch looks at units of NTP shared memory without disturbing them:
// what is fed, how well, and whether anybody reads it.
//
// A unit has no way to be waited for. A Watcher looks at it often and tells new
// samples by what changed; a consumer shows itself by clearing valid.
package watch

import (
	"errors"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/shm"
)

// Every is how often a Watcher should look. Samples come once a second; fifty
// looks in between tell who was quicker, the next sample or the consumer.
const Every = 20 * time.Millisecond

// A Reading is a sample as it was seen, and what is known of its unit by then.
type Reading struct {
	Unit      int
	Seen      time.Time // when the look was that found it
	Sample    shm.Sample
	Offset    time.Duration // clock - receive: negative where the clock is behind the system clock
	Jitter    time.Duration
	HasJitter bool // whether there were samples enough to tell the jitter
	Readers   Readers
}

// Readers tells what becomes of the samples.
type Readers struct {
	Taken uint64 // samples that somebody took
	Lost  uint64 // samples that the next one overwrote, untaken
}

// A Watcher watches one unit. It is for one goroutine.
type Watcher struct {
	segment *shm.Segment
	unit    int
	jitter  driver.Jitter
	begun   bool
	last    shm.Sample
	waiting bool // the last sample was not taken yet at the last look
	once    bool // the producer counts once a sample
	readers Readers
}

// New makes a Watcher of a unit's segment.
func New(unit int, segment *shm.Segment) *Watcher { return &Watcher{unit: unit, segment: segment} }

// Look looks once, at the time now. It says true if there is a sample that was
// not there at the last look.
func (w *Watcher) Look(now time.Time) (Reading, bool, error) {
	sample, err := w.segment.Read()
	switch {
	case errors.Is(err, shm.ErrClash):
		return Reading{}, false, nil // it is just being written; the next look finds it
	case errors.Is(err, shm.ErrNoSample):
		w.begun = true // the first sample will be new
		return Reading{}, false, nil
	case err != nil:
		return Reading{}, false, err
	}
	valid := sample.Valid
	// Producers count up before they write and after, so that an odd count is of half a
	// sample; some count once a sample, and are known by a valid one with an odd count.
	w.once = w.once || valid && sample.Count&1 == 1
	if !valid && sample.Count&1 == 1 && !w.once {
		return Reading{}, false, nil
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
	// What was taken before the first look is no news: it may be days old.
	news := fresh && (w.begun || valid)
	// A consumer may take a sample before anybody can look.
	if fresh && w.begun && !valid {
		w.readers.Taken++
	}
	w.begun, w.last, w.waiting = true, sample, valid
	if !news {
		return Reading{}, false, nil
	}
	w.jitter.Add(driver.Sample{Clock: sample.Clock.UnixNano(), Receive: sample.Receive.UnixNano(), Mono: sample.Receive.UnixNano()})
	r := Reading{Unit: w.unit, Seen: now, Sample: sample, Offset: sample.Offset(), Readers: w.readers}
	r.Jitter, r.HasJitter = w.jitter.Estimate()
	return r, true, nil
}

// fresh tells whether the sample is another one than at the last look. Producers
// of mode 0 need not touch count.
func (w *Watcher) fresh(s shm.Sample) bool {
	return !w.begun || s.Count != w.last.Count || !s.Clock.Equal(w.last.Clock) || !s.Receive.Equal(w.last.Receive)
}
