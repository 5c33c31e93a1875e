package gps

import (
	"runtime"
	"testing"
	"time"

	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

// A stamp of an edge and a stamp of a burst can be subtracted. The origin of each is
// measured at start, to within 1 µs.
func TestStampsHaveOneOrigin(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux documents the origin of its monotonic clock")
	}
	var between, took time.Duration
	for range 1000 {
		before, edge, after := nmea.Now(), pps.Now(), nmea.Now()
		between, took = time.Duration(edge.Mono-before.Mono), after.Sub(before)
		if took < 10*time.Microsecond && between > -2*time.Microsecond && between < took+2*time.Microsecond {
			return
		}
	}
	t.Errorf("the edge's stamp is %v after a burst's stamp, of the next burst %v", between, took)
}
