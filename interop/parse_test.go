package interop

import "testing"

func TestParseRefclocks(t *testing.T) {
	const (
		raw      = "2026-11-22 22:29:21.211413 U2      0 + 0 -1.000000e+00 -1.000000e+00  2.500e-08\n"
		filtered = "2026-11-22 22:29:21.211413 U2      - N -       -       -1.000000e+00  2.500e-08\n"
		title    = "   Date (UTC) Time         Refid  DP L P  Raw offset   Cooked offset      Disp.\n"
	)
	want := chronySample{refid: "U2", leap: "+", offset: -1}
	if got, ok := parseRefclocks(raw); !ok || got != want {
		t.Errorf("raw line: %+v, %v, want %+v", got, ok, want)
	}
	for _, line := range []string{filtered, title, raw[:len(raw)-4], raw[:40], "\n", ""} {
		if got, ok := parseRefclocks(line); ok {
			t.Errorf("%q: %+v, want none", line, got)
		}
	}
}

func TestParsePeerstats(t *testing.T) {
	const line = "61367 7583.025 SHM(2) 9014 -1.000000000 0.000000000 7.937500000 0.000000000\n"
	if peer, offset, ok := parsePeerstats(line); !ok || peer != "SHM(2)" || offset != -1 {
		t.Errorf("%q, %v, %v, want SHM(2), -1", peer, offset, ok)
	}
	for _, line := range []string{line[:len(line)-1], line[:30], "\n", ""} {
		if peer, offset, ok := parsePeerstats(line); ok {
			t.Errorf("%q: %q, %v, want none", line, peer, offset)
		}
	}
}
