package main

import (
	"runtime/debug"
	"testing"
)

// A daemon collects garbage more often than Go's default, unless the user has set that.
func TestCollectOften(t *testing.T) {
	before := debug.SetGCPercent(100)
	defer debug.SetGCPercent(before)
	for gogc, want := range map[string]int{"": garbagePercent, "70": 100} {
		debug.SetGCPercent(100)
		t.Setenv("GOGC", gogc)
		collectOften()
		if got := debug.SetGCPercent(100); got != want {
			t.Errorf("GOGC=%s: %d %%, want %d", gogc, got, want)
		}
	}
}
