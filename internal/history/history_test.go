package history

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/driver"
)

const second = int64(time.Second)

// epoch is when the tests begin.
const (
	epochReal = 1_800_000_000 * second
	epochMono = 5_000 * second
)

// at returns a sample of a moment after the epoch.
func at(after time.Duration, offset int64) Sample {
	return Sample{Real: epochReal + int64(after), Mono: epochMono + int64(after), Offset: offset, Jitter: 100, Precision: -20}
}

// look returns a status of a moment after the epoch.
func look(after time.Duration, reason string) Status {
	s := at(after, 0)
	return Status{Real: s.Real, Mono: s.Mono, SinceReal: s.Real, SinceMono: s.Mono, State: driver.State{Reason: reason}, Delay: None, Satellites: None}
}

// samples returns all samples of a span, read in small pieces.
func (c *Clock) all(span Span) (list []Sample) {
	var some [7]Sample
	for from := span.First; from < span.Next; {
		n := c.Samples(some[:min(len(some), int(span.Next-from))], from)
		if n == 0 {
			return nil
		}
		list = append(list, some[:n]...)
		from += uint64(n)
	}
	return list
}

func (c *Clock) day(mono int64) []Bucket {
	span := c.BucketSpan(mono, Day)
	list := make([]Bucket, span.Next-span.First)
	return list[:c.Buckets(list, span.First)]
}

// A series holds the newest records, as a slice that is cut would.
func TestSeriesAgainstASlice(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		room, length := rng.IntN(40)+1, rng.IntN(9)+1
		s := newSeries[int](room, length)
		var model []int
		for n := range rng.IntN(300) {
			s.add(n)
			model = append(model, n)
			if s.next != uint64(len(model)) || *s.last() != n {
				t.Fatalf("after %d: next %d, last %d", n, s.next, *s.last())
			}
			kept := int(s.next - s.first)
			if kept < min(room, len(model)) || kept > room+3*length {
				t.Fatalf("%d records kept of %d, want %d, and at most three blocks of %d more", kept, len(model), room, length)
			}
			to := make([]int, kept+5)
			if got := s.copyTo(to, s.first); got != kept || !slices.Equal(to[:got], model[s.first:]) {
				t.Fatalf("copied %v, want %v", to[:got], model[s.first:])
			}
			safe := s.safe()
			if safe > s.first+uint64(length) {
				t.Fatalf("safe %d, first %d", safe, s.first)
			}
			for range length { // all safe records survive a block of new ones
				s.add(-1)
			}
			if s.first > safe {
				t.Fatalf("record %d was called safe, and the first is now %d", safe, s.first)
			}
			for range length {
				model = append(model, -1)
			}
		}
		if s.copyTo(make([]int, 1), s.next) != 0 || s.first > 0 && s.copyTo(make([]int, 1), s.first-1) != 0 {
			t.Error("copied records that are not there")
		}
	}
}

// Buckets have the samples of 10 s of monotonic time.
func TestBuckets(t *testing.T) {
	c := New()
	for i, offset := range []int64{5, -3, 100, 7} {
		c.Add(at(time.Duration(i)*time.Second, offset))
	}
	l := look(4*time.Second, "")
	l.Delay, l.Satellites = 120_000_000, 9
	c.Look(l)
	c.Add(at(12*time.Second, 1))
	c.Look(look(30*time.Second, "")) // a bucket without samples and changes does not count
	c.Look(look(45*time.Second, "no fix"))
	c.Look(look(55*time.Second, "no fix"))
	want := []Bucket{
		{Real: epochReal, Mono: epochMono, Min: -3, Median: 7, Max: 100, Jitter: 100, Delay: 120_000_000, Count: 4, Satellites: 9},
		{Real: epochReal + 10*second, Mono: epochMono + 10*second, Min: 1, Median: 1, Max: 1, Jitter: 100, Delay: None, Count: 1, Satellites: None},
		{Real: epochReal + 40*second, Mono: epochMono + 40*second, Median: None, Jitter: None, Delay: None, Satellites: None},
	}
	if got := c.day(epochMono + 55*second); !reflect.DeepEqual(got, want) {
		t.Errorf("the buckets\n%+v, want\n%+v", got, want)
	}
	if got := c.day(epochMono + 10*second + int64(Day) + 1); len(got) != 1 || got[0].Mono != epochMono+40*second {
		t.Errorf("a day later: %+v", got)
	}
}

