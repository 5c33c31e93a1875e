package main

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/internal/watch"
	"github.com/refclock/refclock/shm"
)

var now = time.Date(2026, 12, 1, 12, 0, 1, 500_000_000, time.UTC)

// fed is a unit that was given a sample a second and a half ago.
func fed(number int, offset time.Duration, readers watch.Readers, who ...watch.Process) *watchedUnit {
	receive := now.Add(-1500 * time.Millisecond)
	return &watchedUnit{
		number: number, seen: true, looked: now, processes: who,
		info: shm.Info{Unit: number, Size: 96, Perm: 0o666, UID: 0},
		reading: watch.Reading{
			Unit: number, Seen: now.Add(-time.Second), Offset: offset, Jitter: 1200 * time.Microsecond, HasJitter: true, Readers: readers,
			Sample: shm.Sample{Clock: receive.Add(offset), Receive: receive, Precision: -9},
		},
	}
}

func TestTable(t *testing.T) {
	units := []*watchedUnit{
		fed(0, -119_427_055, watch.Readers{Taken: 58, Lost: 1}, watch.Process{PID: 812, Name: "chronyd"}, watch.Process{PID: 900, Name: "refclock"}),
		fed(1, -4501, watch.Readers{Lost: 40}),
		{number: 7, err: shm.ErrAbsent, looked: now},
	}
	got := table(units, now, 80)
	want := `UNIT        OFFSET    JITTER  PREC  LEAP    AGE  READ BY: SAMPLES TAKEN
   0   -119.427 ms    1.2 ms    -9  none   1.5s  chronyd(812): 58 of 59
   1     -4.501 us    1.2 ms    -9  none   1.5s  no program: 0 of 40
      no time daemon reads this unit: is it running and configured for unit 1?
   7             -         -     -     -      -  
      does not exist; the time daemon or refclock gps creates it

offset = clock - receive: negative if the clock is behind the system clock.
`
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// A wide terminal has room for the size and the owner.
func TestWideTable(t *testing.T) {
	got := table([]*watchedUnit{fed(0, -119_427_055, watch.Readers{Taken: 58, Lost: 1})}, now, 120)
	if !strings.Contains(got, "SIZE  OWNER") || !strings.Contains(got, "  96  root ") {
		t.Errorf("got:\n%s", got)
	}
}

func TestTrouble(t *testing.T) {
	stale := fed(2, 0, watch.Readers{Taken: 5})
	stale.looked = now.Add(time.Minute)
	every := func(interval, silent time.Duration) *watchedUnit {
		u := fed(2, 0, watch.Readers{Taken: 5})
		u.reading.Interval, u.looked = interval, u.reading.Seen.Add(silent)
		return u
	}
	writers := func(list ...watch.Process) *watchedUnit {
		u := fed(2, 0, watch.Readers{Taken: 5})
		u.writers = list
		return u
	}
	for _, c := range []struct {
		unit *watchedUnit
		want string
	}{
		{writers(watch.Process{PID: 8, Name: "gpsd"}), ""},
		{writers(watch.Process{PID: 8, Name: "gpsd"}, watch.Process{PID: 9, Name: "refclock"}), "gpsd(8) and refclock(9) both write this unit"},
		{stale, "one sample so far"},
		{every(time.Second, 5*time.Second), ""},
		{every(time.Second, 8*time.Second), "no new sample"},
		{every(64*time.Second, 100*time.Second), ""}, // an interval of 64 s, changed at random, and a slow poll
		{every(64*time.Second, 140*time.Second), "no new sample"},
		{every(300*time.Second, 600*time.Second), ""},
		{every(300*time.Second, 610*time.Second), "no new sample"},
		{fed(2, 0, watch.Readers{Lost: 11}), "no time daemon reads"},
		{&watchedUnit{err: errors.New("permission denied")}, "permission denied"},
		{fed(2, 0, watch.Readers{Taken: 1, Lost: 30}), ""},
	} {
		if got := c.unit.trouble(); c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// What others write to the texts around the table cannot control the terminal.
func TestScreenIsVisible(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // after the first page
	var b strings.Builder
	hostile := func() string { return hostileText }
	if err := watchScreen(ctx, &b, newWatchedUnits(shm.KeyBase, []int{250}), hostile, hostile); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"\x1b]0;", "\x1b[2J\r", "\x07", "\u009b"} {
		if strings.Contains(b.String(), bad) {
			t.Errorf("%q is in %q", bad, b.String())
		}
	}
}

// Ctrl-Z gives the shell its cursor back, and nothing is drawn until the process continues.
func TestScreenIsSuspended(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		jobs, stopped, ended := make(chan os.Signal), 0, make(chan error)
		var b strings.Builder
		written := func() string {
			time.Sleep(2 * redraw)
			synctest.Wait()
			defer b.Reset()
			return b.String()
		}
		nothing := func() string { return "" }
		go func() {
			units := newWatchedUnits(shm.KeyBase, []int{250})
			ended <- drawUnits(ctx, &b, units, nothing, nothing, jobs, func() { stopped++ })
		}()
		if text := written(); !strings.HasPrefix(text, hideCursor+eraseAll+toTop) {
			t.Errorf("at the start: %q", text)
		}
		jobs <- unix.SIGTSTP
		if text := written(); !strings.HasSuffix(text, showCursor+"\n") || stopped != 1 {
			t.Errorf("after Ctrl-Z: %q, stopped %d times", text, stopped)
		}
		if text := written(); text != "" {
			t.Errorf("while suspended: %q", text)
		}
		jobs <- unix.SIGCONT
		if text := written(); !strings.HasPrefix(text, hideCursor+eraseAll+toTop) {
			t.Errorf("in the foreground again: %q", text)
		}
		cancel()
		if err := <-ended; err != nil || !strings.HasSuffix(b.String(), showCursor+"\n") {
			t.Errorf("at the end: %v, %q", err, b.String())
		}
	})
}

