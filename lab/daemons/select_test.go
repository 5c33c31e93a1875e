package daemons

import (
	"fmt"
	"testing"
	"time"

	"github.com/refclock/refclock/lab/guest"
	"github.com/refclock/refclock/lab/protocol"
	"github.com/refclock/refclock/shm"
)

// A path is one of the inputs through which the receiver's time reaches a unit.
type path struct {
	name      string
	arguments func(t *testing.T) []string // of refclock gps; skips the test if a device is missing
	unit      int                         // that the daemon must select
	by        []maker
}

// The units of `refclock gps --unit 0`.
const (
	sentences = 0
	pulses    = 1
)

var paths = []path{
	{
		name: "sentences on a UART",
		arguments: func(t *testing.T) []string {
			// The delay of lab/vm's receiver.
			return []string{"--baud", "9600", "--pps", "none", "--delay", "120ms", guest.Need(t, protocol.TTY)}
		},
		unit: sentences,
		by:   []maker{byChronyd, byNTPsec},
	},
	{
		name: "pulse on pps-gpio",
		arguments: func(t *testing.T) []string {
			return []string{"--baud", "9600", "--pps", guest.Need(t, protocol.PPSHost), guest.Need(t, protocol.TTY)}
		},
		unit: pulses,
		by:   []maker{byNTPsec}, // chronyd reads pulses in TestPulse
	},
}

// A daemon has a unit as its only source, and may set the clock.
type daemon interface {
	// selected reports whether the daemon has selected its unit, and returns the offset.
	selected() (offset time.Duration, ok bool)
}

// A maker starts a daemon on a unit.
type maker struct {
	name  string
	start func(t *testing.T, unit int) daemon
}

var (
	byChronyd = maker{"chronyd", startChronyd}
	byNTPsec  = maker{"ntpsec", startNTPsec}
)

// Each daemon corrects a clock that is seconds off. The host knows the true time.
func TestSelected(t *testing.T) {
	arch := guest.Need(t, protocol.Arch)
	for _, f := range paths {
		for _, m := range f.by {
			t.Run(f.name+"/"+m.name, func(t *testing.T) {
				arguments := f.arguments(t)
				guest.MissetClock(t, 3*time.Second)
				// The daemon starts first: on a 32-bit system only the daemon knows the size of its unit.
				d := m.start(t, f.unit)
				start(t, "/usr/bin/refclock", append([]string{"gps", "--unit", fmt.Sprint(sentences)}, arguments...)...)
				var offset time.Duration
				guest.Eventually(t, 90*time.Second, func() (ok bool) {
					offset, ok = d.selected()
					return ok && offset.Abs() < 100*time.Millisecond
				}, "%s selects unit %d", m.name, f.unit)
				guest.Ask("clock %d", time.Now().UnixNano())
				off, within := guest.Offset(t)
				t.Logf("selected, %v off; the host says %v, to within %v; the unit has %d bytes", offset, off, within, size(t, f.unit))
				if got := size(t, f.unit); got != sizes[arch] {
					t.Errorf("the unit has %d bytes, want %d", got, sizes[arch])
				}
			})
		}
	}
}

// sizes are the sizes of a unit for the daemons of each architecture.
var sizes = map[string]int{
	"arm64": shm.Layout96.Size(),
	"amd64": shm.Layout96.Size(),
	"armhf": shm.Layout80.Size(), // Debian 12, with a time_t of 32 bits
}

func size(t *testing.T, unit int) int {
	t.Helper()
	list, err := shm.List(shm.KeyBase)
	if err != nil {
		t.Fatal(err)
	}
	for _, info := range list {
		if info.Unit == unit {
			return info.Size
		}
	}
	t.Fatalf("unit %d does not exist", unit)
	return 0
}
