package htntp

import (
	"fmt"
	"math"
	"time"
)

// An Exchange is one request and what came back, for those who want to see.
type Exchange struct {
	Host   Host
	Head   bool // HEAD; else GET
	Status int  // 0 if nothing came
	Trip   time.Duration
	Date   string           // as the server wrote it
	Proves [2]time.Duration // that UTC minus system clock lies between, if the server is right; both 0 if nothing
	Err    error            // why the answer is of no use
}

// prove puts the bounds of an answer into the system clock's terms.
func (x *Exchange) prove(a Answer, at stamp) {
	clock, b := at.real-at.mono, a.bounds()
	x.Proves = [2]time.Duration{time.Duration(b.Low - clock), time.Duration(b.High - clock)}
}

// A Report is what a poll has found of one server.
type Report struct {
	Host     Host
	Standing Standing
	Why      error         // of Excluded, a *Reason
	Off      time.Duration // by its own answers, from the time found: positive is ahead
	AtLeast  bool          // it may be more: it was not asked often enough to tell
	Bounds   [2]time.Duration
	Trip     time.Duration // the least, or 0
	Think    time.Duration // how much longer that is than the network takes
	Requests int
}

// A Verdict is what a poll has found. Without a majority it has only reports.
type Verdict struct {
	Receive int64 // CLOCK_REALTIME when the poll was over, in nanoseconds since 1970-01-01 UTC
	Mono    int64 // the monotonic clock at the same moment

	Offset   time.Duration    // UTC minus system clock
	Half     time.Duration    // with 90 % probability the offset is no more wrong than this
	Low      time.Duration    // so that it lies from here
	High     time.Duration    // to here
	Hard     [2]time.Duration // what no network can have brought about, if most servers are right
	Agree    int
	Requests int
	Warm     bool // helped by the poll before
	Servers  []Report
	Notes    []string // what a person should know
}

// Clock is the time that goes with Receive.
func (v Verdict) Clock() int64 { return v.Receive + int64(v.Offset) }

// Precision is the half-width as a unit carries it: log2 of seconds, rounded up.
func (v Verdict) Precision() int { return precision(v.Half) }

func precision(half time.Duration) int {
	return min(max(int(math.Ceil(math.Log2(max(half, 1).Seconds()))), -30), 0)
}

func (v Verdict) String() string {
	return fmt.Sprintf("offset %+.1f ms +- %.1f ms, %d of %d servers agree, %d requests",
		milliseconds(v.Offset), milliseconds(v.Half), v.Agree, len(v.Servers), v.Requests)
}

func milliseconds(d time.Duration) float64 { return float64(d) / 1e6 }

func (r Report) String() string {
	text := r.Host.String() + " " + r.Standing.String()
	switch r.Standing {
	case Excluded:
		return r.Host.String() + ": " + r.Why.Error()
	case Late, Ahead:
		if r.AtLeast {
			text += " by at least"
		} else {
			text += " by"
		}
		text += fmt.Sprintf(" %v", r.Off.Abs().Round(time.Millisecond))
	}
	return text
}

// Hint is what a person can do about the server, or nothing.
func (r Report) Hint() string {
	switch r.Standing {
	case Excluded:
		if why, ok := r.Why.(*Reason); ok {
			return why.Hint
		}
	case Late:
		if r.Off > -time.Second {
			return "nothing to do: it renews its Date only now and then, as some servers do; or its clock is wrong"
		}
		return "tell its owner that its clock is wrong, or " + otherServer
	case Ahead:
		return "tell its owner that its clock is wrong, or " + otherServer
	case Unproven:
		return otherServer + ", nearer to this machine"
	}
	return ""
}
