package daemon

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/history"
	"github.com/refclock/refclock/internal/historystore"
	"github.com/refclock/refclock/internal/settings"
	"github.com/refclock/refclock/nmea"
)

// keeping returns a bench whose daemon keeps the history if that is wanted.
func keeping(wanted *bool, clocks ...settings.Clock) *bench {
	b := newBench(clocks...)
	load := b.Load
	b.Load = func(ctx context.Context) (settings.Configuration, error) {
		c, err := load(ctx)
		c.Daemon.KeepHistory = *wanted
		return c, err
	}
	return b
}

// stateFolder returns the state folder of the test's daemons.
func stateFolder(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	t.Setenv("STATE_DIRECTORY", dir)
	return dir
}

func files(t *testing.T, dir string) int {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

// sampleCount returns the number of samples of a clock.
func sampleCount(b *bench, clock int) uint64 { return b.Clocks()[clock].History.NextSample() }

// bucketed returns the number of samples in the buckets of a clock.
func bucketed(b *bench, clock int) (total uint64) {
	h := b.Clocks()[clock].History
	list := make([]history.Bucket, 100)
	for _, bucket := range list[:h.Buckets(list, 0)] {
		total += uint64(bucket.Count)
	}
	return total
}

// A daemon continues the history of the one before, with a gap between them. A clock with
// another name begins a new one.
func TestRestartKeepsTheHistory(t *testing.T) {
	stateFolder(t)
	synctest.Test(t, func(t *testing.T) {
		yes := true
		first := keeping(&yes, (&fake{name: "a", unit: 1}).clock(1), (&fake{name: "b", unit: 2}).clock(1))
		stop := first.run(t)
		time.Sleep(30500 * time.Millisecond)
		synctest.Wait()   // the driver sleeps for another half second
		now := nmea.Now() // a sample that no look has seen
		if err := first.running()[0].parts[0].feed.Publish(driver.Sample{Clock: now.Real, Receive: now.Real, Mono: now.Mono}); err != nil {
			t.Fatal(err)
		}
		stop()
		was := sampleCount(first, 0)
		if seen := len(first.units[1].seen()); was != uint64(seen) || was < 31 {
			t.Fatalf("%d samples, %d were published", was, seen)
		}
		time.Sleep(time.Minute)
		second := keeping(&yes, (&fake{name: "renamed", unit: 2}).clock(1), (&fake{name: "a", unit: 1}).clock(2))
		stop = second.run(t)
		time.Sleep(5500 * time.Millisecond)
		stop()
		if n := sampleCount(second, 1); n < was+5 {
			t.Errorf("%d samples after the restart, want the %d of before and 5 more", n, was)
		}
		if n := bucketed(second, 1); n != sampleCount(second, 1) {
			t.Errorf("%d samples in the buckets, want %d", n, sampleCount(second, 1))
		}
		if n := sampleCount(second, 0); n > 10 {
			t.Errorf("%d samples of the renamed clock, want its own only", n)
		}
		gaps := second.Clocks()[1].History.Gaps(nmea.Now().Mono, history.Day)
		between := slices.IndexFunc(gaps, func(g history.Gap) bool { return g.State.Reason == historystore.NotRunning })
		if between < 0 || time.Duration(gaps[between].To-gaps[between].From).Round(time.Second) != time.Minute {
			t.Errorf("gaps %+v, want a minute in which refclock was not running", gaps)
		}
		if n := strings.Count(second.log.String(), "level=WARN"); n > 0 {
			t.Errorf("log %s", second.log.String())
		}
	})
}

// Without the setting nothing is written. With it, once an hour and at the end. A reload turns
// it on and off.
func TestWhenTheHistoryIsWritten(t *testing.T) {
	dir := stateFolder(t)
	synctest.Test(t, func(t *testing.T) {
		wanted := false
		b := keeping(&wanted, (&fake{name: "a", unit: 1}).clock(1))
		stop := b.run(t)
		time.Sleep(2*time.Hour + time.Second)
		if n := files(t, dir); n != 0 {
			t.Errorf("%d files without the setting", n)
		}
		wanted = true
		b.reload(nil, (&fake{name: "a", unit: 1}).clock(1))
		time.Sleep(59 * time.Minute)
		if n := files(t, dir); n != 0 {
			t.Errorf("%d files before an hour", n)
		}
		time.Sleep(2 * time.Minute)
		path := filepath.Join(dir, "clocks.history")
		if n := files(t, dir); n != 1 {
			t.Fatalf("%d files after an hour, want 1", n)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		time.Sleep(57 * time.Minute)
		if n := files(t, dir); n != 0 {
			t.Errorf("%d files less than an hour later", n)
		}
		wanted = false
		b.reload(nil, (&fake{name: "a", unit: 1}).clock(1))
		time.Sleep(2 * time.Hour)
		if n := files(t, dir); n != 0 {
			t.Errorf("%d files after the setting was removed", n)
		}
		wanted = true
		b.reload(nil, (&fake{name: "a", unit: 1}).clock(1))
		time.Sleep(time.Second)
		stop()
		if n := files(t, dir); n != 1 {
			t.Errorf("%d files after the end, want 1", n)
		}
	})
}

// A disk that does not answer delays the end by less than a second, and costs a line.
func TestDiskThatDoesNotAnswer(t *testing.T) {
	dir := stateFolder(t)
	synctest.Test(t, func(t *testing.T) {
		yes := true
		blocked := make(chan struct{})
		b := keeping(&yes, (&fake{name: "a", unit: 1}).clock(1))
		stop := b.run(t)
		time.Sleep(time.Second)
		if b.useDisk(t.Context(), func() { <-blocked }, time.Millisecond) {
			t.Error("a use of the disk that hangs counts as ended")
		}
		before := len(b.units[1].seen())
		time.Sleep(2*time.Hour + time.Minute)
		if n := len(b.units[1].seen()) - before; n < 7250 {
			t.Errorf("%d samples in two hours, want 7260", n)
		}
		began := time.Now()
		stop()
		if took := time.Since(began); took > endTimeout+diskTimeout {
			t.Errorf("the end took %v", took)
		}
		if n := strings.Count(b.log.String(), "does not answer"); n != 4 {
			t.Errorf("%d lines, want one for each write, log %s", n, b.log.String())
		}
		if n := files(t, dir); n != 0 {
			t.Errorf("%d files, want none", n)
		}
		close(blocked)
	})
}

// A reload that waits for a disk or a clock does not delay the end, and the end does not
// replace stored histories that the reload has not read.
func TestEndDuringAReload(t *testing.T) {
	dir := stateFolder(t)
	if err := os.WriteFile(filepath.Join(dir, "clocks.history"), []byte("of before"), 0o600); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		wanted := false
		blocked := make(chan struct{})
		hangs := func(name string, unit int) settings.Clock {
			return (&fake{name: name, unit: unit, turn: func(n int) error {
				if n > 1 {
					<-blocked
				}
				return nil
			}}).clock(1)
		}
		stays := hangs("a", 1)
		b := keeping(&wanted, stays)
		stop := b.run(t)
		time.Sleep(2 * time.Second)
		b.useDisk(t.Context(), func() { <-blocked }, time.Millisecond)
		wanted = true
		b.reload(nil, stays)
		synctest.Wait() // the reload waits for the disk
		began := time.Now()
		stop()
		if took := time.Since(began); took > endTimeout { // of the clock
			t.Errorf("the end took %v", took)
		}
		close(blocked)
		synctest.Wait()
		if text, err := os.ReadFile(filepath.Join(dir, "clocks.history")); err != nil || string(text) != "of before" {
			t.Errorf("the end wrote %q, %v", text, err)
		}
	})
}

