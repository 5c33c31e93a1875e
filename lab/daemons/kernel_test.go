package daemons

import (
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/lab/guest"
	"github.com/refclock/refclock/lab/protocol"
)

// A daemon without a source does not know the time, even if it sets the kernel's
// status. The machine's clock must not be a witness then.
func TestClockWithoutSourceIsNotAWitness(t *testing.T) {
	guest.Need(t, protocol.Arch)
	for _, m := range []maker{byChronyd, byNTPsec} {
		t.Run(m.name, func(t *testing.T) {
			guest.MissetClock(t, 3*time.Second)
			m.start(t, 2) // a unit without samples
			for range 5 {
				time.Sleep(time.Second)
				if estimate, ok := (driver.KernelClock{}).Current(); ok {
					var timex unix.Timex
					state, err := unix.Adjtimex(&timex)
					t.Fatalf("%s has no source, but the kernel's clock is a witness: %+v; kernel: %d, %v, %+v", m.name, estimate, state, err, timex)
				}
			}
		})
	}
}
