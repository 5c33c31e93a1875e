package sim

import (
	"iter"
	"time"
)

// idleBytes is the number of byte times without a byte after which a UART delivers its
// FIFO.
const idleBytes = 4

// A handOver is bytes that become readable.
type handOver struct {
	at    time.Duration
	data  []byte
	burst Burst // of the first byte
	index int   // of the first byte
}

// handOvers collects the bytes of r like a UART. A USB host delivers its packets at once:
// byte times are 0, and so is the timeout.
func (l Link) handOvers(r *Receiver, until time.Duration) iter.Seq[handOver] {
	full, timeout := max(l.FIFO, 1), r.wire.span(idleBytes)
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
				if len(fifo.data) > 0 && at > last+timeout && !empty(last+timeout) {
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
			empty(last + timeout)
		}
	}
}

// polled returns when the adapter delivers the bytes that the UART has at a time.
func (l Link) polled(at time.Duration) time.Duration {
	if l.Poll == 0 {
		return at
	}
	return nextTick(at, l.Poll, 0)
}
