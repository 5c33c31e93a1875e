package gps

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/nmea"
)

// A nuisance disturbs a reader of the bytes at random times.
type nuisance struct {
	name        string
	stallOne    int           // one second in this many begins a stall of the reader
	least, most time.Duration // how long it lasts
	fault       string        // also damages the bytes; may be empty
}

var nuisances = []nuisance{
	{name: "stalls of up to ten seconds", stallOne: 30, least: 300 * time.Millisecond, most: 10 * time.Second},
	{name: "stalls of up to two seconds", stallOne: 20, least: 300 * time.Millisecond, most: 2 * time.Second},
	{name: "a USB hub that stalls all the time", stallOne: 4, least: 300 * time.Millisecond, most: 2 * time.Second},
	{name: "stalls and noise", stallOne: 20, least: 100 * time.Millisecond, most: 3 * time.Second, fault: "flipped-bytes-1000"},
}

// suffer returns the samples of the first n seconds of a stream with a nuisance. After
// a stall, a reader gets all bytes that it has missed at once.
func suffer(t *testing.T, s stream, u nuisance, n int) []stamped {
	t.Helper()
	receiver, err := sim.New(s.config)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(s.config.Seed, 99))
	h := newPlayback(receiver, s)
	var held []byte
	var back nmea.Stamp // when the stall ends
	stalled := -1       // the second that had the last chance of a stall
	for c := range sim.Chunks(receiver, s.link) {
		second := int(c.Burst.Epoch / time.Second)
		if second >= n {
			break
		}
		h.truth(c)
		if held != nil && c.At.Sub(back) < 0 {
			held = append(held, c.Data...)
			continue
		}
		if held != nil {
			h.read(back, held)
			held = nil
		}
		if second > 8 && second != stalled && random.IntN(40) == 0 {
			if stalled = second; random.IntN(u.stallOne) == 0 {
				back = c.At.Add(u.least + time.Duration(random.Int64N(int64(u.most-u.least))))
				held = append([]byte{}, c.Data...)
				continue
			}
		}
		h.read(c.At, c.Data)
	}
	return h.samples
}

// With any stalls of the reader, no sample has a wrong second, and no stamp is off by
// more than a receiver's own uncertainty.
func TestStalls(t *testing.T) {
	t.Parallel()
	for _, profile := range sim.Profiles() {
		for _, u := range nuisances {
			for _, fast := range []bool{false, true} {
				config := sim.Config{Profile: profile.Name, Baud: profile.Baud, Seed: 5}
				if u.fault != "" {
					config.Faults = []string{u.fault}
				}
				if fast {
					config.Baud = 115200
				}
				samples := suffer(t, stream{config: config, link: sim.Link{FIFO: 8}}, u, 200)
				if len(samples) < 50 {
					t.Errorf("%s, %s: %d samples in 200 seconds", profile.Name, u.name, len(samples))
				}
				for _, h := range samples {
					if h.second.UnixNano() != h.sample.Clock {
						t.Errorf("%s, %s: a sample names %v, but no burst named that second",
							profile.Name, u.name, time.Unix(0, h.sample.Clock).UTC())
						continue
					}
					if off := time.Duration(h.sample.Receive - h.began.Real); off.Abs() > 200*time.Millisecond {
						t.Errorf("%s, %s: the sample of %v is stamped %v off", profile.Name, u.name, h.second, off)
					}
				}
			}
		}
	}
}
