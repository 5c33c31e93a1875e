package pps

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// A bench is a simulated line: its level, and the kernel's late stamps of its edges. It reads
// the clock of a bubble of synctest.
type bench struct {
	began  time.Time
	random *rand.Rand
	poll   time.Duration                // of a read of the level
	late   func(n int) time.Duration    // of the stamp of pulse n
	shift  func(n int) time.Duration    // of pulse n from its second; may be nil
	hold   func() time.Duration         // how long a read is interrupted; may be nil
	sleep  func(n int) time.Duration    // how late the sleep before pulse n ends; may be nil
	unread error                        // of reading the level
	stuck  bool                         // the level does not change
	invert bool                         // pulses are low
	lost   func(n int) bool             // the pulse has no edge; may be nil
	step   func(at time.Duration) int64 // by which the system clock was set; may be nil
	edges  chan Edge
	closed chan struct{}
	once   sync.Once
	seq    uint32

	mu     sync.Mutex
	inside bool // a thread measures
	reads  atomic.Int64
}

const benchWidth = 100 * time.Millisecond

func newBench(late func(int) time.Duration) *bench {
	return &bench{began: time.Now(), random: rand.New(rand.NewPCG(1, 2)), poll: 400, late: late, edges: make(chan Edge, 16), closed: make(chan struct{})}
}

func always(d time.Duration) func(int) time.Duration { return func(int) time.Duration { return d } }

// noisy is a lateness with noise of up to by, and an outlier each tenth pulse.
func noisy(d, by time.Duration) func(int) time.Duration {
	random := rand.New(rand.NewPCG(5, 6))
	return func(n int) time.Duration {
		late := d + time.Duration(random.Int64N(int64(2*by))) - by
		if n%10 == 9 {
			late += 30 * us
		}
		return late
	}
}

func (b *bench) stamp() Stamp {
	at := time.Since(b.began)
	return b.stampOf(at)
}

func (b *bench) stampOf(at time.Duration) Stamp {
	s := Stamp{Real: 1_800_000_000*int64(time.Second) + int64(at), Mono: int64(time.Hour + at)}
	if b.step != nil {
		s.Real += b.step(at)
	}
	return s
}

// flip returns when pulse n begins.
func (b *bench) flip(n int) time.Duration {
	at := time.Duration(n) * time.Second
	if b.shift != nil {
		at += b.shift(n)
	}
	return at
}

// measure runs a meter and reads its edges, until the bench is closed or ctx ends.
func (b *bench) measure(ctx context.Context, m *Meter, all *sync.WaitGroup) {
	source := m.Watch(b, b)
	all.Go(func() { m.Run(ctx) })
	all.Go(func() {
		for {
			if _, err := source.Next(ctx); err != nil {
				return
			}
		}
	})
}

// play sends the edges of n pulses.
func (b *bench) play(n int) {
	for i := 1; i <= n; i++ {
		for e, at := range []time.Duration{b.flip(i), b.flip(i) + benchWidth} {
			late := b.late(i)
			select {
			case <-time.After(time.Until(b.began.Add(at + late))):
			case <-b.closed:
				return
			}
			if b.lost != nil && b.lost(i) {
				continue
			}
			b.seq++
			select {
			case b.edges <- Edge{Stamp: b.stampOf(at + late), Seq: b.seq, Rising: (e == 0) != b.invert}:
			case <-b.closed:
				return
			}
		}
	}
}

func (b *bench) String() string { return "bench" }
func (b *bench) Missed() uint64 { return 0 }
func (b *bench) Close() error   { b.once.Do(func() { close(b.closed) }); return nil }
func (b *bench) Next(ctx context.Context) (Edge, error) {
	select {
	case e := <-b.edges:
		return e, nil
	case <-b.closed:
		return Edge{}, ErrClosed
	case <-ctx.Done():
		return Edge{}, ctx.Err()
	}
}

// High reads the level in the middle of a poll.
func (b *bench) High() (bool, error) {
	b.reads.Add(1)
	time.Sleep(b.poll / 2)
	at := time.Since(b.began)
	n := int((at + time.Second/2) / time.Second)
	since := at - b.flip(n)
	time.Sleep(b.poll - b.poll/2)
	if b.hold != nil {
		time.Sleep(b.hold())
	}
	return (since >= 0 && since < benchWidth && !b.stuck) != b.invert, b.unread
}

