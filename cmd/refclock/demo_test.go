package main

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/internal/status"
)

// The title names both units, also before the daemon has started.
func TestDemoTitle(t *testing.T) {
	running := []status.Clock{{Unit: 4}, {Unit: 5, State: driver.State{Reason: "no pulse", Hint: strings.Repeat("check the wire ", 8)}}}
	for name, c := range map[string]struct {
		clocks []status.Clock
		want   []string
	}{
		"starting":  {nil, []string{"unit 4   sentences: starting\n", "unit 5   pulse:     starting\n"}},
		"one clock": {running[:1], []string{"unit 4   sentences: publishing\n", "unit 5   pulse:     starting\n"}},
		"running":   {running, []string{"unit 4   sentences: publishing\n", "unit 5   pulse:     no pulse"}},
	} {
		title := demoTitle(sim.Profiles()[0], "/dev/pts/3", "http://127.0.0.1:9123/", []int{4, 5}, c.clocks)
		for _, want := range c.want {
			if !strings.Contains(title, want) {
				t.Errorf("%s: no %q in\n%s", name, want, title)
			}
		}
		if strings.Contains(title, "\n\n\n") {
			t.Errorf("%s: an empty block in\n%s", name, title)
		}
		for line := range strings.Lines(title) {
			if n := utf8.RuneCountInString(line); n > 81 {
				t.Errorf("%s: %d characters: %q", name, n, line)
			}
		}
	}
}
