package pps_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/refclock/refclock/pps"
	"github.com/refclock/refclock/pps/ppstest"
)

const ms = time.Millisecond

// at returns an edge d after the start of a train.
func at(d time.Duration, rising bool) pps.Edge {
	return pps.Edge{Stamp: pps.Stamp{Real: int64(d), Mono: int64(d)}, Rising: rising}
}

// spike returns a glitch: a pulse of 20 us.
func spike(d time.Duration) []pps.Edge {
	return []pps.Edge{at(d, true), at(d+20*time.Microsecond, false)}
}

// without removes the edges between two instants.
func without(edges []pps.Edge, from, to time.Duration) []pps.Edge {
	return slices.DeleteFunc(edges, func(e pps.Edge) bool {
		return e.Stamp.Mono >= int64(from) && e.Stamp.Mono < int64(to)
	})
}

func noise(n int) []pps.Edge {
	random := rand.New(rand.NewPCG(1, 2))
	var edges []pps.Edge
	at := time.Duration(0)
	for i := range n {
		at += time.Duration(random.Int64N(int64(600 * ms)))
		edges = append(edges, pps.Edge{Stamp: pps.Stamp{Real: int64(at), Mono: int64(at)}, Rising: i%2 == 0})
	}
	return edges
}

// Each case has the verdict of the last edges, the edge that begins the second, and the
// counts.
func TestGate(t *testing.T) {
	train := func(t ppstest.Train) []pps.Edge { return t.Edges(20) }
	for _, c := range []struct {
		name     string
		polarity pps.Polarity
		edges    []pps.Edge
		edge     pps.Polarity
		end      pps.Reason // of the last edge that is not the other one
		seconds  uint64
		glitches uint64
		missing  uint64
		width    time.Duration
		rate     float64
	}{
		{name: "inverted", edges: train(ppstest.Train{Inverted: true}), edge: pps.Falling, seconds: 17, width: 100 * ms, rate: 1},
		{name: "inverted, set wrongly", polarity: pps.Rising, edges: train(ppstest.Train{Inverted: true}), edge: pps.Rising, seconds: 17, width: 900 * ms, rate: 1},
		{name: "square", edges: train(ppstest.Train{Width: 500 * ms}), edge: pps.Auto, end: pps.Square, width: 500 * ms, rate: 1},
		{name: "square, set", polarity: pps.Falling, edges: train(ppstest.Train{Width: 500 * ms}), edge: pps.Falling, seconds: 17, width: 500 * ms, rate: 1},
		{name: "0.5 Hz square", edges: train(ppstest.Train{Period: 2 * time.Second, Width: time.Second}), edge: pps.Falling, end: pps.Rate, rate: 0.5},
		{name: "0.5 Hz", edges: train(ppstest.Train{Period: 2 * time.Second}), edge: pps.Rising, end: pps.Rate, width: 100 * ms, rate: 0.5},
		{name: "2 Hz", edges: train(ppstest.Train{Period: 500 * ms}), edge: pps.Rising, end: pps.Rate, width: 100 * ms, rate: 2},
		{name: "2 Hz square", edges: train(ppstest.Train{Period: 500 * ms, Width: 250 * ms}), edge: pps.Rising, end: pps.Rate, width: 250 * ms, rate: 2},
		{name: "5 Hz", edges: train(ppstest.Train{Period: 200 * ms, Width: 40 * ms}), edge: pps.Rising, end: pps.Rate, width: 40 * ms, rate: 5},
		{name: "10 Hz", edges: train(ppstest.Train{Period: 100 * ms, Width: 50 * ms}), edge: pps.Rising, end: pps.Rate, width: 50 * ms, rate: 10},
		{name: "10 Hz, set", polarity: pps.Rising, edges: train(ppstest.Train{Period: 100 * ms, Width: 50 * ms}), edge: pps.Rising, end: pps.Rate, width: 50 * ms, rate: 10},
		{name: "a glitch", edges: ppstest.Merge(train(ppstest.Train{}), spike(10500*ms)), edge: pps.Rising, seconds: 17, glitches: 1, width: 100 * ms, rate: 1},
		{name: "a glitch just before the pulse", edges: ppstest.Merge(train(ppstest.Train{}), spike(9950*ms)), edge: pps.Rising, seconds: 17, glitches: 1, width: 100 * ms, rate: 1},
		{name: "a glitch 15 ms before the pulse", edges: ppstest.Merge(ppstest.Train{}.Edges(40), spike(29985*ms)), edge: pps.Rising, seconds: 37, glitches: 1, width: 100 * ms, rate: 1},
		{name: "a glitch 15 ms before a pulse that is missing", edges: ppstest.Merge(without(ppstest.Train{}.Edges(40), 29900*ms, 30900*ms), spike(29985*ms)), edge: pps.Rising, seconds: 36, glitches: 1, missing: 1, width: 100 * ms, rate: 1},
		{name: "a glitch in the pulse", edges: ppstest.Merge(train(ppstest.Train{}), []pps.Edge{at(10040*ms, false), at(10041*ms, true)}), edge: pps.Rising, seconds: 17, glitches: 1, width: 100 * ms, rate: 1},
		{name: "a glitch first", edges: ppstest.Merge(spike(-700*ms), train(ppstest.Train{})), edge: pps.Rising, seconds: 16, width: 100 * ms, rate: 1},
		{name: "a missing pulse", edges: without(train(ppstest.Train{}), 9900*ms, 10900*ms), edge: pps.Rising, seconds: 16, missing: 1, width: 100 * ms, rate: 1},
		{name: "three missing pulses", edges: without(train(ppstest.Train{}), 9900*ms, 12900*ms), edge: pps.Rising, seconds: 14, missing: 3, width: 100 * ms, rate: 1},
		{name: "ten missing pulses", edges: without(ppstest.Train{}.Edges(30), 9900*ms, 19900*ms), edge: pps.Rising, seconds: 7 + 7, width: 100 * ms, rate: 1},
		{name: "assert only", edges: train(ppstest.Train{NoClear: true}), edge: pps.Rising, seconds: 17, rate: 1},
		{name: "clear only", edges: train(ppstest.Train{NoClear: true, Inverted: true}), edge: pps.Falling, seconds: 17, rate: 1},
		{name: "assert only, set to clear", polarity: pps.Falling, edges: train(ppstest.Train{NoClear: true}), edge: pps.Falling, end: pps.OtherEdge, rate: 1},
		{name: "jitter of 2 ms", edges: train(ppstest.Train{Jitter: 2 * ms}), edge: pps.Rising, seconds: 17, width: 100 * ms, rate: 1},
		{name: "the clock runs 8.3 % slow", edges: train(ppstest.Train{Period: 917 * ms, Width: 92 * ms}), edge: pps.Rising, seconds: 17, width: 92 * ms, rate: 1},
		{name: "the clock runs 8.3 % fast", edges: train(ppstest.Train{Period: 1083 * ms, Width: 108 * ms, Jitter: 2 * ms}), edge: pps.Rising, seconds: 17, width: 108 * ms, rate: 1},
		{name: "1 us", edges: train(ppstest.Train{Width: time.Microsecond}), edge: pps.Rising, seconds: 17, width: time.Microsecond, rate: 1},
		{name: "plain", edges: train(ppstest.Train{}), edge: pps.Rising, seconds: 17, width: 100 * ms, rate: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			gate := pps.NewGate(c.polarity)
			var end pps.Verdict
			for i, e := range c.edges {
				v := gate.Push(e)
				if v.Why == pps.Second && i < 3 {
					t.Errorf("edge %d is passed already", i)
				}
				if v.Why != pps.OtherEdge || c.end == pps.OtherEdge {
					end = v
				}
			}
			edge, why := gate.Edge()
			counts := gate.Counts()
			if edge != c.edge || end.Why != c.end || counts.Seconds != c.seconds || counts.Glitches != c.glitches || counts.Missing != c.missing {
				t.Errorf("%v (%s), ends with %q, %+v; want %v, %q, %d passed, %d glitches, %d missing",
					edge, why, end.Why, counts, c.edge, c.end, c.seconds, c.glitches, c.missing)
			}
			if (end.Width-c.width).Abs() > 4*ms && c.width > 0 || math.Abs(end.Rate-c.rate) > 0.1*c.rate {
				t.Errorf("width %v, rate %v; want %v, %v", end.Width, end.Rate, c.width, c.rate)
			}
		})
	}
}

