package htntp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/simweb"
	"github.com/refclock/refclock/shm"
)

// The kernel's clocks do not follow the virtual time of synctest.
func init() { rawClock, bootClock = mono, mono }

// runClock runs a clock in virtual time and returns its log.
func runClock(t *testing.T, c Config, lasts time.Duration, look func(*driver.Feed, *shm.Segment)) (log string) {
	t.Helper()
	var said bytes.Buffer
	c.Log = slog.New(slog.NewTextHandler(&said, nil))
	c.Since = bubbleBuild
	clock, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	unit := shm.NewMemory(shm.Layout96)
	ctx, cancel := context.WithTimeout(t.Context(), lasts)
	defer cancel()
	done := make(chan error)
	feed := driver.NewFeed(unit, c.Log)
	go func() { done <- clock.Run(ctx, feed) }()
	look(feed, unit)
	if err := <-done; err != nil {
		t.Error(err)
	}
	time.Sleep(time.Minute)
	return said.String()
}

func TestClockPublishesEachPoll(t *testing.T) {
	bubble(t, func(t *testing.T) {
		web := simweb.Web{"a.example:80": good(), "b.example:80": good(), "c.example:80": good()}
		log := runClock(t, Config{Hosts: hosts(t, "http://a.example", "http://b.example", "http://c.example"), Interval: 5 * time.Minute, Dial: web.Dial}, 30*time.Minute,
			func(c *driver.Feed, unit *shm.Segment) {
				polls := 0
				for began := time.Now(); time.Since(began) < 29*time.Minute; time.Sleep(time.Second) {
					got, err := take(unit)
					if err != nil {
						continue
					}
					polls++
					if off := got.Offset() - behind; off.Abs() > 4*ms {
						t.Errorf("offset %v, want %v", got.Offset(), behind)
					}
					if age := time.Since(got.Receive); age > 1100*ms {
						t.Errorf("the sample is %v old, want less than 1.1s", age)
					}
					if got.Precision < -11 || got.Precision > -6 || got.Leap != shm.LeapNone {
						t.Errorf("precision %d, leap %v", got.Precision, got.Leap)
					}
					if !c.State().Publishing() {
						t.Errorf("state %v", c.State())
					}
				}
				if polls < 5 || polls > 7 {
					t.Errorf("%d samples in half an hour, want one every five minutes", polls)
				}
			})
		if n := strings.Count(log, "\n"); n != 1 || !strings.Contains(log, "publishing") {
			t.Errorf("log:\n%s\nwant a single line", log)
		}
	})
}

func TestClockRepeatsWithGrowingWidth(t *testing.T) {
	bubble(t, func(t *testing.T) {
		web := simweb.Web{"a.example:80": good()}
		runClock(t, Config{Hosts: hosts(t, "http://a.example"), Interval: 10 * time.Minute, Repeat: 8 * time.Second, Dial: web.Dial}, 8*time.Minute,
			func(_ *driver.Feed, unit *shm.Segment) {
				time.Sleep(20 * time.Second)
				var precisions []int
				for range 50 {
					time.Sleep(8 * time.Second)
					got, err := take(unit)
					if err != nil {
						t.Fatalf("no sample in 8 s: %v", err)
					}
					if off := got.Offset() - behind; off.Abs() > 4*ms {
						t.Errorf("offset %v, want %v", got.Offset(), behind)
					}
					precisions = append(precisions, got.Precision)
				}
				// 400 s at 500 ppm are 200 ms.
				if first, last := precisions[0], precisions[len(precisions)-1]; first > -6 || last != -2 {
					t.Errorf("precisions %v, want them to grow to -2", precisions)
				}
			})
	})
}

// take takes a sample once the clock waits: a Segment is not safe for concurrent use.
func take(unit *shm.Segment) (shm.Sample, error) {
	synctest.Wait()
	return unit.Take()
}

