package sim

import (
	"math"
	"math/rand/v2"
	"time"
)

// A Lateness is the delay from an event until the waiting program sees it. The zero
// Lateness is no delay.
type Lateness struct {
	Constant    time.Duration // interrupt and wake-up
	Gaussian    time.Duration // standard deviation of a delay that is never negative
	Exponential time.Duration // mean of the tail, from other processes

	Stall    time.Duration // an occasional long delay
	StallOne int           // one event in this many; 0: never
}

// draw returns a random lateness.
func (l Lateness) draw(rng *rand.Rand) time.Duration {
	late := l.Constant +
		time.Duration(math.Abs(rng.NormFloat64())*float64(l.Gaussian)) +
		time.Duration(rng.ExpFloat64()*float64(l.Exponential))
	if l.StallOne > 0 && rng.IntN(l.StallOne) == 0 {
		late += l.Stall
	}
	return late
}
