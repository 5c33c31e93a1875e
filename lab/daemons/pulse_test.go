package daemons

import (
	"os"
	"strconv"
	"strings"
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
	{"network card", func(t *testing.T) string {
		alignCards(t)
		return "phc:" + guest.Need(t, protocol.PHC)
	}},
}

// cardPhase has the time from the machine's second to the pulse of the network cards.
const cardPhase = "/sys/module/vmptp/parameters/phase_ns"

// alignCards moves the pulses of the network cards to the seconds of the host, as those of the
// receiver are. It is as accurate as the host's answers.
func alignCards(t *testing.T) {
	guest.Need(t, protocol.PHC)
	offset, _ := guest.Offset(t)
	phase := (time.Second - offset%time.Second) % time.Second
	if err := os.WriteFile(cardPhase, []byte(strconv.FormatInt(int64(phase), 10)), 0); err != nil {
		t.Fatal(err)
	}
}

// fine is the largest mean error of a network card's pulse.
const fine = 100 * time.Nanosecond

// checkCard checks the pulses of a network card. Their time by the machine's clock is known exactly.
func checkCard(t *testing.T, offsets []time.Duration) {
	text, err := os.ReadFile(cardPhase)
	if err != nil {
		t.Fatal(err)
	}
	phase, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	var sum time.Duration
	for _, offset := range offsets {
		off := (offset + time.Duration(phase)) % time.Second
		sum += min(off.Abs(), time.Second-off.Abs())
	}
	mean := sum / time.Duration(len(offsets))
	t.Logf("the mean error of %d pulses is %v", len(offsets), mean)
	if mean > fine {
		t.Errorf("the mean error is %v", mean)
	}
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
			if strings.HasPrefix(source, "phc:") {
				checkCard(t, m.offsets(pulses))
			}
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
