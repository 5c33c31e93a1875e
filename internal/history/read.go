package history

import (
	"sort"
	"time"

	"github.com/refclock/refclock/driver"
)

// A Span is a range of records, by sequence numbers: from First to before Next.
type Span struct{ First, Next uint64 }

// SampleSpan returns the samples not older than this.
func (c *Clock) SampleSpan(mono int64, age time.Duration) Span {
	c.mu.Lock()
	defer c.mu.Unlock()
	return within(&c.samples, func(s *Sample) bool { return s.Mono >= mono-int64(age) })
}

// BucketSpan returns the buckets not older than this. The one that is still open is not
// among them.
func (c *Clock) BucketSpan(mono int64, age time.Duration) Span {
	c.mu.Lock()
	defer c.mu.Unlock()
	return within(&c.buckets, func(b *Bucket) bool { return b.Mono >= mono-int64(age) })
}

// within returns the records from the first recent one on. All of them are kept for a while.
func within[T any](s *series[T], recent func(*T) bool) Span {
	from := s.safe()
	n := sort.Search(int(s.next-from), func(i int) bool { return recent(s.at(from + uint64(i))) })
	return Span{from + uint64(n), s.next}
}

// Samples copies samples from a sequence number on, and returns how many there were. It is
// 0 at the end, and if they are not kept any more.
func (c *Clock) Samples(to []Sample, from uint64) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.samples.copyTo(to, from)
}

// Buckets copies buckets, as Samples does.
func (c *Clock) Buckets(to []Bucket, from uint64) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.buckets.copyTo(to, from)
}

// FirstSample returns the sequence number of the oldest sample that this process has added.
func (c *Clock) FirstSample() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return max(c.samples.first, c.own)
}

// NextSample and NextChange return the sequence numbers of the records to come.
func (c *Clock) NextSample() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.samples.next
}

// NextChange is NextSample for changes.
func (c *Clock) NextChange() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.changes.next
}

// Changes copies changes, as Samples does.
func (c *Clock) Changes(to []Change, from uint64) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.changes.copyTo(to, from)
}

// A Gap is a time in which the clock published nothing, and why.
type Gap struct {
	From, To int64 // CLOCK_REALTIME in nanoseconds; To is 0 if it lasts
	State    driver.State
}

// Gaps returns the gaps that ended within this age, or have not ended, oldest first. The
// hint of a gap is its last one.
func (c *Clock) Gaps(mono int64, age time.Duration) (gaps []Gap) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for n := c.spells.first; n < c.spells.next; n++ {
		s := c.spells.at(n)
		if s.State.Publishing() {
			continue
		}
		gap := Gap{From: s.Real, State: s.State}
		if n+1 < c.spells.next {
			after := c.spells.at(n + 1)
			if after.Mono < mono-int64(age) {
				continue
			}
			gap.To = after.Real
		}
		gaps = append(gaps, gap)
	}
	return gaps
}
