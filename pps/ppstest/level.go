package ppstest

import (
	"time"

	"github.com/refclock/refclock/pps"
)

// A Level is a pps.Level of a line with the pulses of a Train, without its Jitter. It is low,
// or high if Inverted, before the first pulse.
type Level struct {
	Train Train
	Now   func() pps.Stamp // nil is pps.Now
	Err   error            // of each read
}

// High returns the level at this moment.
func (l *Level) High() (bool, error) {
	now := l.Now
	if now == nil {
		now = pps.Now
	}
	since := now().Sub(l.Train.Start)
	pulse := since >= 0 && since%orElse(l.Train.Period, time.Second) < orElse(l.Train.Width, 100*time.Millisecond)
	return pulse != l.Train.Inverted, l.Err
}

func orElse(d, standard time.Duration) time.Duration {
	if d == 0 {
		return standard
	}
	return d
}
