package htntp

import "time"

// An Answer is the Date of a server's answer, with its stamps. The stamps are of this
// machine's monotonic clock, which cannot be set. During a poll of a few seconds it runs
// at the rate of the system clock.
type Answer struct {
	Sent  int64 // just before the request was written, in nanoseconds of the monotonic clock
	Got   int64 // when the part of the answer with the Date had been read
	Date  int64 // the server's time, in nanoseconds since 1970-01-01 UTC
	Step  int64 // resolution of Date: a second, or less for X-HTTPSTIME
	Fresh bool  // first answer on its connection, which may take the server longer
}

// A theta is UTC minus the monotonic clock, in nanoseconds: what a poll estimates. NTP
// uses the same word.
type theta = int64

// trip returns the round trip time.
func (a Answer) trip() int64 { return a.Got - a.Sent }

// Bounds contain theta if the servers' clocks are right, whatever the network did:
// Low <= theta < High.
type Bounds struct{ Low, High theta }

// bounds returns what the answer proves. The server read its clock between Sent and Got,
// and truncated the time to a whole Step.
func (a Answer) bounds() Bounds {
	return Bounds{a.Date - a.Got, a.Date + a.Step - a.Sent}
}

// and returns the intersection.
func (b Bounds) and(c Bounds) Bounds { return Bounds{max(b.Low, c.Low), min(b.High, c.High)} }

// empty reports whether no theta is within the bounds.
func (b Bounds) empty() bool { return b.Low >= b.High }

// Width returns High minus Low.
func (b Bounds) Width() time.Duration { return time.Duration(b.High - b.Low) }

// cover returns the bounds of theta if at most wrong of the given ones are wrong: the hull
// of every interval that enough of them share. It is empty if there is no such interval.
func cover(all []Bounds, wrong int) Bounds {
	needed := len(all) - wrong
	hull := Bounds{}
	for _, at := range all { // each shared interval begins where some bounds begin
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