func (b *bench) enter(int) (func(), error) {
	b.mu.Lock()
	b.inside = true
	b.mu.Unlock()
	return func() { b.mu.Lock(); b.inside = false; b.mu.Unlock() }, nil
}

// meter returns a meter of the bench's machine.
func (b *bench) meter(c MeterConfig) *Meter {
	m := NewMeter(c)
	m.machine = meterMachine{
		cores: func() []int { return []int{1, 0} },
		enter: b.enter,
		now:   b.stamp,
		sleep: func(ctx context.Context, until int64) error {
			d := time.Duration(until-b.stamp().Mono) + time.Duration(b.random.Int64N(int64(20*us)))
			if b.sleep != nil {
				d += b.sleep(int((time.Since(b.began)+d)/time.Second + 1))
			}
			return sleepTimer(ctx, d)
		},
	}
	return m
}

// run plays n pulses to a watched source, and returns the meter's last result and the edges.
func (b *bench) run(t *testing.T, n int, m *Meter) (Lateness, []Edge) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	source := m.Watch(b, b)
	var all sync.WaitGroup
	all.Go(func() { m.Run(ctx) })
	var got []Edge
	all.Go(func() {
		for {
			e, err := source.Next(ctx)
			if err != nil {
				return
			}
			got = append(got, e)
		}
	})
	b.play(n)
	time.Sleep(time.Millisecond)
	late := m.Lateness()
	cancel()
	all.Wait()
	return late, got
}

// The lateness is found within a few hundred nanoseconds in spite of noise, interruptions and
// missed windows, for both polarities.
func TestMeterFinds(t *testing.T) {
	for _, d := range []time.Duration{2 * us, 5 * us, 12 * us, 40 * us} {
		for _, c := range []struct {
			name string
			set  func(b *bench)
		}{
			{"plain", func(b *bench) {}},
			{"noise of 1 us and outliers", func(b *bench) { b.late = noisy(d, us) }},
			{"a read of 1 us", func(b *bench) { b.poll = us }},
			{"a read of 3 us", func(b *bench) { b.poll = 3 * us }},
			{"pulses are low", func(b *bench) { b.invert = true }},
			{"the clock drifts by 30 ppm", func(b *bench) { b.shift = func(n int) time.Duration { return time.Duration(n) * 30 * us } }},
			{"pulses scatter by 20 us", func(b *bench) {
				b.shift = func(n int) time.Duration { return time.Duration(n*7919%41)*us - 20*us }
			}},
			{"one read in a hundred is interrupted for 30 us", func(b *bench) {
				b.hold = func() time.Duration { return 30 * us * time.Duration(b2i(b.random.IntN(100) == 0)) }
			}},
			{"each third sleep ends after the pulse", func(b *bench) { b.sleep = func(n int) time.Duration { return 300 * us * time.Duration(b2i(n%3 == 0)) } }},
			{"an interrupt is 300 us late twice", func(b *bench) {
				b.late = func(n int) time.Duration { return d + 300*us*time.Duration(b2i(n == 18 || n == 30)) }
			}},
			{"each fourth pulse is missing", func(b *bench) { b.lost = func(n int) bool { return n > 30 && n%4 == 0 } }},
		} {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(always(d))
				c.set(b)
				late, edges := b.run(t, 110, b.meter(MeterConfig{}))
				if e := (late.Median - d).Abs(); !late.Known || late.Why != LatenessMeasured || late.Measurements != 1 || e > max(b.poll/3, 500) {
					t.Errorf("%v, %s: %+v", d, c.name, late)
				}
				if late.Spread < b.poll/2 || late.Spread > 10*us {
					t.Errorf("%v, %s: a spread of %v", d, c.name, late.Spread)
				}
				missing := 0
				for n := 1; n <= 110 && b.lost != nil; n++ {
					missing += 2 * b2i(b.lost(n))
				}
				if len(edges) != 220-missing {
					t.Errorf("%v, %s: %d edges", d, c.name, len(edges))
				}
			})
		}
	}
}

