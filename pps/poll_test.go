package pps

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

const (
	us = time.Microsecond
	ms = time.Millisecond
	s  = time.Second
)

// A wire is a line's level over time: the instants of its changes in order, low before the
// first.
type wire []time.Duration

func (w wire) high(at time.Duration) bool {
	n, found := slices.BinarySearch(w, at)
	if found {
		n++
	}
	return n%2 == 1
}

// pulses returns n pulses of a width; period is the time from one to the next.
func pulses(n int, width time.Duration, period func(i int) time.Duration) wire {
	var w wire
	at := 300 * ms
	for i := range n {
		w = append(w, at, at+width)
		at += period(i)
	}
	return w
}

func every(period time.Duration) func(int) time.Duration {
	return func(int) time.Duration { return period }
}

// scattered returns pulses a second apart, each off by up to by.
func scattered(n int, by time.Duration) wire {
	random := rand.New(rand.NewPCG(3, 4))
	w := pulses(n, 100*ms, every(s))
	for i := range w {
		w[i] += time.Duration(random.Int64N(int64(2*by))) - by
	}
	return w
}

// watched is the result of polling a wire.
type watched struct {
	found  int           // edges returned
	fine   int           // of these, to within 50 us
	unseen int           // found too late
	false  int           // returned, but further from an edge than within
	busy   time.Duration // time spent polling in the last 10 s
	latest time.Duration // of the last fine edge
}

// watch polls a wire like a poller, with a simulated clock: a poll takes 20 us, and timers
// are 0.6 ms late.
func watch(w wire, until time.Duration) watched {
	const look, late = 20 * us, 600 * us
	var p predictor
	var r watched
	now, before, high := time.Duration(0), time.Duration(0), false
	for now < until {
		if at := time.Duration(p.next(int64(now))); at > now {
			now = at + late
		}
		is := w.high(now + look/2)
		if is != high {
			half := (now + look - before) / 2
			at := before + half
			switch {
			case !p.edge(is, int64(at), half):
				r.unseen++
			default:
				r.found++
				if half <= 50*us {
					r.fine++
					r.latest = at
				}
				if !slices.ContainsFunc(w, func(edge time.Duration) bool { return (edge - at).Abs() <= half }) {
					r.false++
				}
			}
		}
		high, before = is, now
		now += look
		if now > until-10*s {
			r.busy += look
		}
	}
	return r
}