func TestGateRejectsNoise(t *testing.T) {
	gate := pps.NewGate(pps.Rising)
	said := map[pps.Reason]int{}
	for _, e := range noise(200) {
		said[gate.Push(e).Why]++
	}
	if said[pps.Second] > 0 || said[pps.Noise] < 80 {
		t.Errorf("%v: want most of 100 rising edges to be noise, none a second", said)
	}
}

// No passed edge may be off the seconds, with any other edges mixed in.
func TestGateRejectsOffbeatEdges(t *testing.T) {
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 7))
		lists := [][]pps.Edge{ppstest.Train{Jitter: 2 * ms, Seed: seed}.Edges(60)}
		for range random.IntN(20) {
			lists = append(lists, spike(time.Duration(random.Int64N(int64(60*time.Second)))))
		}
		gate := pps.NewGate(pps.Rising)
		for _, e := range ppstest.Merge(lists...) {
			v := gate.Push(e)
			off := (time.Duration(e.Stamp.Mono) + 500*ms) % time.Second
			if v.Why == pps.Second && (off-500*ms).Abs() > 45*ms { // two edges within 20 ms of the beat look like the beat
				t.Errorf("seed %d: the edge at %v is passed", seed, time.Duration(e.Stamp.Mono))
			}
		}
	}
}