// A poll that fails while the network is down does not end the repetition of the last
// result, but sets the state.
func TestClockRepeatsThroughAFailedPoll(t *testing.T) {
	bubble(t, func(t *testing.T) {
		web := simweb.Web{"a.example:80": good()}
		var down atomic.Bool
		dial := func(ctx context.Context, network, address string) (net.Conn, error) {
			if down.Load() {
				return nil, syscall.ENETUNREACH
			}
			return web.Dial(ctx, network, address)
		}
		runClock(t, Config{Hosts: hosts(t, "http://a.example"), Interval: 5 * time.Minute, Repeat: 8 * time.Second, Dial: dial}, 9*time.Minute,
			func(c *driver.Feed, unit *shm.Segment) {
				time.Sleep(time.Minute)
				down.Store(true)
				time.Sleep(6 * time.Minute)
				if s := c.State(); s.Reason != "no majority" {
					t.Errorf("state %v", s)
				}
				take(unit)
				time.Sleep(9 * time.Second)
				if got, err := take(unit); err != nil || (got.Offset()-behind).Abs() > 4*ms {
					t.Errorf("%v, %v", got.Offset(), err)
				}
			})
	})
}

func TestClockLogsEachServerOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		wrong, silent := good(), good()
		wrong.Offset = 37 * time.Second
		silent.Fault = simweb.Stall
		web := simweb.Web{"a.example:80": good(), "b.example:80": good(), "c.example:80": good(), "d.example:80": wrong, "e.example:80": silent}
		log := runClock(t, Config{
			Hosts:    hosts(t, "http://a.example", "http://b.example", "http://c.example", "http://d.example", "http://e.example"),
			Interval: 5 * time.Minute, Dial: web.Dial,
		}, 40*time.Minute, func(*driver.Feed, *shm.Segment) {})
		if n := strings.Count(log, "\n"); n != 3 {
			t.Errorf("log of %d lines, want 3:\n%s", n, log)
		}
		for _, want := range []string{"ahead by at least 37.7", "request timed out", "level=INFO msg=publishing"} {
			if strings.Count(log, want) != 1 {
				t.Errorf("log:\n%s\nwant %q once", log, want)
			}
		}
	})
}

func TestClockWithoutMajorityWithholdsAndRetries(t *testing.T) {
	bubble(t, func(t *testing.T) {
		late := good()
		late.Offset -= 300 * ms
		web := simweb.Web{"a.example:80": good(), "b.example:80": late}
		log := runClock(t, Config{Hosts: hosts(t, "http://a.example", "http://b.example"), Interval: 5 * time.Minute, Dial: web.Dial}, 10*time.Minute,
			func(c *driver.Feed, unit *shm.Segment) {
				time.Sleep(2 * time.Minute)
				if got, err := take(unit); err == nil {
					t.Errorf("published %v", got)
				}
				if s := c.State(); s.Reason != "no majority" || s.Hint == "" {
					t.Errorf("state %+v", s)
				}
				if s := c.State(); !strings.HasPrefix(s.Detail, "1 of 2 servers agree") {
					t.Errorf("detail %q, want it without the reason", s.Detail)
				}
				late.Set(behind)
				time.Sleep(5 * time.Minute)
				if _, err := take(unit); err != nil || !c.State().Publishing() {
					t.Errorf("%v, %v: want it to publish again", err, c.State())
				}
			})
		if !strings.Contains(log, "not publishing") || !strings.Contains(log, "agrees again") {
			t.Errorf("log:\n%s", log)
		}
	})
}

func TestNewRejectsTimes(t *testing.T) {
	for _, c := range []struct {
		interval, repeat time.Duration
		good             bool
	}{
		{interval: time.Second},
		{interval: MinInterval - 1},
		{interval: 64 * time.Second, good: true},
		{interval: 24 * time.Hour, good: true},
		{interval: 24*time.Hour + 1},
		{interval: 5 * time.Minute, repeat: -1},
		{interval: 5 * time.Minute, repeat: 1},
		{interval: 5 * time.Minute, repeat: time.Second - 1},
		{interval: 5 * time.Minute, repeat: time.Second, good: true},
		{interval: 5 * time.Minute, repeat: 5 * time.Minute, good: true},
		{interval: 5 * time.Minute, repeat: 5*time.Minute + 1},
	} {
		_, err := New(Config{Hosts: hosts(t, "a.example"), Since: since, Interval: c.interval, Repeat: c.repeat})
		if (err == nil) != c.good {
			t.Errorf("interval %v, repeat %v: %v", c.interval, c.repeat, err)
		}
	}
}

// A clock that ends during a poll waits for the end of the poll, and publishes nothing.
func TestClockEndsDuringPoll(t *testing.T) {
	bubble(t, func(t *testing.T) {
		web := simweb.Web{"a.example:80": good()}
		runClock(t, Config{Hosts: hosts(t, "http://a.example"), Interval: 5 * time.Minute, Dial: web.Dial}, time.Second, func(_ *driver.Feed, unit *shm.Segment) {
			time.Sleep(time.Minute)
			if got, err := take(unit); err == nil {
				t.Errorf("published %v", got)
			}
		})
	})
}

