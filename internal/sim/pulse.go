package sim

import (
	"cmp"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

// A Pulse is the PPS line of a receiver. The zero Pulse is perfect and 100 ms wide.
type Pulse struct {
	Width      time.Duration // 0: 100 ms; 500 ms makes a square wave with indistinguishable edges
	Period     time.Duration // 0: 1 s; 2 s with a width of 1 s makes a square wave with one edge per second
	Inverted   bool          // the line falls at the second
	AssertOnly bool          // falling edges are not reported, like pps-gpio without capture-clear
	Delay      time.Duration // of antenna and cable, or an error of the receiver
	Jitter     time.Duration // standard deviation of an edge
	Late       Lateness      // from an edge to its timestamp
	Seed       uint64
}

// An Edge is one transition of the line.
type Edge struct {
	At     nmea.Stamp    // the machine's timestamp
	Seq    uint32        // counted from 1, separately for rising and falling edges
	Second time.Time     // true UTC that the edge or its pulse marks; zero for an edge without a pulse
	Begins bool          // whether this edge marks a whole second
	Rising bool          // after an inversion
	True   time.Duration // At in true time
}

// PPS returns the edge in the form of package pps.
func (e Edge) PPS() pps.Edge {
	return pps.Edge{Stamp: pps.Stamp{Real: e.At.Real, Mono: e.At.Mono}, Seq: e.Seq, Rising: e.Rising}
}

// A flank is a transition of the line at the receiver, without a timestamp.
type flank struct {
	at     time.Duration // true time
	active bool          // the pulse begins
	pulse  bool          // belongs to a pulse
	marks  time.Duration // the true time that the flank or its pulse marks
	begins bool          // this flank marks a whole second
	reset  bool          // the device is new: it counts from 1 again
}

// Edges returns the pulses of r from its first second on, with faults, stamped by a clock.
// It never ends, takes no real time, and does not affect the bursts. The monotonic
// timestamps increase.
func (r *Receiver) Edges(p Pulse, clock Clock) iter.Seq[Edge] {
	return func(yield func(Edge) bool) {
		p, clock := r.shaped(p), r.clocked(clock)
		late := rand.New(rand.NewPCG(p.Seed, streamPulse))
		var counts [2]uint32
		last := time.Duration(math.MinInt64)
		for f := range r.flanks(p, late) {
			if f.reset {
				counts = [2]uint32{}
			}
			e := Edge{Rising: f.active != p.Inverted, Begins: f.begins, True: f.at + p.Late.draw(late)}
			e.True = max(e.True, last+time.Microsecond) // interrupts do not overlap
			last = e.True
			count := &counts[0]
			if e.Rising {
				count = &counts[1]
			}
			*count++
			e.Seq = *count
			if f.pulse {
				e.Second, _ = r.timeline.second(f.marks)
			}
			e.At = clock.Stamp(r.Start(), e.True)
			if p.AssertOnly && !e.Rising {
				continue
			}
			if !yield(e) {
				return
			}
		}
	}
}

// reach is how early a flank may be, relative to the time that its pulse marks.
const reach = 500 * time.Millisecond

// flanks returns the transitions of the line in order.
func (r *Receiver) flanks(p Pulse, jitter *rand.Rand) iter.Seq[flank] {
	width, period := cmp.Or(p.Width, 100*time.Millisecond), cmp.Or(p.Period, time.Second)
	faults := r.disturbing()
	return func(yield func(flank) bool) {
		var due []flank
		for marks := time.Duration(0); ; marks += period {
			struck := []flank{
				{pulse: true, marks: marks, at: marks, active: true},
				{pulse: true, marks: marks, at: marks + width},
			}
			for i := range struck {
				if at := struck[i].at; at%time.Second == 0 {
					struck[i].begins, struck[i].marks = true, at
				}
				struck[i].at += p.Delay + time.Duration(jitter.NormFloat64()*float64(p.Jitter))
			}
			for _, fault := range faults {
				struck = fault.disturb(marks, fault.rng, struck)
			}
			due = append(due, struck...)
			slices.SortStableFunc(due, func(a, b flank) int { return cmp.Compare(a.at, b.at) })
			given := 0
			for ; given < len(due) && due[given].at < marks+period-reach; given++ {
				if !yield(due[given]) {
					return
				}
			}
			due = due[:copy(due, due[given:])]
		}
	}
}
