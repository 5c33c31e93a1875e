package sim

import (
	"iter"
	"math/rand/v2"
	"time"

	"github.com/refclock/refclock/nmea"
)

// A Pulse is the line that a receiver raises at each second. The zero Pulse is perfect and 100 ms wide.
type Pulse struct {
	Width  time.Duration // 0 is 100 ms; 500 ms makes the square wave whose edges cannot be told apart
	Delay  time.Duration // of antenna and cable
	Jitter time.Duration // standard deviation of an edge
	Late   Lateness      // from an edge to its stamp
	Seed   uint64
}

// An Edge is one transition of the line.
type Edge struct {
	At     nmea.Stamp // as the machine stamped it
	Second time.Time  // true UTC of the second that its pulse marks
	Rising bool

	at time.Duration // At in true time: when a live listener gets to know
}

// Edges gives the pulses of r from its first second on, by a clock. It does not end, it takes no time and leaves the
// bursts alone.
func (r *Receiver) Edges(p Pulse, clock Clock) iter.Seq[Edge] {
	width := p.Width
	if width == 0 {
		width = 100 * time.Millisecond
	}
	return func(yield func(Edge) bool) {
		rng := rand.New(rand.NewPCG(p.Seed, streamPulse))
		for second := time.Duration(0); ; second += time.Second {
			utc, _ := r.timeline.second(second)
			for _, edge := range []Edge{
				{Second: utc, Rising: true, at: second},
				{Second: utc, Rising: false, at: second + width},
			} {
				edge.at += p.Delay + time.Duration(rng.NormFloat64()*float64(p.Jitter)) + p.Late.draw(rng)
				edge.At = clock.Stamp(r.Start(), edge.at)
				if !yield(edge) {
					return
				}
			}
		}
	}
}
