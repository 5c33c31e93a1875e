package sim

import (
	"iter"
	"math"
	"math/rand/v2"
	"time"

	"github.com/refclock/refclock/nmea"
)

// A Link is what stands between the receiver's port and the program that reads: a UART and its FIFO, perhaps a USB
// adapter, the scheduler, and the clock that the stamps are taken from. The zero Link gives each byte at the instant at
// which it has arrived, by a perfect clock.
type Link struct {
	// FIFO is how many bytes the UART gathers before it interrupts; 0 and 1 are each byte. With fewer it waits for four
	// byte times without another one. Linux sets the half of what a PL011 has: 8, or 16 from revision 3 on.
	FIFO int

	// Poll is how often a USB adapter hands over what it has got, 0 for no adapter: an FTDI by default 16 ms.
	Poll time.Duration

	Late  Lateness // from the hand-over until read returns, which then has all that came meanwhile
	Clock Clock
	Seed  uint64 // of the lateness
}

// A Chunk is what one read returned.
type Chunk struct {
	At    nmea.Stamp // when it did, by the clock of the link
	Data  []byte
	Burst Burst         // the one that the first byte belongs to
	Index int           // of the first byte within that burst
	True  time.Duration // At in true time
	Began nmea.Stamp    // what the same clock showed at the first start bit of that burst: the truth to compare a stamp with
}

// Chunks carries the bursts of r, from its next one on, over the link. It does not end, and no time passes; a burst is
// drawn from r when it is needed. Stamps rise on the monotonic clock.
func Chunks(r *Receiver, link Link) iter.Seq[Chunk] { return chunks(r, link, math.MaxInt64) }

// chunks ends with the bursts that begin before until, so that a silent receiver does not make it look for bytes for ever.
func chunks(r *Receiver, link Link, until time.Duration) iter.Seq[Chunk] {
	return func(yield func(Chunk) bool) {
		clock := r.clocked(link.Clock)
		rng := rand.New(rand.NewPCG(link.Seed, streamLink))
		var pending Chunk         // what the read that is under way will return
		var returns time.Duration // when it does, in true time
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
