package sim

import (
	"iter"
	"time"
)

// idleBytes is the byte times without a byte after which a UART gives up waiting for its FIFO to fill.
const idleBytes = 4

// A handOver is bytes becoming readable.
type handOver struct {
	at    time.Duration
	data  []byte
	burst Burst // of the first byte
	index int   // of the first byte
}

// handOvers gathers the bytes of r as the UART does. A USB host gathers nothing but its packets: it comes out of it as
// patience of no duration.
func (l Link) handOvers(r *Receiver, until time.Duration) iter.Seq[handOver] {
	full, patience := max(l.FIFO, 1), r.wire.span(idleBytes)
	return func(yield func(handOver) bool) {
		var fifo handOver
		var last time.Duration // arrival of the newest byte in the FIFO
		empty := func(at time.Duration) bool {
			fifo.at = l.polled(at)
			ready := fifo
			fifo = handOver{}
			return yield(ready)
		}
		for burst := r.Next(); burst.Epoch < until; burst = r.Next() {
			for i, b := range burst.Bytes {
				at := burst.Arrival(i)
				if len(fifo.data) > 0 && at > last+patience && !empty(last+patience) {
					return
				}
				if len(fifo.data) == 0 {
					fifo.burst, fifo.index = burst, i
				}
				fifo.data = append(fifo.data, b)
				last = at
				if len(fifo.data) >= full && !empty(at) {
					return
				}
			}
		}
		if len(fifo.data) > 0 {
			empty(last + patience)
		}
	}
}

// polled is when the adapter hands over what the UART had at an instant.
func (l Link) polled(at time.Duration) time.Duration {
	if l.Poll == 0 {
		return at
	}
	return nextTick(at, l.Poll, 0)
}
