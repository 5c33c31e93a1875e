package htntp

import (
	"testing"
	"time"
)

// A delay between the readings of two clocks is not a step.
func TestStampIsOfOneInstant(t *testing.T) {
	for name, c := range map[string]struct {
		held  []time.Duration // between the clocks, in each attempt
		reads int
	}{
		"at once":                 {held: []time.Duration{0}, reads: 1},
		"held up once":            {held: []time.Duration{5 * ms, 0}, reads: 2},
		"held up again and again": {held: make([]time.Duration, 20), reads: 10},
	} {
		if c.reads == 10 {
			for i := range c.held {
				c.held[i] = 5 * ms
			}
		}
		var elapsed int64
		reads := 0
		s := readTogether(func() stamp {
			s := stamp{real: elapsed}
			elapsed += int64(c.held[reads])
			s.mono, s.raw = elapsed, elapsed
			reads++
			return s
		}, func() int64 { return elapsed })
		stepped := s.step(stamp{}).Abs() > stepLimit
		if reads != c.reads || stepped != (c.reads == 10) {
			t.Errorf("%s: %d reads, step %v; want %d reads", name, reads, stepped, c.reads)
		}
	}
}