// Both ends of the daemon together, a clock and a disk that hang, take less than 2 s.
func TestEndIsBounded(t *testing.T) {
	if endTimeout+diskTimeout > 1800*time.Millisecond {
		t.Errorf("the end may take %v", endTimeout+diskTimeout)
	}
}

// A damaged file and no state folder cost one warning each; the clocks run.
func TestHistoryThatCannotBeKept(t *testing.T) {
	dir := stateFolder(t)
	if err := os.WriteFile(filepath.Join(dir, "clocks.history"), []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		yes := true
		b := keeping(&yes, (&fake{name: "a", unit: 1}).clock(1), (&fake{name: "b", unit: 2}).clock(1))
		stop := b.run(t)
		time.Sleep(time.Second)
		stop()
		if log := b.log.String(); strings.Count(log, "level=WARN") != 1 || !strings.Contains(log, "cannot use the stored history") || strings.Contains(log, "precious") {
			t.Errorf("log %s", log)
		}
		if len(b.units[1].seen()) == 0 {
			t.Error("no samples")
		}
	})
}

// A reload keeps the history of a clock with other settings, but the same device and targets.
func TestReloadKeepsTheHistory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench((&fake{name: "a", unit: 1}).clock(1), (&fake{name: "b", unit: 2}).clock(1))
		stop := b.run(t)
		time.Sleep(20500 * time.Millisecond)
		b.reload(nil, (&fake{name: "c", unit: 2}).clock(1), (&fake{name: "a", unit: 1}).clock(2))
		time.Sleep(5 * time.Second)
		stop()
		b.Collect()
		if n, m := sampleCount(b, 1), uint64(len(b.units[1].seen())); n != m || n < 25 {
			t.Errorf("%d samples in the history, %d were published", n, m)
		}
		if n := sampleCount(b, 0); n > 6 {
			t.Errorf("%d samples of another clock, want its own only", n)
		}
	})
}
