package baud

import (
	"time"

	"github.com/refclock/refclock/nmea"
)

const (
	// paceBytes is how many bytes of a burst show how fast they arrive. At 9600 baud, a
	// wire needs 100 ms for them.
	paceBytes = 100

	// paceBursts is how many bursts in a row must be too fast: a reader may be delayed
	// once, just when it takes the time.
	paceBursts = 2

	// burstGap separates two bursts.
	burstGap = 100 * time.Millisecond
)

// A Pace detects bytes that arrive at least twice as fast as a wire of the baud rate can
// carry them: over Bluetooth, over a network, or from a pseudo-terminal. Such a port
// delivers valid sentences at every rate, so its rate does not show when a burst began.
// Bytes from a real wire may be read late, but not early.
type Pace struct {
	Baud   int // 0 disables the check
	first  nmea.Stamp
	last   nmea.Stamp
	bytes  int  // since the first chunk of the burst
	fast   int  // bursts in a row
	judged bool // this burst
}

// Push takes the number of bytes that a read returned. It reports whether they cannot
// have arrived over the wire.
func (p *Pace) Push(at nmea.Stamp, n int) (impossible bool) {
	if p.Baud == 0 || n == 0 {
		return false
	}
	if p.first.IsZero() || at.Sub(p.last) > burstGap {
		p.first, p.last, p.bytes, p.judged = at, at, 0, false
		return false
	}
	p.last = at
	p.bytes += n
	if p.bytes < paceBytes || p.judged {
		return false
	}
	p.judged = true
	if wire := time.Duration(p.bytes) * 10 * time.Second / time.Duration(p.Baud); at.Sub(p.first) > wire/2 {
		p.fast = 0
		return false
	}
	p.fast++
	return p.fast >= paceBursts
}
