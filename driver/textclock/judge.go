package textclock

import (
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/nmea"
)

const (
	// maxAge is how old RECEIVE may be: ntpd and NTPsec refuse a sample after 5 s.
	maxAge = 4 * time.Second

	// maxAhead is how far RECEIVE may be in the future, because it was rounded.
	maxAhead = 10 * time.Millisecond

	// stepLimit separates a step of the system clock from the time between the readings of
	// two clocks.
	stepLimit = 20 * time.Millisecond

	// minInterval is the least time between two samples: the fastest clock publishes ten a
	// second, not always evenly.
	minInterval = 80 * time.Millisecond

	// stoppedAfter is how long a clock may repeat its time: one that counts whole seconds
	// may be read more often.
	stoppedAfter = 2 * time.Second

	// A jump within forgetJump after another one doubles the lines that must agree, up to
	// maxNeed.
	forgetJump = 10 * time.Minute
	maxNeed    = 60

	// farFuture is how far after the build date a clock may be.
	farFuture = 10 * 366 * 24 * time.Hour
)

// An arrival is when and how a line arrived.
type arrival struct {
	at   nmea.Stamp // right after the read
	sent int64      // CLOCK_REALTIME when the kernel took it from the program; 0 if unknown
	late bool       // it may have arrived long before
	many int        // lines without their own RECEIVE that arrived together, with this one
}

// A verdict is what follows from a line.
type verdict struct {
	sample driver.Sample
	ok     bool // publish the sample

	precision int // of the sample, if fixed; otherwise it is measured
	fixed     bool

	restart bool // the samples from here on have nothing to do with those before
	state   driver.State
	silent  bool // keep the state
}

func withheld(s driver.State) verdict { return verdict{state: s} }

// unchanged is the verdict about a line that is not a sample, for a reason that is usual.
var unchanged = verdict{silent: true}

// A judge decides which lines are samples. The order of its questions is that of line.
type judge struct {
	settle    int // how many lines must agree
	witnesses []driver.Witness
	built     int64 // earliest possible time; 0 if any is possible

	current timeline
	before  timeline      // that of before the last jump
	need    int           // lines that must agree now: settle, and more after several jumps
	jumped  time.Duration // by how much the clock jumped before the timeline; 0 at the start
	jump    int64         // monotonic time of the last jump; 0 for none
	leaping bool          // the last line was in a leap second

	clock     Instant // of the last line with an absolute time
	since     int64   // monotonic time of the first line with it
	receive   int64   // monotonic time of the last reading
	published int64   // likewise of the last sample

	noted     nmea.Stamp // the last stamp
	stepped   int64      // monotonic time at which a step of the system clock was noticed; 0 for none
	stepUntil int64      // up to this time of the system clock, RECEIVE may be from before the step
}

// note takes the stamp of each read, with bytes or without, and reports whether the system
// clock was set since the last one.
func (j *judge) note(at nmea.Stamp) (stepped bool) {
	before := j.noted
	j.noted = at
	if before.IsZero() {
		return false
	}
	step := at.Step(before)
	if step.Abs() <= stepLimit {
		return false
	}
	// If the clock was set back, RECEIVE of before may be ahead of now by as much.
	j.stepped, j.stepUntil = at.Mono, at.Real+max(0, -int64(step))
	return true
}

// line judges a line.
func (j *judge) line(l Line, a arrival) verdict {
	receive := a.at.Real
	switch {
	case l.Receive.Kind == Absolute:
		receive = l.Receive.NS
	case a.many > 1:
		return withheld(buffered(a.many))
	case a.sent != 0:
		receive = a.sent + l.Receive.NS // 0 if absent
	case a.late && l.Clock.Kind == Absolute:
		return withheld(heldUp)
	default:
		receive += l.Receive.NS
	}
	if s := j.checkReceive(receive, a.at); !s.Publishing() {
		return withheld(s)
	}
	ago := a.at.Real - receive
	r := reading{clock: l.Clock.NS, receive: receive, steady: a.at.Steady() - ago}
	if l.Clock.Kind == Relative {
		r.clock, r.relative = receive+l.Clock.NS, true
	}
	if v, done := j.checkClock(l, r, a.at.Mono-ago); done {
		return v
	}
	return j.judge(l, r, a.at.Mono-ago)
}