// The median is taken off each edge, with the spread as its uncertainty, and nothing before it
// is known. The polled change is never the stamp.
func TestMeterTakesOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(noisy(8*us, us))
		var stamps []Stamp
		late := b.late
		b.late = func(n int) time.Duration {
			d := late(n)
			at := b.flip(n)
			if len(stamps)%2 == 1 {
				at += benchWidth
			}
			stamps = append(stamps, b.stampOf(at+d))
			return d
		}
		result, edges := b.run(t, 90, b.meter(MeterConfig{}))
		for i, e := range edges {
			off := Stamp{Real: stamps[i].Real - e.Stamp.Real, Mono: stamps[i].Mono - e.Stamp.Mono}
			want, uncertainty := time.Duration(0), time.Duration(0)
			if i > 140 {
				want, uncertainty = result.Median, result.Spread
			} else if i > 40 {
				continue // it became known
			}
			if off.Real != int64(want) || off.Mono != int64(want) || e.Uncertainty != uncertainty {
				t.Errorf("edge %d: %+v taken off, uncertainty %v; want %v, %v", i, off, e.Uncertainty, want, uncertainty)
			}
		}
	})
}

// Each cause for which there is no result has its reason, and nothing is taken off then.
func TestMeterRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(b *bench, m *Meter)
		want LatenessReason
	}{
		{"one processor", func(_ *bench, m *Meter) { m.machine.cores = func() []int { return []int{0} } }, LatenessOneCore},
		{"unreadable", func(b *bench, _ *Meter) { b.unread = errors.New("gone") }, LatenessUnread},
		{"the level of another line", func(b *bench, _ *Meter) { b.stuck = true }, LatenessNoFlip},
		{"a slow chip", func(b *bench, _ *Meter) { b.poll = 15 * us }, LatenessSlow},
		{"most reads are interrupted", func(b *bench, _ *Meter) {
			b.hold = func() time.Duration { return 8 * us * time.Duration(b2i(b.random.IntN(10) > 1)) }
		}, LatenessFew},
		{"each sleep ends after the pulse", func(b *bench, _ *Meter) { b.sleep = always(300 * us) }, LatenessFew},
		{"each sleep ends between the edge and its interrupt", func(b *bench, _ *Meter) { b.late, b.sleep = always(40*us), always(130*us) }, LatenessFew},
		{"the interrupt is 90 us late", func(b *bench, _ *Meter) { b.late = always(90 * us) }, LatenessAbsurd},
		{"the interrupt is early", func(b *bench, _ *Meter) { b.late = always(-5 * us) }, LatenessAbsurd},
		{"the interrupts scatter", func(b *bench, _ *Meter) { b.late = noisy(60*us, 59*us) }, LatenessScattered},
		{"pulses scatter by 2 ms", func(b *bench, _ *Meter) {
			b.shift = func(n int) time.Duration { return time.Duration(n*7919%41) * 100 * us }
		}, LatenessUnsteady},
		{"the clock is set after each window", func(b *bench, _ *Meter) {
			b.step = func(at time.Duration) int64 { return int64((at+time.Second-us)/time.Second) * int64(300*us) }
		}, LatenessFew},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(always(5 * us))
			m := b.meter(MeterConfig{})
			c.set(b, m)
			late, edges := b.run(t, 120, m)
			if late.Known || late.Why != c.want {
				t.Errorf("%s: %+v, want %q", c.name, late, c.want)
			}
			if slices.ContainsFunc(edges, func(e Edge) bool { return e.Uncertainty != 0 }) {
				t.Errorf("%s: edges with an uncertainty", c.name)
			}
			if len(edges) != 240 {
				t.Errorf("%s: %d edges", c.name, len(edges))
			}
		})
	}
}

// A source whose level cannot be read returns its edges unchanged.
func TestMeterWithoutLevel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(always(5 * us))
		m := b.meter(MeterConfig{})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go m.Run(ctx)
		source := m.Watch(b)
		go b.play(40)
		for range 80 {
			if e, err := source.Next(ctx); err != nil || e.Uncertainty != 0 {
				t.Fatal(e, err)
			}
		}
		if late := m.Lateness(); late.Known || late.Why != LatenessNoLine || late.Detail != "bench is not one" {
			t.Errorf("%+v", late)
		}
	})
}

