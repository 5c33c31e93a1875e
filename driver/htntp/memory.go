package htntp

import (
	"errors"
	"time"
)

const (
	// maxDrift is the assumed drift of a crystal whose rate has not been measured: the
	// most that ntpd corrects.
	maxDrift = 500e-6

	// minDrift is the smallest error of a measured rate: the rate of a crystal depends on
	// its temperature.
	minDrift = 20e-6

	// forget is how long the result of a poll is used.
	forget = 2 * time.Hour
)

// A memory is the result of one poll, for the next.
type memory struct {
	known  bool
	failed bool // the last poll failed: the next has no prior
	found  Estimate
	at     stamp

	asymmetry int64 // the same in each poll, so that it does not widen the next prior

	rated bool    // rate and error are measured
	rate  float64 // of theta without slewing, in seconds per second
	error float64 // of the rate
}

// keep stores the result of a poll.
func (m *memory) keep(r Result, at stamp) {
	next := memory{known: true, found: r.Estimate, asymmetry: r.asymmetry, at: at}
	if elapsed := float64(at.mono - m.at.mono); m.known && elapsed > 0 && m.held(at) && !m.leapt(at) {
		next.rated = true
		next.rate = float64(r.Theta-m.found.Theta+at.slewed(m.at)) / elapsed
		next.error = float64(r.Half()+m.found.Half()) / elapsed
	}
	*m = next
}

// fail notes a failed poll. If the clock was stepped, earlier results are not valid.
func (m *memory) fail(err error) {
	m.failed = true
	if errors.Is(err, ErrStepped) {
		*m = memory{}
	}
}

// held reports whether the result is recent, and the system clock was not stepped since.
func (m *memory) held(at stamp) bool {
	return at.step(m.at).Abs() <= stepLimit && at.mono-m.at.mono < int64(forget)
}

// drift returns how far theta may be from its extrapolation.
func (m *memory) drift(elapsed float64) int64 {
	if !m.rated {
		return int64(maxDrift * elapsed)
	}
	return int64(max(minDrift, m.error) * elapsed)
}

// leapt reports whether there may have been a leap second since the last poll.
func (m *memory) leapt(at stamp) bool {
	return m.known && maybeLeap(m.found.Theta+m.at.mono, m.found.Theta+at.mono)
}

// extrapolate returns the estimate of theta for now. It returns false without a recent
// poll, if the clock was set or the machine slept since, or after a possible leap second.
func (m *memory) extrapolate(at stamp) (Estimate, bool) {
	if !m.known || !m.held(at) || m.leapt(at) {
		return Estimate{}, false
	}
	elapsed := float64(at.mono - m.at.mono)
	moved, drift := int64(m.rate*elapsed)-at.slewed(m.at), m.drift(elapsed)
	return Estimate{m.found.Theta + moved, m.found.Low + moved - drift, m.found.High + moved + drift}, true
}

// prior returns the extrapolation as the prior of a poll.
func (m *memory) prior(at stamp) prior {
	e, ok := m.extrapolate(at)
	return prior{Bounds{e.Low, e.High}, ok && !m.failed}
}
