package protocol

import (
	"strings"
	"testing"
)

func TestRoundTrip(t *testing.T) {
	if text, ok := ParseNote(Note("devices: none")); !ok || text != "devices: none" {
		t.Errorf("note: %q, %v", text, ok)
	}
	if code, ok := ParseEnd(strings.TrimSpace(End(7))); !ok || code != 7 {
		t.Errorf("end: %d, %v, want 7", code, ok)
	}
	if text, ok := ParseAnswer(Answer("1 2 3")); !ok || text != "1 2 3" {
		t.Errorf("answer: %q, %v", text, ok)
	}
	pulses := Pulses{Made: 60, Late: 2, LeftOut: 1}
	if got, err := ParsePulses(pulses.Text()); got != pulses || err != nil {
		t.Errorf("pulses: %+v, %v, want %+v", got, err, pulses)
	}
	if _, err := ParsePulses("60"); err == nil {
		t.Error("an answer without all numbers is one")
	}
	if request, ok := ParseAsk(Ask("line %d %d", 6, 1)); !ok || request != "line 6 1" {
		t.Errorf("request: %q, %v", request, ok)
	}
}

// A test may print anything: only a whole line is the end.
func TestParseEndRejects(t *testing.T) {
	for _, line := range []string{"", "PASS", "@@END", "@@END ", "@@END x", " @@END 0", "says @@END 0", Begin} {
		if code, ok := ParseEnd(line); ok {
			t.Errorf("%q is parsed as an end with %d", line, code)
		}
	}
}
