package main

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Each command initialises all packages, also those that it does not use. What is not constant
// is made when it is needed. The limits are about a third above what the packages made when this
// test was written.
func TestPackagesInitialiseLittle(t *testing.T) {
	const usual, ofMain, ofSim = 40, 140, 6
	made := leastAllocations(t)
	const module = "github.com/refclock/refclock/"
	for path, n := range made {
		name, ours := strings.CutPrefix(path, module)
		most := usual
		switch {
		case strings.Contains(path, "VictoriaMetrics"), path == "runtime/metrics":
			most = 0 // the former also reads files
		case name == "cmd/refclock": // with its tests
			most = ofMain
		case name == "internal/sim": // of simulate and demo alone
			most = ofSim
		case !ours:
			continue
		}
		if n > most {
			t.Errorf("%s makes %d allocations, want at most %d: use sync.OnceValue", path, n, most)
		}
	}
	for _, name := range []string{"cmd/refclock", "internal/sim", "driver/gps"} {
		if _, ok := made[module+name]; !ok {
			t.Errorf("no trace of %s in %v", name, made)
		}
	}
}

// leastAllocations returns how many allocations the initialisation of each package makes. The
// runtime also counts those of its own goroutines at the time, such as the collector's: these only
// add, and at another place in each run. Therefore the least of ten runs counts.
func leastAllocations(t *testing.T) map[string]int {
	t.Helper()
	line := regexp.MustCompile(`(?m)^init (\S+) @.* (\d+) allocs$`)
	least := map[string]int{}
	for range 10 {
		cmd := program(t, "version")
		// The race detector otherwise waits a second at the end of a program.
		cmd.Env = append(cmd.Env, "GODEBUG=inittrace=1", "GORACE=atexit_sleep_ms=0")
		var trace strings.Builder
		cmd.Stderr = &trace
		if err := cmd.Run(); err != nil {
			t.Fatal(err)
		}
		for _, m := range line.FindAllStringSubmatch(trace.String(), -1) {
			n, err := strconv.Atoi(m[2])
			if err != nil {
				t.Fatal(err)
			}
			if before, ok := least[m[1]]; !ok || n < before {
				least[m[1]] = n
			}
		}
	}
	return least
}
