package pps

import (
	"strings"
	"testing"
	"time"
)

func pushAt(g *Gate, at time.Duration, rising bool) Verdict {
	return g.Push(Edge{Stamp: Stamp{Real: int64(at), Mono: int64(at)}, Rising: rising})
}

// An extra edge before the lock starts the count of regular intervals again.
func TestExtraEdgeBeforeTheLock(t *testing.T) {
	gate := NewGate(Rising)
	for _, at := range []time.Duration{0, 1000, 1500, 2000, 3000, 4000, 5000} {
		v := pushAt(gate, at*time.Millisecond, true)
		if second := v.Why == Second; second != (at == 5000) {
			t.Errorf("the edge at %d ms: %q", at, v.Why)
		}
	}
}

// The widths are forgotten after keepWidths+1 pulses without an end, counted from the last
// end.
func TestWidthsAreForgotten(t *testing.T) {
	var w widths
	for range 3 {
		w.add(time.Millisecond)
		for range keepWidths {
			w.pause()
		}
	}
	if !w.known() {
		t.Fatalf("unknown after %d pulses without an end", keepWidths)
	}
	if w.pause(); w.known() {
		t.Errorf("known after %d pulses without an end", keepWidths+1)
	}
}

// The explanation names a width below 10 us as it is.
func TestShortWidthIsNamed(t *testing.T) {
	gate := NewGate(Auto)
	for n := range 6 {
		pushAt(gate, time.Duration(n)*time.Second, true)
		pushAt(gate, time.Duration(n)*time.Second+5*time.Microsecond, false)
	}
	if edge, why := gate.Edge(); edge != Rising || !strings.Contains(why, "5µs") {
		t.Errorf("%v: %s", edge, why)
	}
}