// A glitch just before its pulse is rejected once the pulses are known to be steadier than
// that, and does not cost a pulse.
func TestGateRejectsGlitchBeforePulse(t *testing.T) {
	for ahead := 2 * ms; ahead < 45*ms; ahead += ms {
		glitch := 30*time.Second - ahead
		gate := pps.NewGate(pps.Rising)
		for _, e := range ppstest.Merge(ppstest.Train{}.Edges(40), spike(glitch)) {
			v, at := gate.Push(e), time.Duration(e.Stamp.Mono)
			if at == glitch && v.Why != pps.Glitch {
				t.Errorf("%v before: the glitch is %q", ahead, v.Why)
			}
			if e.Rising && at%time.Second == 0 && at > 3*time.Second && v.Why != pps.Second {
				t.Errorf("%v before: the pulse at %v is %q", ahead, at, v.Why)
			}
		}
	}
}

// When a time daemon begins to slew, samples are lost but none is wrong.
func TestGateWhenSlewingBegins(t *testing.T) {
	first := ppstest.Train{}.Edges(10)
	then := ppstest.Train{Start: pps.Stamp{Mono: int64(9*time.Second + 1083*ms)}, Period: 1083 * ms}.Edges(10)
	gate := pps.NewGate(pps.Auto)
	for _, e := range ppstest.Merge(first, then) {
		gate.Push(e)
	}
	if c := gate.Counts(); c.Seconds < 12 || c.Missing != 0 {
		t.Errorf("%+v: want 12 or more passed, none missing", c)
	}
}

// If the rhythm changes by less than 20 ms, only one edge is rejected.
func TestGateWhenSlowSlewBegins(t *testing.T) {
	for _, period := range []time.Duration{1010 * ms, 985 * ms, 1003 * ms} {
		first := ppstest.Train{}.Edges(40)
		then := ppstest.Train{Start: pps.Stamp{Mono: int64(39*time.Second + period)}, Period: period}.Edges(20)
		gate := pps.NewGate(pps.Auto)
		for _, e := range ppstest.Merge(first, then) {
			gate.Push(e)
		}
		if c := gate.Counts(); c.Seconds != 56 || c.Glitches != 1 || c.Missing != 1 {
			t.Errorf("from 1 s to %v: %+v; want 56 passed, one rejected", period, c)
		}
	}
}

// A step of the system clock has no effect.
func TestGateIgnoresSystemClock(t *testing.T) {
	edges := ppstest.Train{}.Edges(10)
	for i := range edges[10:] {
		edges[10+i].Stamp.Real -= int64(86400 * time.Second)
	}
	gate := pps.NewGate(pps.Auto)
	for _, e := range edges {
		gate.Push(e)
	}
	if c := gate.Counts(); c.Seconds != 7 {
		t.Errorf("%+v: want 7 passed", c)
	}
}

// Elapsed is the whole number of seconds since the last passed edge, or 0 if unknown.
func TestElapsedSpansTheWholeGap(t *testing.T) {
	var bounces []pps.Edge
	for i := range 40 {
		bounces = append(bounces, spike(10*time.Second+time.Duration(37+23*i)*ms)...)
	}
	gate := pps.NewGate(pps.Auto)
	last, broken := int64(-1), false
	for _, e := range ppstest.Merge(ppstest.Train{}.Edges(40), bounces) {
		v := gate.Push(e)
		if v.Why != pps.Second {
			continue
		}
		gap := (e.Stamp.Mono - last + int64(time.Second)/2) / int64(time.Second)
		switch {
		case v.Elapsed == 0:
			broken = broken || last >= 0
		case int64(v.Elapsed) != gap:
			t.Errorf("edge at %v: %d seconds elapsed, want %d since the last passed edge",
				time.Duration(e.Stamp.Mono), v.Elapsed, gap)
		}
		last = e.Stamp.Mono
	}
	if !broken {
		t.Error("the gate was not disturbed: this test has no effect")
	}
}
