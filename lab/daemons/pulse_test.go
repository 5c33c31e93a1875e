package daemons

import (
	"testing"
	"time"

	"github.com/refclock/refclock/lab/guest"
	"github.com/refclock/refclock/lab/protocol"
)

// wirings are the inputs for the receiver's pulse.
var wirings = []struct {
	name   string
	source func(t *testing.T) string
}{
	{"pps-gpio", func(t *testing.T) string { return guest.Need(t, protocol.PPSHost) }},
	{"GPIO line", func(t *testing.T) string { return "gpio:9030000.pl061:6" }},
	{"DCD", func(t *testing.T) string { return "dcd:" + guest.Need(t, protocol.TTY) }},
	{"DCD by the kernel", func(t *testing.T) string { return "ldisc:" + guest.Need(t, protocol.TTY) }},
}

const (
	// wrongSecond is the smallest error of a wrong second, and larger than all other errors.
	wrongSecond = 500 * time.Millisecond

	// near is the largest error of a median: the host moves the line some milliseconds late,
	// and QEMU adds some more; the same applies to bytes. The delay of a burst and the other
	// edge of the pulse are 100 ms off.
	near = 15 * time.Millisecond

	// watched is the number of samples to watch of each unit.
	watched = 16
)

// refclock publishes sentences and pulse to their units, and chronyd reads both. It does not
// set the clock, which is seconds off. The host knows the offset: no sample may be a second
// off, and the medians of both units must match.
func TestPulse(t *testing.T) {
	for _, w := range wirings {
		t.Run(w.name, func(t *testing.T) {
			guest.Need(t, protocol.PPSHost) // without it, the host drives no line
			port, source := guest.Need(t, protocol.TTY), w.source(t)
			guest.MissetClock(t, 3*time.Second)
			c := observeByChronyd(t, sentences, pulses)
			m := watchUnits(t, sentences, pulses)
			start(t, "/usr/bin/refclock", "gps", "--unit", "0", "--baud", "9600", "--pps", source, port)
			guest.Eventually(t, 3*time.Minute, func() bool {
				return len(m.offsets(sentences)) >= watched && len(m.offsets(pulses)) >= watched && len(c.offsets(pulses)) >= watched
			}, "%d samples of each unit", watched)
			truth, within := guest.Offset(t)
			t.Logf("the host's clock is %v ahead, to within %v", truth, within)
			for _, witness := range []struct {
				name    string
				offsets func(unit int) []time.Duration
			}{{"the segment", m.offsets}, {"chronyd", c.offsets}} {
				var medians [2]time.Duration
				for _, unit := range []int{sentences, pulses} {
					offsets := witness.offsets(unit)
					for i, offset := range offsets {
						if off := (offset - truth).Abs(); off >= wrongSecond {
							t.Errorf("%s, unit %d: sample %d is a wrong second: %v, not %v", witness.name, unit, i, offset, truth)
						}
					}
					medians[unit] = median(offsets)
					t.Logf("%s, unit %d: the median of %d samples is %v from the true offset", witness.name, unit, len(offsets), medians[unit]-truth)
				}
				if off := medians[pulses] - truth; off.Abs() > within+near {
					t.Errorf("%s: the pulse is %v off, to within %v", witness.name, off, within)
				}
				if apart := medians[sentences] - medians[pulses]; apart.Abs() > near {
					t.Errorf("%s: the sentences are %v from the pulse", witness.name, apart)
				}
			}
		})
	}
}