// A change of the lateness is found by the next measurement, ten minutes later. Between the
// measurements no thread exists, and the level is not read.
func TestMeterFollowsChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d atomic.Int64
		d.Store(int64(5 * us))
		b := newBench(func(int) time.Duration { return time.Duration(d.Load()) })
		var reports []Lateness
		m := b.meter(MeterConfig{Report: func(l Lateness) { reports = append(reports, l) }})
		ctx, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		b.measure(ctx, m, &all)
		all.Go(func() { b.play(1400) })
		time.Sleep(5 * time.Minute)
		reads := b.reads.Load()
		d.Store(int64(12 * us))
		time.Sleep(4 * time.Minute)
		b.mu.Lock()
		if b.inside || b.reads.Load() != reads || reads == 0 {
			t.Errorf("between two measurements: a thread %v, %d reads after %d", b.inside, b.reads.Load(), reads)
		}
		b.mu.Unlock()
		if late := m.Lateness(); late.Median.Round(us) != 5*us || late.Changes != 0 {
			t.Errorf("before the second measurement: %+v", late)
		}
		time.Sleep(4 * time.Minute)
		if late := m.Lateness(); late.Median.Round(us) != 12*us || late.Changes != 1 || late.Measurements != 2 {
			t.Errorf("after it: %+v", late)
		}
		cancel()
		b.Close()
		all.Wait()
		if len(reports) != 2 || reports[0].Changes != 0 || reports[1].Changes != 1 {
			t.Errorf("reports: %+v", reports)
		}
	})
}

// If the best way to read the level shows no change, the next one is used.
func TestMeterFallsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, wrong := newBench(always(5*us)), newBench(nil)
		wrong.stuck = true
		m := b.meter(MeterConfig{})
		ctx, cancel := context.WithCancel(t.Context())
		source := m.Watch(b, wrong, b)
		go m.Run(ctx)
		go func() {
			for {
				if _, err := source.Next(ctx); err != nil {
					return
				}
			}
		}()
		b.play(220)
		if late := m.Lateness(); !late.Known || late.Measurements != 2 {
			t.Errorf("%+v", late)
		}
		cancel()
		synctest.Wait()
	})
}

// The result of a line is dropped when the line is closed, and measured again for the next.
func TestMeterForgetsLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(always(5 * us))
		m := b.meter(MeterConfig{})
		ctx, cancel := context.WithCancel(t.Context())
		go m.Run(ctx)
		read := func(s Source, n int) (last Edge) {
			for range n {
				var err error
				if last, err = s.Next(ctx); err != nil {
					t.Fatal(err)
				}
			}
			return last
		}
		first := m.Watch(b, b)
		go b.play(1000)
		if e := read(first, 160); e.Uncertainty == 0 {
			t.Error("the first line is not measured")
		}
		late := b.late
		first.Close()
		if m.Lateness().Known {
			t.Error("known after the line was closed")
		}
		again := newBench(late)
		again.began = b.began
		second := m.Watch(again, again)
		go again.play(1000)
		if e := read(second, 2); e.Uncertainty != 0 {
			t.Error("the second line has the result of the first")
		}
		if e := read(second, 400); e.Uncertainty == 0 {
			t.Errorf("the second line is not measured: %+v", m.Lateness())
		}
		cancel()
		again.Close()
		synctest.Wait()
	})
}

// The table of lateEstimate.
func TestLateEstimate(t *testing.T) {
	good := func(d time.Duration) *tally {
		t := &tally{windows: 45, shortest: 500}
		for i := range 40 {
			t.caught = append(t.caught, caught{d + time.Duration(i%5-2)*100, 300})
		}
		return t
	}
	bad := &tally{windows: 60, early: 60}
	for _, c := range []struct {
		name    string
		given   []*tally
		known   bool
		median  time.Duration
		changes uint64
		why     LatenessReason
	}{
		{"unknown, good", []*tally{good(5 * us)}, true, 5 * us, 0, LatenessMeasured},
		{"unknown, bad", []*tally{bad}, false, 0, 0, LatenessFew},
		{"known, the same", []*tally{good(5 * us), good(5*us + 300)}, true, 5*us + 300, 0, LatenessMeasured},
		{"known, another", []*tally{good(5 * us), good(7 * us)}, true, 7 * us, 1, LatenessMeasured},
		{"known, bad twice", []*tally{good(5 * us), bad, bad}, true, 5 * us, 0, LatenessFew},
		{"known, bad three times", []*tally{good(5 * us), bad, bad, bad}, false, 0, 0, LatenessFew},
		{"known, bad twice again", []*tally{good(5 * us), bad, bad, good(5 * us), bad, bad}, true, 5 * us, 0, LatenessFew},
		{"unknown again, another", []*tally{good(5 * us), bad, bad, bad, good(9 * us)}, true, 9 * us, 0, LatenessMeasured},
	} {
		var s lateEstimate
		for _, given := range c.given {
			s.add(given)
		}
		if s.Known != c.known || s.Median != c.median || s.Changes != c.changes || s.Why != c.why || s.Measurements != uint64(len(c.given)) {
			t.Errorf("%s: %+v", c.name, s)
		}
	}
}