// The wire is polled for 60 s; busy is in the last ten.
func TestPredictor(t *testing.T) {
	plain := func() wire { return pulses(60, 100*ms, every(s)) }
	for _, c := range []struct {
		name      string
		wire      wire
		fine      int // at least
		unseen    int // at most
		busy      time.Duration
		endsFine  bool // the last edges are
		neverFine bool
	}{
		{name: "no edges", wire: nil, neverFine: true, busy: 50 * ms},
		{name: "noise", wire: scattered(60, 400*ms), unseen: 20, busy: 150 * ms},
		{name: "the edges jump by 50 ms", wire: pulses(60, 100*ms, func(i int) time.Duration { return s + 50*ms*time.Duration(b2i(i == 20)) }), fine: 96, unseen: 4, busy: 50 * ms, endsFine: true},
		{name: "the edges jump by 5 ms", wire: pulses(60, 100*ms, func(i int) time.Duration { return s + 5*ms*time.Duration(b2i(i == 20)) }), fine: 96, unseen: 4, busy: 50 * ms, endsFine: true},
		{name: "two pulses are missing", wire: slices.Delete(plain(), 40, 44), fine: 104, busy: 50 * ms, endsFine: true},
		{name: "ten pulses are missing", wire: slices.Delete(plain(), 40, 60), fine: 80, busy: 50 * ms, endsFine: true},
		{name: "a glitch between", wire: slices.Insert(plain(), 40, 20*s+100*ms, 20*s+100*ms+20*us), fine: 110, busy: 50 * ms, endsFine: true},
		{name: "a glitch in the window", wire: slices.Insert(plain(), 40, 20300*ms-300*us, 20300*ms-200*us), fine: 104, unseen: 4, busy: 50 * ms, endsFine: true},
		{name: "the clock begins to slew by 8.3 %", wire: pulses(60, 100*ms, func(i int) time.Duration { return s + 83*ms*time.Duration(b2i(i >= 20)) }), fine: 80, unseen: 6, busy: 50 * ms, endsFine: true},
		{name: "the clock slews by 8.3 %", wire: pulses(66, 92*ms, every(917*ms)), fine: 110, busy: 60 * ms, endsFine: true},
		{name: "the clock drifts by 500 ppm", wire: pulses(60, 100*ms, every(s+500*us)), fine: 112, busy: 50 * ms, endsFine: true},
		{name: "the period itself drifts", wire: pulses(60, 100*ms, func(i int) time.Duration { return s + 20*us*time.Duration(i) }), fine: 108, busy: 50 * ms, endsFine: true},
		{name: "0.5 Hz", wire: pulses(30, 100*ms, every(2*s)), fine: 50, busy: 50 * ms, endsFine: true},
		{name: "0.5 Hz square", wire: pulses(30, s, every(2*s)), fine: 50, busy: 50 * ms, endsFine: true},
		{name: "5 Hz", wire: pulses(300, 40*ms, every(200*ms)), busy: 50 * ms, neverFine: true},
		{name: "square", wire: pulses(60, 500*ms, every(s)), fine: 112, busy: 50 * ms, endsFine: true},
		{name: "inverted", wire: pulses(60, 900*ms, every(s)), fine: 112, busy: 50 * ms, endsFine: true},
		{name: "a pulse of 6 ms", wire: pulses(60, 6*ms, every(s)), fine: 112, busy: 50 * ms, endsFine: true},
		{name: "jitter of 0.2 ms", wire: scattered(60, 200*us), fine: 110, busy: 60 * ms, endsFine: true},
		{name: "jitter of 3 ms", wire: scattered(60, 3*ms), unseen: 10, busy: 100 * ms},
		{name: "plain", wire: plain(), fine: 114, busy: 30 * ms, endsFine: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := watch(c.wire, 60*s)
			t.Logf("%+v", r)
			if r.false > 0 || r.fine < c.fine || r.unseen > c.unseen || r.busy > c.busy {
				t.Errorf("%+v of %d edges; want none false, %d fine, at most %d unseen, at most %v busy", r, len(c.wire), c.fine, c.unseen, c.busy)
			}
			if c.endsFine && r.latest < 57*s || c.neverFine && r.fine > 0 {
				t.Errorf("%+v: want fine edges to the end: %v, none: %v", r, c.endsFine, c.neverFine)
			}
		})
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// polled returns a poller of a wire that begins now. A poll takes 50 us, as with a USB
// adapter, and the edge may be anywhere in it.
func polled(w wire) (p *poller, closed chan struct{}, begin Stamp) {
	begin, closed = Now(), make(chan struct{})
	return newPoller(func() (bool, error) {
		time.Sleep(20 * us)
		high := w.high(Now().Sub(begin))
		time.Sleep(30 * us)
		return high, nil
	}, closed), closed, begin
}

func TestPollerEdgesAreWithinBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := pulses(20, 100*ms, every(s+30*us))
		p, _, begin := polled(w)
		for i, want := range w {
			e, err := p.next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			at := e.Stamp.Sub(begin)
			if (at-want).Abs() > e.Within || !e.Coarse || e.Rising != (i%2 == 0) || e.Stamp.Real-e.Stamp.Mono != begin.Real-begin.Mono {
				t.Errorf("edge %d: %+v at %v, want %v", i, e, at, want)
			}
			if i >= 8 && e.Within > 100*us {
				t.Errorf("edge %d: within %v, want two polls of 50 us", i, e.Within)
			}
		}
		if p.missed != 0 {
			t.Errorf("%d missed", p.missed)
		}
	})
}

// Changes while Next is not called are counted but not returned.
func TestPollerCountsMissed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, _, begin := polled(pulses(20, 100*ms, every(s)))
		p.next(t.Context())                            // rises at 0.3 s
		time.Sleep(s)                                  // falls, and rises at 1.3 s
		time.Sleep(150*ms - Now().Sub(begin)%(100*ms)) // and falls at 1.4 s
		e, err := p.next(t.Context())
		if at := e.Stamp.Sub(begin); err != nil || !e.Rising || (at-2300*ms).Abs() > e.Within || p.missed != 1 {
			t.Errorf("%+v at %v, %v, %d missed; want the edge at 2.3 s, and 1", e, at, err, p.missed)
		}
	})
}

func TestPollerEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, closed, _ := polled(pulses(100, 100*ms, every(s)))
		for range 30 { // at any point: learning, asleep, or in a window
			for begin := Now(); ; {
				ctx, cancel := context.WithTimeout(t.Context(), 617*ms-Now().Sub(begin))
				_, err := p.next(ctx)
				cancel()
				if err == nil {
					continue
				}
				if took := Now().Sub(begin); !errors.Is(err, context.DeadlineExceeded) || took > 618*ms {
					t.Errorf("%v after %v, want the context's error after 617 ms", err, took)
				}
				break
			}
		}
		if _, err := p.next(t.Context()); err != nil {
			t.Errorf("after the cancellations: %v", err)
		}
		time.AfterFunc(500*ms, func() { close(closed) })
		var err error
		for err == nil {
			_, err = p.next(t.Context())
		}
		if !errors.Is(err, ErrClosed) {
			t.Errorf("closed: %v", err)
		}
	})
}

func TestPollerFails(t *testing.T) {
	p := newPoller(func() (bool, error) { return false, syscall.EIO }, nil)
	if _, err := p.next(t.Context()); !errors.Is(err, syscall.EIO) {
		t.Errorf("%v, want EIO", err)
	}
}

// The clock is set between two polls.
func TestMiddleOfAStep(t *testing.T) {
	got, half := middle(Stamp{Real: 1000e9, Mono: 5e9}, Stamp{Real: 4600e9, Mono: 5e9 + 40})
	if want := (Stamp{Real: 4600e9 - 20, Mono: 5e9 + 20}); got != want || half != 20 {
		t.Errorf("%+v, %v; want %+v, 20 ns", got, half, want)
	}
}

// Errors of drivers that cannot wait, and of removed ports.
func TestNoReports(t *testing.T) {
	for errno, want := range map[syscall.Errno]bool{
		syscall.ENOTTY: true, syscall.EINVAL: true, syscall.Errno(515): true, syscall.EIO: false, syscall.ENODEV: false,
	} {
		if err := noReports(errno); errors.Is(err, errNoReports) != want || !errors.Is(err, errno) {
			t.Errorf("%d: %v; want errNoReports: %v", errno, err, want)
		}
	}
}

// seenAt returns a phase with edges at these instants, each with the same error.
func seenAt(within time.Duration, list ...time.Duration) *phase {
	f := &phase{}
	for _, at := range list {
		f.add(sighting{at: int64(at), within: within})
	}
	return f
}

// toward returns n instants a second apart, the last one at 0.
func toward(n int) (list []time.Duration) {
	for i := range n {
		list = append(list, time.Duration(i+1-n)*s)
	}
	return list
}

