// Package gps is the clock of a GNSS receiver that sends NMEA sentences, with or
// without a pulse.
//
// An epoch is the sentences of one second. It passes through these files, in this order:
//
//	receive.go   reads and stamps a chunk; a Decoder (config.go), such as that of package nmea,
//	             splits it into sentences and epochs
//	admit.go     Is the epoch valid, according to the receiver itself?
//	track.go     Does it agree with the hypothesis about the time?
//	objection.go Does anything contradict it? An objection stops both units.
//	publish.go   makes a sample, or withholds it for a reason
//
// An edge passes through pulse.go, label.go, objection.go and publish.go. The sample then goes
// to driver/feed.go, which adds the precision, and to shm/update.go, which stores it.
// tracker.go has the invariants, hypothesis.go the arithmetic, learn.go the delay.
// docs/timing.md explains the model.
package gps

// A Clock is the driver of one receiver.
type Clock struct {
	config  Config
	tracker *tracker
	pulse   *Pulse
	baud    int // found by listening; 0 if not searched
	board   board[Facts]
}

// New returns a Clock.
func New(config Config) *Clock {
	c := &Clock{config: config, tracker: newTracker(config)}
	c.pulse = newPulse(config, c.tracker)
	return c
}

func (c *Clock) String() string { return "gps " + c.config.Device }
