// Package gps is the clock of a GNSS receiver that sends NMEA sentences, with or
// without a pulse.
//
// An epoch walks through these files, each handing on to the next:
//
//	receive.go   a chunk is read and stamped; package nmea makes sentences and epochs of it
//	admit.go     does the receiver vouch for the epoch?
//	track.go     does it agree with the one hypothesis about the time?
//	object.go    what speaks against it? Any objection stops both units
//	publish.go   it becomes a sample, or a reason why not
//
// An edge walks from edge.go through track.go, object.go and publish.go. From there a
// sample goes to driver/feed.go, which adds the precision, and to shm/update.go, which
// stores it. tracker.go has the invariants, hypothesis.go the arithmetic, learn.go the
// delay. docs/timing.md explains the model.
package gps

// A Clock is the driver of one receiver.
type Clock struct {
	config  Config
	tracker *tracker
	pulse   *Pulse
	baud    int // that was found; 0 if none was looked for
	board   board[Facts]
}

// New makes a Clock.
func New(config Config) *Clock {
	c := &Clock{config: config, tracker: newTracker(config)}
	c.pulse = newPulse(config, c.tracker)
	return c
}

func (c *Clock) String() string { return "gps " + c.config.Device }
