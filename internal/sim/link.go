package sim

import (
	"iter"
	"math"
	"math/rand/v2"
	"time"

	"github.com/refclock/refclock/nmea"
)

// A Link is the path from the receiver's port to the reading program: a UART with its FIFO,
// maybe a USB adapter, the scheduler, and the clock of the timestamps. The zero Link
// delivers each byte when it has arrived, with a perfect clock.
type Link struct {
	// FIFO is how many bytes the UART collects before it interrupts; 0 and 1: each byte. With
	// fewer bytes it interrupts after four byte times without a byte. Linux sets half of the
	// FIFO of a PL011: 8, or 16 from revision 3 on.
	FIFO int

	// Poll is how often a USB adapter delivers its bytes; 0: no adapter. The default of an
	// FTDI is 16 ms.
	Poll time.Duration

	Late  Lateness // from the delivery until read returns, with all bytes that arrived by then
	Clock Clock
	Seed  uint64 // of the lateness
}

// A Chunk is the result of one read.
type Chunk struct {
	At    nmea.Stamp // when read returned, by the clock of the link
	Data  []byte
	Burst Burst         // the burst of the first byte
	Index int           // of the first byte within that burst
	True  time.Duration // At in true time
	Began nmea.Stamp    // the same clock at the first start bit of that burst: the true value to compare with
}

// Chunks carries the bursts of r, from the next one on, over the link. It never ends, and
// takes no real time. It calls r.Next when it needs a burst. The monotonic timestamps
// increase.
func Chunks(r *Receiver, link Link) iter.Seq[Chunk] { return chunks(r, link, math.MaxInt64) }

// chunks uses only the bursts that begin before until, so that a silent receiver does not
// make it search for bytes forever.
func chunks(r *Receiver, link Link, until time.Duration) iter.Seq[Chunk] {
	return func(yield func(Chunk) bool) {
		clock := r.clocked(link.Clock)
		rng := rand.New(rand.NewPCG(link.Seed, streamLink))
		var pending Chunk         // the result of the current read
		var returns time.Duration // when it returns, in true time
		for h := range link.handOvers(r, until) {
			if len(pending.Data) > 0 && h.at > returns {
				if !yield(pending) {
					return
				}
				pending = Chunk{}
			}
			if len(pending.Data) == 0 {
				returns = h.at + link.Late.draw(rng)
				pending.True = returns
				pending.At = clock.Stamp(r.Start(), returns)
				pending.Burst, pending.Index = h.burst, h.index
				pending.Began = clock.Stamp(r.Start(), h.burst.Start)
			}
			pending.Data = append(pending.Data, h.data...)
		}
		if len(pending.Data) > 0 {
			yield(pending)
		}
	}
}