// A step changes the system times after it, and divides its bucket. Nothing is lost.
func TestStep(t *testing.T) {
	for _, step := range []time.Duration{-24 * time.Hour, -time.Second, time.Second, 8760 * time.Hour} {
		c := New()
		var want []Sample
		for i := range 30 {
			s := at(time.Duration(i)*time.Second, int64(i))
			if i >= 13 {
				s.Real += int64(step)
			}
			want = append(want, s)
			c.Add(s)
		}
		now := epochMono + 30*second
		if got := c.all(c.SampleSpan(now, Hour)); !slices.Equal(got, want) {
			t.Errorf("step %v: the samples are %+v", step, got)
		}
		c.Add(at(40*time.Second, 0))
		total := int32(0)
		for _, b := range c.day(now) {
			total += b.Count
			late := epochReal + b.Mono - epochMono
			if b.Mono >= epochMono+13*second {
				late += int64(step)
			}
			if b.Real != late {
				t.Errorf("step %v: the bucket at %d s has the time %d, want %d", step, (b.Mono-epochMono)/second, b.Real, late)
			}
		}
		if total != 30 {
			t.Errorf("step %v: %d samples in the buckets, want 30", step, total)
		}
	}
}

// Slewing divides no bucket.
func TestSlewIsNoStep(t *testing.T) {
	c := New()
	for i := range 200 {
		s := at(time.Duration(i)*time.Second, 0)
		s.Real += int64(i) * 500_000 // 500 ppm
		c.Add(s)
	}
	if n := len(c.day(epochMono + 200*second)); n != 19 {
		t.Errorf("%d buckets in 200 s, the last one open; want 19", n)
	}
}

// Samples go back an hour.
func TestSampleSpan(t *testing.T) {
	c := New()
	for i := range 3 * 3600 {
		c.Add(at(time.Duration(i)*time.Second, int64(i)))
	}
	got := c.all(c.SampleSpan(epochMono+(3*3600-1)*second, Hour))
	if len(got) != 3601 || got[0].Offset != 2*3600-1 || got[3600].Offset != 3*3600-1 {
		t.Errorf("%d samples from %+v", len(got), got[0])
	}
}

// A sample older than the last one does not break the order.
func TestOrder(t *testing.T) {
	c := New()
	c.Add(at(10*time.Second, 1), at(5*time.Second, 2), at(11*time.Second, 3))
	got := c.all(c.SampleSpan(epochMono+11*second, Hour))
	if len(got) != 3 || !slices.IsSortedFunc(got, func(a, b Sample) int { return int(a.Mono - b.Mono) }) {
		t.Errorf("%+v", got)
	}
}

func TestGaps(t *testing.T) {
	c := New()
	for i, reason := range []string{"starting", "", "no fix", "no fix", "no data", "", "no pulse"} {
		l := look(time.Duration(i)*time.Minute, reason)
		l.State.Hint = fmt.Sprintf("hint %d", i)
		c.Look(l)
	}
	real := func(minute int) int64 { return epochReal + int64(minute)*60*second }
	state := func(reason string, hint int) driver.State {
		return driver.State{Reason: reason, Hint: fmt.Sprintf("hint %d", hint)}
	}
	want := []Gap{
		{real(0), real(1), state("starting", 0)}, {real(2), real(4), state("no fix", 3)},
		{real(4), real(5), state("no data", 4)}, {real(6), 0, state("no pulse", 6)},
	}
	if got := c.Gaps(epochMono+360*second, Hour); !reflect.DeepEqual(got, want) {
		t.Errorf("gaps\n%+v, want\n%+v", got, want)
	}
	if got := c.Gaps(epochMono+360*second, 119*time.Second); !reflect.DeepEqual(got, want[2:]) {
		t.Errorf("gaps of the last two minutes\n%+v, want\n%+v", got, want[2:])
	}
}

