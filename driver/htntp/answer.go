package htntp

import "time"

// An Answer is what a server said of the time, and when. Its instants are of the
// monotonic clock of this machine, which nobody sets; a poll is a few seconds, over
// which it runs as the system clock does.
type Answer struct {
	Sent  int64 // just before the request was written, in nanoseconds of the monotonic clock
	Got   int64 // when the first bytes of the answer, with its Date, had been read
	Date  int64 // what the server said, in nanoseconds since 1970-01-01 UTC
	Step  int64 // of what it said: a second for Date, less for X-HTTPSTIME
	Fresh bool  // the first on its connection: a server may have had to wake up for it
}

// A theta is what this package looks for: UTC minus the monotonic clock, in
// nanoseconds. The word is NTP's.
type theta = int64

// trip is the time from the request to its answer.
func (a Answer) trip() int64 { return a.Got - a.Sent }

// Bounds are what theta cannot leave if the servers tell the truth, whatever the
// network did: Low <= theta < High.
type Bounds struct{ Low, High theta }

// bounds are what one answer proves. The server read its clock somewhere between
// Sent and Got, and its Date is that time cut down to a whole Step.
func (a Answer) bounds() Bounds {
	return Bounds{a.Date - a.Got, a.Date + a.Step - a.Sent}
}

// and is what both prove.
func (b Bounds) and(c Bounds) Bounds { return Bounds{max(b.Low, c.Low), min(b.High, c.High)} }

// empty tells that what was proved contradicts itself.
func (b Bounds) empty() bool { return b.Low >= b.High }

// Width is how much room they leave.
func (b Bounds) Width() time.Duration { return time.Duration(b.High - b.Low) }

// cover gives the bounds within which theta must be if no more than wrong of the
// given ones are wrong: the hull of all that so many of them share. It is empty
// where they share nothing.
func cover(all []Bounds, wrong int) Bounds {
	needed := len(all) - wrong
	hull := Bounds{}
	for _, at := range all { // each stretch shared by most begins where some bounds begin
		shared := at.Low
		var highs []theta
		for _, b := range all {
			if b.Low <= shared && shared < b.High {
				highs = append(highs, b.High)
			}
		}
		if needed <= 0 || len(highs) < needed {
			continue
		}
		end := nth(highs, len(highs)-needed)
		if hull.empty() {
			hull = Bounds{shared, end}
		} else {
			hull = Bounds{min(hull.Low, shared), max(hull.High, end)}
		}
	}
	return hull
}
