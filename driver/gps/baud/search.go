// Package baud finds the baud rate of a receiver by listening. A [Search] goes through
// the possible rates, and an [Attempt] listens at each. A [Pace] detects ports on which
// the rate means nothing.
package baud

// A Search goes through the rates that a receiver may have, in rounds.
type Search struct {
	bauds    []int
	place    int
	received bool // bytes arrived at any rate of this round
}

// NewSearch returns a search that begins with the rate that was right before; 0 if none was.
func NewSearch(bauds []int, before int) *Search {
	s := &Search{}
	if before != 0 {
		s.bauds = append(s.bauds, before)
	}
	for _, b := range bauds {
		if b != before {
			s.bauds = append(s.bauds, b)
		}
	}
	return s
}

// Bauds returns the rates in the order in which they are tried.
func (s *Search) Bauds() []int { return s.bauds }

// Place returns the index of the current rate.
func (s *Search) Place() int { return s.place }

// Baud returns the current rate.
func (s *Search) Baud() int { return s.bauds[s.place] }

// Next moves to the next rate. received is whether bytes arrived at the current one. Next
// reports whether a round has ended, and whether bytes arrived at any rate of that round.
func (s *Search) Next(received bool) (ended, anyReceived bool) {
	s.received = s.received || received
	if s.place++; s.place < len(s.bauds) {
		return false, false
	}
	anyReceived = s.received
	s.place, s.received = 0, false
	return true, anyReceived
}
