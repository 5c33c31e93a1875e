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
