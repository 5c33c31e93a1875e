package ppstest

import (
	"errors"
	"testing"
	"time"

	"github.com/refclock/refclock/pps"
)

// The level changes at the edges of its train.
func TestLevel(t *testing.T) {
	for _, train := range []Train{
		{Start: pps.Stamp{Real: 5e9, Mono: 9e9}},
		{Start: pps.Stamp{Real: 5e9, Mono: 9e9}, Inverted: true, Width: 300 * time.Millisecond, Period: 2 * time.Second},
	} {
		var now pps.Stamp
		level := &Level{Train: train, Now: func() pps.Stamp { return now }}
		for _, e := range train.Edges(5) {
			now = pps.Stamp{Mono: e.Stamp.Mono - 1}
			if high, err := level.High(); high == e.Rising || err != nil {
				t.Errorf("%+v: %v before %+v, %v", train, high, e, err)
			}
			now = e.Stamp
			if high, _ := level.High(); high != e.Rising {
				t.Errorf("%+v: %v at %+v", train, high, e)
			}
		}
	}
	gone := errors.New("gone")
	if _, err := (&Level{Err: gone}).High(); err != gone {
		t.Error(err)
	}
}
