package nmea

import "time"

const (
	// bitsPerByte is the wire's cost of a byte at 8N1: start bit, eight bits, stop bit.
	bitsPerByte = 10

	// burstIdle is the least silence that can part two bursts. Receivers pause for
	// less than that between sentences, and the least silence left by a burst that
	// nearly fills its second is longer. Which of several pauses is the one between
	// two epochs is decided later, by their proportions: see Epochs.
	burstIdle = 5 * time.Millisecond

	// startBytes is how many of a burst's bytes say when it began at their nominal
	// wire time. A receiver's true baud may be 2 % off, and each byte counted adds 2 %
	// of a byte time to the error: 0.8 ms at 9600 baud for 40 bytes. Forty bytes
	// still hold two chunks of the 16-byte FIFO of a PL011 or 16550.
	startBytes = 40

	// baudError is how far a UART's baud may be off, as a divisor: 2 %.
	baudError = 50

	// startChunks is how many bounds are enough. A UART without a FIFO gives one a
	// byte; the least of eight is late by an eighth of what a reader mostly is.
	startChunks = 8
)

// A Burst is where a sentence stands in the stream: bytes back to back, after a silence.
type Burst struct {
	Seq   uint64        // counts the bursts from 1; 0 where the bytes bore no stamps
	Start Stamp         // when the start bit of its first byte began, as far as known yet
	Idle  time.Duration // how long the wire was silent before it; 0 for the first
}

// burstClock finds where bursts begin in a stream of stamped chunks.
//
// A chunk read at time t that ends k bytes after the burst began says that the
// burst began no later than t - k byte times. FIFO thresholds, hardware time-outs
// and late scheduling can only make t later than the wire was, so the least of
// these bounds is the best.
type burstClock struct {
	byteTime time.Duration // 0 where bytes have no wire time, as on native USB
	burst    Burst
	bytes    int   // of the burst so far
	chunks   int   // of the burst so far
	last     Stamp // of the last chunk
}

// chunk takes note of n bytes whose read returned at the stamp at. Torn ones go on
// with the burst, however late they come.
func (c *burstClock) chunk(at Stamp, n int, torn bool) {
	if at.IsZero() {
		return
	}
	wire := time.Duration(n) * c.byteTime
	idle := at.Sub(c.last) - wire
	// The wire time is nominal: a receiver that sends 2 % slower than it says must
	// not seem to pause within a long chunk, hence the thirty-second.
	if c.burst.Seq == 0 || !torn && idle > burstIdle+wire/32 {
		first := c.burst.Seq == 0
		c.bytes, c.chunks = n, 1
		c.burst = Burst{Seq: c.burst.Seq + 1, Start: at.Add(-c.behind()), Idle: idle}
		if first {
			c.burst.Idle = 0
		}
	} else {
		c.bytes += n
		c.chunks++
		if bound := at.Add(-c.behind()); bound.Sub(c.burst.Start) < 0 {
			c.burst.Start = bound
		}
	}
	c.last = at
}

// behind is how long before the end of the bytes so far the burst began, at the
// least. Past the first ones the byte time is the shortest that the receiver may
// have, so that a chunk still bounds the start, and mends it where the first read
// was late, but a wrong baud rate does not move it.
func (c *burstClock) behind() time.Duration {
	wire := time.Duration(c.bytes) * c.byteTime
	if c.bytes > startBytes {
		wire -= wire / baudError
	}
	return wire
}

// settled tells whether later chunks of this burst are not worth a wake-up each.
func (c *burstClock) settled() bool {
	return c.byteTime == 0 || c.bytes >= startBytes || c.chunks >= startChunks
}
