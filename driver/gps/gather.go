package gps

import (
	"time"

	"github.com/refclock/refclock/nmea"
)

// A gathering decides how long bytes may collect before the next read. Once the start of a burst
// is known well enough, only the end of its last sentence matters: at 9600 baud, a read for each
// chunk of a UART would wake the program 80 times a second.
type gathering struct {
	byteTime time.Duration // 0 if bytes have no wire time
	silence  time.Duration // before a burst, the shortest of late
	read     nmea.Stamp    // the last read
	on       bool          // whether bytes collect before the next read
}

const (
	// maxGather is how long bytes may collect. They must not wait for long.
	maxGather = 200 * time.Millisecond

	// maxGatherUSB is that for bytes without a wire time: at the highest rate of a UART, 921600 baud,
	// 4096 bytes arrive in 44 ms.
	maxGatherUSB = 40 * time.Millisecond

	// sentenceBytes is how many bytes may collect until a sentence names the time: the usual length
	// of a sentence.
	sentenceBytes = 64

	// ttyBytes is half of what a tty holds; see N_TTY_BUF_SIZE in the kernel's n_tty.c.
	ttyBytes = 4096 / 2
)

// newGathering returns a gathering for a baud rate, 0 if bytes have no wire time.
func newGathering(baud int) gathering {
	if baud == 0 {
		return gathering{}
	}
	return gathering{byteTime: 10 * time.Second / time.Duration(baud)}
}

// A progress is what a gathering needs of a [Decoder].
type progress interface {
	Settled() bool
	Silence() time.Duration
	Remaining(at nmea.Stamp) time.Duration
	Pending() bool
}

// next returns how long bytes may collect after a read of n bytes; 0: the next read returns with the
// next byte. complete is whether this read completed an epoch. Bytes collect until the usual end
// of the epoch. If that is not known, or past, they collect only while a burst lasts, and the
// program is ready long before the next, if silences are of similar length: after two pauses
// of at most a quarter of the silence, it waits for the first byte.
func (g *gathering) next(at nmea.Stamp, n int, complete bool, p progress) (d time.Duration) {
	elapsed, gathered := at.Sub(g.read), g.on
	g.read, g.on = at, false
	if n == 0 || complete || !gathered && !p.Settled() {
		return 0
	}
	if !gathered { // the bytes of a pause do not show when they arrived
		g.silence = min(p.Silence(), g.silence+g.silence/8)
		if g.silence == 0 {
			g.silence = p.Silence()
		}
	}
	most := maxGatherUSB
	if g.byteTime > 0 {
		most = min(ttyBytes*g.byteTime, maxGather)
	}
	over := gathered && time.Duration(n)*g.byteTime < elapsed*3/4 // the burst is over, or pauses
	switch remaining, longest := p.Remaining(at), g.silence/4; {
	case !p.Pending(): // an epoch may begin, and bytes that collect do not show when
		d = min(remaining, sentenceBytes*g.byteTime)
	case remaining > 0:
		d = min(remaining, most)
	case !over: // the end would be noticed late
		d = min(longest, most, quiet)
	case quiet < longest:
		d = quiet + time.Millisecond
	}
	g.on = d > 0
	return d
}
