package gps

import (
	"testing"
	"time"

	"github.com/refclock/refclock/nmea"
)

// A known is a progress that is known.
type known struct {
	settled            bool
	silence, remaining time.Duration
	unnamed            bool // no sentence has named the time of the burst
}

func (k known) Settled() bool                      { return k.settled }
func (k known) Silence() time.Duration             { return k.silence }
func (k known) Pending() bool                      { return !k.unnamed }
func (k known) Remaining(nmea.Stamp) time.Duration { return k.remaining }

// How long bytes collect after each read of a burst.
func TestGathering(t *testing.T) {
	const wire = 10 * time.Second / 9600
	type read struct {
		after   time.Duration // after the read before
		n       int
		settled bool
		want    time.Duration

		remaining time.Duration
		complete  bool
		unnamed   bool
	}
	for name, c := range map[string]struct {
		baud    int
		silence time.Duration
		reads   []read
	}{
		"a burst at 9600 baud": {9600, 600 * ms, []read{
			{after: 8 * wire, n: 8, settled: false, want: 0},
			{after: 8 * wire, n: 8, settled: true, want: 60 * ms},
			{after: 60 * ms, n: 57, settled: true, want: 60 * ms},
			{after: 60 * ms, n: 20, settled: false, want: 61 * ms}, // the burst is over: a pause counts as the start of another
			{after: 61 * ms, n: 0, settled: false, want: 0},
			{after: 600 * ms, n: 8, settled: false, want: 0}, // the next
			{after: 8 * wire, n: 8, settled: true, want: 60 * ms},
		}},
		"a long silence":           {9600, 2 * time.Second, []read{{after: 8 * wire, n: 8, settled: true, want: 200 * ms, remaining: time.Second}}},
		"half of the tty's buffer": {115200, 2 * time.Second, []read{{after: wire, n: 80, settled: true, want: 2048 * (10 * time.Second / 115200), remaining: time.Second}}},
		"a pause within the burst": {9600, 600 * ms, []read{
			{after: 8 * wire, n: 8, settled: true, want: 60 * ms},
			{after: 60 * ms, n: 30, settled: true, want: 61 * ms},
			{after: 61 * ms, n: 50, settled: true, want: 60 * ms},
		}},
		"ten reports a second": {9600, 40 * ms, []read{
			{after: 8 * wire, n: 8, settled: true, want: 10 * ms},
			{after: 10 * ms, n: 9, settled: true, want: 10 * ms},
			{after: 10 * ms, n: 3, settled: false, want: 0}, // no time to wait for the silence
		}},
		"USB": {0, 900 * ms, []read{
			{after: time.Second, n: 64, settled: true, want: 40 * ms},
			{after: 40 * ms, n: 500, settled: true, want: 61 * ms},
			{after: 61 * ms, n: 0, settled: true, want: 0},
		}},
		"a known end": {9600, 400 * ms, []read{
			{after: 8 * wire, n: 8, settled: false, want: 0, remaining: 600 * ms},
			{after: 8 * wire, n: 8, settled: true, want: 200 * ms, remaining: 592 * ms},
			{after: 200 * ms, n: 192, settled: true, want: 200 * ms, remaining: 392 * ms},
			{after: 200 * ms, n: 20, settled: true, want: 192 * ms, remaining: 192 * ms}, // a pause
			{after: 192 * ms, n: 184, settled: true, want: 0, complete: true},
		}},
		"a burst that is longer than usual": {9600, 400 * ms, []read{
			{after: 8 * wire, n: 8, settled: true, want: 50 * ms, remaining: 50 * ms},
			{after: 50 * ms, n: 48, settled: true, want: 60 * ms},
			{after: 60 * ms, n: 50, settled: true, want: 0, complete: true},
		}},
		// A part of the epoch that is sent later, or a sentence of another device: the next burst may follow at once.
		"a burst that is not expected": {9600, 400 * ms, []read{
			{after: 8 * wire, n: 8, settled: true, want: 0, unnamed: true},
			{after: 8 * wire, n: 8, settled: true, want: 0, unnamed: true},
		}},
		"a burst that is expected": {9600, 400 * ms, []read{
			{after: 8 * wire, n: 8, settled: true, want: 64 * (10 * time.Second / 9600), remaining: 500 * ms, unnamed: true},
			{after: 64 * wire, n: 64, settled: true, want: 200 * ms, remaining: 433 * ms},
			{after: 200 * ms, n: 192, settled: true, want: 20 * ms, remaining: 20 * ms, unnamed: true},
		}},
		"USB that is expected": {0, 900 * ms, []read{{after: time.Second, n: 64, settled: true, want: 0, remaining: 40 * ms, unnamed: true}}},
		"the first burst":      {9600, 0, []read{{after: 8 * wire, n: 8, settled: true}}},
	} {
		g := newGathering(c.baud)
		at := opening
		g.next(at, 0, false, known{})
		for i, r := range c.reads {
			at = at.Add(r.after)
			if d := g.next(at, r.n, r.complete, known{r.settled, c.silence, r.remaining, r.unnamed}); d != r.want {
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
		return g.next(opening, 8, false, known{settled: true, silence: silence})
	}
	for i, c := range []struct{ silence, want time.Duration }{
		{200 * ms, 50 * ms}, {80 * ms, 20 * ms}, {200 * ms, 22500 * time.Microsecond}, {200 * ms, 25312500},
	} {
		if d := read(c.silence); d != c.want {
			t.Errorf("%d: a silence of %v gathers %v, want %v", i, c.silence, d, c.want)
		}
	}
	g.next(opening.Add(50*ms), 40, false, known{settled: true, silence: 20 * ms}) // after a pause
	if d := read(200 * ms); d < 25*ms {
		t.Errorf("gathers %v after a silence that was a pause", d)
	}
}
