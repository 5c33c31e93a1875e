package gps

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/gps/receiver"
	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/shm"
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

// waitNotes is a Waits without a disk.
type waitNotes map[string]receiver.Wait

func (n waitNotes) Recall(port string) (receiver.Wait, bool) {
	w, ok := n[port]
	return w, ok
}

func (n waitNotes) Keep(port string, w receiver.Wait, waits bool) {
	if n[port] = w; !waits {
		delete(n, port)
	}
}

// A receiver that starts with the leap seconds of its firmware is withheld for 13 minutes also
// if the program restarts meanwhile, however often: the first epoch after a restart is valid.
// It is used then, and the wait is no longer kept.
func TestRestartDoesNotEndTheWait(t *testing.T) {
	t.Parallel()
	for _, every := range []time.Duration{5 * time.Second, 37 * time.Second, 5 * time.Minute} {
		simulated, err := sim.New(sim.Config{Profile: "u-blox", Baud: 9600, Faults: []string{"cold-utc-18s-ahead"}})
		if err != nil {
			t.Fatal(err)
		}
		notes := waitNotes{"/dev/other": receiver.Wait{}}
		c := Config{Baud: 9600, Pivot: nmea.DateOf(simulated.Start()), ColdStart: receiver.AlmanacTime, Waits: notes}
		rig := sim.Rig{Receiver: simulated, Link: sim.Link{Clock: sim.Clock{Boot: time.Hour}}}
		var clock *Clock
		var r *reception
		rig.Wait = func() time.Duration { return r.wait() }
		start := func() {
			clock = New(c)
			r = newReception(c, clock.tracker)
			clock.recallWait("/dev/serial0")
		}
		start()
		first, restarts, right := time.Duration(0), 0, 0
		for e := range rig.Events(900 * time.Second) {
			if e.True > time.Duration(restarts+1)*every {
				restarts++
				start()
			}
			if s, _, ok := r.receive(e.At, e.Bytes()).parts(); ok {
				if first == 0 {
					first = e.True
				}
				if off := rig.Error(s.Clock, s.Receive, s.Mono); off.Abs() > half {
					t.Fatalf("restarted every %v: a sample %v off after %v", every, off, e.True)
				}
				right++
			}
			clock.keepWait("/dev/serial0")
		}
		// It has a date from second 20 on.
		if first < 20*time.Second+receiver.AlmanacTime || first > 21*time.Second+receiver.AlmanacTime+every || right < 30 {
			t.Errorf("restarted every %v: %d samples, the first after %v", every, right, first)
		}
		if len(notes) != 1 {
			t.Errorf("restarted every %v: %v is kept", every, notes)
		}
	}
}

// Run recalls the wait of a port when it has opened it, and keeps it while it reads.
func TestRunKeepsTheWait(t *testing.T) {
	const port = "/dev/fake"
	for name, c := range map[string]struct {
		fix    string // status and date of RMC
		before waitNotes
		waits  bool
		reason string // the last before the port fails
	}{
		"a default date":        {"V,,,,,,,060180,,,N", waitNotes{}, true, nmea.NoFix.String()},
		"a valid date":          {"A,4717.11,N,00833.91,E,0.0,0.0,011226,,,A", waitNotes{}, false, ""},
		"a valid date, waiting": {"A,4717.11,N,00833.91,E,0.0,0.0,011226,,,A", waitNotes{port: {}}, true, "cold start"},
		"another port waits":    {"A,4717.11,N,00833.91,E,0.0,0.0,011226,,,A", waitNotes{"/dev/other": {}}, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				line := &tunable{right: 9600, until: 1 << 20}
				line.next = time.Now().Truncate(time.Second).Add(time.Second)
				second := noon.Add(time.Second)
				for at := range 12 {
					line.later(time.Duration(at)*time.Second+half, func() {
						line.text = summed("GPRMC," + second.Add(time.Duration(at)*time.Second).Format("150405.00") + "," + c.fix)
					})
				}
				line.later(11*time.Second+half/2, func() { line.until = 0 })
				clock := New(Config{
					Device: port, Bauds: []int{9600}, Pivot: nmea.DateOf(noon), ColdStart: receiver.AlmanacTime, Waits: c.before,
					Open: func() (Port, error) { return line, nil },
				})
				feed := driver.NewFeed(shm.NewMemory(shm.Layout96), nil)
				clock.Run(t.Context(), feed)
				var reasons []string
				for _, change := range feed.Changes() {
					reasons = append(reasons, change.State.Reason)
				}
				if _, waits := c.before[port]; waits != c.waits || len(reasons) < 2 || reasons[len(reasons)-2] != c.reason {
					t.Errorf("waits %v, want %v; reasons %q, want %q before the port fails", waits, c.waits, reasons, c.reason)
				}
			})
		})
	}
}
