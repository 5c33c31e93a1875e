package spelling

import "testing"

func TestNear(t *testing.T) {
	known := []string{"monitor", "gps", "pps", "simulate", "version"}
	for word, want := range map[string]string{
		"gsp": "gps", "monitr": "monitor", "sim": "simulate", "v": "", "zzzzzz": "", "ppps": "pps", "versoin": "version",
	} {
		if got := Near(word, known); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}
