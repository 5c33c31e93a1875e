package gps

import "time"

const (
	// half is the smallest error that confuses a second with another.
	half = time.Second / 2

	// maxDrift is the drift of an oscillator, as a divisor: 500 ppm, the most that the
	// kernel lets a time daemon correct (MAXFREQ in linux/timex.h). The steady clock is
	// not slewed, so nothing else changes its rate.
	maxDrift = 2000

	// stampError is the error of a burst's stamp that the measured scatter does not
	// include: a reader that waits for a time slice or two.
	stampError = 20 * time.Millisecond

	// follow is the share of a residual, as a divisor, by which a burst moves the base. It
	// is enough to follow a delay that varies. It is too little for a series of bursts,
	// each later than the last, to move the hypothesis to another second.
	follow = 4

	// smooth is the weight of a residual in the spread, as a divisor.
	smooth = 8
)

// A hypothesis says that UTC is the steady clock plus a base. All times are nanoseconds of
// the steady clock; see nmea.Stamp.
type hypothesis struct {
	base    int64 // UTC - steady
	since   int64 // when it began
	last    int64 // the last evidence for it
	second  int64 // the last second that a burst named
	support int   // seconds for which bursts have confirmed it, times whole
	spread  time.Duration
}

const (
	// whole is the support by a burst that was received from its first byte. A burst that
	// begins with a damaged sentence counts 1: that sentence may be the one that
	// contradicts the others.
	whole = 5

	// settleEpochs is how many different seconds must have been named, each when it was due,
	// before samples are published. A receiver with a known delay needs two fewer if a witness
	// agrees, and one fewer if it has a fix from the start: with its first fix, it may correct its
	// time. One alone would name a wrong second: TestMatrixProperty.
	settleEpochs    = 4
	knownEpochs     = 3
	witnessedEpochs = 2
)

func (h *hypothesis) known() bool { return h.support > 0 }

// residual returns how far an observed instant is ahead of the hypothesis.
func (h *hypothesis) residual(utc, at int64) time.Duration {
	return time.Duration(utc - at - h.base)
}

// budget returns U, the error of the hypothesis at a moment, including the error of a stamp.
func (h *hypothesis) budget(at int64, stamp time.Duration) time.Duration {
	return h.spread + time.Duration(at-h.last).Abs()/maxDrift + stamp
}

// fits reports whether an instant named by a burst agrees with the hypothesis.
func (h *hypothesis) fits(utc, at int64) bool {
	return h.known() && h.residual(utc, at).Abs()+h.budget(at, stampError) < half
}

// begin starts the hypothesis with a burst.
func (h *hypothesis) begin(utc, at int64, weight int) {
	*h = hypothesis{base: utc - at, since: at, last: at, second: nearest(utc), support: weight}
}

// confirm adds a burst that fits. The base follows by a share of the residual, unless edges,
// which are more precise, hold it.
func (h *hypothesis) confirm(utc, at int64, weight int, held bool) {
	r := h.residual(utc, at)
	if !held {
		h.base += int64(r) / follow
	}
	h.spread += (r.Abs() - h.spread) / smooth
	h.last = at
	if s := nearest(utc); s != h.second {
		h.second = s
		h.support += weight
	}
}

// settled reports whether the hypothesis has lasted long enough.
func (h *hypothesis) settled(epochs int, lasting time.Duration) bool {
	return h.support >= epochs*whole && time.Duration(h.last-h.since) >= lasting
}

// complete adds the date to a time of day, so that it is nearest to the hypothesis.
func (h *hypothesis) complete(tod time.Duration, at int64) int64 {
	const day = int64(24 * time.Hour)
	predicted := at + h.base
	utc := predicted - predicted%day + int64(tod)
	switch {
	case utc-predicted > day/2:
		return utc - day
	case predicted-utc > day/2:
		return utc + day
	}
	return utc
}
