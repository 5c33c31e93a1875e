package interop

import (
	"fmt"
	"testing"
	"time"
)

// A daemon reads units. It can be stopped and restarted.
type daemon interface {
	start()
	stop()
	// offsets returns all offsets of a unit since the test began: reference minus system
	// clock, in seconds.
	offsets(unit int) []float64
}

// A newDaemon returns a daemon that reads these units and is not started.
type newDaemon func(t *testing.T, units ...int) daemon

// daemons are used by all tests that are not for one daemon.
var daemons = []struct {
	name string
	new  newDaemon
}{
	{"chronyd", func(t *testing.T, units ...int) daemon { return newChronyd(t, units...) }},
	{"ntpsec", func(t *testing.T, units ...int) daemon { return newNTPsec(t, units...) }},
}

// eachDaemon runs a test once with each daemon.
func eachDaemon(t *testing.T, test func(t *testing.T, newDaemon newDaemon)) {
	t.Parallel()
	for _, d := range daemons {
		t.Run(d.name, func(t *testing.T) {
			isolate(t, func() { test(t, d.new) })
		})
	}
}

// refid returns the reference id of a unit.
func refid(unit int) string { return fmt.Sprintf("U%d", unit) }

// atLeast waits for a total of n offsets of a unit.
func atLeast(t *testing.T, d daemon, unit, n int) []float64 {
	t.Helper()
	// NTPsec logs the first offset after 2 to 11 s, then one every 8 s.
	eventually(t, time.Duration(12+9*n)*time.Second, func() bool { return len(d.offsets(unit)) >= n },
		"%d offsets of unit %d", n, unit)
	return d.offsets(unit)
}

// flows waits for two more offsets of a unit: the first may be of an old sample.
func flows(t *testing.T, d daemon, unit int) {
	t.Helper()
	atLeast(t, d, unit, len(d.offsets(unit))+2)
}
