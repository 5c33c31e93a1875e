package sim

import "time"

// A solution is the receiver's result of one epoch: time, position and sky. The sentences
// are written from it. Faults can change it.
type solution struct {
	at     time.Duration // true time
	second time.Time     // true UTC
	label  UTC           // the receiver's UTC
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

// during reports whether the solution is within [from, to) of true time, in seconds.
func (s *solution) during(from, to int) bool {
	return seconds(from, to).has(s.at)
}

// setTime sets the receiver's UTC.
func (s *solution) setTime(t time.Time) { s.label = labelOf(t) }

// wholeSecond reports whether this is the epoch of the second with the satellites.
func (s *solution) wholeSecond() bool { return s.at%time.Second == 0 }

// used returns the number of satellites in the solution.
func (s *solution) used() int {
	n := 0
	for _, c := range s.sky {
		n += len(c.used)
	}
	return n
}