// checkReceive checks the time of the system clock.
func (j *judge) checkReceive(receive int64, at nmea.Stamp) driver.State {
	ago := time.Duration(at.Real - receive)
	switch {
	case j.stepped != 0 && at.Mono-j.stepped < int64(maxAge) && receive <= j.stepUntil:
		return clockStepped
	case ago > maxAge:
		return wrongReceive("%v in the past; at most %v is allowed", ago, maxAge)
	case ago < -maxAhead:
		return wrongReceive("%v in the future; at most %v is allowed", -ago, maxAhead)
	case j.receive != 0 && at.Mono-int64(ago) <= j.receive:
		return wrongReceive("not after that of the line before")
	}
	return driver.State{}
}

// checkClock checks the time of the clock alone, and reports whether that decides.
func (j *judge) checkClock(l Line, r reading, mono int64) (v verdict, done bool) {
	if !r.relative {
		switch {
		case j.clock != l.Clock:
			j.clock, j.since = l.Clock, mono
		case mono-j.since < int64(stoppedAfter):
			return unchanged, true
		default:
			return withheld(stopped(r.clock)), true
		}
	}
	j.receive = mono
	switch {
	case j.built != 0 && (r.clock < j.built || r.clock > j.built+int64(farFuture)):
		return withheld(implausible(r.clock, j.built)), true
	case l.Clock.Leap:
		if j.current.known() && j.current.fits(r) {
			j.current.confirm(r)
			j.leaping = true
		}
		return withheld(leapSecond), true
	}
	if j.leaping {
		j.leaping = false
		j.current.leap()
	}
	return v, false
}

// judge compares a reading with the lines before and with the witnesses.
func (j *judge) judge(l Line, r reading, mono int64) verdict {
	if s, restart := j.track(r, mono); !s.Publishing() {
		return verdict{state: s, restart: restart}
	}
	if s := j.askWitnesses(r); !s.Publishing() {
		return withheld(s)
	}
	if j.published != 0 && mono-j.published < int64(minInterval) {
		return unchanged
	}
	j.published = mono
	return verdict{ok: true, precision: l.Precision, fixed: l.HasPrecision, sample: driver.Sample{Clock: r.clock, Receive: r.receive, Mono: mono, Leap: l.Leap}}
}

// track adds a reading to the timeline, and returns why the timeline is not sufficient yet.
// It reports whether the reading has begun a new one.
func (j *judge) track(r reading, mono int64) (s driver.State, began bool) {
	t := &j.current
	switch {
	case !t.known():
		t.begin(r)
		began, j.need = true, j.settle
	case t.fits(r):
		t.confirm(r)
	default:
		j.noteJump(r, mono)
		t.begin(r)
		began = true
	}
	switch {
	case t.support >= j.need:
		j.jumped = 0
		return driver.State{}, began
	case j.jumped != 0:
		return timeJumped(j.jumped, t.support, j.need), began
	}
	return settling(t.support, j.need), began
}

// noteJump notes a reading that does not continue the timeline. A clock that jumps again and
// again needs more lines each time: its rate may be wrong.
func (j *judge) noteJump(r reading, mono int64) {
	j.jumped = j.current.residual(r)
	if r.relative {
		j.jumped = time.Duration(r.offset() - j.current.offset)
	}
	switch {
	case j.jump == 0, mono-j.jump > int64(forgetJump), j.before.known() && j.before.fits(r): // or back again
		j.need = j.settle
	case j.settle > 1:
		j.need = min(2*j.need, max(maxNeed, j.settle))
	}
	j.jump, j.before = mono, j.current
}

// askWitnesses returns the contradiction of a witness.
func (j *judge) askWitnesses(r reading) driver.State {
	for _, w := range j.witnesses {
		e, ok := w.Current()
		if ok && (time.Duration(r.offset())-e.Offset).Abs() > half+e.Within {
			return contradicted(w, r, e)
		}
	}
	return driver.State{}
}
