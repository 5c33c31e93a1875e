package gps

import (
	"testing"
	"time"

	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/nmea"
)

// A notebook is a Memory without a disk.
type notebook map[string]LearntDelay

func (n notebook) Recall(receiver string) (LearntDelay, bool) {
	l, ok := n[receiver]
	return l, ok
}

func (n notebook) Keep(receiver string, l LearntDelay) error {
	n[receiver] = l
	return nil
}

// A delay learnt from the pulse is used after a restart without a pulse, for the same
// kind of receiver only. A configured delay is neither learnt nor changed.
func TestDelayIsRemembered(t *testing.T) {
	remembered := notebook{}
	// offset returns the mean offset of the sentences' samples, and their number.
	offset := func(profile string, c Config, pulse bool) (time.Duration, int) {
		receiver, err := sim.New(sim.Config{Profile: profile, Baud: 9600})
		if err != nil {
			t.Fatal(err)
		}
		c.Baud, c.Pivot, c.Memory = 9600, nmea.DateOf(receiver.Start()), remembered
		rig := sim.Rig{Receiver: receiver, Link: sim.Link{Clock: sim.Clock{Boot: time.Hour}}}
		if pulse {
			c.Pulse, rig.Pulse = &PulseConfig{}, new(sim.Pulse)
		}
		clock := New(c)
		r := newReception(c, clock.tracker)
		rig.Wait = r.wait
		var sum time.Duration
		n := 0
		for e := range rig.Events(100 * time.Second) {
			if e.Edge != nil {
				clock.tracker.edge(e.Edge.PPS(), e.At)
				continue
			}
			if s, _, ok := r.receive(e.At, e.Bytes()).parts(); ok {
				sum += rig.Error(s.Clock, s.Receive, s.Mono)
				n++
			}
			clock.remember()
		}
		return sum / time.Duration(max(n, 1)), n
	}
	if off, _ := offset("u-blox", Config{}, false); off > -100*time.Millisecond {
		t.Errorf("without a pulse the offset is %v: want the delay", off)
	}
	if len(remembered) > 0 {
		t.Errorf("%v was learnt without a pulse", remembered)
	}
	offset("u-blox", Config{Delay: time.Millisecond, Calibrated: true}, true)
	if len(remembered) > 0 {
		t.Errorf("%v was learnt against the setting", remembered)
	}
	offset("u-blox", Config{}, true)
	if len(remembered) != 1 {
		t.Fatalf("%v was learnt, want one receiver's delay", remembered)
	}
	if off, n := offset("u-blox", Config{}, false); off.Abs() > 2*time.Millisecond || n < 90 {
		t.Errorf("after a restart without a pulse the offset is %v, in %d samples", off, n)
	}
	if off, _ := offset("mt3339", Config{}, false); off > -400*time.Millisecond {
		t.Errorf("another receiver's offset is %v: it should be its delay", off)
	}
}
