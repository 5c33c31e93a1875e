package spelling

import "testing"

func TestNear(t *testing.T) {
	known := []string{"monitor", "gps", "pps", "simulate", "version", "Garmin"}
	for word, want := range map[string]string{
		"gsp": "gps", "monitr": "monitor", "sim": "simulate", "v": "", "zzzzzz": "", "ppps": "pps", "versoin": "version", "GPS": "gps", "garmn": "Garmin",
	} {
		if got := Near(word, known); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}

func TestSuggestion(t *testing.T) {
	for word, want := range map[string]string{
		"sim": `; did you mean "simulate"?`, "montior": `; did you mean "monitor"?`, "gpsd": `; did you mean "gps"?`,
		"off-by-one": `; did you mean "offbyone"?`, "frobnicate": "",
	} {
		if got := Suggestion(word, "gps", "monitor", "offbyone", "simulate"); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}
