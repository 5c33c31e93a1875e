package driver

import (
	"errors"
	"testing"
	"time"

	"github.com/refclock/refclock/shm"
)

// A unit that only its daemon can create is waited for by the feed, not by the command.
func TestLateUnit(t *testing.T) {
	tries := 0
	late := &LateUnit{Attach: func() (SharedUnit, error) {
		if tries++; tries < 3 {
			return nil, shm.ErrAbsent
		}
		return &shm.Unit{Segment: shm.NewMemory(shm.Layout88)}, nil
	}}
	for range 2 {
		if _, err := late.Check(); !errors.Is(err, shm.ErrAbsent) {
			t.Errorf("%v, want ErrAbsent", err)
		}
	}
	if err := late.Update(shm.Sample{Clock: time.Now()}); !errors.Is(err, shm.ErrAbsent) {
		t.Errorf("updated: %v, want ErrAbsent", err)
	}
	if err := errors.Join(late.Withdraw(), late.Close()); err != nil || late.Layout() != 0 || late.Counters() != (shm.Counters{}) {
		t.Errorf("%v, layout %v, %+v, want nothing", err, late.Layout(), late.Counters())
	}
	if change, err := late.Check(); change != shm.Found || err != nil || late.Layout() != shm.Layout88 {
		t.Errorf("%v, %v, %v; want found", change, err, late.Layout())
	}
}

// What was removed has no sample left to take back.
func TestLateUnitIsWithdrawnWhereItWasRemoved(t *testing.T) {
	late := &LateUnit{Attach: func() (SharedUnit, error) { return removed{}, nil }}
	if _, err := late.Check(); err != nil {
		t.Fatal(err)
	}
	if err := late.Withdraw(); err != nil {
		t.Error(err)
	}
}

type removed struct{ SharedUnit }

func (removed) Withdraw() error { return shm.ErrAbsent }
