package main

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/sparkline"
	"github.com/refclock/refclock/internal/status"
)

// sampled returns a history that ends with the report: a sample each interval.
func sampled(index int, end time.Time, lasts, interval time.Duration) status.ClockHistory {
	h := status.ClockHistory{Index: index}
	for ago := lasts; ago >= 0; ago -= interval {
		n := int64((lasts - ago) / interval)
		h.TimeMS = append(h.TimeMS, end.Add(-ago).UnixMilli())
		h.OffsetNS = append(h.OffsetNS, -1_234_000+n%900*(900-n%900))
		var jitter *int64
		if n >= 5 {
			j := 310_000 + n%700*100
			jitter = &j
		}
		h.JitterNS = append(h.JitterNS, jitter)
	}
	return h
}

// pageOf returns the page of an answer that arrived at shownAt.
func pageOf(a statusAnswer) *statusPage {
	p := &statusPage{interval: time.Second, paths: []string{"/run/refclock/status.sock"}, began: shownAt}
	p.take(a, shownAt)
	return p
}

var shownAt = time.Date(2026, 12, 1, 3, 14, 15, 0, time.UTC)

// twoClocks is the answer about a receiver that publishes and its pulse, which does not.
func twoClocks() statusAnswer {
	r := report()
	hour := sampled(0, r.Time, time.Hour, time.Second)
	return statusAnswer{report: r, history: status.History{Time: r.Time, Clocks: []status.ClockHistory{hour}}}
}

// contested is the answer about a unit that another program writes too, whose name is hostile.
func contested() statusAnswer {
	a := twoClocks()
	c := &a.report.Clocks[0]
	c.State = driver.State{Reason: "unit contested", Detail: hostileText + "(77) also writes this unit", Hint: "stop the other program, or give this clock another unit"}
	c.Name, a.report.File = "gps /dev/"+hostileText, hostileText
	c.Consumer.Processes = []string{hostileText}
	a.report.Clocks[1].Changes[63].State.Detail = hostileText
	a.history.Clocks[0] = sampled(0, a.report.Time, 90*time.Second, time.Second)
	return a
}

