package daemonlines

import (
	"fmt"
	"math"
	"time"
)

// WebServers are the clock of refclock htntp.
type WebServers struct {
	Clock
	Interval time.Duration // between polls
	Repeat   time.Duration // between samples; 0 is one a poll

	// Asymmetry is by how much requests take longer than answers. They make the servers
	// look at their clocks later than half the round trip says.
	Asymmetry time.Duration
}

// longest is the time between samples at its longest: a tenth more at random, and a poll
// that takes 20 s.
func (w *WebServers) longest() time.Duration {
	if w.Repeat > 0 {
		return w.Repeat + w.Repeat/10
	}
	return w.Interval + w.Interval/10 + 20*time.Second
}

// role is the clock as a daemon must see it. It wants at least one sample a poll, or its
// reach falls; and ntpd polls no more often than each 8 s.
func (w *WebServers) role() role {
	longest := w.longest()
	poll := max(3, int(math.Ceil(math.Log2(longest.Seconds()))))
	return role{Clock: &w.Clock, refid: "HTTP", what: "the time of web servers", guess: 2 * time.Millisecond, alone: true,
		late: 20 * time.Millisecond, lateWhy: "20 ms, as requests may take 40 ms longer than answers, or answers than requests",
		poll: poll, pollWhy: fmt.Sprintf("decide each 2^%d s: a sample comes each %v at the latest", poll, longest),
		single:     true,
		correction: 0 - w.Asymmetry.Seconds()/2,
	}
}

// command is how refclock is started.
func (w *WebServers) command() string {
	text := "refclock htntp" + w.flag("unit", "sock") + fmt.Sprintf(" --interval %v", w.Interval)
	if w.Repeat > 0 {
		text += fmt.Sprintf(" --repeat %v", w.Repeat)
	}
	return text + " SERVER..."
}
