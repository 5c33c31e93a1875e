//go:build linux

package pps

import "time"

// A cardEdges determines the polarity of a card's edges, by the card's own clock. Cards do not
// report it. Some stamp both edges, even if only one was requested (igb, igc).
//
// A card stamps both edges if the intervals between its edges alternate, and two of them are a
// second. The edge after the longer interval begins the pulse: a pulse is shorter than the pause.
// This does not depend on whether the pulse is high or low.
//
//	state    event                                    fault     next state
//	single   any edge                                 none      single; it is rising
//	single   the last four intervals alternate        none      both
//	unknown  any edge                                 Learning  unknown
//	unknown  the same, around half a second           Square    unknown
//	unknown  the last four intervals alternate        none      both
//	unknown  the last four intervals are a second     none      single; it is rising
//	both     an edge where a pulse begins             none      both; it is rising
//	both     an edge where a pulse ends               none      both; it is falling
//	both     another edge                             Glitch    both
//	both     six of them in a row                     Glitch    unknown
//	both     forget: a step, or a pause of 5 s        -         unknown
type cardEdges struct {
	state     edgesState
	last      int64   // the last edge; 0 if none
	intervals []int64 // between the last edges
	start     int64   // where the last pulse began
	width     int64   // of a pulse
	odd       int     // edges in a row that neither begin nor end a pulse
}

type edgesState int

const (
	edgesSingle  edgesState = iota // the card stamps one edge of a pulse
	edgesUnknown                   // it stamps both, and which is which is unknown
	edgesBoth
)

const (
	// alternating is how many intervals must alternate.
	alternating = 4

	// edgeTolerance is how much an edge may be off. It is the difference of a free-running
	// clock over 5 s and the jitter of the end of a pulse.
	edgeTolerance = int64(5 * time.Millisecond)

	// maxOdd is how many edges in a row may be odd before the pulse is learnt again.
	maxOdd = 5

	oneSecond = int64(time.Second)
)

// forget is called if edges before are on another scale.
func (c *cardEdges) forget() {
	c.last, c.intervals = 0, c.intervals[:0]
	if c.state == edgesBoth {
		c.state = edgesUnknown
	}
}

// see returns the polarity of an edge, and Second if it is known.
func (c *cardEdges) see(edge int64) (rising bool, fault Reason) {
	if c.last != 0 {
		if len(c.intervals) == alternating {
			c.intervals = append(c.intervals[:0], c.intervals[1:]...)
		}
		c.intervals = append(c.intervals, edge-c.last)
	}
	c.last = edge
	if c.state != edgesBoth {
		return c.learn(edge)
	}
	switch since := nearSecond(edge - c.start); {
	case abs(since) <= edgeTolerance:
		c.start, c.odd = edge, 0
		return true, Second
	case abs(since-c.width) <= edgeTolerance:
		c.start, c.odd = edge-c.width, 0
		return false, Second
	}
	if c.odd++; c.odd > maxOdd {
		c.state = edgesUnknown
	}
	return false, Glitch
}

// learn looks for a pattern of both edges.
func (c *cardEdges) learn(edge int64) (rising bool, fault Reason) {
	width, rising, ok := c.pattern()
	switch {
	case ok && width < int64(squareFrom):
		c.state, c.width, c.start, c.odd = edgesBoth, width, edge, 0
		if !rising {
			c.start -= width
		}
		return rising, Second
	case c.state == edgesSingle && !ok, c.everySecond():
		c.state = edgesSingle
		return true, Second
	case ok:
		c.state = edgesUnknown
		return false, Square
	}
	return false, Learning
}

// pattern returns the width of a pulse if the intervals alternate, and whether the last edge
// begins a pulse.
func (c *cardEdges) pattern() (width int64, rising, ok bool) {
	i := c.intervals
	if len(i) < alternating || abs(i[0]-i[2]) > edgeTolerance || abs(i[1]-i[3]) > edgeTolerance ||
		abs(i[0]+i[1]-oneSecond) > oneSecond/maxRate {
		return 0, false, false
	}
	return min(i[2], i[3]), i[3] > i[2], true
}

// everySecond reports whether one edge of each pulse arrives.
func (c *cardEdges) everySecond() bool {
	for _, d := range c.intervals {
		if abs(d-oneSecond) > oneSecond/maxRate {
			return false
		}
	}
	return len(c.intervals) == alternating
}

// nearSecond returns the distance from the nearest second before it, at least -0.5 s and less than
// 0.5 s.
func nearSecond(since int64) int64 {
	since %= oneSecond
	switch half := oneSecond / 2; {
	case since >= half:
		return since - oneSecond
	case since < -half:
		return since + oneSecond
	}
	return since
}
