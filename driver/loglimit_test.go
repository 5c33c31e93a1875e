package driver

import (
	"bytes"
	"log/slog"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A reason that comes and goes, however fast, takes at most 200 lines a day; its first
// change is logged at once, and the lines account for every change.
func TestFlappingTakesFewLines(t *testing.T) {
	for _, every := range []time.Duration{time.Second, 10 * time.Second, time.Minute, 10 * time.Minute, 45 * time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			var log bytes.Buffer
			r := Reporter{Log: slog.New(slog.NewTextHandler(&log, nil))}
			states := []State{{}, {Reason: "no fix", Hint: "wait"}, {Reason: "settling"}}
			start, told := time.Now(), 0
			for i := 0; time.Since(start) < 24*time.Hour; i++ {
				told++
				state := states[i%len(states)]
				r.SetState(state)
				if i == len(states)-1 && strings.Count(log.String(), "\n") != len(states) {
					t.Errorf("every %v: the first changes are not logged:\n%s", every, &log)
				}
				for end := time.Now().Add(every); time.Now().Before(end); time.Sleep(time.Second) {
					r.SetState(state)
				}
			}
			for line := range strings.Lines(log.String()) {
				changes := 1
				if _, after, ok := strings.Cut(line, "times="); ok {
					changes, _ = strconv.Atoi(strings.Fields(after)[0])
				}
				told -= changes
			}
			for _, repeated := range r.limit.reasons {
				told -= repeated.missed
			}
			if told != 0 {
				t.Errorf("every %v: the lines and what waits for one leave %d changes out", every, told)
			}
			if n := strings.Count(log.String(), "\n"); n > 200 || n < 24 {
				t.Errorf("every %v: %d lines a day", every, n)
			}
		})
	}
}

// The reason that stays in the end has its line, with the number of changes.
func TestTheLastReasonIsLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		r := Reporter{Log: slog.New(slog.NewTextHandler(&log, nil))}
		for range 10 {
			r.SetState(State{})
			time.Sleep(time.Second)
			r.SetState(State{Reason: "no fix"})
			time.Sleep(time.Second)
		}
		for range 120 {
			r.SetState(State{Reason: "no fix"})
			time.Sleep(time.Second)
		}
		lines := strings.Split(strings.TrimSpace(log.String()), "\n")
		if len(lines) != 3 || !strings.Contains(lines[2], "times=9") || !strings.Contains(lines[2], `reason="no fix"`) {
			t.Errorf("the log is\n%s", &log)
		}
		// The line is later than the reason, and says since when it holds.
		if want := "since=2000-01-01T00:00:19.000Z"; !strings.Contains(lines[2], want) || strings.Contains(lines[0]+lines[1], "since=") {
			t.Errorf("want %s in the last line only:\n%s", want, &log)
		}
	})
}

// A fault that returns after hours is news.
func TestAnOldReasonIsNews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		r := Reporter{Log: slog.New(slog.NewTextHandler(&log, nil))}
		for range 3 {
			r.SetState(State{})
			time.Sleep(3 * time.Hour)
			r.SetState(State{Reason: "no fix"})
			time.Sleep(time.Second)
		}
		if n := strings.Count(log.String(), "\n"); n != 6 || strings.Contains(log.String(), "times=") {
			t.Errorf("%d lines, want 6:\n%s", n, &log)
		}
	})
}
