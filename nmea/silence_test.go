package nmea_test

import (
	"testing"
	"time"

	"github.com/refclock/refclock/nmea"
)

// The first burst has a start if a read without bytes preceded it by 25 ms: a shorter pause may be
// within a burst. Only the first such read counts, and only before the first bytes.
func TestFirstSilence(t *testing.T) {
	text := line(rmc("093000.00", "A", may20)) + line(gga("093000.00", "1"))
	whole := wire(text) - wire(text)/50 // the bytes after the first count 2 % less
	for _, c := range []struct {
		name  string
		reads []time.Duration // without bytes, before the burst
		want  bool
	}{
		{"no read before", nil, false},
		{"25 ms before", []time.Duration{25 * ms}, true},
		{"just under 25 ms before", []time.Duration{24 * ms}, false},
		{"a second and 10 ms before", []time.Duration{s, 10 * ms}, true},
	} {
		stream := nmea.NewStream(9600, midMay)
		began := boot.Add(10 * s)
		for _, before := range c.reads {
			stream.Push(began.Add(-before), nil)
		}
		stream.Push(began.Add(whole), []byte(text))
		for _, more := stream.Next(); more; _, more = stream.Next() {
		}
		stream.Push(began.Add(whole+60*ms), nil)
		h, _ := stream.Next()
		if !h.Complete || h.Epoch.HasStart != c.want || c.want && h.Epoch.Start.Sub(began).Abs() > ms {
			t.Errorf("%s: complete %v, has a start %v at %v, want %v at 0s", c.name, h.Complete, h.Epoch.HasStart, h.Epoch.Start.Sub(began), c.want)
		}
	}
	// The silence before a later burst is that since the one before it.
	later := nmea.NewStream(9600, midMay)
	later.Push(boot, nil)
	later.Push(boot.Add(5*s), []byte(text))
	later.Push(boot.Add(6*s), []byte(text))
	if got := later.Silence(); got > s {
		t.Errorf("a silence of %v between bursts that end a second apart", got)
	}
	// A read without bytes after the first ones changes nothing.
	stream := nmea.NewStream(9600, midMay)
	stream.Push(boot, []byte("$GP"))
	stream.Push(boot.Add(40*ms), nil)
	stream.Push(boot.Add(s), []byte(text))
	h, _ := stream.Next()
	if got := stream.Silence(); got < 700*ms {
		t.Errorf("a silence of %v before the second burst, and %v", got, h.Err)
	}
}