// What an edge after others becomes. The limits are to the nanosecond.
func TestPhaseFits(t *testing.T) {
	then := func(n int, list ...time.Duration) []time.Duration { return append(toward(n), list...) }
	for name, c := range map[string]struct {
		within   time.Duration
		edges    []time.Duration
		count    int // since the last restart
		strays   []time.Duration
		patience int
	}{
		"a first edge":                      {0, toward(1), 1, nil, 0},
		"a second one":                      {0, toward(2), 2, nil, 0}, // its stray is unknown, because the clock may be slewed
		"a third one":                       {0, toward(3), 3, []time.Duration{0}, 0},
		"two 1.1 s apart":                   {0, then(1, 1100*ms), 2, nil, 0},
		"two more than 1.1 s apart":         {0, then(1, 1100*ms+1), 1, nil, 0},
		"two 0.9 s apart":                   {0, then(1, 900*ms), 2, nil, 0},
		"two less than 0.9 s apart":         {0, then(1, 900*ms-1), 1, nil, 0},
		"two at the same time":              {0, then(1, 0), 1, nil, 0},
		"a glitch just after an edge":       {0, then(5, 50*ms), 1, nil, 0},
		"three are missing":                 {0, then(3, 4*s), 4, []time.Duration{0, 0}, 0},
		"four are missing":                  {0, then(3, 5*s), 1, nil, 0},
		"1 ms late":                         {0, then(3, 1001*ms), 4, []time.Duration{0, ms}, 0},
		"more than 1 ms late":               {0, then(3, 1001*ms+1), 1, nil, 6},
		"1 ms early":                        {0, then(3, 999*ms), 4, []time.Duration{0, ms}, 0},
		"20 ms late":                        {0, then(3, 1020*ms), 1, nil, 6},
		"more than 20 ms late":              {0, then(3, 1020*ms+1), 1, nil, 0}, // an edge of something else
		"late, within the errors":           {100 * us, then(3, s+400*us), 4, []time.Duration{0, 100 * us}, 0},
		"late, after a gap":                 {100 * us, then(3, 2*s+500*us), 4, []time.Duration{0, 100 * us}, 0},
		"errors of 1 ms in all":             {250 * us, toward(3), 3, []time.Duration{0}, 0},
		"errors of more":                    {251 * us, toward(3), 3, nil, 0},
		"eight":                             {0, toward(10), 10, make([]time.Duration, 8), 0},
		"more than eight":                   {0, toward(15), 15, make([]time.Duration, 8), 0},
		"wrong twice":                       {0, then(3, 1005*ms, 2005*ms, 3005*ms, 4010*ms), 1, nil, 12},
		"wrong, then not enough to be sure": {0, then(3, 1005*ms, 2005*ms, 3005*ms, 4005*ms, 5005*ms, 6005*ms, 7005*ms, 8005*ms, 9005*ms), 9, make([]time.Duration, 7), 6},
		"wrong, then steady":                {0, then(3, 1005*ms, 2005*ms, 3005*ms, 4005*ms, 5005*ms, 6005*ms, 7005*ms, 8005*ms, 9005*ms, 10_005*ms), 10, make([]time.Duration, 8), 0},
	} {
		f := seenAt(c.within, c.edges...)
		if f.count != c.count || !slices.Equal(f.strays, c.strays) || f.patience != c.patience || f.misses != 0 || f.unseen || len(f.seen) != min(c.count, keepSightings) {
			t.Errorf("%s: %+v; want %d edges, strays %v, patience %d", name, f, c.count, c.strays, c.patience)
		}
		if known := c.count >= max(3, c.patience); f.known() != known {
			t.Errorf("%s: known %v after %d edges, want %v", name, f.known(), c.count, known)
		}
	}
}

// The edges that a prediction needs, after repeated wrong ones.
func TestPhasePatience(t *testing.T) {
	f := &phase{}
	for _, want := range []int{6, 12, 24, 48, 64, 64} {
		if f.restart(true); f.patience != want {
			t.Errorf("patience %d, want %d", f.patience, want)
		}
	}
	if f.restart(false); f.patience != 64 {
		t.Errorf("patience %d after edges of something else, want 64", f.patience)
	}
}

// The window of the next edge after one at 0.
func TestPhaseWindow(t *testing.T) {
	slow := func(n int) (list []time.Duration) { // a second is 1.001 s
		for _, at := range toward(n) {
			list = append(list, at+at/1000)
		}
		return list
	}
	for name, c := range map[string]struct {
		within       time.Duration
		edges        []time.Duration
		misses       int
		middle, half time.Duration
	}{
		"three edges":               {0, toward(3), 0, s, 600 * us},
		"three with errors":         {100 * us, toward(3), 0, s, 800 * us}, // 100 us, and as much for the period
		"nine":                      {0, toward(9), 0, s, 600 * us},
		"ten":                       {0, toward(10), 0, s, 100 * us},
		"ten with errors":           {70 * us, toward(10), 0, s, 190 * us},
		"one that strays":           {0, append(slow(12), s+s/1000+70*us), 0, 2*s + 2*s/1000 + 80*us, 240 * us},
		"a slow clock":              {0, slow(10), 0, s + s/1000, 100 * us},
		"after a miss":              {70 * us, toward(10), 1, 2 * s, 420 * us},
		"after two":                 {70 * us, toward(10), 2, 3 * s, 920 * us},
		"two are missing among ten": {70 * us, []time.Duration{-9 * s, -8 * s, -7 * s, -6 * s, -5 * s, -4 * s, -3 * s, -2 * s, -s, 0}, 0, s, 190 * us},
		"after a change of period":  {0, append([]time.Duration{-11*s - 50*ms, -10*s - 50*ms, -9*s - 50*ms}, toward(9)...), 0, s, 600 * us},
	} {
		f := seenAt(c.within, c.edges...)
		f.misses = c.misses
		middle, half := f.next()
		if time.Duration(middle) != c.middle || half != c.half {
			t.Errorf("%s: %v ± %v, want %v ± %v", name, time.Duration(middle), half, c.middle, c.half)
		}
		from, until := f.window()
		if from != middle-int64(half+ms) || until != middle+int64(half) {
			t.Errorf("%s: from %v until %v, want 1 ms before %v ± %v", name, time.Duration(from), time.Duration(until), c.middle, c.half)
		}
	}
}

