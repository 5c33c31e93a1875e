package gps

import (
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/nmea"
)

const (
	// settleTime is how long a receiver's time must have gone on as the monotonic
	// clock does before it is believed.
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
	// strayLeast, and than strayFactor times as far as they lie on average, or than
	// strayMost: it was read late, by a machine or a USB hub that was busy. When
	// strayBelieved of them come in a row, it is the receiver that has changed its
	// habits.
	strayLeast    = 50 * time.Millisecond
	strayMost     = 250 * time.Millisecond
	strayFactor   = 8
	strayBelieved = 3

	// left is how many epochs in a row must have gone elsewhere for one that is on the
	// timeline again to be none to go by: while the system clock is slewed, the receiver
	// leaves it slowly, and a burst that is read late falls back on it.
	left = 2

	// forget is how long a timeline is worth anything without an epoch: after that,
	// the receiver has to settle again. As long must it hold to a jump, from what it
	// said before or from a date that is too far, since one that is wrong for some
	// seconds goes on evenly, too.
	forget = 10 * time.Second
)

// A timeline is the receiver's time against the monotonic clock.
type timeline struct {
	known bool
	base  int64      // UTC minus Mono, in nanoseconds, as the epochs so far have it
	since nmea.Stamp // when it began
	last  nmea.Stamp // of its last epoch
	count int        // its epochs
	mixed int        // the epochs beside it whose bursts mixed two seconds

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

// stray is how far a burst may lie from where the others say.
func stray(spread time.Duration) time.Duration {
	return min(max(strayLeast, strayFactor*spread), strayMost)
}

// strayed tells whether an epoch that follows is to be left out all the same.
func (t *timeline) strayed(utc int64, start nmea.Stamp) bool {
	if t.gap(utc, start).Abs() <= stray(t.spread) {
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

// settled tells whether the timeline has held for long enough. Where bursts mix their
// seconds, the good ones between may all be late: they must be more than those.
func (t *timeline) settled() bool {
	return t.known && t.last.Sub(t.since) >= settleTime && t.count >= settleEpochs+t.mixed
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

// timelines are the one that is believed and the one that may become the next.
type timelines struct {
	locked timeline // known once settled
	rival  timeline
	denied nmea.Stamp // when the receiver last denied its rival, or showed a date too far to be believed
}

// repeats tells whether an epoch names one second less than the timeline does.
func repeats(gap time.Duration) bool { return (gap + time.Second).Abs() < agree }

// follow moves the timelines on and tells whether the epoch may be published.
func (t *timelines) follow(utc int64, start nmea.Stamp, dateless bool) driver.State {
	t.locked.expire(start)
	t.rival.expire(start)
	if t.locked.follows(utc, start) {
		returns := t.rival.known && t.rival.count >= left
		t.rival.known = false
		if returns {
			return jumpedBack
		}
		if t.locked.strayed(utc, start) {
			return heldUp
		}
		t.locked.advance(utc, start)
		return driver.State{}
	}
	state := settling
	if t.locked.known {
		state = jumped(t.locked.gap(utc, start))
	}
	if dateless { // a time of day without a date begins nothing
		return state
	}
	if !t.rival.follows(utc, start) {
		if t.rival.known {
			t.denied = start
		}
		t.rival.begin(utc, start)
		return state
	}
	t.rival.advance(utc, start)
	if t.locked.known || !t.denied.IsZero() && start.Sub(t.denied) < forget || !t.rival.settled() {
		return state
	}
	t.locked, t.rival = t.rival, timeline{}
	return driver.State{}
}
