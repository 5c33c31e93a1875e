package driver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/shm"
)

// A failing driver runs for a while, then fails.
type failing struct {
	began []time.Duration
	start time.Time
	run   func(n int) (time.Duration, error)
}

func (f *failing) String() string { return "failing" }

func (f *failing) Run(ctx context.Context, feed *Feed) error {
	f.began = append(f.began, time.Since(f.start))
	lasts, err := f.run(len(f.began))
	if err := feed.Publish(Sample{Clock: 1, Receive: 1, Mono: int64(len(f.began))}); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return nil
	case <-time.After(lasts):
		return err
	}
}

// supervise runs a driver in simulated time for as long as given.
func supervise(t *testing.T, lasts time.Duration, run func(n int) (time.Duration, error)) (began []time.Duration, log string, err error) {
	synctest.Test(t, func(t *testing.T) {
		var lines bytes.Buffer
		ctx, cancel := context.WithTimeout(t.Context(), lasts)
		defer cancel()
		f := &failing{start: time.Now(), run: run}
		unit := shm.NewMemory(shm.Layout96)
		err = Supervise(ctx, f, NewFeed(unit, slog.New(slog.NewTextHandler(&lines, nil))))
		if _, perr := unit.Peek(); !errors.Is(perr, shm.ErrNoSample) {
			t.Errorf("a sample is left in the unit after the end: %v", perr)
		}
		began, log = f.began, lines.String()
	})
	return began, log, err
}

func TestSupervisePausesLongerAndLonger(t *testing.T) {
	began, log, err := supervise(t, 2*time.Minute, func(int) (time.Duration, error) {
		return 0, errors.New("no such device")
	})
	if err != nil {
		t.Error(err)
	}
	want := []time.Duration{0, 1, 3, 7, 15, 31, 61, 91}
	for i := range want {
		want[i] *= time.Second
	}
	if !slices.Equal(began, want) {
		t.Errorf("began at %v, want %v", began, want)
	}
	if n := strings.Count(log, "no such device"); n != 1 {
		t.Errorf("%d lines about one fault that stays, want 1:\n%s", n, log)
	}
}

// What is plugged in again is found at once, however often it was taken away.
func TestSuperviseLooksOftenForWhatIsAbsent(t *testing.T) {
	for _, absence := range []error{Absent(errors.New("the port has gone")), fmt.Errorf("open: %w", fs.ErrNotExist)} {
		began, log, _ := supervise(t, time.Minute, func(int) (time.Duration, error) { return 0, absence })
		for i := 1; i < len(began); i++ {
			if gap := began[i] - began[i-1]; gap != time.Second/4 {
				t.Fatalf("%v: %v passed before run %d, want 250 ms", absence, gap, i)
			}
		}
		if len(began) < 100 || strings.Count(log, "\n") != 1 {
			t.Errorf("%v: %d runs in a minute and the log\n%swant 100 runs and one line", absence, len(began), log)
		}
	}
	if got := Absent(errors.New("gone")).Error(); got != "gone" {
		t.Errorf("the error says %q, want the driver's own words", got)
	}
}

func TestSuperviseDoesNotRepeatTheDriver(t *testing.T) {
	var lines bytes.Buffer
	log := slog.New(slog.NewTextHandler(&lines, nil))
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		f := &failing{start: time.Now(), run: func(int) (time.Duration, error) { return 0, errors.New("no such device") }}
		feed := NewFeed(shm.NewMemory(shm.Layout96), log)
		feed.SetState(State{Reason: "no port", Detail: "no such device", Hint: "plug it in"})
		if err := Supervise(ctx, f, feed); err != nil {
			t.Error(err)
		}
	})
	if n := strings.Count(lines.String(), "\n"); n != 1 {
		t.Errorf("%d lines, want 1:\n%s", n, lines.String())
	}
}

func TestSuperviseBeginsAfreshAfterAHealthyRun(t *testing.T) {
	began, _, _ := supervise(t, 10*time.Minute, func(n int) (time.Duration, error) {
		if n == 4 {
			return 5 * time.Minute, errors.New("unplugged")
		}
		return 0, errors.New("unplugged")
	})
	// 0, 1, 3, then 7 which lasts for five minutes; the next pause is short again.
	if len(began) < 6 || began[4] != 7*time.Second+5*time.Minute+time.Second {
		t.Errorf("began at %v, want the fifth 1 s after the healthy run", began)
	}
}

func TestSuperviseCountsARunOfAMinuteAsHealthy(t *testing.T) {
	for _, c := range []struct{ lasts, pause time.Duration }{
		{time.Minute - 1, 4 * time.Second},
		{time.Minute, time.Second},
	} {
		began, _, _ := supervise(t, 10*time.Minute, func(n int) (time.Duration, error) {
			if n == 3 {
				return c.lasts, errors.New("unplugged")
			}
			return 0, errors.New("unplugged")
		})
		if got := began[3] - began[2] - c.lasts; got != c.pause {
			t.Errorf("%v passed after a run of %v, want %v", got, c.lasts, c.pause)
		}
	}
}

