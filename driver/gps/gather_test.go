package gps

import (
	"testing"
	"time"
)

// How long bytes collect after each read of a burst.
func TestGathering(t *testing.T) {
	const wire = 10 * time.Second / 9600
	type read struct {
		after   time.Duration // after the read before
		n       int
		settled bool
		want    time.Duration
	}
	for name, c := range map[string]struct {
		baud    int
		silence time.Duration
		reads   []read
	}{
		"a burst at 9600 baud": {9600, 600 * ms, []read{
			{8 * wire, 8, false, 0},
			{8 * wire, 8, true, 150 * ms}, // a quarter of the silence
			{150 * ms, 144, true, 150 * ms},
			{150 * ms, 20, false, 61 * ms}, // the burst is over: a pause counts as the start of another
			{61 * ms, 0, false, 0},
			{600 * ms, 8, false, 0}, // the next
			{8 * wire, 8, true, 150 * ms},
		}},
		"a long silence":           {9600, 2 * time.Second, []read{{8 * wire, 8, true, 200 * ms}}},
		"half of the tty's buffer": {115200, 2 * time.Second, []read{{wire, 80, true, 2048 * (10 * time.Second / 115200)}}},
		"a pause within the burst": {9600, 600 * ms, []read{
			{8 * wire, 8, true, 150 * ms},
			{150 * ms, 70, true, 61 * ms},
			{61 * ms, 50, true, 150 * ms},
		}},
		"ten reports a second": {9600, 40 * ms, []read{
			{8 * wire, 8, true, 10 * ms},
			{10 * ms, 9, true, 10 * ms},
			{10 * ms, 3, false, 0}, // no time to wait for the silence
		}},
		"USB": {0, 900 * ms, []read{
			{time.Second, 64, true, 40 * ms},
			{40 * ms, 500, true, 61 * ms},
			{61 * ms, 0, true, 0},
		}},
		"the first burst": {9600, 0, []read{{8 * wire, 8, true, 0}}},
	} {
		g := newGathering(c.baud)
		at := opening
		g.next(at, 0, false, 0)
		for i, r := range c.reads {
			at = at.Add(r.after)
			if d := g.next(at, r.n, r.settled, c.silence); d != r.want {
				t.Errorf("%s, read %d: %v, want %v", name, i, d, r.want)
			}
		}
	}
}

// One short silence, as after a burst with many satellites, counts at once. Longer ones count
// slowly. A read after a pause does not count, since its bytes may have arrived at any time.
func TestGatheringSilence(t *testing.T) {
	g := newGathering(9600)
	read := func(silence time.Duration) time.Duration {
		g.on = false
		return g.next(opening, 8, true, silence)
	}
	for i, c := range []struct{ silence, want time.Duration }{
		{600 * ms, 150 * ms}, {160 * ms, 40 * ms}, {600 * ms, 45 * ms}, {600 * ms, 50625 * time.Microsecond},
	} {
		if d := read(c.silence); d != c.want {
			t.Errorf("%d: a silence of %v gathers %v, want %v", i, c.silence, d, c.want)
		}
	}
	g.next(opening.Add(50*ms), 40, true, 20*ms) // after a pause
	if d := read(600 * ms); d < 50*ms {
		t.Errorf("gathers %v after a silence that was a pause", d)
	}
}