// Texts of a state are limited.
func TestLongTexts(t *testing.T) {
	c := New()
	long := strings.Repeat("é", 10_000)
	state := driver.State{Reason: long, Detail: long, Hint: long}
	c.Change(Change{Of: "clock", State: state})
	l := look(0, "")
	l.State = state
	c.Look(l)
	c.Look(l) // the same again
	if n := c.spells.next; n != 1 {
		t.Errorf("%d spells of one state", n)
	}
	var changes [1]Change
	c.Changes(changes[:], 0)
	for _, got := range []driver.State{changes[0].State, c.spells.last().State} {
		if n := len(got.Reason) + len(got.Detail) + len(got.Hint); n > 3*maxText || !strings.HasPrefix(long, got.Detail) {
			t.Errorf("%d bytes are kept", n)
		}
	}
}

// fill fills a history, as a clock with two samples a second and new states all the time.
func fill(c *Clock) (mono int64) {
	for i := range 2*86400 + 20_000 {
		after := time.Duration(i) * time.Second / 2
		c.Add(at(after, int64(i)))
		if i%100 == 0 {
			l := look(after, fmt.Sprintf("reason %d", i))
			l.State.Detail, l.State.Hint = strings.Repeat("d", 200)+fmt.Sprint(i), strings.Repeat("h", 100)+fmt.Sprint(i)
			c.Look(l)
			c.Change(Change{Real: l.Real, Mono: l.Mono, Of: "clock", State: l.State})
		}
	}
	return c.samples.last().Mono
}

// heap returns how many bytes the heap has more after a call.
func heap(make func() *Clock) (*Clock, int64) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	c := make()
	runtime.GC()
	runtime.ReadMemStats(&after)
	return c, int64(after.HeapAlloc) - int64(before.HeapAlloc)
}

// A full history holds a day, the last hour and 500 changes in less than 1.5 MB. An empty
// one holds nothing.
func TestMemory(t *testing.T) {
	c, bytes := heap(func() *Clock { c := New(); fill(c); return c })
	t.Logf("a full history has %d bytes", bytes)
	if bytes > 1_500_000 {
		t.Errorf("a full history has %d bytes, want at most 1.5 MB", bytes)
	}
	mono := c.samples.last().Mono
	if n := len(c.day(mono)); n < maxBuckets-1 {
		t.Errorf("%d buckets, want a day of them", n)
	}
	if n := len(c.all(c.SampleSpan(mono, Hour))); n < maxSamples {
		t.Errorf("%d samples, want an hour of them", n)
	}
	if n := c.changes.next - c.changes.first; n < maxChanges {
		t.Errorf("%d changes, want %d", n, maxChanges)
	}
	runtime.KeepAlive(c)
	for try := range 5 { // the runtime's own goroutines allocate meanwhile, sometimes
		var now int64
		if c, now = heap(func() *Clock { c := New(); c.Add(at(0, 0)); c.Look(look(0, "")); return c }); try == 0 || now < bytes {
			bytes = now
		}
		runtime.KeepAlive(c)
	}
	if limit := int64(4_000); bytes > limit { // 200 receivers begin at once
		t.Errorf("a history with one sample has %d bytes, want at most %d", bytes, limit)
	}
}

// Adding a sample allocates a block now and then, and nothing else.
func TestAddAllocatesLittle(t *testing.T) {
	c := New()
	fill(c)
	n := 0
	base := c.samples.last().Mono - epochMono
	if allocated := testing.AllocsPerRun(1000, func() {
		n++
		c.Add(at(time.Duration(base)+time.Duration(n)*time.Second, 1))
	}); allocated > 0 {
		t.Errorf("%v allocations", allocated)
	}
}
