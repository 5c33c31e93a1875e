package guest

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/lab/protocol"
)

func TestExcused(t *testing.T) {
	for _, c := range []struct {
		name   string
		pulses protocol.Pulses
		pause  time.Duration
		window int
		want   bool
	}{
		{"nothing was wrong", protocol.Pulses{Made: 60}, maxPause, 1, false},
		{"a late pulse", protocol.Pulses{Made: 60, Late: 1}, 0, 1, true},
		{"a pulse that was left out", protocol.Pulses{Made: 59, LeftOut: 1}, 0, 2, true},
		{"the machine was delayed", protocol.Pulses{Made: 60}, maxPause + 1, 2, true},
		{"three times", protocol.Pulses{Made: 60, Late: 1}, time.Second, windows, false},
	} {
		if got := excused(c.window, disturbance(c.pulses, c.pause)); got != c.want {
			t.Errorf("%s: excused %v, want %v", c.name, got, c.want)
		}
	}
}

func TestLongestPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stop := make(chan struct{})
		time.AfterFunc(time.Second, func() { close(stop) })
		// In synthetic time there are no delays: each pause is the time between two ticks.
		if got := longestPause(stop); got != often {
			t.Errorf("%v, want %v", got, often)
		}
	})
}