func TestStatusPages(t *testing.T) {
	local := time.Local
	t.Cleanup(func() { time.Local = local })
	time.Local = time.UTC
	gone := fmt.Errorf("/run/refclock/status.sock: %w", fs.ErrNotExist)
	old := pageOf(twoClocks())
	old.take(statusAnswer{err: gone}, shownAt.Add(12*time.Second))
	without := twoClocks()
	without.historyErr = errors.New("ask /run/refclock/status.sock: 503 Service Unavailable")
	without.history = status.History{}
	for name, c := range map[string]struct {
		page          *statusPage
		after         time.Duration // from the answer to the page
		columns, rows int
	}{
		"publishing":      {pageOf(twoClocks()), 0, 80, 24},
		"publishing-wide": {pageOf(twoClocks()), 0, 120, 40},
		"publishing-tiny": {pageOf(twoClocks()), 0, 60, 9},
		"contested":       {pageOf(contested()), 0, 80, 24},
		"no-daemon":       {pageOf(statusAnswer{err: gone}), 0, 80, 24},
		"old":             {old, 12 * time.Second, 80, 24},
		"hangs":           {pageOf(twoClocks()), 9 * time.Second, 80, 24},
		"no-history":      {pageOf(without), 0, 80, 24},
	} {
		var b strings.Builder
		for _, l := range c.page.lines(shownAt.Add(c.after), c.columns, c.rows) {
			b.WriteString(strings.ReplaceAll(l.String(), "\x1b", "<esc>") + "\n")
		}
		golden := filepath.Join("testdata", "status-"+name+".golden")
		if *update {
			if err := os.WriteFile(golden, []byte(b.String()), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got := b.String(); got != string(want) {
			t.Errorf("%s:\n%s\nwant:\n%s", golden, got, want)
		}
	}
}

// Whatever the size of the terminal, the page has its height, no line is too long, and no
// text from outside reaches it as control characters.
func TestStatusPageFits(t *testing.T) {
	page := pageOf(contested())
	page.err = errors.New(hostileText + strings.Repeat("long", 80))
	for columns := 2; columns < 220; columns += 13 {
		for rows := 1; rows < 60; rows += 3 {
			lines := page.lines(shownAt, columns, rows)
			if len(lines) != rows {
				t.Fatalf("%d columns, %d rows: %d lines", columns, rows, len(lines))
			}
			checkLines(t, lines, columns)
		}
		checkLines(t, page.block(shownAt, columns), columns)
	}
}

func checkLines(t *testing.T, lines []screenLine, columns int) {
	t.Helper()
	for _, l := range lines {
		if n := utf8.RuneCountInString(l.text); n > columns {
			t.Errorf("%d characters in %d columns: %q", n, columns, l.text)
		}
		if l.text != visible(l.text) || strings.ContainsAny(l.text, "\n\t") {
			t.Errorf("%q controls the terminal", l.text)
		}
	}
}

// The colour of a state shows whether a person has to act. A state of the past has none.
func TestStatusColours(t *testing.T) {
	for name, c := range map[string]struct {
		state driver.State
		err   error
		want  string
	}{
		"publishing":      {want: green},
		"settling":        {state: driver.State{Reason: "settling"}, want: yellow},
		"no fix":          {state: driver.State{Reason: "no fix", Hint: "give the antenna a clear view of the sky"}, want: red},
		"publishing once": {err: fs.ErrNotExist, want: ""},
	} {
		a := twoClocks()
		a.report.Clocks[0].State = c.state
		p := pageOf(a)
		p.err = c.err
		for _, l := range p.lines(shownAt, 80, 24) {
			if strings.HasPrefix(l.text, "Unit 0, ") && l.colour != c.want {
				t.Errorf("%s: colour %q, want %q", name, l.colour, c.want)
			}
		}
	}
}

func TestPlotSpan(t *testing.T) {
	for _, c := range []struct {
		oldest  time.Duration
		columns int
		want    time.Duration
	}{
		{0, 74, 2 * time.Minute}, {2 * time.Minute, 74, 2 * time.Minute}, {2*time.Minute + 1, 74, 5 * time.Minute},
		{0, 160, 5 * time.Minute}, {11 * time.Minute, 74, 20 * time.Minute}, {21 * time.Minute, 74, time.Hour},
		{2 * time.Hour, 74, time.Hour}, {0, 5000, time.Hour},
	} {
		if got := plotSpan(c.oldest, c.columns); got != c.want {
			t.Errorf("%v in %d columns: %v, want %v", c.oldest, c.columns, got, c.want)
		}
	}
}

// A column has the median of the samples of its time, and keeps it while others are added.
func TestBinned(t *testing.T) {
	type sample struct{ second, value int64 } // -1: not known
	samples := []sample{{940, 99}, {980, 7}, {985, 5}, {986, 5000}, {989, -1}, {1009, math.MaxInt64}, {1010, 8}}
	var ms []int64
	for _, s := range samples {
		ms = append(ms, s.second*1000)
	}
	value := func(i int) (int64, bool) { return samples[i].value, samples[i].value != -1 }
	median, most, later, gap := sparkline.Value{N: 7, Known: true}, sparkline.Value{N: math.MaxInt64, Known: true}, sparkline.Value{N: 8, Known: true}, sparkline.Value{}
	for now, want := range map[int64][]sparkline.Value{
		1000: {median, gap, most},
		1009: {median, gap, most},
		1010: {gap, most, later},
		2000: {gap, gap, gap},
		0:    {gap, gap, gap},
	} {
		if got := binned(ms, value, time.Unix(now, 0), 30*time.Second, 3); !slices.Equal(got, want) {
			t.Errorf("at %d s: %v, want %v", now, got, want)
		}
	}
}