// A window that ends without an edge makes the next one wider. The prediction ends with the third.
func TestPhaseExpires(t *testing.T) {
	for name, c := range map[string]struct {
		now      time.Duration
		unseen   bool
		misses   int
		count    int
		patience int
	}{
		"at the end of a window":      {s + 100*us, false, 0, 10, 0},
		"after it":                    {s + 100*us + 1, false, 1, 10, 0},
		"at the end of the next":      {2*s + 200*us, false, 1, 10, 0},
		"after the next":              {2*s + 200*us + 1, true, 2, 10, 0},
		"at the end of the third":     {3*s + 400*us, false, 2, 10, 0},
		"after the third":             {3*s + 400*us + 1, false, 0, 0, 0},
		"after the third, with edges": {3*s + 400*us + 1, true, 0, 0, 6},
		"much later":                  {time.Hour, false, 0, 0, 0},
	} {
		f := seenAt(0, toward(10)...)
		f.unseen = c.unseen
		if f.expire(int64(c.now)); f.misses != c.misses || f.count != c.count || f.patience != c.patience {
			t.Errorf("%s: %+v; want %d misses, %d edges, patience %d", name, f, c.misses, c.count, c.patience)
		}
	}
	f := seenAt(0, toward(2)...)
	if f.expire(int64(time.Hour)); f.count != 2 {
		t.Errorf("nothing predicted: %+v", f)
	}
}

// When to poll, and which edges are accurate enough.
func TestPredictorPolls(t *testing.T) {
	steady := toward(10) // a window from 1.1 ms before the next edge
	later := func(by time.Duration) (list []time.Duration) {
		for _, at := range steady {
			list = append(list, at+by)
		}
		return list
	}
	for name, c := range map[string]struct {
		rising, falling []time.Duration
		now, want       time.Duration
	}{
		"nothing is known":         {nil, nil, 7 * s, 7*s + 5*ms},
		"one polarity is known":    {steady, toward(2), ms, 6 * ms},
		"the other one is known":   {toward(2), steady, ms, 6 * ms},
		"the rising edge is next":  {steady, later(100 * ms), 200 * ms, s - 1100*us},
		"the falling edge is next": {later(100 * ms), steady, 200 * ms, s - 1100*us},
		"in a window":              {steady, later(100 * ms), s - 500*us, s - 500*us},
		"a missed edge":            {steady, later(100 * ms), s + 200*us, 1100*ms - 1100*us},
		"both missed":              {steady, later(100 * ms), 1100*ms + 200*us, 2*s - 1200*us},
		"long ago":                 {steady, later(100 * ms), time.Hour, time.Hour + 5*ms},
	} {
		p := predictor{rising: *seenAt(0, c.rising...), falling: *seenAt(0, c.falling...)}
		if got := time.Duration(p.next(int64(c.now))); got != c.want {
			t.Errorf("%s: polls at %v, want %v", name, got, c.want)
		}
	}
	for _, rising := range []bool{true, false} {
		p := predictor{rising: *seenAt(0, steady...), falling: *seenAt(0, steady...)}
		f, other := &p.falling, &p.rising
		if rising {
			f, other = other, f
		}
		if !p.edge(rising, int64(s), 5*ms) || f.count != 11 {
			t.Errorf("rising %v: an edge between two polls 10 ms apart: %+v", rising, f)
		}
		if p.edge(rising, int64(2*s), 5*ms+1) || f.count != 11 || f.misses != 1 || !f.unseen {
			t.Errorf("rising %v: an edge between two polls more than 10 ms apart: %+v", rising, f)
		}
		if other.count != 10 || other.misses != 0 || other.unseen {
			t.Errorf("rising %v: the other polarity: %+v", rising, other)
		}
	}
}