// Each reason has a text.
func TestLatenessReasons(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range LatenessReasons() {
		if r.String() == "" || seen[r.String()] {
			t.Errorf("reason %d: %q", r, r)
		}
		seen[r.String()] = true
	}
	if len(seen) != int(LatenessAbsurd) {
		t.Errorf("%d reasons", len(seen))
	}
}

// When the next window is, for pulses a second apart until 10 s. The thread must wake up 50 us before
// the window, which is 100 us wide on each side, and up to 150 us if the pulses scatter.
func TestMeterWindow(t *testing.T) {
	const last = 10 * s
	exact := func(n int) (list []time.Duration) {
		for i := range n {
			list = append(list, last-time.Duration(n-1-i)*s)
		}
		return list
	}
	stray := func(by time.Duration) []time.Duration { return append(exact(12), 11*s+by) }
	for name, c := range map[string]struct {
		pulses []time.Duration
		now    time.Duration
		middle time.Duration // 0 if the next pulse cannot be predicted
		half   time.Duration
	}{
		"just after a pulse":          {exact(10), last, 11 * s, 100 * us},
		"too few pulses":              {exact(9), last, 0, 0},
		"in time":                     {exact(10), 11*s - 150*us, 11 * s, 100 * us},
		"too late for it":             {exact(10), 11*s - 150*us + 1, 12 * s, 100 * us},
		"at the end of the window":    {exact(10), 11*s + 100*us, 12 * s, 100 * us},
		"after a missing pulse":       {exact(10), 11*s + 101*us, 0, 0},
		"pulses that scatter":         {stray(14 * us), 11 * s, 12*s + 16*us, 128 * us},
		"pulses that scatter a lot":   {stray(150 * us), 11 * s, 12*s + 171*us, 150 * us},
		"pulses that scatter by more": {stray(151 * us), 11 * s, 0, 0},
	} {
		l := &meteredLine{rising: true}
		for _, at := range c.pulses {
			l.phase.add(sighting{at: int64(at)})
		}
		middle, half, rising, ok := l.next(int64(c.now))
		if off := (time.Duration(middle) - c.middle).Abs(); off > us || half != c.half || ok != (c.middle > 0) || rising != ok {
			t.Errorf("%s: %v ± %v, %v; want %v ± %v", name, time.Duration(middle), half, ok, c.middle, c.half)
		}
	}
}

// Which edges have the lateness taken off.
func TestMeterTakesOffOnlyTheLine(t *testing.T) {
	for name, c := range map[string]struct {
		known, other, coarse bool
		want                 time.Duration
	}{
		"a measured line":      {known: true, want: 5 * us},
		"a line without":       {},
		"another line":         {known: true, other: true},
		"a polled edge of it":  {known: true, coarse: true},
		"another polled edge":  {known: true, other: true, coarse: true},
		"a polled edge, first": {coarse: true},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(nil)
			m := b.meter(MeterConfig{})
			line := m.Watch(b, b)
			m.line = line.(*meteredLine)
			if c.other {
				m.line = m.Watch(b, b).(*meteredLine)
			}
			m.estimate.Lateness = Lateness{Known: c.known, Median: 5 * us, Spread: us}
			at := b.stamp()
			b.edges <- Edge{Stamp: at, Rising: true, Coarse: c.coarse}
			e, err := line.Next(t.Context())
			want := Stamp{Real: at.Real - int64(c.want), Mono: at.Mono - int64(c.want)}
			if err != nil || e.Stamp != want || e.Uncertainty != c.want/5 {
				t.Errorf("%s: %+v, %v; want %+v", name, e, err, want)
			}
		})
	}
}

