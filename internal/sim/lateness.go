package sim

import (
	"math"
	"math/rand/v2"
	"time"
)

// A Lateness is how long after an event the program that waits for it gets to see it. The zero Lateness is none.
type Lateness struct {
	Constant    time.Duration // interrupt and wake-up
	Gaussian    time.Duration // standard deviation; its magnitude counts, for nothing is early
	Exponential time.Duration // mean of the tail that other processes make

	Stall    time.Duration // now and then the machine is away for so long
	StallOne int           // in how many events; 0 is never
}

// draw is one lateness.
func (l Lateness) draw(rng *rand.Rand) time.Duration {
	late := l.Constant +
		time.Duration(math.Abs(rng.NormFloat64())*float64(l.Gaussian)) +
		time.Duration(rng.ExpFloat64()*float64(l.Exponential))
	if l.StallOne > 0 && rng.IntN(l.StallOne) == 0 {
		late += l.Stall
	}
	return late
}
