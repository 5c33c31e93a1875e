package gps

import (
	"errors"
	"time"

	"github.com/refclock/refclock/nmea"
)

// errTimeless ends the reading of a port whose rate means nothing.
var errTimeless = errors.New("bytes come faster than the baud rate allows")

const (
	// paceBytes is how many bytes of a burst it takes to tell how fast they come: the
	// wire has them for 100 ms at 9600 baud.
	paceBytes = 100

	// paceBursts is how many bursts must have been too fast: the reader may be held up
	// for once just when it takes the time.
	paceBursts = 2

	// paceGap parts two bursts.
	paceGap = 100 * time.Millisecond
)

// A pace notices that bytes come twice as fast as a wire of the baud rate could bring
// them: over Bluetooth, over the network, or from a pseudo-terminal. There, sentences
// are good at every rate, and the one that was found says nothing about when a burst
// began. Of a real wire, bytes may be read late, but not early.
type pace struct {
	baud  int // 0 is none to be too fast for
	first nmea.Stamp
	last  nmea.Stamp
	bytes int // since the first chunk of the burst
	fast  int // bursts in a row
	told  bool
}

// push takes the number of bytes that a read returned, and tells whether they cannot
// have come over the wire.
func (p *pace) push(at nmea.Stamp, n int) (impossible bool) {
	if p.baud == 0 || n == 0 {
		return false
	}
	if p.first.IsZero() || at.Sub(p.last) > paceGap {
		p.first, p.last, p.bytes, p.told = at, at, 0, false
		return false
	}
	p.last = at
	p.bytes += n
	if p.bytes < paceBytes || p.told {
		return false
	}
	p.told = true
	if wire := time.Duration(p.bytes) * 10 * time.Second / time.Duration(p.baud); at.Sub(p.first) > wire/2 {
		p.fast = 0
		return false
	}
	p.fast++
	return p.fast >= paceBursts
}
