package interop

import (
	"fmt"
	"testing"
	"time"
)

// A daemon reads units. It can be stopped and started again.
type daemon interface {
	start()
	stop()
	// offsets are all that it has made of a unit since the test began: reference minus system clock, in seconds.
	offsets(unit int) []float64
}

// A newDaemon makes a daemon that reads those units; it is not started yet.
type newDaemon func(t *testing.T, units ...int) daemon

// daemons are those that every test of what all of them do runs with.
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

// refid is the reference id that the daemons show for a unit.
func refid(unit int) string { return fmt.Sprintf("U%d", unit) }

// atLeast waits for n offsets of a unit in all.
func atLeast(t *testing.T, d daemon, unit, n int) []float64 {
	t.Helper()
	// NTPsec judges first after 2 to 11 seconds, then every 8.
	eventually(t, time.Duration(12+9*n)*time.Second, func() bool { return len(d.offsets(unit)) >= n },
		"%d offsets of unit %d", n, unit)
	return d.offsets(unit)
}

// flows waits for two more offsets of a unit: one might be a last sample that lay there.
func flows(t *testing.T, d daemon, unit int) {
	t.Helper()
	atLeast(t, d, unit, len(d.offsets(unit))+2)
}
