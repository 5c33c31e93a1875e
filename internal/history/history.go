// Package history keeps what a clock did: its samples of the last hour, a day of buckets of
// 10 s, its changes, and the times without samples. It is in memory, of fixed size, and
// grows with its content: an empty history holds nothing.
//
// # Time
//
// Records are in the order of monotonic time. Each also has the system time of its own
// moment, which is never corrected later. So a step of the system clock shows in the system
// times, which jump, and in nothing else: no record is lost, moved or sorted anew. A bucket
// ends early at a step, since one bucket has one start.
//
// # Concurrency
//
// A driver does not know its history. The daemon reads published samples from the feed and
// adds them here. All methods are safe for concurrent use.
package history

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/refclock/refclock/driver"
)

const (
	// Width is the length of a bucket.
	Width = 10 * time.Second

	// Day and Hour are how long buckets and samples are kept.
	Day  = 24 * time.Hour
	Hour = time.Hour

	maxBuckets = int(Day / Width)
	maxSamples = 2 * int(Hour/time.Second) // two a second; of a faster clock, less than an hour
	maxChanges = 500

	// stepLimit is the change of the system clock, relative to the monotonic clock, that ends
	// a bucket early.
	stepLimit = 100 * time.Millisecond

	// maxText limits the texts of a state, so that memory is limited.
	maxText = 400
)

// None is the value of a jitter, a delay or a count that is unknown.
const None = -1

// A Sample is one published sample.
type Sample struct {
	Real      int64 // CLOCK_REALTIME in nanoseconds
	Mono      int64 // CLOCK_MONOTONIC in nanoseconds
	Offset    int64 // clock - system clock, in nanoseconds
	Jitter    int64 // in nanoseconds, or None
	Precision int8  // log2 of seconds
}

// A Bucket summarizes the samples of 10 s of monotonic time.
type Bucket struct {
	Real             int64 // of its start, in nanoseconds
	Mono             int64
	Min, Median, Max int64 // of the offsets, in nanoseconds; undefined if there are no samples
	Jitter           int64 // median in nanoseconds, or None
	Delay            int64 // median in nanoseconds, or None
	Count            int32 // samples
	Satellites       int32 // median, or None
}

// A Spell is a state of the whole clock that began.
type Spell struct {
	Real, Mono int64
	State      driver.State
}

// A Change is a state of a part of the clock that began.
type Change struct {
	Real, Mono int64
	Of         string // clock, target or supervisor
	State      driver.State
}

// A Status is what the daemon sees when it looks at a clock.
type Status struct {
	Real, Mono int64
	State      driver.State
	SinceReal  int64 // when the state began, as far as known; likewise
	SinceMono  int64
	Delay      int64 // in nanoseconds, or None
	Satellites int   // or None
}

// A Clock is the history of a clock.
type Clock struct {
	mu      sync.Mutex
	samples series[Sample]
	buckets series[Bucket]
	spells  series[Spell]
	changes series[Change]
	open    open
	own     uint64 // the first sample that was not decoded
}

// New returns an empty history.
func New() *Clock {
	return &Clock{
		samples: newSeries[Sample](maxSamples, 256),
		buckets: newSeries[Bucket](maxBuckets, 128),
		spells:  newSeries[Spell](maxChanges, 50),
		changes: newSeries[Change](maxChanges, 50),
	}
}

// Add adds samples, oldest first.
func (c *Clock) Add(samples ...Sample) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range samples {
		if last := c.samples.last(); last != nil {
			s.Mono = max(s.Mono, last.Mono)
		}
		c.samples.add(s)
		c.enter(s.Real, s.Mono)
		c.open.add(s)
	}
}

// Look adds what the daemon sees.
func (c *Clock) Look(s Status) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.enter(s.Real, s.Mono)
	c.open.look(s)
	state, last := clipped(s.State), c.spells.last()
	if last == nil || last.State.Reason != state.Reason {
		c.spells.add(Spell{s.SinceReal, s.SinceMono, state})
		c.open.changed = true
	} else if last.State != state {
		last.State = state
	}
}

// Begin adds a spell that [Clock.Look] does not see.
func (c *Clock) Begin(s Spell) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s.State = clipped(s.State)
	c.spells.add(s)
}

// Change adds a change of a part of the clock.
func (c *Clock) Change(change Change) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change.State = clipped(change.State)
	c.changes.add(change)
}

// clipped shortens the texts of a state to maxText.
func clipped(s driver.State) driver.State {
	return driver.State{Reason: clip(s.Reason), Detail: clip(s.Detail), Hint: clip(s.Hint)}
}

func clip(text string) string {
	if len(text) <= maxText {
		return text
	}
	return strings.ToValidUTF8(strings.Clone(text[:maxText]), "")
}

// enter closes the open bucket if a moment is not in it, and opens the next.
func (c *Clock) enter(realNS, mono int64) {
	o := &c.open
	start := mono - mono%int64(Width)
	stepped := time.Duration(realNS-mono-o.lead).Abs() > stepLimit
	if o.used && !stepped && start <= o.bucket.Mono {
		return
	}
	if o.used && (o.bucket.Count > 0 || o.changed) {
		c.buckets.add(o.summary())
	}
	if o.used && stepped && start <= o.bucket.Mono {
		start = mono // the rest of a bucket that a step has divided
	}
	*o = open{
		used: true, lead: realNS - mono, bucket: Bucket{Mono: start, Real: realNS - (mono - start)},
		offsets: o.offsets[:0], jitters: o.jitters[:0], delays: o.delays[:0], satellites: o.satellites[:0],
	}
}

// scratch is how many values of a bucket count for its medians: a clock that publishes ten a
// second has a hundred.
const scratch = 128

// An open bucket collects the values of the current bucket.
type open struct {
	bucket  Bucket
	lead    int64 // system time - monotonic time at its start
	used    bool
	changed bool // whether the clock's state changed in it

	offsets, jitters, delays, satellites values
}

// values are up to scratch numbers.
type values []int64

func (v *values) add(x int64) {
	if len(*v) < scratch {
		*v = append(*v, x)
	}
}

// median returns the middle value, or None. It sorts the values.
func (v values) median() int64 {
	if len(v) == 0 {
		return None
	}
	slices.Sort(v)
	return v[len(v)/2]
}

func (o *open) add(s Sample) {
	b := &o.bucket
	if b.Count == 0 {
		b.Min, b.Max = s.Offset, s.Offset
	}
	b.Min, b.Max = min(b.Min, s.Offset), max(b.Max, s.Offset)
	b.Count++
	o.offsets.add(s.Offset)
	if s.Jitter != None {
		o.jitters.add(s.Jitter)
	}
}

func (o *open) look(s Status) {
	if s.Delay != None {
		o.delays.add(s.Delay)
	}
	if s.Satellites != None {
		o.satellites.add(int64(s.Satellites))
	}
}

func (o *open) summary() Bucket {
	b := o.bucket
	b.Median, b.Jitter, b.Delay, b.Satellites = o.offsets.median(), o.jitters.median(), o.delays.median(), int32(o.satellites.median())
	return b
}
