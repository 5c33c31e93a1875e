package htntp

import (
	"cmp"
	"slices"
	"time"
)

const (
	// stampBlur is how far a stamp may be off: the time of a wake-up.
	stampBlur = 200_000 // ns

	// asymmetryShare is the usual error by the asymmetry of a path, as a share of the round
	// trip. It weighs servers against each other.
	asymmetryShare = 0.05

	// maxAsymmetryShare is the error that the stated interval allows for: one direction takes
	// three times as long as the other. relayedShare is the same if a proxy first connects to
	// the server, which takes a round trip before the request.
	maxAsymmetryShare = 1.0 / 4
	relayedShare      = 3.0 / 8

	// outlierShare is the share of answers whose delay does not follow from the others:
	// the server was busy, or the path has changed. Only their hard bounds are used.
	outlierShare = 0.03

	// thinkDivisor converts a processing time to a standard deviation. Processing before
	// or after the server reads its clock shifts the estimate by half of that time. This
	// shift is taken as normal90 deviations, where the 90 % interval ends.
	thinkDivisor = 2 * normal90

	// normal90 is how many standard deviations 90 % of a normal distribution are within.
	normal90 = 1.65
)

// An evidence is the answers of one server in one poll.
type evidence struct {
	answers     []Answer
	bounds      Bounds
	minTrip     int64 // the shortest round trip; 0 if unknown
	freshTrip   int64 // the same for answers that were the first on their connections
	networkTrip int64 // the round trip without the server; 0 if unknown
	relayed     bool  // an HTTP proxy passes on the requests
}

// add adds an answer. It returns false, and does not add the answer, if that contradicts
// earlier ones.
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
	shortest := &e.minTrip
	if a.Fresh {
		shortest = &e.freshTrip
	}
	if *shortest == 0 || a.trip() < *shortest {
		*shortest = a.trip()
	}
	return true
}

// manyFresh is how many answers show that each has a connection of its own.
const manyFresh = 3

// onlyFresh reports whether the connection was closed after each answer.
func (e *evidence) onlyFresh() bool {
	return len(e.answers) >= manyFresh && !slices.ContainsFunc(e.answers, func(a Answer) bool { return !a.Fresh })
}

// trip returns the expected round trip. First answers on a connection count only if there are
// no others.
func (e *evidence) trip() int64 {
	var trips, fresh []int64
	for _, a := range e.answers {
		if a.Fresh {
			fresh = append(fresh, a.trip())
		} else {
			trips = append(trips, a.trip())
		}
	}
	if len(trips) == 0 {
		trips = fresh
	}
	if len(trips) == 0 {
		return e.shortest()
	}
	return nth(trips, (len(trips)-1)/2)
}

// skew returns the standard deviation of the error that is common to all answers of this
// server: from the asymmetry of its path and from its processing time.
func (e *evidence) skew() float64 {
	return stampBlur/2 + asymmetryShare*float64(e.shortest()) + float64(e.think())/thinkDivisor
}

// asymmetry returns the error by the asymmetry of the path that the stated interval allows
// for. No answers show how large it is.
func (e *evidence) asymmetry() float64 {
	if e.relayed {
		return relayedShare * float64(e.shortest())
	}
	return maxAsymmetryShare * float64(e.shortest())
}

// shortest returns the shortest round trip; until there is one, that of the network. If the
// server or a proxy closes each connection, there are only first answers.
func (e *evidence) shortest() int64 { return cmp.Or(e.minTrip, e.networkTrip, e.freshTrip) }

// think returns how much longer the answers took than the network: the processing time of
// the server. It is unknown whether the server reads its clock before or after.
func (e *evidence) think() int64 {
	if e.networkTrip == 0 {
		return 0
	}
	return max(0, e.minTrip-e.networkTrip-e.networkTrip/10-int64(time.Millisecond))
}

// A ramp is the distribution of the time from the stamp of a request until the server
// reads its clock: uniform between two limits. This assumes that both ways take the same
// time except for queues, which are equally likely on each.
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

// floor estimates the round trip without queues. The shortest observed round trip is
// longer. The difference is greater if there are fewer answers, or if they differ more.
func (e *evidence) floor() int64 {
	if e.minTrip == 0 {
		return e.shortest()
	}
	return max(0, e.minTrip-2*(e.trip()-e.minTrip)/int64(max(1, len(e.answers)-1)))
}

// delay returns the ramp of one answer. Half of the floor is the fastest way there, or
// back.
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

// at returns the probability of this Date if theta is x: that the server read its clock
// within that step.
func (t term) at(x float64) float64 {
	begin, end := t.date-x, t.date+t.step-x
	return (1-outlierShare)*(t.usual.below(end)-t.usual.below(begin)) + outlierShare*(t.any.below(end)-t.any.below(begin))
}

// knots returns where the slope of the term changes.
func (t term) knots() [8]float64 {
	return [8]float64{
		t.date - t.usual.from, t.date - t.usual.to, t.date - t.any.from, t.date - t.any.to,
		t.date + t.step - t.usual.from, t.date + t.step - t.usual.to, t.date + t.step - t.any.from, t.date + t.step - t.any.to,
	}
}

// nth returns the value with the index n in sorted order. It sorts the slice.
func nth(values []int64, n int) int64 {
	slices.Sort(values)
	return values[n]
}
