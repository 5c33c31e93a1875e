package nmea_test

import (
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/nmea"
)

// Mono is the kernel's CLOCK_MONOTONIC. An interrupted reading is repeated.
func TestNowReadsKernelClock(t *testing.T) {
	var early, late time.Duration
	for range 1000 {
		var mono unix.Timespec
		before := nmea.Now()
		if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &mono); err != nil {
			t.Fatal(err)
		}
		after := nmea.Now()
		early, late = time.Duration(mono.Nano()-before.Mono), time.Duration(after.Mono-mono.Nano())
		if early > -time.Microsecond && late > -time.Microsecond && early+late < 10*time.Microsecond {
			return
		}
	}
	t.Errorf("CLOCK_MONOTONIC is %v after a stamp before it and %v before a stamp after it", early, late)
}
