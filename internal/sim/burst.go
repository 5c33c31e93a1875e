package sim

import "time"

// A Burst is what the receiver sends for one epoch. Durations are true time.
type Burst struct {
	Index  int           // counted from 0
	Epoch  time.Duration // the time of the burst's solution: its pulse
	Start  time.Duration // the first start bit: Epoch + delay + jitter, or later while the previous burst is being sent
	Second time.Time     // the true UTC of Epoch, with its fraction at rates over 1 Hz; 23:59:60 is the 00:00:00 after it
	Label  UTC           // the second in the sentences
	Valid  bool          // whether the sentences have a fix
	Bytes  []byte        // empty while the receiver is silent
	Pauses []Pause       // in the order of the bytes

	wire    wire
	stalled []span
}

// A Pause is a pause in the middle of a burst, while the receiver computes.
type Pause struct {
	Before int           // the byte after the pause
	For    time.Duration // after the stop bit of the previous byte
}

// Arrival returns the true time at which byte i has arrived: the end of its stop bit, or
// its USB frame, or the end of a stall.
func (b Burst) Arrival(i int) time.Duration {
	at := b.sent(i)
	for _, stall := range b.stalled {
		if stall.has(at) {
			at = stall.to
		}
	}
	return at
}

// sent returns when byte i has left the receiver.
func (b Burst) sent(i int) time.Duration {
	start := b.Start
	for _, pause := range b.Pauses {
		if pause.Before <= i {
			start += pause.For
		}
	}
	return b.wire.arrival(start, i)
}

// End returns when the last byte has arrived; Start if there is none.
func (b Burst) End() time.Duration {
	if len(b.Bytes) == 0 {
		return b.Start
	}
	return b.Arrival(len(b.Bytes) - 1)
}
