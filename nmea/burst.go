package nmea

import "time"

const (
	// bitsPerByte counts the bits of a byte at 8N1: start bit, eight data bits, stop bit.
	bitsPerByte = 10

	// burstIdle is the shortest silence that separates two bursts. Pauses between
	// sentences are shorter, and the silence after a burst that nearly fills its second
	// is longer. Epochs decides later which of several pauses separates two epochs.
	burstIdle = 5 * time.Millisecond

	// startBytes is how many of a burst's first bytes are counted at their nominal wire
	// time. A receiver's true baud may be 2 % off, and each byte adds 2 % of a byte time
	// to the error: 0.8 ms at 9600 baud for 40 bytes. Forty bytes still hold two chunks
	// of the 16-byte FIFO of a PL011 or 16550.
	startBytes = 40

	// baudError is the tolerance of a UART's baud as a divisor: 2 %.
	baudError = 50

	// startChunks is how many bounds are enough. A UART without a FIFO gives a bound per
	// byte; the least of eight is late by an eighth of a reader's usual latency.
	startChunks = 8
)

// A Burst is a run of bytes back to back, after a silence.
type Burst struct {
	Seq   uint64        // number of the burst, from 1; 0 if the bytes had no stamps
	Start Stamp         // start bit of its first byte, the best estimate so far
	Idle  time.Duration // silence before it; 0 for the first burst
}

// burstClock finds the start of each burst in a stream of stamped chunks.
//
// If a chunk read at time t ends k bytes after the start of the burst, the burst began
// no later than t - k byte times. FIFO thresholds, hardware timeouts and late
// scheduling can only make t late, so the earliest of these bounds is the best.
type burstClock struct {
	byteTime time.Duration // 0 if bytes have no wire time, as on native USB
	burst    Burst
	bytes    int   // of the burst so far
	chunks   int   // of the burst so far
	last     Stamp // of the last chunk
}

// chunk adds n bytes whose read returned at the stamp at. Torn bytes continue the
// burst, however late they are.
func (c *burstClock) chunk(at Stamp, n int, torn bool) {
	if at.IsZero() {
		return
	}
	wire := time.Duration(n) * c.byteTime
	idle := at.Sub(c.last) - wire
	// The wire time is nominal: a receiver that sends 2 % slower must not seem to pause
	// within a long chunk, hence wire/32.
	if c.burst.Seq == 0 || !torn && idle > burstIdle+wire/32 {
		first := c.burst.Seq == 0
		c.bytes, c.chunks = n, 1
		c.burst = Burst{Seq: c.burst.Seq + 1, Start: at.Add(-c.sinceStart()), Idle: idle}
		if first {
			c.burst.Idle = 0
		}
	} else {
		c.bytes += n
		c.chunks++
		if bound := at.Add(-c.sinceStart()); bound.Sub(c.burst.Start) < 0 {
			c.burst.Start = bound
		}
	}
	c.last = at
}

// sinceStart returns the least time from the start of the burst to the end of its bytes so
// far. After the first bytes it uses the shortest possible byte time: a chunk still
// corrects a late first read, but a wrong baud rate does not move the start.
func (c *burstClock) sinceStart() time.Duration {
	wire := time.Duration(c.bytes) * c.byteTime
	if c.bytes > startBytes {
		wire -= wire / baudError
	}
	return wire
}

// settled reports whether later chunks of this burst need no wake-up of their own.
func (c *burstClock) settled() bool {
	return c.byteTime == 0 || c.bytes >= startBytes || c.chunks >= startChunks
}