// The lateness is that of the line with the last pulse, and is dropped for another one.
func TestMeterChangesLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(nil)
		m := b.meter(MeterConfig{Polarity: Rising})
		lines := []*meteredLine{m.Watch(b, b).(*meteredLine), m.Watch(b, b).(*meteredLine)}
		lock := func(l *meteredLine) {
			for range 5 {
				time.Sleep(s)
				l.see(Edge{Stamp: b.stamp(), Rising: true})
			}
		}
		for i, l := range []*meteredLine{lines[0], lines[1], lines[0]} {
			if len(m.another) > 0 {
				t.Errorf("line %d: another one before it", i)
			}
			lock(l)
			if m.line != l || m.estimate.Known || len(m.another) != 1 {
				t.Errorf("line %d: the meter has it: %v, %+v, told %d times", i, m.line == l, m.estimate, len(m.another))
			}
			<-m.another
			m.estimate.Known, m.estimate.Median = true, 5*us
			lock(l)
			if !m.estimate.Known || len(m.another) > 0 {
				t.Errorf("line %d: the same line: %+v, told %d times", i, m.estimate, len(m.another))
			}
			for len(m.another) > 0 {
				<-m.another
			}
		}
		lines[1].Close()
		if m.line != lines[0] || !m.estimate.Known {
			t.Error("closing another line has an effect")
		}
	})
}

// A measurement without a result is repeated after a minute on the next processor, one with a
// result after ten minutes on the same.
func TestMeterAttempts(t *testing.T) {
	ordinary := errors.New("not permitted")
	for name, c := range map[string]struct {
		late  time.Duration
		cores []int
		pause time.Duration
	}{
		"measured": {5 * us, []int{3, 3, 3}, 10 * time.Minute},
		"absurd":   {90 * us, []int{3, 2, 0, 3}, time.Minute},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(always(c.late))
			m := b.meter(MeterConfig{})
			m.machine.cores = func() []int { return []int{3, 2, 0} }
			var cores []int
			var left time.Time
			m.machine.enter = func(core int) (func(), error) {
				if pause := time.Since(left); len(cores) > 0 && (pause-c.pause).Abs() > 2*s {
					t.Errorf("%s: again after %v, want %v", name, pause, c.pause)
				}
				cores = append(cores, core)
				return func() { left = time.Now() }, ordinary
			}
			ctx, cancel := context.WithCancel(t.Context())
			var all sync.WaitGroup
			b.measure(ctx, m, &all)
			all.Go(func() { b.play(1e6) })
			time.Sleep(time.Duration(len(c.cores)-1)*(c.pause+time.Minute) + 45*s)
			cancel()
			b.Close()
			all.Wait()
			if len(cores) < len(c.cores) || !slices.Equal(cores[:len(c.cores)], c.cores) {
				t.Errorf("%s: on processors %v, want %v", name, cores, c.cores)
			}
			if late := m.Lateness(); late.Ordinary != ordinary {
				t.Errorf("%s: %+v; want the error of the thread", name, late)
			}
		})
	}
}

// Without a pulse, the meter says so after 30 s, and once.
func TestMeterWithoutPulse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var reports []LatenessReason
		m := newBench(nil).meter(MeterConfig{Report: func(l Lateness) { reports = append(reports, l.Why) }})
		ctx, cancel := context.WithCancel(t.Context())
		go m.Run(ctx)
		time.Sleep(29 * s)
		if late := m.Lateness(); late.Why != LatenessPending {
			t.Errorf("after 29 s: %+v", late)
		}
		time.Sleep(2 * s)
		if late := m.Lateness(); late.Why != LatenessNoLine || late.Detail != "" {
			t.Errorf("after 31 s: %+v", late)
		}
		time.Sleep(time.Hour)
		cancel()
		synctest.Wait()
		if !slices.Equal(reports, []LatenessReason{LatenessNoLine}) {
			t.Errorf("reports %v", reports)
		}
	})
}

// The edge of a window may arrive up to 300 ms later.
func TestMeterAwaitsTheEdge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for after, want := range map[time.Duration]bool{0: true, 299 * ms: true, 301 * ms: false} {
			edges := make(chan Edge, 1)
			defer time.AfterFunc(after, func() { edges <- Edge{Seq: 7} }).Stop()
			began := time.Now()
			e := follows(t.Context(), edges, flip{})
			if took := time.Since(began); (e != nil) != want || took != min(after, 300*ms) {
				t.Errorf("an edge after %v: %+v after %v", after, e, took)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if began := time.Now(); follows(ctx, nil, flip{}) != nil || time.Since(began) > 0 {
			t.Error("does not end with its context")
		}
	})
}