func TestFit(t *testing.T) {
	for _, c := range []struct {
		page string
		rows int
		want string
	}{
		{"short\nµs and a line that is too long\n", 3, "short\x1b[K\nµs and a …\x1b[K\n"},
		{"a\nb\nc\n", 4, "a\x1b[K\nb\x1b[K\nc\x1b[K\n"},
		{"a\nb\nc\n", 3, "a\x1b[K\n(2 more l…\x1b[K\n"}, // the cursor is in the last row: more would scroll
		{"a\nb\nc\n", 1, ""},
	} {
		if got := fit(c.page, 10, c.rows); got != c.want {
			t.Errorf("%q in %d rows: %q, want %q", c.page, c.rows, got, c.want)
		}
	}
	if got := fit("a\nb\nc\n", 80, 3); !strings.Contains(got, "(2 more lines need a taller terminal)") {
		t.Errorf("%q", got)
	}
}

func TestSignsOfNumbers(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "-1.000000000 s", 777: "+0.000000777 s", -1: "-0.000000001 s", 90*time.Minute + 1: "+5400.000000001 s",
	} {
		if got := seconds(d); got != want {
			t.Errorf("%d ns: %q, want %q", d, got, want)
		}
	}
	for d, want := range map[time.Duration]string{-4501: "-4.501 us", -time.Second: "-1000.000 ms", 3 * time.Hour: "+10800.000 s"} {
		if got := offsetText(d); got != want {
			t.Errorf("%d ns: %q, want %q", d, got, want)
		}
	}
}

// A unit that is there and gets no samples must not be met with silence.
func TestTroubleOfAnIdleUnit(t *testing.T) {
	u := &watchedUnit{unit: &shm.Unit{Segment: shm.NewMemory(shm.Layout96)}, began: now, looked: now.Add(time.Second)}
	if text := u.trouble(); text != "" {
		t.Errorf("after a second: %q; a sample may still come", text)
	}
	if u.looked = now.Add(staleAfter + 1); u.trouble() == "" {
		t.Error("a unit without samples: nothing is said")
	}
}

// A program that has attached a unit is a reader only if it is a time daemon, or if the
// samples are taken.
func TestReadersText(t *testing.T) {
	daemon, other, own := watch.Process{PID: 7, Name: "chronyd"}, watch.Process{PID: 8, Name: "feeder"}, watch.Process{PID: 9, Name: "refclock"}
	for want, u := range map[string]*watchedUnit{
		"no program: 0 of 4":   {processes: []watch.Process{other, own}, reading: watch.Reading{Readers: watch.Readers{Lost: 4}}},
		"no program":           {unread: true, processes: []watch.Process{own}, reading: watch.Reading{Readers: watch.Readers{Lost: 4}}},
		"chronyd(7): 0 of 4":   {processes: []watch.Process{daemon, other}, reading: watch.Reading{Readers: watch.Readers{Lost: 4}}},
		"chronyd(7)":           {processes: []watch.Process{daemon, other}},
		"feeder(8): 3 of 4":    {processes: []watch.Process{other, own}, reading: watch.Reading{Readers: watch.Readers{Taken: 3, Lost: 1}}},
		"another user: 3 of 4": {processes: []watch.Process{own}, reading: watch.Reading{Readers: watch.Readers{Taken: 3, Lost: 1}}},
	} {
		if got := u.readersText(""); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
