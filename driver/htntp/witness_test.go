package htntp

import (
	"context"
	"log/slog"
	"net"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/simweb"
)

// A witness knows the second as long as the drift of its crystal allows, even if the system
// clock is set, and polls again in time.
func TestWitness(t *testing.T) {
	bubble(t, func(t *testing.T) {
		web := simweb.Web{"a.example:80": good(), "b.example:80": good(), "c.example:80": good()}
		var down atomic.Bool // the network
		dial := func(ctx context.Context, network, address string) (net.Conn, error) {
			if down.Load() {
				return nil, syscall.ENETUNREACH
			}
			return web.Dial(ctx, network, address)
		}
		w, err := NewWitness(Config{Hosts: hosts(t, "http://a.example", "http://b.example", "http://c.example"), Dial: dial, Since: bubbleBuild, Agent: "test"})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		var set, asleep atomic.Int64 // of the machine
		w.ticks = func() ticks {
			now := time.Now()
			return ticks{real: now.UnixNano() + set.Load(), crystal: int64(now.Sub(began)), asleep: asleep.Load()}
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go w.Run(ctx)
		testify := func(want bool) driver.Estimate {
			t.Helper()
			estimate, ok := w.Current()
			if ok != want {
				t.Fatalf("after %v: testifies %v, want %v", time.Since(began), ok, want)
			}
			return estimate
		}
		right := func() {
			t.Helper()
			s := testify(true)
			want := behind - time.Duration(set.Load())
			if off := s.Offset - want; off.Abs() > 10*ms || s.Within < off.Abs() || s.Within > maxWitnessError {
				t.Errorf("after %v: %+v, want %v", time.Since(began), s, want)
			}
		}

		testify(false)
		time.Sleep(time.Minute)
		right()
		first := testify(true).Within
		time.Sleep(20 * time.Minute)
		right()
		if grown := testify(true).Within; grown < first+100*ms {
			t.Errorf("the uncertainty was %v and is %v after twenty minutes", first, grown)
		}
		set.Store(int64(time.Hour))
		right()
		set.Store(0)
		for range 24 {
			time.Sleep(10 * time.Minute)
			right()
		}
		asleep.Store(int64(time.Hour))
		testify(false)
		asleep.Store(0)
		down.Store(true)
		time.Sleep(43 * time.Minute) // 0.516 s at 200 ppm: enough even after a poll without any error
		testify(false)
		cancel()
		synctest.Wait()
	})
}

// The log of a receiver that asks web servers has one line about a wrong one.
func TestWitnessLogsAnExcludedServerOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		wrong := good()
		wrong.Offset = 37 * time.Second
		web := simweb.Web{"a.example:80": good(), "b.example:80": good(), "c.example:80": wrong}
		var log strings.Builder
		w, err := NewWitness(Config{
			Hosts: hosts(t, "http://a.example", "http://b.example", "http://c.example"), Dial: web.Dial, Since: bubbleBuild, Agent: "test",
			Log: slog.New(slog.NewTextHandler(&log, nil)),
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 3*witnessInterval)
		defer cancel()
		w.Run(ctx)
		if strings.Count(log.String(), "\n") != 1 || !strings.Contains(log.String(), "server excluded") || !strings.Contains(log.String(), "c.example") {
			t.Errorf("want one line about c.example:\n%s", &log)
		}
	})
}

// A crystal does not count a second inserted at the end of June or December. The witness
// would contradict a correct receiver.
func TestWitnessSilentAfterLeapSecond(t *testing.T) {
	at := func(text string) int64 {
		u, err := time.Parse(time.DateTime, text)
		if err != nil {
			t.Fatal(err)
		}
		return u.UnixNano()
	}
	for _, c := range []struct {
		pollResult, now string
		want            bool
	}{
		{"2016-12-31 23:50:00", "2016-12-31 23:59:57", true},
		{"2016-12-31 23:50:00", "2016-12-31 23:59:58", false}, // if 23:59:59 is deleted, 00:00:00 follows
		{"2016-12-31 23:50:00", "2017-01-01 00:00:00", false},
		{"2016-12-31 23:50:00", "2017-01-01 00:10:00", false},
		{"2017-01-01 00:00:10", "2017-01-01 00:00:20", false}, // the poll may have begun before
		{"2017-01-01 00:00:29", "2017-01-01 00:10:00", false},
		{"2017-01-01 00:00:31", "2017-01-01 00:10:00", true},
		{"2017-01-01 00:01:00", "2017-01-01 00:10:00", true},
		{"2017-06-30 23:50:00", "2017-07-01 00:10:00", false},
		{"2017-03-31 23:50:00", "2017-04-01 00:10:00", true},
	} {
		w := &Witness{ticks: func() ticks { return ticks{real: at(c.now), crystal: at(c.now)} }}
		w.last.Store(&measurement{at: ticks{real: at(c.pollResult), crystal: at(c.pollResult)}, utc: at(c.pollResult), half: ms})
		if s, ok := w.Current(); ok != c.want || s.Offset != 0 {
			t.Errorf("polled at %s: at %s testifies %v, %+v; want %v", c.pollResult, c.now, ok, s, c.want)
		}
	}
}

