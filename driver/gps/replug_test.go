package gps

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// A receiver that is unplugged for some seconds continues. If it returns in the middle of a
// burst, that burst and its second may be lost. A pulse that was extrapolated meanwhile is
// accepted again with the first burst that agrees.
func TestReplugged(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 7))
		c := anyPhase("", seed)
		c.from = 0
		gone := 20*time.Second + time.Duration(r.Int64N(int64(5*time.Second)))
		back := gone + 300*time.Millisecond + time.Duration(r.Int64N(int64(7*time.Second)))
		line := seed%2 == 1 && back-gone < 2*time.Second // the gate bridges three pulses
		c.away = []absence{{gone, back, line}}
		sentences, pulse := c.run(t)
		for _, u := range []struct {
			name string
			outcome
		}{{"sentences", sentences}, {"pulse", pulse}} {
			lost := u.lost()
			if len(lost) == 0 {
				continue
			}
			// The burst in progress is lost, and one that is complete only with the next.
			first, last := time.Duration(slices.Min(lost))*time.Second, time.Duration(slices.Max(lost))*time.Second
			if first < gone-2*time.Second || last > back+2200*time.Millisecond {
				t.Errorf("the %s lose %v: away from %v to %v: %v", u.name, lost, gone, back, c)
			}
		}
	}
}
