package gps

import (
	"slices"
	"testing"
	"time"

	nmeastream "github.com/refclock/refclock/internal/streamtest"
)

// A receiver may change what it sends, and how often. Bytes that collect then cost no sample, and
// make none wrong or late.
func TestCollectWhileAReceiverChanges(t *testing.T) {
	gp := nmeastream.GP()
	fix := func(t time.Time) []byte { return append(gp.RMC(t), gp.GGA(t)...) }
	burst := func(parts ...[]byte) []nmeastream.Block { return []nmeastream.Block{{Data: slices.Concat(parts...)}} }
	const changes = 40 // second
	satellites := func(before, after int) func(time.Time, int) []nmeastream.Block {
		return func(t time.Time, k int) []nmeastream.Block {
			if k < changes {
				return burst(fix(t), gp.GSV(before))
			}
			return burst(fix(t), gp.GSV(after))
		}
	}
	rate := func(hz int) func(time.Time, int) []nmeastream.Block {
		return func(t time.Time, k int) (blocks []nmeastream.Block) {
			if k < changes {
				return burst(fix(t), gp.GSV(7))
			}
			for i := range hz {
				after := time.Second / time.Duration(hz) * time.Duration(i)
				blocks = append(blocks, nmeastream.Block{At: after, Data: fix(t.Add(after))})
			}
			return blocks
		}
	}
	for _, s := range []nmeastream.Stream{
		{Name: "no change", Baud: 9600, Second: satellites(3, 3)},
		{Name: "fewer satellites", Baud: 9600, Second: satellites(8, 1)},
		{Name: "fewer satellites", Baud: 38400, Second: satellites(8, 1)},
		{Name: "more satellites", Baud: 9600, Second: satellites(1, 9)},
		{Name: "twice a second", Baud: 9600, Second: rate(2)},
		{Name: "5 times a second", Baud: 9600, Second: rate(5)},
		{Name: "5 times a second", Baud: 38400, Second: rate(5)},
		{Name: "10 times a second", Baud: 38400, Second: rate(10)},
		{Name: "10 times a second", Baud: 19200, Second: rate(10)},
		{Name: "10 times a second, USB", Second: rate(10)},
		{Name: "another order", Baud: 9600, Second: func(t time.Time, k int) []nmeastream.Block {
			if k < changes {
				return burst(fix(t), gp.GSV(3))
			}
			return burst(gp.GSV(3), gp.GGA(t), gp.RMC(t))
		}},
		{Name: "a block apart", Baud: 9600, Second: func(t time.Time, k int) []nmeastream.Block {
			if k < changes {
				return burst(fix(t), gp.GSV(1))
			}
			return append(burst(fix(t)), nmeastream.Block{At: 850 * ms, Data: gp.GSV(1)})
		}},
	} {
		s.Delay = 100 * ms
		collected, not := playStream(s, false, true, 100), playStream(s, false, false, 100)
		if got, want := len(collected.sentences.samples), len(not.sentences.samples); got != want || want < 90 {
			t.Errorf("%s at %d baud: %d samples, want %d as if no bytes collect\n%s", s.Name, s.Baud, got, want, &collected.sentences)
		}
		if wrong := collected.sentences.wrong(s.Delay, ms); len(wrong) > 0 {
			t.Errorf("%s at %d baud: %d samples are off, the first by %v", s.Name, s.Baud, len(wrong), wrong[0].error(s.Delay))
		}
		const later = 5 * ms
		for i, n := 1, len(collected.sentences.samples); i < 20 && i < n; i++ { // the last ones
			got, want := collected.sentences.samples[n-i].at, not.sentences.samples[len(not.sentences.samples)-i].at
			if got > want+later {
				t.Errorf("%s at %d baud: a sample is visible at %v, want %v", s.Name, s.Baud, got, want)
				break
			}
		}
		t.Logf("%s at %d baud: %d reads, %d if no bytes collect", s.Name, s.Baud, collected.reads, not.reads)
	}
}
