package main

import (
	"strings"
	"testing"
	"time"
)

// The voice that is selected at the start of a burst is forwarded until its end. The other
// voice's bytes arrive at the same time, and are dropped.
func TestSpeechChangesOverBetweenBursts(t *testing.T) {
	var heard strings.Builder
	s := speech{out: &heard}
	now := time.Unix(1795386302, 0)
	both := func(text string) {
		t.Helper()
		for v, voice := range map[voice]string{withFix: "A", withoutFix: "V"} {
			if n, err := s.write(v, []byte(text+voice), now); n != len(text)+1 || err != nil {
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
	burst(func() { s.let(withFix) })
	burst(func() { s.let(withoutFix) })
	burst(func() { s.let(silence) })
	burst(func() { s.let(withFix) })
	burst(func() {})
	if want := "<A>A<V>V<A>A"; heard.String() != want {
		t.Errorf("forwarded %q, want %q", &heard, want)
	}
}
