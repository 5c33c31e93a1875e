package main

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Each command initialises all packages, also those that it does not use. What is not constant
// is made when it is needed. The numbers of allocations do not depend on the machine; they are
// about a third above what they were when this test was written.
func TestPackagesInitialiseLittle(t *testing.T) {
	const usual, ofMain, ofSim = 40, 140, 6
	cmd := program(t, "version")
	cmd.Env = append(cmd.Env, "GODEBUG=inittrace=1")
	var trace strings.Builder
	cmd.Stderr = &trace
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	const module = "github.com/refclock/refclock/"
	seen := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^init (\S+) @.* (\d+) allocs$`).FindAllStringSubmatch(trace.String(), -1) {
		name, ours := strings.CutPrefix(m[1], module)
		seen[name] = true
		most := usual
		switch {
		case strings.Contains(m[1], "VictoriaMetrics"), m[1] == "runtime/metrics":
			most = 0 // the former also reads files
		case name == "cmd/refclock": // with its tests
			most = ofMain
		case name == "internal/sim": // of simulate and demo alone
			most = ofSim
		case !ours:
			continue
		}
		if n, err := strconv.Atoi(m[2]); err != nil || n > most {
			t.Errorf("%s makes %s allocations, want at most %d: use sync.OnceValue", m[1], m[2], most)
		}
	}
	for _, name := range []string{"cmd/refclock", "internal/sim", "driver/gps"} {
		if !seen[name] {
			t.Errorf("no trace of %s in\n%s", name, trace.String())
		}
	}
}
