package interop

import (
	"slices"
	"strconv"
	"testing"
	"time"
)

// The sentences of a receiver arrive after their second. A daemon must measure this delay at
// any baud rate, and none of it if the gps driver is configured with the delay.
func TestReceiver(t *testing.T) {
	const (
		late      = 200 * time.Millisecond
		tolerance = 5 * time.Millisecond
	)
	receivers := []struct {
		unit  int
		baud  int
		delay time.Duration // of the gps driver
	}{
		{2, 9600, 0},
		{3, 9600, late},
		{4, 115200, 0},
		{5, 115200, late},
	}
	eachDaemon(t, func(t *testing.T, newDaemon newDaemon) {
		d := newDaemon(t, 2, 3, 4, 5)
		d.start()
		for _, r := range receivers {
			baud := strconv.Itoa(r.baud)
			simulator := start(t, "refclock", "simulate", "--baud", baud, "--delay", late.String(), "--jitter", "0s")
			start(t, "refclock", "gps", "--pps", "none", "--unit", strconv.Itoa(r.unit), "--baud", baud, "--delay", r.delay.String(), simulator.firstLine())
		}
		for _, r := range receivers {
			settles(t, d, r.unit, (r.delay - late).Seconds(), tolerance)
		}
	})
}

// settles waits until the last three offsets of a unit have the wanted median. The timeout
// is long, because on a busy machine the simulator's bytes are late.
func settles(t *testing.T, d daemon, unit int, want float64, tolerance time.Duration) {
	t.Helper()
	var offsets []float64
	defer func() {
		if t.Failed() {
			t.Logf("offsets of unit %d: %.6f", unit, offsets)
		}
	}()
	eventually(t, 80*time.Second, func() bool {
		offsets = d.offsets(unit)
		n := len(offsets)
		return n >= 3 && near(median(offsets[n-3:]), want, tolerance)
	}, "the offset of unit %d is %.3f s within %v", unit, want, tolerance)
}

func median(values []float64) float64 {
	return slices.Sorted(slices.Values(values))[len(values)/2]
}
