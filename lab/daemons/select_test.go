package daemons

import (
	"fmt"
	"testing"
	"time"

	"github.com/refclock/refclock/lab/guest"
	"github.com/refclock/refclock/lab/protocol"
	"github.com/refclock/refclock/shm"
)

// A feeding is a way of the receiver's time into a unit.
type feeding struct {
	name      string
	arguments func(t *testing.T) []string // of refclock gps; skips the test where a device is missing
	unit      int                         // that the daemon is to select
	by        []maker
}

// The units of `refclock gps --unit 0`.
const (
	sentences = 0
	pulses    = 1
)

var feedings = []feeding{
	{
		name: "sentences on a UART",
		arguments: func(t *testing.T) []string {
			// The delay is the one of the receiver that lab/vm plays.
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

// A daemon is one that has a unit for its only source, and may set the clock.
type daemon interface {
	// selected tells whether it goes by its unit, and how far off it then holds the clock to be.
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

// A clock that is seconds off is set right by each daemon: the host is the witness.
func TestSelected(t *testing.T) {
	arch := guest.Need(t, protocol.Arch)
	for _, f := range feedings {
		for _, m := range f.by {
			t.Run(f.name+"/"+m.name, func(t *testing.T) {
				arguments := f.arguments(t)
				guest.MissetClock(t, 3*time.Second)
				// On a 32-bit system only the daemon knows how large its unit is: it comes first.
				d := m.start(t, f.unit)
				start(t, "/usr/bin/refclock", append([]string{"gps", "--unit", fmt.Sprint(sentences)}, arguments...)...)
				var offset time.Duration
				guest.Eventually(t, 90*time.Second, func() (ok bool) {
					offset, ok = d.selected()
					return ok && offset.Abs() < 100*time.Millisecond
				}, "%s goes by unit %d", m.name, f.unit)
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

// sizes are those of a unit with the daemons of a processor, whatever refclock is built for.
var sizes = map[string]int{
	"arm64": shm.Layout96.Size(),
	"amd64": shm.Layout96.Size(),
	"armhf": shm.Layout80.Size(), // of Debian 12, whose time_t there has 32 bits
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
	t.Fatalf("there is no unit %d", unit)
	return 0
}