func TestSuperviseRunsAgainWhatEndsByItself(t *testing.T) {
	began, log, err := supervise(t, 10*time.Second, func(int) (time.Duration, error) { return 0, nil })
	if err != nil || len(began) != 4 || strings.Count(log, "ended without an error") != 1 {
		t.Errorf("%v after %d runs, want 4 runs, and why in the log:\n%s", err, len(began), log)
	}
}

// A stuck unit refuses to take a sample back.
type stuck struct{ *shm.Segment }

var errStuck = errors.New("the unit is stuck")

func (stuck) Withdraw() error { return errStuck }

// The driver's own error counts more than the unit's.
func TestSuperviseReportsAStuckUnit(t *testing.T) {
	for _, c := range []struct {
		fault error
		want  string
	}{
		{nil, "error=\"the unit is stuck\""},
		{errors.New("no such device"), "error=\"no such device\""},
	} {
		synctest.Test(t, func(t *testing.T) {
			var log bytes.Buffer
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			f := &failing{start: time.Now(), run: func(int) (time.Duration, error) { return 0, c.fault }}
			feed := NewFeed(stuck{shm.NewMemory(shm.Layout96)}, slog.New(slog.NewTextHandler(&log, nil)))
			if err := Supervise(ctx, f, feed); err != nil {
				t.Error(err)
			}
			if strings.Count(log.String(), "\n") != 1 || !strings.Contains(log.String(), c.want) {
				t.Errorf("the log is\n%swant one line with %s", &log, c.want)
			}
		})
	}
}

// The jitter before a failure says nothing of the samples after it.
func TestSuperviseForgetsTheJitter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		feed := NewFeed(shm.NewMemory(shm.Layout96), nil)
		f := &failing{start: time.Now(), run: func(n int) (time.Duration, error) {
			if got := feed.Precision(); got != -1 {
				t.Errorf("run %d: precision %d before the first sample, want -1", n, got)
			}
			for i := range int64(20) {
				if err := feed.Publish(Sample{Clock: i, Receive: i, Mono: int64(n*100) + i}); err != nil {
					t.Error(err)
				}
			}
			return 0, errors.New("unplugged")
		}}
		if err := Supervise(ctx, f, feed); err != nil {
			t.Error(err)
		}
	})
}

func TestSuperviseEndsOnWhatTimeDoesNotHeal(t *testing.T) {
	began, _, err := supervise(t, time.Hour, func(int) (time.Duration, error) {
		return 0, Permanent(errors.New("interval 0"))
	})
	if !errors.Is(err, ErrPermanent) || len(began) != 1 {
		t.Errorf("%v after %d runs, want a permanent error after one", err, len(began))
	}
}

func TestSuperviseEndsWithItsContext(t *testing.T) {
	began, log, err := supervise(t, 5*time.Second, func(int) (time.Duration, error) { return time.Hour, nil })
	if err != nil || len(began) != 1 || log != "" {
		t.Errorf("%v after %d runs, log %q; want a silent end of one run", err, len(began), log)
	}
}

// What passes by itself is no warning.
func TestReporterWarnsOnlyWithAHint(t *testing.T) {
	for _, c := range []struct {
		state State
		want  string
	}{
		{State{Reason: "no fix", Hint: "look at the sky"}, "level=WARN"},
		{State{Reason: "no fix"}, "level=INFO"},
		{State{}, "level=INFO"},
	} {
		var line bytes.Buffer
		reporter := Reporter{Log: slog.New(slog.NewTextHandler(&line, nil))}
		reporter.SetState(c.state)
		if !strings.Contains(line.String(), c.want) {
			t.Errorf("%+v: %s, want %s", c.state, &line, c.want)
		}
	}
}

func TestReporterLogsChangesOnly(t *testing.T) {
	var lines bytes.Buffer
	reporter := Reporter{Log: slog.New(slog.NewTextHandler(&lines, nil))}
	if reporter.State() != starting {
		t.Errorf("first state %v", reporter.State())
	}
	for range 10 {
		reporter.SetState(State{Reason: "no fix", Detail: "says GPRMC", Hint: "look at the sky"})
	}
	reporter.SetState(State{Reason: "no fix", Detail: "says GPGGA", Hint: "look at the sky"})
	if got := reporter.State().Detail; got != "says GPGGA" {
		t.Errorf("detail %q, want the latest", got)
	}
	for range 10 {
		reporter.SetState(State{})
	}
	if n := strings.Count(lines.String(), "\n"); n != 2 {
		t.Errorf("%d lines, want 2:\n%s", n, lines.String())
	}
}
