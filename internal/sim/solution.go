package sim

import "time"

// A solution is what the receiver makes of one epoch: time, position and sky. The sentences are written from it, and it
// is where a fault makes the receiver believe something wrong.
type solution struct {
	at     time.Duration // true time
	second time.Time     // true UTC
	label  UTC           // the UTC that it believes in
	valid  bool
	mode   byte // RMC, VTG, GLL with a fix: A autonomous, S simulator
	grade  int  // GGA quality with a fix: 1 GPS, 8 simulator
	silent bool

	latitude, longitude int // 1e-5 minutes of arc, north and east
	altitude            int // decimetres above the sea
	speed               int // thousandths of a knot

	sky     []constellation
	dialect dialect
	wire    wire
}

// during tells whether the solution falls into [from, to) of true time, in seconds.
func (s *solution) during(from, to int) bool {
	return seconds(from, to).has(s.at)
}

// believe makes the receiver take the epoch for another instant.
func (s *solution) believe(t time.Time) { s.label = labelOf(t) }

// wholeSecond tells whether it is the epoch of its second that tells the satellites.
func (s *solution) wholeSecond() bool { return s.at%time.Second == 0 }

// used is how many satellites the position comes from.
func (s *solution) used() int {
	n := 0
	for _, c := range s.sky {
		n += len(c.used)
	}
	return n
}
