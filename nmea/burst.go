package nmea

import "time"

const (
	// bitsPerByte counts the bits of a byte at 8N1: start bit, eight data bits, stop bit.
	bitsPerByte = 10

	// burstIdle is the shortest silence that separates two bursts. Pauses between
	// sentences are shorter, and the silence after a burst that nearly fills its second
	// is longer. Epochs decides later which of several pauses separates two epochs.
	burstIdle = 5 * time.Millisecond

	// exactBytes is how many of a burst's first bytes are counted at their nominal wire time, while
	// the true one is not known. A receiver's true baud may be 2 % off, and each byte adds 2 % of a
	// byte time to the error: 0.8 ms at 9600 baud for 40 bytes. Forty bytes still hold two
	// chunks of the 16-byte FIFO of a PL011 or 16550.
	exactBytes = 40

	// baudError is the tolerance of a UART's baud as a divisor: 2 %.
	baudError = 50

	// startBytes and maxChunks are after how many bytes and chunks later ones hardly improve the
	// start. A UART without a FIFO gives a bound per byte.
	startBytes = 160
	maxChunks  = 64

	// fewChunks is that number if the byte time cannot be learnt, with exactBytes.
	fewChunks = 8

	// agreement is how close the three best bounds are if all three are good: chunks are rarely
	// late by the same time. On two virtual processors with a load of 8, five chunks are read then,
	// and the start scatters as if 17 were: by 0.1 ms.
	agreement = 100 * time.Microsecond

	// byteTimeError is how wrong a learnt byte time may be for a burst's first startBytes.
	byteTimeError = 50 * time.Microsecond

	// learntError is that as a divisor, for later bytes.
	learntError = 1000
)

// A Burst is a run of bytes back to back, after a silence.
type Burst struct {
	Seq   uint64        // number of the burst, from 1; 0 if the bytes had no stamps
	Start Stamp         // start bit of its first byte, the best estimate so far
	Idle  time.Duration // silence before it; 0 for a first burst that may have begun before the first read
}

// burstClock finds the start of each burst in a stream of stamped chunks.
//
// If a chunk read at time t ends k bytes after the start of the burst, the burst began
// no later than t - k byte times. FIFO thresholds, hardware timeouts and late
// scheduling can only make t late, so the earliest of these bounds is the best.
type burstClock struct {
	byteTime time.Duration // 0 if bytes have no wire time, as on native USB
	learnt   bool          // whether byteTime is more than nominal
	timer    byteTimer
	burst    Burst
	best     [3]Stamp      // the three earliest bounds, the first of which is the burst's start
	bytes    int           // of the burst so far
	chunks   int           // of the burst so far
	last     Stamp         // of the last chunk
	slack    time.Duration // how much earlier the last chunk may have arrived, if it was read late
}

// chunk adds n bytes whose read returned at the stamp at. Torn bytes continue the
// burst, however late they are. A line ends within the chunk if ends is set.
func (c *burstClock) chunk(at Stamp, n int, torn, ends bool) {
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
		c.burst = Burst{Seq: c.burst.Seq + 1, Idle: idle}
		if first {
			c.burst.Idle = 0
		}
		c.slack = 0 // it ends a silence
		c.timer.begin()
	} else {
		c.bytes += n
		c.chunks++
		if c.slack = 0; c.byteTime > 0 {
			c.slack = max(idle, 0)
		}
	}
	c.bound(at.Add(-c.sinceStart()))
	c.learn(at, ends)
	c.last = at
}

// bound adds a bound of the burst's start.
func (c *burstClock) bound(b Stamp) {
	for i := range min(c.chunks-1, len(c.best)) {
		if b.Sub(c.best[i]) < 0 {
			b, c.best[i] = c.best[i], b
		}
	}
	if i := c.chunks - 1; i < len(c.best) {
		c.best[i] = b
	}
	c.burst.Start = c.best[0]
}

// learn learns the byte time from the chunks of the burst's first sentence.
func (c *burstClock) learn(at Stamp, ends bool) {
	if c.byteTime == 0 || c.learnt {
		return
	}
	if !ends {
		c.timer.add(at, c.bytes)
		return
	}
	byteTime, ok := c.timer.end()
	off := (byteTime - c.byteTime).Abs()
	if !ok || off > c.byteTime/baudError*5/4 { // or other bytes than of 8N1, or a pause
		return
	}
	c.learnt = true
	if off*startBytes > byteTimeError {
		c.byteTime = byteTime
	}
}

// sinceStart returns the least time from the start of the burst to the end of its bytes so
// far. After the first bytes it uses the shortest possible byte time: a chunk still
// corrects a late first read, but a wrong baud rate does not move the start.
func (c *burstClock) sinceStart() time.Duration {
	wire := time.Duration(c.bytes) * c.byteTime
	switch {
	case c.learnt && c.bytes > startBytes:
		wire -= wire / learntError
	case !c.learnt && c.bytes > exactBytes:
		wire -= wire / baudError
	}
	return wire
}

// settled reports whether later chunks of this burst need no wake-up of their own.
func (c *burstClock) settled() bool {
	switch {
	case c.byteTime == 0, c.bytes >= startBytes, c.chunks >= maxChunks:
		return true
	case c.learnt:
		return c.chunks >= len(c.best) && c.best[len(c.best)-1].Sub(c.best[0]) <= agreement
	case c.timer.hopeless():
		return c.bytes >= exactBytes || c.chunks >= fewChunks
	}
	return false
}
