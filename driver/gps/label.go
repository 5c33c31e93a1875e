package gps

import (
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/nmea"
)

const (
	// settleTime is how long a receiver's time must have gone on as the monotonic
	// clock does before it is believed, at the start and after a jump.
	settleTime = 3 * time.Second

	// settleEpochs is how many epochs must have said so: two with seconds of no fix
	// between them would hold for long, and prove nothing.
	settleEpochs = 4

	// agree is how far the start of a burst may lie from where the bursts before it
	// say: half a second is where the second would become ambiguous, and receivers
	// are known to wander by 0.2 s.
	agree = 450 * time.Millisecond

	// yield is the part of a gap, as a divisor, that the timeline goes along with:
	// slewing at 8.3 % of each second then leaves a gap of a third of one.
	yield = 4

	// A burst strays that begins further from where those before it say than
	// strayLeast, and than strayFactor times as far as they lie on average: it was
	// read late, by a machine or a USB hub that was busy. When strayBelieved of them
	// come in a row, it is the receiver that has changed its habits.
	strayLeast    = 50 * time.Millisecond
	strayFactor   = 8
	strayBelieved = 3

	// forget is how long a timeline is worth anything without an epoch: after that,
	// the receiver has to settle again.
	forget = 10 * time.Second

	// stepLimit parts a step of the system clock from slewing, which is 8.3 % of
	// the elapsed time at the most (chronyd's default maxslewrate).
	stepLimit = 100 * time.Millisecond
)

// A timeline is the receiver's time against the monotonic clock.
type timeline struct {
	known bool
	base  int64      // UTC minus Mono, in nanoseconds, as the epochs so far have it
	since nmea.Stamp // when it began
	last  nmea.Stamp // of its last epoch
	count int        // its epochs

	spread time.Duration // how far the epochs lie from it, on average
	strays int           // how many in a row have strayed
}

// gap is how much further the receiver's time went than the monotonic clock.
func (t *timeline) gap(utc int64, start nmea.Stamp) time.Duration {
	return time.Duration(utc - start.Mono - t.base)
}

// follows tells whether an epoch goes on from the timeline.
func (t *timeline) follows(utc int64, start nmea.Stamp) bool {
	return t.known && t.gap(utc, start).Abs() < agree
}

// advance adds an epoch that follows. The base goes along by a part of the gap: by
// enough for a system clock that is being slewed, but one late burst does not make
// room for the next to be later still, until the second is another one.
func (t *timeline) advance(utc int64, start nmea.Stamp) {
	gap := t.gap(utc, start)
	t.base += int64(gap) / yield
	t.spread += (gap.Abs() - t.spread) / strayFactor
	t.last = start
	t.count++
}

// strayed tells whether an epoch that follows is to be left out all the same.
func (t *timeline) strayed(utc int64, start nmea.Stamp) bool {
	if t.gap(utc, start).Abs() <= max(strayLeast, strayFactor*t.spread) {
		t.strays = 0
		return false
	}
	t.strays++
	return t.strays < strayBelieved
}

// begin starts the timeline afresh.
func (t *timeline) begin(utc int64, start nmea.Stamp) {
	*t = timeline{known: true, base: utc - start.Mono, since: start, last: start, count: 1}
}

// expire forgets a timeline that has had no epoch for long.
func (t *timeline) expire(now nmea.Stamp) {
	t.known = t.known && now.Sub(t.last) < forget
}

// settled tells whether the timeline has held for long enough.
func (t *timeline) settled() bool {
	return t.known && t.last.Sub(t.since) >= settleTime && t.count >= settleEpochs
}

// A labeller makes samples of epochs. It publishes nothing that does not go on
// as time does: a receiver that jumps is not believed until its new time has held,
// and one wrong second costs that second only.
//
//	state     an epoch that                    does
//	-         is valid                         begins a timeline
//	settling  follows, for settleTime          locks
//	settling  does not follow                  begins another timeline
//	locked    follows                          is published
//	locked    names no date, but a time of day
//	          that follows                     is published with the timeline's date
//	locked    follows, but strays once or
//	          twice                            is withheld
//	locked    does not follow                  begins a rival timeline, is withheld
//	locked    follows the rival, for
//	          settleTime                       locks to the rival
//	any       is refused by its own reason     is withheld
//	any       none for more than 10 s          forgets
//
// It is a pure function of stamped epochs.
type labeller struct {
	delay      time.Duration
	calibrated bool

	locked  timeline // known once settled
	rival   timeline // what may become the next
	stepped bool     // the last call met a step of the system clock
	last    nmea.Stamp

	unparted int // epochs in a row whose burst had no start

	second int64      // the last second published, in seconds since 1970
	whole  nmea.Stamp // when an epoch without a fraction came last
}