func TestPrecisionRoundsUp(t *testing.T) {
	for half, want := range map[time.Duration]int{0: -29, ms: -9, 2 * ms: -8, 3 * ms: -8, 4 * ms: -7, time.Second: 0, 5 * time.Second: 0} {
		if got := precision(half); got != want {
			t.Errorf("%v: %d, want %d", half, got, want)
		}
		if half > 0 && half < time.Second && half.Seconds() > math.Pow(2, float64(precision(half))) {
			t.Errorf("%v: the precision is less than the half-width", half)
		}
	}
}

func TestMemory(t *testing.T) {
	const truth = int64(1_800_000_000e9)
	at := func(after time.Duration) stamp {
		return stamp{real: 5e18 + int64(after), mono: 1e15 + int64(after), raw: 1 + int64(after)}
	}
	result := func(theta int64) Result {
		return Result{Estimate: Estimate{theta, theta - 2e6, theta + 2e6}}
	}
	var m memory
	if m.prior(at(0)).known {
		t.Error("an empty memory has a prior")
	}
	m.keep(result(truth), at(0))
	if p := m.prior(at(300 * time.Second)); !p.known || p.High-p.Low != 2*(2e6+150e6) {
		t.Errorf("after 300 s: %v wide, want 304ms: 500 ppm either way", p.Width())
	}
	// The clock loses 100 ppm.
	m.keep(result(truth+30e6), at(300*time.Second))
	p := m.prior(at(600 * time.Second))
	if middle := (p.Low + p.High) / 2; middle != truth+60e6 {
		t.Errorf("prior %d ns from the extrapolation, want 0", middle-truth-60e6)
	}
	if p.Width() != 16*ms {
		t.Errorf("%v wide with a measured rate, want 16ms: 20 ppm either way", p.Width())
	}
	for _, step := range []time.Duration{ms, -ms, ms + 1, -ms - 1} {
		stepped := at(600 * time.Second)
		stepped.real += int64(step)
		if known := m.prior(stepped).known; known != (step.Abs() <= ms) {
			t.Errorf("after a step of %v: prior %v", step, known)
		}
	}
	for age, want := range map[time.Duration]bool{2*time.Hour - 1: true, 2 * time.Hour: false, 3 * time.Hour: false} {
		if known := m.prior(at(300*time.Second + age)).known; known != want {
			t.Errorf("after %v: prior %v", age, known)
		}
	}
	m.fail(ErrNoMajority)
	if _, ok := m.extrapolate(at(600 * time.Second)); m.prior(at(600*time.Second)).known || !ok {
		t.Error("after a poll without a majority: want no prior, but an extrapolation")
	}
	m.fail(ErrStepped)
	if _, ok := m.extrapolate(at(600 * time.Second)); ok {
		t.Error("the result is extrapolated after a step of the clock")
	}
	// The rate is as uncertain as the results.
	wide := func(theta int64) Result { return Result{Estimate: Estimate{theta, theta - 20e6, theta + 20e6}} }
	m.keep(wide(truth), at(0))
	m.keep(wide(truth), at(300*time.Second))
	if p := m.prior(at(600 * time.Second)); p.Width() != 120*ms {
		t.Errorf("%v wide after two results of +- 20 ms, want 120ms", p.Width())
	}
	// Two results of one instant have no rate.
	m = memory{}
	m.keep(result(truth), at(0))
	m.keep(result(truth+1e6), at(0))
	if p := m.prior(at(300 * time.Second)); !p.known || p.High-p.Low != 2*(2e6+150e6) || p.High+p.Low != 2*(truth+1e6) {
		t.Errorf("300 s after two results of one instant: %+v", p)
	}
}

// The interval of a repeated sample allows for asymmetric paths. The prior of the next poll
// does not: its answers take the same paths.
func TestRecallAllowsForAsymmetry(t *testing.T) {
	at := stamp{real: 5e18, mono: 1e9, raw: 1e9}
	e := &Engine{}
	e.remember(Result{Estimate: Estimate{0, -2e6, 2e6}, asymmetry: 5e6}, nil, at)
	if got, ok := e.recall(at); !ok || got != (Estimate{0, -7e6, 7e6}) {
		t.Errorf("recalls %v, %v; want +- 7 ms", got, ok)
	}
	if got := e.prior(at); got.Bounds != (Bounds{-2e6, 2e6}) {
		t.Errorf("prior %v, want +- 2 ms", got)
	}
}

