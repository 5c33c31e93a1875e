package guest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/refclock/refclock/lab/protocol"
)

// windows is how often a test is tried at the most, and heldUp how long nothing may
// run in the machine: half of a pulse.
const (
	windows = 3
	heldUp  = 50 * time.Millisecond
)

// Undisturbed fails the test with the error of try, unless meanwhile the host was late
// with a pulse or the machine was held up, which is told: then try has another chance, three in all.
// An emulated machine is no hardware, but what a test finds wrong three times is.
func Undisturbed(t *testing.T, try func() error) {
	t.Helper()
	for window := 1; ; window++ {
		disturbance := watch(t)
		err := try()
		why := disturbance()
		switch {
		case err == nil:
			return
		case !excused(window, why):
			t.Fatalf("window %d, disturbed: %q: %v", window, why, err)
		}
		t.Logf("window %d does not count: %s; it said %v", window, why, err)
	}
}

// excused tells whether an error may be the disturbance's.
func excused(window int, why string) bool { return why != "" && window < windows }

// watch begins to look for what may disturb a test, and tells it in the end: nothing
// where nothing did.
func watch(t *testing.T) (why func() string) {
	before := Pulses(t)
	stop, longest := make(chan struct{}), make(chan time.Duration, 1)
	go func() { longest <- longestPause(stop) }()
	return func() string {
		close(stop)
		pause := <-longest
		return disturbance(Pulses(t).Minus(before), pause)
	}
}

func disturbance(pulses protocol.Pulses, pause time.Duration) string {
	if pulses.Late+pulses.LeftOut == 0 && pause <= heldUp {
		return ""
	}
	return fmt.Sprintf("of %d pulses the host made %d late and left %d out; for %v nothing ran in the machine", pulses.Made+pulses.LeftOut, pulses.Late, pulses.LeftOut, pause)
}

// often is how often something runs in the machine that is to notice when nothing does.
const often = 5 * time.Millisecond

// longestPause is how long a goroutine that wants to run every few milliseconds did not, at most.
func longestPause(stop <-chan struct{}) (longest time.Duration) {
	tick := time.NewTicker(often)
	defer tick.Stop()
	for last := time.Now(); ; {
		select {
		case <-stop:
			return longest
		case <-tick.C:
			now := time.Now()
			longest, last = max(longest, now.Sub(last)), now
		}
	}
}

// Soon checks that what ends within some milliseconds does, such as a Next that is
// cancelled: the median of ten, for the machine may be held up during one or two.
func Soon(t *testing.T, what string, limit time.Duration, took func() time.Duration) {
	t.Helper()
	const times = 10
	var all []time.Duration
	for range times {
		all = append(all, took())
	}
	slices.Sort(all)
	t.Logf("%s: median %v, at most %v, of %d", what, all[times/2], all[times-1], times)
	if all[times/2] > limit {
		t.Errorf("%s: median %v, want %v at most", what, all[times/2], limit)
	}
}
