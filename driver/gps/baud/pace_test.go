package baud

import (
	"testing"
	"time"

	"github.com/refclock/refclock/nmea"
)

func TestPace(t *testing.T) {
	for name, c := range map[string]struct {
		baud   int
		truth  int           // the rate at which bytes really arrive
		chunk  int           // bytes that a read returns
		held   time.Duration // by which one read of each burst is late
		fooled bool
	}{
		"byte by byte":           {9600, 9600, 1, 0, false},
		"a FIFO":                 {9600, 9600, 16, 0, false},
		"a rate that is 2 % off": {9600, 9792, 8, 0, false},
		"a delayed reader":       {9600, 9600, 8, 200 * time.Millisecond, false},
		"configured too slow":    {9600, 115200, 16, 0, true},
		"configured too fast":    {115200, 9600, 16, 0, false},
		"packets of a network":   {115200, 10_000_000, 60, 0, true},
		"a port without a rate":  {0, 10_000_000, 60, 0, false},
	} {
		p := Pace{Baud: c.baud}
		impossible := false
		for burst := range 5 {
			start := nmea.Stamp{Mono: int64(time.Hour) + int64(burst)*int64(time.Second)}
			for sent := c.chunk; sent <= 480; sent += c.chunk {
				at := start.Add(time.Duration(sent) * 10 * time.Second / time.Duration(c.truth))
				if sent >= 120 && sent < 120+c.chunk {
					at = at.Add(c.held)
				}
				impossible = p.Push(at, c.chunk) || impossible
			}
		}
		if impossible != c.fooled {
			t.Errorf("%s: impossible %v, want %v", name, impossible, c.fooled)
		}
	}
}
