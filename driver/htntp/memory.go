package htntp

import (
	"errors"
	"time"
)

const (
	// driftUnknown is how fast the machine's crystal is assumed to run away while nothing
	// is known of it: as much as ntpd would allow a clock to be wrong.
	driftUnknown = 500e-6

	// driftLeast is how well its rate is known at the best: a crystal follows the
	// temperature.
	driftLeast = 20e-6

	// forget is after how long a poll is of no help to the next.
	forget = 2 * time.Hour
)

// A memory is what one poll leaves to the next.
type memory struct {
	known   bool
	doubted bool // the last poll found no majority: the next starts from nothing
	found   Estimate
	at      stamp

	rated bool    // the next two are measured
	rate  float64 // of theta, what was slewed aside, in seconds a second
	error float64 // how much that may be wrong
}

// keep takes in what a poll has found.
func (m *memory) keep(r Result, at stamp) {
	next := memory{known: true, found: r.Estimate, at: at}
	if elapsed := float64(at.mono - m.at.mono); m.known && elapsed > 0 && m.held(at) {
		next.rated = true
		next.rate = float64(r.Theta-m.found.Theta+at.slewed(m.at)) / elapsed
		next.error = float64(r.Half()+m.found.Half()) / elapsed
	}
	*m = next
}

// doubt is after a poll that failed. Where the clock was set in between, what was
// found before has no meaning any more.
func (m *memory) doubt(err error) {
	m.doubted = true
	if errors.Is(err, ErrStepped) {
		*m = memory{}
	}
}

// held tells whether the two clocks of the system still go together as they did.
func (m *memory) held(at stamp) bool {
	return at.step(m.at).Abs() <= stepLimit && at.mono-m.at.mono < int64(forget)
}

// drift is how much theta may have run away from where it is expected.
func (m *memory) drift(elapsed float64) int64 {
	if !m.rated {
		return int64(driftUnknown * elapsed)
	}
	return int64(max(driftLeast, m.error) * elapsed)
}

// extrapolate is what is to be expected of theta now: false where nothing is, because
// there was no poll, or long ago, or the clock was set or the machine slept since.
func (m *memory) extrapolate(at stamp) (Estimate, bool) {
	if !m.known || !m.held(at) {
		return Estimate{}, false
	}
	elapsed := float64(at.mono - m.at.mono)
	moved, drift := int64(m.rate*elapsed)-at.slewed(m.at), m.drift(elapsed)
	return Estimate{m.found.Theta + moved, m.found.Low + moved - drift, m.found.High + moved + drift}, true
}

// prior is the same for a poll.
func (m *memory) prior(at stamp) prior {
	e, ok := m.extrapolate(at)
	return prior{Bounds{e.Low, e.High}, ok && !m.doubted}
}
