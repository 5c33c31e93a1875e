//go:build linux

package pps

import "time"

// A cardReading is a reading of a card's clock, and what the system clock was at that moment.
type cardReading struct {
	card   int64 // nanoseconds; where they count from is not known
	real   int64 // CLOCK_REALTIME, nanoseconds since 1970
	within int64 // greatest error of real
}

// valid reports whether the card's clock was read, and not so slowly that the reading is useless.
func (r cardReading) valid() bool { return r.within > 0 && r.within <= maxWithin }

// noReading is a reading that failed.
var noReading = cardReading{}

// A cardClock carries the stamps of a card's clock to the system clock. The card's clock runs
// free. It is compared with the system clock just after each edge, and only then.
//
// A clock that was stepped between an edge and the reading after it would move the edge. So an
// edge is trusted only if the clocks have run evenly since the reading before: by the last rate,
// the card's clock must show what it does show. The difference is an error that the edge may
// have. A step below the limit also changes the next prediction, so Within includes the last two
// differences. Also, the edge must be from the 0.9 s before the reading: a
// card that gets the second of a stamp wrong cannot move an edge by a second.
//
//	state     reading                            fault     next state
//	empty     any                                Learning  compared
//	compared  0.5 to 5 s after the last          Learning  steady
//	compared  earlier                            Learning  compared
//	steady    as predicted                       none      steady
//	steady    20 µs off                          Stepped   compared
//	any       10 % off, or backwards             Stepped   compared
//	any       more than 5 s after the last       Learning  compared
//	any       failed                             Unread    the same
//
// An edge whose reading has no fault can still have one:
//
//	edge                                         fault
//	of the same stamp as the last one            Repeated
//	older than the last one                      Reordered
//	not from the 0.9 s before the reading        Late
type cardClock struct {
	state clockState
	base  clockPoint // the last reading that counts
	rate  clockRate  // between the last two of them
	bends [2]int64   // differences of the last two readings from their predictions
	last  int64      // the last edge without these three faults, by the card; 0 if none
	scale uint       // counts restarts: the card's times before and after cannot be compared
}

type clockState int

const (
	clockEmpty clockState = iota
	clockCompared
	clockSteady
)

// A clockPoint is the same instant by both clocks.
type clockPoint struct{ card, mono, within int64 }

// A clockRate is the same duration by both clocks.
type clockRate struct{ card, mono, within int64 }

const (
	// maxAge is the greatest age of an edge when the clocks are compared. Drivers that poll
	// for edges need 250 ms (bcm-phy-ptp.c: HZ/4). It is shorter than a second, because some
	// cards get the second of a stamp wrong.
	maxAge = int64(900 * time.Millisecond)

	// minBase is the shortest time between readings from which a rate is calculated.
	minBase = int64(500 * time.Millisecond)

	// maxBase is the longest time for which a prediction holds. The Gate bridges 4.4 s.
	maxBase = int64(5 * time.Second)

	// maxBend is the greatest difference from the prediction, in addition to the error of the
	// readings. A crystal stays below 0.1 µs. A time daemon that changes the rate of the system
	// clock by 20 ppm stays below it.
	maxBend = int64(20 * time.Microsecond)

	// maxWithin is the greatest error of a useful reading.
	maxWithin = int64(time.Millisecond)

	// maxRate is the greatest difference between the clocks' rates, as 1/maxRate. It is that
	// of the Gate: a time daemon lets the system clock run up to 8.3 % fast or slow.
	maxRate = 10
)

// together returns Now without a pause between its readings of the two clocks. In a pause, Mono gets
// ahead, so the reading with the smallest Mono counts.
func together() Stamp {
	best := Now()
	for range 2 {
		if again := Now(); again.Real-again.Mono > best.Real-best.Mono {
			best = again
		}
	}
	return best
}

// see returns the stamp of an edge by the system clock and its greatest error. The stamp is now if
// there is a fault.
func (c *cardClock) see(edge int64, r cardReading, now Stamp) (stamp Stamp, within time.Duration, fault Reason) {
	if !r.valid() {
		return now, 0, Unread
	}
	read := fromReal(r.real, now)
	fault = c.compare(clockPoint{r.card, read.Mono, r.within})
	if fault == Stepped {
		return now, 0, Stepped
	}
	switch age := r.card - edge; {
	case c.last != 0 && edge == c.last:
		return now, 0, Repeated
	case c.last != 0 && edge < c.last:
		return now, 0, Reordered
	case age < 0, age > maxAge:
		return now, 0, Late
	}
	c.last = edge
	if fault != Second {
		return now, 0, fault
	}
	before := c.rate.toMono(r.card - edge)
	stamp = Stamp{Real: read.Real - before, Mono: read.Mono - before}
	worst := r.within + c.rate.errorOver(r.card-edge) + c.bends[0] + c.bends[1] + 1 // 1 for rounding
	return stamp, time.Duration(worst), Second
}

// compare adds a reading, and returns Second if the clocks have run evenly since the last one.
func (c *cardClock) compare(p clockPoint) Reason {
	since := clockRate{p.card - c.base.card, p.mono - c.base.mono, p.within + c.base.within}
	switch {
	case c.state == clockEmpty, since.mono > maxBase:
		return c.restart(p, Learning)
	case since.mono < 0, since.absurd():
		return c.restart(p, Stepped)
	case c.state == clockCompared && since.mono < minBase:
		return Learning
	case c.state == clockCompared:
		c.state = clockSteady
		c.advance(p, since)
		return Learning
	}
	bend := abs(since.mono - c.rate.toMono(since.card))
	c.bends[0], c.bends[1] = bend, c.bends[0]
	if bend > maxBend+since.within+c.rate.errorOver(since.card) {
		return c.restart(p, Stepped)
	}
	if since.mono >= minBase {
		c.advance(p, since)
	}
	return Second
}

func (c *cardClock) advance(p clockPoint, since clockRate) { c.base, c.rate = p, since }

// restart starts from a reading, which is the only one of its scale so far.
func (c *cardClock) restart(p clockPoint, why Reason) Reason {
	c.state, c.base, c.bends, c.last = clockCompared, p, [2]int64{}, 0
	c.scale++
	return why
}

// absurd reports whether no two clocks run at such a rate.
func (r clockRate) absurd() bool {
	return abs(r.card-r.mono) > r.mono/maxRate+r.within+maxBend
}

// toMono converts a duration of the card's clock, of up to maxBase, to the system clock. The
// difference of the rates is at most 1/maxRate, so that nothing overflows.
func (r clockRate) toMono(card int64) int64 { return card + card*(r.mono-r.card)/r.card }

// errorOver returns the error of a conversion, by those of the readings.
func (r clockRate) errorOver(card int64) int64 { return card * r.within / r.card }

func abs(n int64) int64 { return max(n, -n) }
