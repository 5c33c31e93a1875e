package sim

import (
	"iter"
	"time"

	"github.com/refclock/refclock/nmea"
)

// A Rig is a receiver wired to a machine: its port to a UART, its pulse to a line that the machine stamps, both by the
// clock of the link. It is for one run of its events; no time passes in it.
type Rig struct {
	Receiver *Receiver
	Pulse    *Pulse // nil: the pulse is not wired
	Link     Link

	// Wait is how long the read that begins now waits for bytes; it is asked after each. Nil is for ever.
	Wait func() time.Duration
}

// An Event is what the machine gets to know: bytes, an edge, or that the wire has been silent.
type Event struct {
	At    nmea.Stamp    // when a read returned, or the stamp of the edge
	True  time.Duration // the same instant in true time
	Chunk *Chunk        // what was read; nil for an edge, and for a read that timed out. Valid until the next event.
	Edge  *Edge         // valid until the next event
}

// Bytes are what a read returned: none if it timed out.
func (e Event) Bytes() []byte {
	if e.Chunk == nil {
		return nil
	}
	return e.Chunk.Data
}

// opening is how long before its first second a receiver is listened to.
const opening = 100 * time.Millisecond

// Events gives all that happens in so much true time, in the order of the stamps. A rig without a pulse has no edges.
func (g Rig) Events(lasts time.Duration) iter.Seq[Event] {
	return func(yield func(Event) bool) {
		clock := g.Clock()
		next, stop := g.edges()
		defer stop()
		edge, wired := next()
		reading := -opening // when the read that is under way began

		// pass gives what comes before an instant: edges, and reads that time out.
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

// edges draws them one by one.
func (g Rig) edges() (next func() (Edge, bool), stop func()) {
	if g.Pulse == nil {
		return func() (Edge, bool) { return Edge{}, false }, func() {}
	}
	return iter.Pull(g.Receiver.Edges(*g.Pulse, g.Link.Clock))
}

// Clock is the machine's clock: that of the link, with what the faults do to it.
func (g Rig) Clock() Clock { return g.Receiver.clocked(g.Link.Clock) }

// UTC is what a perfect clock shows when the monotonic clock shows mono. As POSIX has it, it repeats a leap second.
func (g Rig) UTC(mono int64) time.Time {
	utc, _ := g.Receiver.timeline.second(g.Clock().When(mono))
	return utc
}

// Error is how wrong a sample is: by how much the offset that it claims, clock - receive, exceeds the offset that the
// system clock had when the monotonic clock showed mono. All are nanoseconds, as in driver.Sample. A sample whose receive
// and mono are of one instant is off by clock - UTC(mono). It is good to some nanoseconds.
func (g Rig) Error(clock, receive, mono int64) time.Duration {
	machine := g.Clock()
	at := machine.When(mono)
	utc, _ := g.Receiver.timeline.second(at)
	offset := utc.UnixNano() - machine.Stamp(g.Receiver.Start(), at).Real
	return time.Duration(clock - receive - offset)
}
