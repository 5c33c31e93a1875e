package main

import (
	"strings"
	"testing"
	"time"
)

// The source that is selected at the start of a burst is forwarded until its end. The other
// source's bytes arrive at the same time, and are dropped.
func TestMuxSwitchesBetweenBursts(t *testing.T) {
	var forwarded strings.Builder
	s := mux{out: &forwarded}
	now := time.Unix(1795386302, 0)
	both := func(text string) {
		t.Helper()
		for v, source := range map[source]string{withFix: "A", withoutFix: "V"} {
			if n, err := s.write(v, []byte(text+source), now); n != len(text)+1 || err != nil {
				t.Fatalf("wrote %d, %v", n, err)
			}
		}
		now = now.Add(time.Millisecond)
	}
	burst := func(change func()) {
		now = now.Add(pause)
		both("<")
		change()
		both(">")
	}
	burst(func() {})
	burst(func() { s.use(withFix) })
	burst(func() { s.use(withoutFix) })
	burst(func() { s.use(silence) })
	burst(func() { s.use(withFix) })
	burst(func() {})
	if want := "<A>A<V>V<A>A"; forwarded.String() != want {
		t.Errorf("forwarded %q, want %q", &forwarded, want)
	}
}
