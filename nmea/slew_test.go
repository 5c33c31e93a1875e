package nmea_test

import (
	"runtime"
	"testing"

	"github.com/refclock/refclock/nmea"
)

// Between two readings the clock is slewed by at most 8.3 %, the maximum of Linux. A
// reading that was interrupted between its two calls is repeated.
func TestSlewed(t *testing.T) {
	if runtime.GOOS == "linux" && nmea.Slewed() == 0 {
		t.Fatal("the kernel's clocks could not be read")
	}
	for range 100 {
		began, before := nmea.Now(), nmea.Slewed()
		for nmea.Now().Sub(began) < 2*ms {
		}
		after, ended := nmea.Slewed(), nmea.Now()
		if max(after-before, before-after) <= int64(ended.Sub(began)/10) {
			return
		}
	}
	t.Error("slewed by over 10 % each time")
}
