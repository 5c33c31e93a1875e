package interop

import (
	"math"
	"strconv"
	"testing"
	"time"
)

// The demonstration clock is exactly one second behind. Each daemon must report that.

func TestOffByOneChronyd(t *testing.T) {
	isolate(t, func() {
		c := newChronyd(t, 2)
		c.start()
		start(t, "refclock", "offbyone", "--unit", "2")

		for _, offset := range atLeast(t, c, 2, 3) {
			checkOffset(t, offset, -1, time.Microsecond)
		}
		// chronyc reports the opposite sign: how far the system clock is ahead.
		if source := c.source(2); source[7] != "1.000000000" || source[8] != "1.000000000" {
			t.Errorf("chronyc sources: %v, want 1.000000000 adjusted and measured", source)
		}
	})
}

func TestOffByOneNTPsec(t *testing.T) {
	isolate(t, func() {
		n := newNTPsec(t, 2)
		n.start()
		start(t, "refclock", "offbyone", "--unit", "2")

		for _, offset := range atLeast(t, n, 2, 2) {
			checkOffset(t, offset, -1, time.Microsecond)
		}
		// ntpq counts in milliseconds.
		line := n.billboard(2)
		if offset, err := strconv.ParseFloat(line[8], 64); err != nil || offset != -1000 {
			t.Errorf("ntpq -pn: %v, want an offset of -1000", line)
		}
	})
}

// checkOffset compares offsets in seconds.
func checkOffset(t *testing.T, got, want float64, tolerance time.Duration) {
	t.Helper()
	if !near(got, want, tolerance) {
		t.Errorf("offset %.9f s, want %.9f s within %v", got, want, tolerance)
	}
}

func near(got, want float64, tolerance time.Duration) bool {
	return math.Abs(got-want) <= tolerance.Seconds()
}
