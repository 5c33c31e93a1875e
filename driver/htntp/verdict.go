package htntp

import (
	"fmt"
	"math"
	"time"
)

// An Exchange is one request and its answer, for a trace.
type Exchange struct {
	Host   Host
	Head   bool // HEAD; else GET
	Status int  // 0 without an answer
	Trip   time.Duration
	Date   string           // as received
	Proves [2]time.Duration // bounds of UTC minus system clock if the server is right; both 0 if none
	Err    error            // why the answer is not used
}

// prove converts the bounds of an answer to offsets of the system clock.
func (x *Exchange) prove(a Answer, at stamp) {
	clock, b := at.real-at.mono, a.bounds()
	x.Proves = [2]time.Duration{time.Duration(b.Low - clock), time.Duration(b.High - clock)}
}

// A Report is the result of a poll for one server.
type Report struct {
	Host     Host
	Standing Standing
	Why      error         // of Excluded, a *Reason
	Off      time.Duration // from the time found, by its own answers; positive: ahead
	AtLeast  bool          // Off is a lower limit: too few answers
	Bounds   [2]time.Duration
	Trip     time.Duration // the shortest; 0 if unknown
	Think    time.Duration // how much longer that is than the network alone
	Requests int
}

// A Verdict is the result of a poll. Without a majority it has only reports.
type Verdict struct {
	Receive int64 // CLOCK_REALTIME when the poll was over, in nanoseconds since 1970-01-01 UTC
	Mono    int64 // the monotonic clock at the same moment

	Offset time.Duration // UTC minus system clock

	// Half is the half-width of the 90 % interval from Low to High. The interval allows for
	// paths that take up to three times as long in one direction as in the other.
	Half      time.Duration
	Low, High time.Duration

	Hard     [2]time.Duration // the offset is within them if most servers are right, whatever the network did
	Agree    int
	Requests int
	Warm     bool // used the result of the previous poll
	Servers  []Report
	Notes    []string // warnings for the user
}

// Clock returns the true time at Receive.
func (v Verdict) Clock() int64 { return v.Receive + int64(v.Offset) }

// Precision returns the half-width as in a unit: log2 of seconds, rounded up.
func (v Verdict) Precision() int { return precision(v.Half) }

func precision(half time.Duration) int {
	return min(max(int(math.Ceil(math.Log2(max(half, 1).Seconds()))), -30), 0)
}

// Assumption is what the interval with Half assumes, for the user.
const Assumption = "if neither direction takes over three times as long as the other"

// String returns the result for the log and the status. It has the hard bounds, since nothing
// that can be measured shows that the assumption holds.
func (v Verdict) String() string {
	return fmt.Sprintf("offset %+.1f ms +- %.1f ms %s, certainly %+.1f to %+.1f ms; %d of %d servers agree, %d requests",
		milliseconds(v.Offset), milliseconds(v.Half), Assumption, milliseconds(v.Hard[0]), milliseconds(v.Hard[1]), v.Agree, len(v.Servers), v.Requests)
}

func milliseconds(d time.Duration) float64 { return float64(d) / 1e6 }

func (r Report) String() string {
	text := r.Host.String() + " " + r.Standing.String()
	switch r.Standing {
	case Excluded:
		return r.Host.String() + ": " + r.Why.Error()
	case Late, Ahead:
		off := r.Off.Abs().Round(time.Millisecond)
		switch {
		case off == 0:
			return text + ", by less than a second"
		case r.AtLeast:
			text += " by at least"
		default:
			text += " by"
		}
		text += fmt.Sprintf(" %v", off)
	}
	return text
}

// Hint returns what the user can do about the server; "" if nothing.
func (r Report) Hint() string {
	switch r.Standing {
	case Excluded:
		if why, ok := r.Why.(*Reason); ok {
			return why.Hint
		}
	case Late:
		if r.Off > -time.Second {
			return "ignore this if enough others agree: some servers renew their Date only now and then"
		}
		return "report to its owner that its clock is wrong, or " + otherServer
	case Ahead:
		return "report to its owner that its clock is wrong, or " + otherServer
	case Unproven:
		return otherServer + ", closer to this machine"
	}
	return ""
}
