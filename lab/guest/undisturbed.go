package guest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/refclock/refclock/lab/protocol"
)

// windows is the maximum number of attempts. maxPause is the longest pause in which nothing
// may run in the machine: half of a pulse.
const (
	windows  = 3
	maxPause = 50 * time.Millisecond
)

// Undisturbed fails the test with the error of try. If the host was late with a pulse or the
// machine was delayed meanwhile, Undisturbed logs that and calls try again, up to three times.
// An emulated machine is not real-time, but three failures in a row are an error.
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
		t.Logf("window %d does not count: %s; error: %v", window, why, err)
	}
}

// excused reports whether a disturbance may have caused an error.
func excused(window int, why string) bool { return why != "" && window < windows }

// watch starts to detect disturbances. The function that it returns describes them; "" if
// there was none.
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
	if pulses.Late+pulses.LeftOut == 0 && pause <= maxPause {
		return ""
	}
	return fmt.Sprintf("of %d pulses, the host sent %d late and omitted %d; for %v nothing ran in the machine", pulses.Made+pulses.LeftOut, pulses.Late, pulses.LeftOut, pause)
}

// often is how often longestPause runs to detect pauses.
const often = 5 * time.Millisecond

// longestPause returns the longest time in which a periodic goroutine did not run.
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

// Soon checks that something ends within a limit, such as a cancelled Next. It uses the
// median of ten, because the machine may be delayed once or twice.
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
		t.Errorf("%s: median %v, want at most %v", what, all[times/2], limit)
	}
}