// A daemon that corrects the offset slews the monotonic clock, too. The repeated sample
// must show the remaining offset; otherwise the daemon would never stop.
func TestMemoryFollowsASlew(t *testing.T) {
	const offset = int64(40e6)
	at := func(after time.Duration, slewed int64) stamp {
		raw := 1 + int64(after)
		return stamp{real: 5e18 + raw + slewed, mono: raw + slewed, raw: raw}
	}
	var m memory
	first := at(0, 0)
	theta := first.real - first.mono + offset // the system clock is behind by the offset
	m.keep(Result{Estimate: Estimate{theta, theta - 2e6, theta + 2e6}}, first)
	remaining := func(now stamp) int64 {
		e, ok := m.extrapolate(now)
		if !ok {
			t.Fatal("no extrapolation")
		}
		return e.Theta + now.mono - now.real
	}
	for _, slewed := range []int64{0, offset / 4, offset / 2, offset} {
		if got := remaining(at(80*time.Second, slewed)); got != offset-slewed {
			t.Errorf("%v of %v slewed: %v remaining", time.Duration(slewed), time.Duration(offset), time.Duration(got))
		}
	}
	// A slew between two polls does not count as the crystal's rate.
	second := at(100*time.Second, offset)
	theta -= offset
	m.keep(Result{Estimate: Estimate{theta, theta - 2e6, theta + 2e6}}, second)
	if got := remaining(at(200*time.Second, offset)); got != 0 {
		t.Errorf("after a second poll: %v remaining, want 0", time.Duration(got))
	}
}

func TestBudget(t *testing.T) {
	var b budget
	for i := range int64(200) {
		if err := b.spend(i * 1e9); err != nil {
			t.Fatal(err)
		}
	}
	for _, at := range []int64{200e9, int64(time.Hour)} {
		if err := b.spend(at); !errors.Is(err, ErrBudget) {
			t.Errorf("after %v: %v", time.Duration(at), err)
		}
	}
	// A request leaves room for another after an hour.
	for _, want := range []error{nil, ErrBudget} {
		if err := b.spend(int64(time.Hour) + 1); !errors.Is(err, want) {
			t.Errorf("an hour later: %v, want %v", err, want)
		}
	}
	now := int64(20 * time.Hour)
	for value, want := range map[string]time.Duration{
		"120": 2 * time.Minute, "1": time.Minute, "99999999": 24 * time.Hour, "3000000000": time.Hour, "soon": time.Hour, "-1": time.Hour, "": time.Hour,
		"Mon, 23 Nov 2026 00:10:00 GMT": 10 * time.Minute,
	} {
		b.wait(now, []byte(value), since.UnixNano(), since)
		if err := b.spend(now + int64(want) - 1); !errors.Is(err, ErrAskedToWait) {
			t.Errorf("%q: %v before %v", value, err, want)
		}
		if err := b.spend(now + int64(want)); err != nil {
			t.Errorf("%q: %v after %v", value, err, want)
		}
	}
	// A date without the time of the server is not a duration.
	b.wait(now, []byte("Mon, 23 Nov 2026 00:10:00 GMT"), 0, since)
	if err := b.spend(now + int64(time.Hour) - 1); !errors.Is(err, ErrAskedToWait) {
		t.Errorf("a date without a Date: %v", err)
	}
	shortest, longest := time.Hour, time.Duration(0)
	for range 1000 {
		s := spread(100 * time.Second)
		shortest, longest = min(shortest, s), max(longest, s)
	}
	if shortest < 90*time.Second || shortest > 92*time.Second || longest < 108*time.Second || longest > 110*time.Second {
		t.Errorf("intervals of %v to %v, want 90 to 110 s", shortest, longest)
	}
}

