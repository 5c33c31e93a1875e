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
		"held up for 0.1 ms":      {held: []time.Duration{ms / 10, 0}, reads: 2},
		"almost held up":          {held: []time.Duration{ms/10 - 1}, reads: 1},
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

// A time daemon slews the clocks; without a raw clock, the slew is unknown.
func TestSlewed(t *testing.T) {
	for _, c := range []struct {
		earlier, now stamp
		want         int64
	}{
		{stamp{mono: 100, raw: 500}, stamp{mono: 350, raw: 730}, 20},
		{stamp{mono: 100, raw: 500}, stamp{mono: 330, raw: 750}, -20},
		{stamp{mono: 100, raw: 1}, stamp{mono: 350, raw: 231}, 20},
		{stamp{mono: 100}, stamp{mono: 350, raw: 730}, 0},
		{stamp{mono: 100, raw: 500}, stamp{mono: 350}, 0},
	} {
		if got := c.now.slewed(c.earlier); got != c.want {
			t.Errorf("%+v, then %+v: slewed by %d, want %d", c.earlier, c.now, got, c.want)
		}
	}
	if got := read(99); got != 0 {
		t.Errorf("a clock that does not exist: %d", got)
	}
}