// lose forgets everything: the receiver has been silent.
func (l *labeller) lose() { l.locked, l.rival = timeline{}, timeline{} }

// label judges an epoch. The stamp at is the present: where the system clock has
// been stepped since the burst, the sample would straddle the step.
func (l *labeller) label(e nmea.Epoch, at nmea.Stamp) (driver.Sample, driver.State, bool) {
	l.stepped = false
	if l.unparted++; e.HasStart {
		l.unparted = 0
	}
	switch {
	case l.unparted == 0 || l.unparted > 2:
	case l.locked.known:
		return driver.Sample{}, heldUp, false
	default:
		// The first burst after opening is joined in its midst: what it does not say, it
		// may have said before.
		return driver.Sample{}, settling, false
	}
	dateless := e.Why == nmea.NoDate && l.locked.known
	if e.Why != nmea.Valid && !dateless {
		return driver.Sample{}, refused(e), false
	}
	if !e.HasStart {
		return driver.Sample{}, noSilence, false
	}
	if e.UTC.Leap() {
		return driver.Sample{}, leapSecond, false
	}
	utc, _ := e.UTC.UnixNano() // a valid epoch has one, leap seconds aside
	if dateless {
		utc = l.locked.complete(e)
	}
	if l.step(e.Start, at) {
		return driver.Sample{}, clockStepped, false
	}
	if utc%int64(time.Second) == 0 {
		l.whole = e.Start
	}
	if state, ok := l.follow(utc, e.Start, dateless); !ok {
		return driver.Sample{}, state, false
	}
	if !l.due(utc, e.Start) {
		return driver.Sample{}, feeding(l.calibrated), false
	}
	receive := e.Start.Add(-l.delay)
	return driver.Sample{Clock: utc, Receive: receive.Real, Mono: receive.Mono}, feeding(l.calibrated), true
}

// complete gives an epoch that names only a time of day the date that brings it
// nearest to the timeline.
func (t *timeline) complete(e nmea.Epoch) int64 {
	const day = int64(24 * time.Hour)
	predicted := t.base + e.Start.Mono
	utc := predicted - predicted%day + int64(e.UTC.Since())
	switch {
	case utc-predicted > day/2:
		utc -= day
	case predicted-utc > day/2:
		utc += day
	}
	return utc
}

// step looks for a step of the system clock since the last burst, or since this
// one began. Either spoils the sample: bytes may have waited in the kernel across
// the step, as they do while a machine is suspended, and their stamp is of
// afterwards.
func (l *labeller) step(start, at nmea.Stamp) bool {
	before := l.last
	l.last = at // the next burst comes after the step
	straddles := at.Step(start).Abs() > stepLimit
	l.stepped = straddles || !before.IsZero() && at.Step(before).Abs() > max(stepLimit, at.Sub(before)/10)
	return l.stepped
}

// follow moves the timelines on and tells whether the epoch may be published.
func (l *labeller) follow(utc int64, start nmea.Stamp, dateless bool) (driver.State, bool) {
	l.locked.expire(start)
	l.rival.expire(start)
	if l.locked.follows(utc, start) {
		l.rival.known = false
		if l.locked.strayed(utc, start) {
			return heldUp, false
		}
		l.locked.advance(utc, start)
		return driver.State{}, true
	}
	state := settling
	if l.locked.known {
		state = jumped(l.locked.gap(utc, start))
	}
	if dateless { // a time of day without a date begins nothing
		return state, false
	}
	if !l.rival.follows(utc, start) {
		l.rival.begin(utc, start)
		return state, false
	}
	l.rival.advance(utc, start)
	if !l.rival.settled() {
		return state, false
	}
	l.locked, l.rival = l.rival, timeline{}
	return driver.State{}, true
}

// due lets one epoch a second pass: of a receiver that reports several, the one
// at the whole second; of one that never does, the first.
func (l *labeller) due(utc int64, start nmea.Stamp) bool {
	second, fraction := utc/int64(time.Second), utc%int64(time.Second)
	reportsWhole := !l.whole.IsZero() && start.Sub(l.whole) < 2*time.Second
	if second == l.second || fraction != 0 && reportsWhole {
		return false
	}
	l.second = second
	return true
}
