// Package gps is the clock of a GNSS receiver that sends NMEA sentences, with or
// without a pulse.
//
// An epoch is the sentences of one second. From the read of a byte to shared memory there are six
// files, each of which calls the next:
//
//	receive.go           reads and stamps a chunk
//	nmea/stream.go       splits chunks into sentences (framer.go) and epochs (epoch.go)
//	verdict.go           judges an epoch, and makes a sample or withholds it
//	driver/feed.go       adds the precision
//	driver/unit.go       writes to a unit that other programs may remove or write, too
//	shm/update.go        stores the fields
//
// An edge passes from pulse.go to verdict.go. The rules of the verdict have their own files:
//
//	admit.go      Is the epoch valid, according to the receiver itself?
//	track.go      Does it agree with the hypothesis about the time?
//	label.go      Which second does an edge begin?
//	objection.go  Does anything contradict it? An objection stops both units.
//
// tracker.go has the invariants, hypothesis.go the arithmetic, learn.go the delay.
// docs/timing.md explains the model.
package gps

// A Clock is the driver of one receiver.
type Clock struct {
	config  Config
	tracker *tracker
	pulse   *Pulse
	baud    int  // found by listening; 0 if not searched
	waited  bool // the stored wait of a cold start has not ended
	board   board[Facts]
}

// New returns a Clock.
func New(config Config) *Clock {
	c := &Clock{config: config, tracker: newTracker(config)}
	c.pulse = newPulse(config, c.tracker)
	return c
}

func (c *Clock) String() string { return "gps " + c.config.Device }
