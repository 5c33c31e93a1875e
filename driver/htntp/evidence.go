package htntp

import (
	"cmp"
	"slices"
	"time"
)

const (
	// stampBlur is how far a stamp may lie from the instant it is for: a wake-up.
	stampBlur = 200_000 // ns

	// skewPart is how much longer one way is than the other on paths that are taken
	// for symmetric, as a part of the round trip.
	skewPart = 0.05

	// surprise is the share of answers that come as the delays of those before let
	// nobody expect: of a server that thought about it, of a path that changed. Of
	// these only the hard bounds are believed.
	surprise = 0.03

	// thinkParts makes the standard deviation of thinking: that before or after the
	// look at the clock shifts the estimate by half of it, which is to be 1.65
	// deviations, where the interval of 90 % ends.
	thinkParts = 2 * 1.65
)

// Evidence is what one server has said in one poll.
type evidence struct {
	answers []Answer
	bounds  Bounds
	least   int64 // the least round trip, 0 if there is none to go by
	reach   int64 // the round trip that the network alone took, 0 if that is not known
}

// add takes an answer in. Where it contradicts those before, it is not taken in,
// and false is returned.
func (e *evidence) add(a Answer) bool {
	b := a.bounds()
	if len(e.answers) > 0 {
		b = b.and(e.bounds)
	}
	if b.empty() {
		return false
	}
	e.bounds = b
	e.answers = append(e.answers, a)
	if !a.Fresh && (e.least == 0 || a.trip() < e.least) {
		e.least = a.trip()
	}
	return true
}

// trip is the round trip to expect.
func (e *evidence) trip() int64 {
	trips := make([]int64, 0, len(e.answers))
	for _, a := range e.answers {
		if !a.Fresh || len(e.answers) == 1 {
			trips = append(trips, a.trip())
		}
	}
	if len(trips) == 0 {
		return e.shortest()
	}
	return nth(trips, (len(trips)-1)/2)
}

// skew is the standard deviation of the error that all answers of this server have
// in common: of the asymmetry of its path, and of its thinking.
func (e *evidence) skew() float64 {
	return stampBlur/2 + skewPart*float64(e.shortest()) + float64(e.think())/thinkParts
}

// shortest is the least round trip, or what the network alone took where there was
// none yet to go by.
func (e *evidence) shortest() int64 { return cmp.Or(e.least, e.reach) }

// think is how much longer the answers took than the network alone: the server may
// have thought about them, and nobody knows whether before it looked at its clock or
// after.
func (e *evidence) think() int64 {
	if e.reach == 0 {
		return 0
	}
	return max(0, e.least-e.reach-e.reach/10-int64(time.Millisecond))
}

// A ramp is the distribution of the time from a request's stamp to the server's
// look at its clock: even between two limits. If both ways take as long except for
// queueing, which is as likely on either, nothing more is known than that.
type ramp struct{ from, to float64 }

func (r ramp) below(x float64) float64 {
	switch {
	case x <= r.from:
		return 0
	case x >= r.to:
		return 1
	}
	return (x - r.from) / (r.to - r.from)
}

// floor is what the round trip would be without any queue. The least that was seen
// lies above it, by the more the fewer there were and the more they differ.
func (e *evidence) floor() int64 {
	if e.least == 0 {
		return e.reach
	}
	return max(0, e.least-2*(e.trip()-e.least)/int64(max(1, len(e.answers)-1)))
}

// delay is the ramp of one answer, given the floor. Half of that is the way there,
// or back, at its fastest.
func delay(a Answer, floor int64) ramp {
	half := float64(min(floor, a.trip())) / 2
	trip := float64(a.trip())
	return ramp{max(0, half-stampBlur), min(trip, trip-half+stampBlur)}
}

// A term is the likelihood of one answer, as a function of theta.
type term struct {
	usual, any ramp
	date, step float64 // relative to the origin: Date - Sent
}

func (e *evidence) terms(origin theta) []term {
	terms := make([]term, len(e.answers))
	floor := e.floor()
	for i, a := range e.answers {
		terms[i] = term{
			usual: delay(a, floor),
			any:   ramp{0, max(1, float64(a.trip()))},
			date:  float64(a.Date - a.Sent - origin),
			step:  float64(a.Step),
		}
	}
	return terms
}

// at is the chance of just this Date if theta were x: that the server looked at its
// clock within that step.
func (t term) at(x float64) float64 {
	begin, end := t.date-x, t.date+t.step-x
	return (1-surprise)*(t.usual.below(end)-t.usual.below(begin)) + surprise*(t.any.below(end)-t.any.below(begin))
}

// knots are where the slope of the term changes.
func (t term) knots() [8]float64 {
	return [8]float64{
		t.date - t.usual.from, t.date - t.usual.to, t.date - t.any.from, t.date - t.any.to,
		t.date + t.step - t.usual.from, t.date + t.step - t.usual.to, t.date + t.step - t.any.from, t.date + t.step - t.any.to,
	}
}

// nth is the value with n smaller ones. It sorts.
func nth(values []int64, n int) int64 {
	slices.Sort(values)
	return values[n]
}