// The wait between failed polls grows up to the interval. After a good poll it is short again.
func TestClockWaits(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const interval = 5 * time.Minute
		c := &Clock{config: Config{Interval: interval}}
		retry := minRetry
		for i := range 20 {
			p := pollResult{began: time.Now(), err: ErrNoMajority}
			usual := min(15*time.Second<<i, interval)
			if wait := c.wait(p, &retry); wait < usual*9/10 || wait > usual*11/10 {
				t.Errorf("after failure %d: %v, want about %v", i, wait, usual)
			}
		}
		// The interval is from the start of a poll to the start of the next.
		for _, took := range []time.Duration{0, 2 * time.Minute} {
			p := pollResult{began: time.Now().Add(-took)}
			if wait := c.wait(p, &retry); wait < interval*9/10-took || wait > interval*11/10-took {
				t.Errorf("after a poll of %v: %v", took, wait)
			}
		}
		if wait := c.wait(pollResult{began: time.Now(), err: ErrNoMajority}, &retry); wait > minRetry*11/10 {
			t.Errorf("after the next failure: %v, want about %v", wait, minRetry)
		}
	})
}

// What a failed poll means, and what to do.
func TestStateOfFailedPoll(t *testing.T) {
	for _, c := range []struct {
		err                  error
		reason, detail, hint string // the hint: a part
	}{
		{fmt.Errorf("%w: 1 of 3 servers agree", ErrNoMajority), "no majority", "1 of 3 servers agree", "--verbose"},
		{ErrBootstrap, "certificates not valid yet", ErrBootstrap.Error(), "two more servers"},
		{ErrLeapSecond, "leap second", ErrLeapSecond.Error(), ""},
		{ErrStepped, "clock stepped", ErrStepped.Error(), "only one program"},
		{errors.New("else"), "no poll", "else", ""},
	} {
		got := failed(c.err)
		if got.Reason != c.reason || got.Detail != c.detail || (got.Hint == "") != (c.hint == "") || !strings.Contains(got.Hint, c.hint) {
			t.Errorf("%v: %+v", c.err, got)
		}
	}
}

func TestHintsOfServers(t *testing.T) {
	for want, reports := range map[string][]Report{
		"":                {{Standing: Agrees}, {Standing: Pending}, {Standing: Excluded, Why: errors.New("else")}},
		"name another":    {{Standing: Excluded, Why: ErrFrozen}},
		"ignore this":     {{Standing: Late}, {Standing: Late, Off: -time.Second + 1}},
		"report to":       {{Standing: Late, Off: -time.Second}, {Standing: Late, Off: -time.Hour}, {Standing: Ahead}, {Standing: Ahead, Off: ms}},
		otherServer + ",": {{Standing: Unproven}},
	} {
		for _, r := range reports {
			if got := r.Hint(); !strings.HasPrefix(got, want) || want == "" && got != "" {
				t.Errorf("%v by %v: %q, want %q", r.Standing, r.Off, got, want)
			}
		}
	}
}

// Each change of a server is logged once. That a server agrees is news only after it did not.
func TestReporter(t *testing.T) {
	var r reporter
	host := hosts(t, "a.example")[0]
	for i, c := range []struct {
		report Report
		note   string
		want   []string
	}{
		{report: Report{Standing: Pending}},
		{report: Report{Standing: Agrees}},
		{report: Report{Standing: Agrees}, note: "a", want: []string{"note=a"}},
		{report: Report{Standing: Late, Off: -ms}, note: "a", want: []string{"level=WARN", "late"}},
		{report: Report{Standing: Late, Off: -2 * ms}},
		{report: Report{Standing: Pending}},
		{report: Report{Standing: Agrees}, want: []string{"level=INFO", "agrees again"}},
		{report: Report{Standing: Excluded, Why: ErrSlow.because("3 s")}, want: []string{"level=WARN", "3 s"}},
		{report: Report{Standing: Excluded, Why: ErrSlow.because("4 s")}},
		{report: Report{Standing: Excluded, Why: ErrNoAnswer}, want: []string{"level=WARN", "timed out"}},
		{report: Report{Standing: Excluded, Why: ErrNoAnswer}, note: "b", want: []string{"note=b"}},
	} {
		var log strings.Builder
		c.report.Host = host
		v := Verdict{Servers: []Report{c.report}}
		if c.note != "" {
			v.Notes = []string{c.note}
		}
		r.report(v, slog.New(slog.NewTextHandler(&log, nil)))
		if strings.Count(log.String(), "\n") != min(1, len(c.want)) {
			t.Errorf("poll %d: %q, want %q", i, log.String(), c.want)
		}
		for _, want := range c.want {
			if !strings.Contains(log.String(), want) {
				t.Errorf("poll %d: %q, want %q", i, log.String(), want)
			}
		}
	}
}
