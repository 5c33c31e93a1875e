package gps

import (
	"testing"
	"time"

	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/nmea"
)

// A reader that is delayed from the middle of one burst to the end of the next gets both at
// once. The stamp of the second burst must not be the apparent start of the rest of the
// first.
func TestStampAfterAReaderWasHeldUp(t *testing.T) {
	for _, profile := range []string{"garmin", "gsv-first", "multi"} {
		receiver, err := sim.New(sim.Config{Profile: profile})
		if err != nil {
			t.Fatal(err)
		}
		baud := 9600
		if profile == "garmin" {
			baud = 4800
		}
		r := receptionOf(Config{Baud: baud, Pivot: nmea.DateOf(receiver.Start())})
		began := map[int64]nmea.Stamp{}
		var last nmea.Stamp
		var held []byte
		for c := range sim.Chunks(receiver, sim.Link{FIFO: 8}) {
			if c.Burst.Index == 60 {
				break
			}
			began[c.Burst.Second.UnixNano()] = c.Began
			held = append(held, c.Data...)
			// Every fifth second, from the last two fifths of a burst to the end of the next.
			size := len(c.Burst.Bytes)
			if i := c.Burst.Index % 5; c.Burst.Index > 5 && (i == 3 && c.Index > size*6/10 || i == 4 && c.Index+len(c.Data) < size) {
				continue
			}
			feed := func(at nmea.Stamp, data []byte) {
				s, _, ok := r.receive(at, data).parts()
				if !ok {
					return
				}
				if off := time.Duration(s.Receive - began[s.Clock].Real); off.Abs() > 100*time.Millisecond {
					t.Errorf("%s: stamp of second %d is %v off", profile, c.Burst.Index, off)
				}
			}
			for wait := r.wait(); !last.IsZero() && len(held) == len(c.Data) && c.At.Sub(last) > wait; wait = r.wait() {
				last = last.Add(wait)
				feed(last, nil)
			}
			feed(c.At, held)
			last, held = c.At, nil
		}
	}
}