// The wait between failed polls grows up to witnessInterval. After a good poll it is short
// again.
func TestWitnessWaits(t *testing.T) {
	retry := minRetry
	for i := range 200 {
		pause := nextWait(syscall.ENETUNREACH, &retry)
		if usual := min(minRetry<<min(i, 10), witnessInterval); pause < usual*9/10 || pause > usual*11/10 {
			t.Fatalf("after failure %d: %v, want about %v", i, pause, usual)
		}
	}
	if pause := nextWait(nil, &retry); pause < 27*time.Minute || pause > 33*time.Minute {
		t.Errorf("after a poll: %v, want about half an hour", pause)
	}
	if pause := nextWait(syscall.ENETUNREACH, &retry); pause > minRetry*11/10 {
		t.Errorf("after the next failure: %v, want about %v", pause, minRetry)
	}
}

func TestMachineTicks(t *testing.T) {
	a := machineTicks()
	b := machineTicks()
	if a.real == 0 || b.crystal < a.crystal || time.Duration(b.asleep-a.asleep).Abs() > time.Second {
		t.Errorf("%+v, then %+v", a, b)
	}
}

// The system clock is set after a poll has ended, but before its result is stored.
func TestWitnessAfterAStep(t *testing.T) {
	bubble(t, func(t *testing.T) {
		web := simweb.Web{"a.example:80": good()}
		w, err := NewWitness(Config{Hosts: hosts(t, "http://a.example"), Dial: web.Dial, Since: bubbleBuild, Agent: "test"})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		const set = time.Hour // ahead of the clock of the poll
		w.ticks = func() ticks {
			time.Sleep(100 * ms) // other programs had the processor
			now := time.Now()
			return ticks{real: now.UnixNano() + int64(set), crystal: int64(now.Sub(began))}
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go w.Run(ctx)
		time.Sleep(time.Minute)
		if got, ok := w.Current(); !ok || (got.Offset-behind+set).Abs() > 10*ms {
			t.Errorf("%+v, %v; want %v", got, ok, behind-set)
		}
		cancel()
		synctest.Wait()
	})
}

// The limits of a measurement: an uncertainty of half a second, at 200 ppm, and a pause of the
// machine of a tenth of a second.
func TestWitnessLimits(t *testing.T) {
	const utc = int64(1_800_000_000e9)
	for _, c := range []struct {
		elapsed, asleep time.Duration
		want            bool
	}{
		{elapsed: 1999 * time.Second, want: true},
		{elapsed: 2000 * time.Second},
		{elapsed: time.Second, asleep: 100 * ms, want: true},
		{elapsed: time.Second, asleep: 100*ms + 1},
	} {
		last := ticks{real: 5e18, crystal: 7e15, asleep: int64(9 * time.Hour)}
		now := ticks{real: last.real + int64(c.elapsed), crystal: last.crystal + int64(c.elapsed), asleep: last.asleep + int64(c.asleep)}
		w := &Witness{ticks: func() ticks { return now }}
		w.last.Store(&measurement{at: last, utc: utc, half: 100 * ms})
		got, ok := w.Current()
		if ok != c.want || ok && (got.Offset != time.Duration(utc-last.real) || got.Within != 100*ms+c.elapsed/5000) {
			t.Errorf("after %v, of which the machine slept %v: %+v, %v; want %v", c.elapsed, c.asleep, got, ok, c.want)
		}
	}
}
