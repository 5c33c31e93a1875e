package driver

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

func TestReporterKeepsTheLastChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var reporter Reporter
		if got := reporter.Changes(); len(got) != 0 {
			t.Errorf("%d changes before any state was set", len(got))
		}
		start := time.Now()
		for i := range 100 {
			reporter.SetState(State{Reason: fmt.Sprint(i), Detail: "first"})
			time.Sleep(time.Second)
			reporter.SetState(State{Reason: fmt.Sprint(i), Detail: "second"})
		}
		got := reporter.Changes()
		if len(got) != keepChanges {
			t.Fatalf("%d changes are kept, want %d", len(got), keepChanges)
		}
		for i, c := range got {
			n := 100 - keepChanges + i
			want := Change{At: start.Add(time.Duration(n) * time.Second), State: State{Reason: fmt.Sprint(n), Detail: "second"}}
			if c.State != want.State || !c.At.Equal(want.At) {
				t.Errorf("change %d: %v at %v, want %v at %v", i, c.State, c.At, want.State, want.At)
			}
		}
	})
}

// A receiver that loses its fix every ten minutes shows five hours of it.
func TestReporterKeepsFiveHours(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var reporter Reporter
		start := time.Now()
		for range 100 {
			reporter.SetState(State{})
			time.Sleep(9 * time.Minute)
			reporter.SetState(State{Reason: "no fix"})
			time.Sleep(time.Minute)
		}
		end := start.Add(100 * 10 * time.Minute)
		if kept := end.Sub(reporter.Changes()[0].At); kept < 5*time.Hour {
			t.Errorf("%v of changes are kept, want 5 h", kept)
		}
	})
}

// Changes returns a copy: a later state does not change it.
func TestChangesAreACopy(t *testing.T) {
	var reporter Reporter
	reporter.SetState(State{Reason: "no fix"})
	got := reporter.Changes()
	reporter.SetState(State{})
	got[0].State.Reason = "overwritten"
	if now := reporter.Changes(); len(now) != 2 || now[0].State.Reason != "no fix" || !now[1].State.Feeding() {
		t.Errorf("changes %v, want no fix and feeding", now)
	}
}
