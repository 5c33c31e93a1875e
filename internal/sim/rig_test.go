package sim_test

import (
	"bytes"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/sim"
)

// rig returns a Rig with a receiver of this config.
func rig(t *testing.T, config sim.Config) sim.Rig {
	t.Helper()
	return sim.Rig{
		Receiver: receiver(t, config), Pulse: &sim.Pulse{Jitter: time.Microsecond, Seed: config.Seed},
		Link: sim.Link{FIFO: 8, Late: busy, Seed: config.Seed, Clock: sim.Clock{Boot: time.Hour, Drift: 30}},
		Wait: func() time.Duration { return milliseconds(300) },
	}
}

// happened returns copies of the events of this much time.
func happened(g sim.Rig, lasts time.Duration) (all []sim.Event) {
	for e := range g.Events(lasts) {
		if e.Chunk != nil {
			kept := *e.Chunk
			e.Chunk = &kept
		}
		if e.Edge != nil {
			kept := *e.Edge
			e.Edge = &kept
		}
		all = append(all, e)
	}
	return all
}

func TestEventsAreCompleteAndSorted(t *testing.T) {
	const lasts = 45 * time.Second
	config := sim.Config{Faults: []string{"silence"}}
	var said []byte
	var flanks []sim.Edge
	last, read := time.Duration(-time.Second), time.Duration(-100e6)
	for _, e := range happened(rig(t, config), lasts) {
		if e.True <= last || e.True >= lasts {
			t.Fatalf("an event at %v after one at %v", e.True, last)
		}
		last = e.True
		if e.Edge != nil {
			flanks = append(flanks, *e.Edge)
			if e.At != e.Edge.At || e.True != e.Edge.True || e.Chunk != nil {
				t.Fatalf("an edge: %+v", e)
			}
			continue
		}
		if idle := e.True - read; idle > milliseconds(300) || e.Chunk == nil && idle != milliseconds(300) {
			t.Fatalf("a read of %d bytes takes %v, want at most 300 ms", len(e.Bytes()), idle)
		}
		read = e.True
		said = append(said, e.Bytes()...)
	}
	var all []byte
	for _, b := range bursts(t, config, 45) {
		all = append(all, b.Bytes...)
	}
	if missing := len(all) - len(said); !bytes.HasPrefix(all, said) || missing > 100 {
		t.Errorf("%d bytes, want %d", len(said), len(all))
	}
	i := 0
	for want := range receiver(t, config).Edges(sim.Pulse{Jitter: time.Microsecond}, sim.Clock{Boot: time.Hour, Drift: 30}) {
		if want.True >= lasts {
			break
		}
		if flanks[i] != want {
			t.Fatalf("edge %d: %+v, want %+v", i, flanks[i], want)
		}
		i++
	}
	if i != len(flanks) || i != 90 {
		t.Errorf("%d edges, want %d", len(flanks), i)
	}
}

func TestEventsEndInSilence(t *testing.T) {
	n := 0
	for range (sim.Rig{Receiver: receiver(t, sim.Config{Faults: []string{"silence"}})}).Events(35 * time.Second) {
		n++
	}
	if n == 0 {
		t.Error("nothing happens")
	}
	for range rig(t, sim.Config{}).Events(time.Hour) {
		break // must not hang or panic
	}
}

// With each fault the true time is known, and the same seed gives the same events.
func TestTruth(t *testing.T) {
	leaps := []string{
		"leap-second", "leap-second-gga-first", "leap-second-kernel", "leap-second-repeats-59", "leap-second-repeats-00",
	}
	for i, fault := range sim.Faults() {
		profile := sim.Profiles()[i%len(sim.Profiles())].Name
		t.Run(fault.Name+", "+profile, func(t *testing.T) {
			config := sim.Config{Profile: profile, Faults: []string{fault.Name}, Seed: 7}
			g := rig(t, config)
			all := happened(g, time.Minute)
			for _, e := range all {
				truth := g.Receiver.Start().Add(e.True)
				if slices.Contains(leaps, fault.Name) && e.True >= 31*time.Second {
					truth = truth.Add(-time.Second)
				}
				if got := g.UTC(e.At.Mono); got.Sub(truth).Abs() > 2 {
					t.Fatalf("at %v it is %v, want %v", e.True, got, truth)
				}
				if off := g.Error(truth.UnixNano(), e.At.Real, e.At.Mono); off.Abs() > 2 {
					t.Fatalf("at %v a true sample is off by %v", e.True, off)
				}
				wrong := truth.Add(time.Second).UnixNano()
				if off := g.Error(wrong, e.At.Real-5e8, e.At.Mono); (off - 1500*time.Millisecond).Abs() > 2 {
					t.Fatalf("at %v a sample 1.5 s wrong is off by %v", e.True, off)
				}
				if e.Edge != nil && e.Edge.Begins && fault.Group != "the pulse" && truth.Sub(e.Edge.Second).Abs() > milliseconds(1) {
					t.Fatalf("the edge of %v is at %v", e.Edge.Second, truth)
				}
			}
			if !reflect.DeepEqual(all, happened(rig(t, config), time.Minute)) {
				t.Error("the same seed makes a difference")
			}
		})
	}
}

// Two faults together act as each does alone, at any start.
func TestFaultsAtAnyStart(t *testing.T) {
	for _, start := range []time.Time{at(0, 0, 0), at(23, 59, 45), time.Date(2036, 2, 29, 1, 2, 3, 0, time.UTC)} {
		for i, b := range bursts(t, sim.Config{Start: start, Faults: []string{"jump-day-ahead", "silence"}}, 45) {
			want := start.Add(time.Duration(i) * time.Second)
			if i == 30 {
				want = want.AddDate(0, 0, 1)
			}
			if got := b.Label.String(); got != want.Format(time.RFC3339) || (len(b.Bytes) == 0) != (i >= 30 && i < 40) {
				t.Errorf("burst %d names %s in %d bytes, want %v", i, got, len(b.Bytes), want)
			}
		}
	}
}
