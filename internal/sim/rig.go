package sim

import (
	"iter"
	"time"

	"github.com/refclock/refclock/nmea"
)

// A Rig is a receiver connected to a machine: its port to a UART, its pulse to a line. The
// clock of the link stamps both. Use a Rig for one run of Events, which takes no real
// time.
type Rig struct {
	Receiver *Receiver
	Pulse    *Pulse // nil: the pulse is not wired
	Link     Link

	// Wait returns the timeout of the next read. Nil: no timeout.
	Wait func() time.Duration
}

// An Event is what the machine observes: bytes, an edge, or a read that timed out.
type Event struct {
	At    nmea.Stamp    // when read returned, or the timestamp of the edge
	True  time.Duration // the same in true time
	Chunk *Chunk        // nil for an edge and for a read that timed out. Valid until the next event.
	Edge  *Edge         // valid until the next event
}

// Bytes returns the bytes of a read: none if it timed out.
func (e Event) Bytes() []byte {
	if e.Chunk == nil {
		return nil
	}
	return e.Chunk.Data
}

// opening is how long before the first second the first read begins.
const opening = 100 * time.Millisecond

// Events returns the events of this much true time, in the order of the timestamps. A rig
// without a pulse has no edges.
func (g Rig) Events(lasts time.Duration) iter.Seq[Event] {
	return func(yield func(Event) bool) {
		clock := g.Clock()
		next, stop := g.edges()
		defer stop()
		edge, wired := next()
		reading := -opening // when the current read began

		// pass yields the events before a time: edges, and reads that time out.
		pass := func(until time.Duration) bool {
			for {
				timeout := until
				if g.Wait != nil {
					timeout = min(until, reading+g.Wait())
				}
				switch {
				case wired && edge.True < until && edge.True <= timeout:
					given := edge
					if !yield(Event{At: given.At, True: given.True, Edge: &given}) {
						return false
					}
					edge, wired = next()
				case timeout < until:
					reading = timeout
					if !yield(Event{At: clock.Stamp(g.Receiver.Start(), timeout), True: timeout}) {
						return false
					}
				default:
					return true
				}
			}
		}
		for chunk := range chunks(g.Receiver, g.Link, lasts) {
			if chunk.True >= lasts {
				break
			}
			if !pass(chunk.True) {
				return
			}
			reading = chunk.True
			if !yield(Event{At: chunk.At, True: chunk.True, Chunk: &chunk}) {
				return
			}
		}
		pass(lasts)
	}
}

// edges returns an iterator over the edges.
func (g Rig) edges() (next func() (Edge, bool), stop func()) {
	if g.Pulse == nil {
		return func() (Edge, bool) { return Edge{}, false }, func() {}
	}
	return iter.Pull(g.Receiver.Edges(*g.Pulse, g.Link.Clock))
}

// Clock returns the machine's clock: that of the link, with the faults applied.
func (g Rig) Clock() Clock { return g.Receiver.clocked(g.Link.Clock) }

// UTC returns the true UTC when the monotonic clock shows mono. As in POSIX, it repeats a
// leap second.
func (g Rig) UTC(mono int64) time.Time {
	utc, _ := g.Receiver.timeline.second(g.Clock().When(mono))
	return utc
}

// Error returns the error of a sample: its offset, clock - receive, minus the true offset of
// the system clock when the monotonic clock showed mono. All are nanoseconds, as in
// driver.Sample. If receive and mono are of the same time, the error is clock - UTC(mono).
// It is accurate to some nanoseconds.
func (g Rig) Error(clock, receive, mono int64) time.Duration {
	machine := g.Clock()
	at := machine.When(mono)
	utc, _ := g.Receiver.timeline.second(at)
	offset := utc.UnixNano() - machine.Stamp(g.Receiver.Start(), at).Real
	return time.Duration(clock - receive - offset)
}
