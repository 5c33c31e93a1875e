package sim

import "time"

// A Burst is what the receiver sends for one epoch. Durations are true time.
type Burst struct {
	Index  int           // counted from 0
	Epoch  time.Duration // the instant that the burst is about: its pulse
	Start  time.Duration // the first start bit: Epoch + delay + jitter, or later where the burst before is still being sent
	Second time.Time     // the true UTC of Epoch, with its fraction at rates over 1 Hz; 23:59:60 is the 00:00:00 after it
	Label  UTC           // what the sentences claim the second to be
	Valid  bool          // whether they claim a fix
	Bytes  []byte        // empty while the receiver is silent
	Pauses []Pause       // in the order of the bytes

	wire    wire
	stalled []span
}

// A Pause is the receiver computing in the middle of a burst.
type Pause struct {
	Before int           // the byte that comes after it
	For    time.Duration // beyond the stop bit of the byte before
}

// Arrival is the true time at which byte i has wholly arrived: the end of its stop bit, or the USB frame that brings it,
// or the end of a stall that began before.
func (b Burst) Arrival(i int) time.Duration {
	at := b.sent(i)
	for _, stall := range b.stalled {
		if stall.has(at) {
			at = stall.to
		}
	}
	return at
}

// sent is when byte i has wholly left the receiver.
func (b Burst) sent(i int) time.Duration {
	start := b.Start
	for _, pause := range b.Pauses {
		if pause.Before <= i {
			start += pause.For
		}
	}
	return b.wire.arrival(start, i)
}

// End is when its last byte has arrived; Start if it has none.
func (b Burst) End() time.Duration {
	if len(b.Bytes) == 0 {
		return b.Start
	}
	return b.Arrival(len(b.Bytes) - 1)
}
