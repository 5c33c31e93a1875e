package gps

import (
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/nmea"
)

// A reception is what one opening of the port has received so far: the whole way
// from stamped chunks to samples as a pure function, without a port or a clock.
type reception struct {
	framer   *nmea.Framer
	epochs   *nmea.Epochs
	labeller labeller

	opened   nmea.Stamp // when the first call came
	bytes    nmea.Stamp // when the last bytes did
	sentence nmea.Stamp // when the last good sentence did
	state    driver.State
	restart  bool // the call met a step of the system clock
}

func newReception(c Config) *reception {
	return &reception{
		framer:   nmea.NewFramer(c.Baud),
		epochs:   nmea.NewEpochs(c.Pivot),
		labeller: labeller{delay: c.Delay, calibrated: c.Calibrated},
		state:    listening,
	}
}

// wait is how long the next read may wait for bytes.
func (r *reception) wait() time.Duration {
	if r.epochs.Pending() {
		return quiet
	}
	return time.Second
}

// receive takes what a read returned, which may be nothing, and when. It gives
// the sample that follows, if one does, and the state after it. Where a stalled
// reader gets several seconds in one chunk, only the last has a burst that began
// at a silence, so one sample at the most can follow.
func (r *reception) receive(at nmea.Stamp, chunk []byte) (sample driver.Sample, state driver.State, ok bool) {
	if r.opened.IsZero() {
		r.opened, r.bytes, r.sentence = at, at, at
	}
	r.restart = false
	take := func(e nmea.Epoch) {
		s, st, good := r.labeller.label(e, at)
		r.state = st
		r.restart = r.restart || r.labeller.stepped
		if good {
			sample, ok = s, true
		}
	}
	if len(chunk) == 0 {
		if e, complete := r.epochs.Idle(at); complete {
			take(e)
		}
	} else {
		r.bytes = at
		r.framer.Push(at, chunk)
	}
	for {
		s, more := r.framer.Next()
		if !more {
			break
		}
		e, complete, err := r.epochs.Push(s)
		if err == nil {
			r.sentence = at
		}
		if complete {
			take(e)
		}
	}
	return sample, r.judge(at), ok
}

// judge overrides the labeller's word where the receiver has fallen silent.
func (r *reception) judge(at nmea.Stamp) driver.State {
	switch {
	case at.Sub(r.bytes) > patience:
		r.labeller.lose()
		r.state = noData
	case at.Sub(r.sentence) > patience:
		r.labeller.lose()
		r.state = noSentences
	}
	return r.state
}
