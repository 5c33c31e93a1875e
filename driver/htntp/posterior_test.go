package htntp

import (
	"math"
	"slices"
	"testing"
	"time"
)

// Each point of a posterior stands for the step around it.
func TestPosteriorOfFourPoints(t *testing.T) {
	b := posterior{origin: 1000, low: -10, step: 10, p: []float64{0.125, 0.25, 0.5, 0.125}} // at 990, 1000, 1010 and 1020
	for x, want := range map[theta]float64{980: 0, 985: 0, 990: 0.0625, 995: 0.125, 1000: 0.25, 1005: 0.375, 1010: 0.625, 1015: 0.875, 1020: 0.9375, 1025: 1, 1030: 1} {
		if got := b.below(x); got != want {
			t.Errorf("below %d: %v, want %v", x, got, want)
		}
	}
	for q, want := range map[float64]theta{0.0625: 990, 0.125: 995, 0.25: 1000, 0.375: 1005, 0.625: 1010, 0.875: 1015, 1: 1025} {
		if got := b.quantile(q); got != want {
			t.Errorf("quantile %v: %d, want %d", q, got, want)
		}
	}
	for _, c := range []struct {
		low, high theta
		want      float64
	}{{990, 990, 0.125}, {991, 999, 0}, {1000, 1009, 0.25}, {1000, 1010, 0.5}, {1011, 1020, 0.125}, {1021, 2000, 0}, {0, 2000, 0.5}} {
		if got := b.peak(c.low, c.high); got != c.want {
			t.Errorf("peak from %d to %d: %v, want %v", c.low, c.high, got, c.want)
		}
	}
	// Points without a probability contain no quantile.
	b.p = []float64{0, 0.5, 0, 0.5}
	for q, want := range map[float64]theta{0: 995, 0.5: 1005, 0.75: 1020} {
		if got := b.quantile(q); got != want {
			t.Errorf("quantile %v of two points: %d, want %d", q, got, want)
		}
	}
	if e := (Estimate{Theta: 10, Low: 7, High: 12}); e.Half() != 3 {
		t.Errorf("half-width %v, want 3", e.Half())
	}
}

func TestBlurAndNormalise(t *testing.T) {
	impulse := func() []float64 { return []float64{0, 0, 0, 0, 27, 0, 0, 0, 0} }
	for deviation, want := range map[float64][]float64{
		0.4: {0, 0, 0, 0, 27, 0, 0, 0, 0},
		1:   {0, 1, 3, 6, 7, 6, 3, 1, 0},
	} {
		got := impulse()
		blur(got, deviation)
		for i := range got {
			if math.Abs(got[i]-want[i]) > 1e-9 {
				t.Errorf("blurred by %v: %v, want %v", deviation, got, want)
				break
			}
		}
	}
	// Probability is lost beyond both ends alike.
	for _, at := range []int{0, 8} {
		got := make([]float64, 9)
		got[at] = 27
		blur(got, 1)
		if at == 8 {
			slices.Reverse(got)
		}
		if math.Abs(got[0]-4) > 1e-9 || math.Abs(got[1]-5) > 1e-9 || math.Abs(got[2]-3) > 1e-9 || math.Abs(got[3]-1) > 1e-9 {
			t.Errorf("blurred at the end: %v", got)
		}
	}
	for _, c := range []struct{ p, want []float64 }{{[]float64{1, 3}, []float64{0.25, 0.75}}, {[]float64{0, 0, 0, 0}, []float64{0.25, 0.25, 0.25, 0.25}}} {
		if normalise(c.p); !slices.Equal(c.p, c.want) {
			t.Errorf("%v, want %v", c.p, c.want)
		}
	}
}

// A prior falls off outside of its limits, but a theta far away is possible.
func TestPriorDensity(t *testing.T) {
	if d := (prior{}).at(7); d != 1 {
		t.Errorf("unknown: %v, want 1", d)
	}
	p := prior{Bounds{1000, 9000}, true}
	far := 0.02 * 8000 / 1.4e9
	for x, want := range map[theta]float64{1000: 1, 5000: 1, 9000: 1, 0: 1 / math.E, 10_000: 1 / math.E, -1000: 1 / math.E / math.E, -1e9: 0, 1e9: 0} {
		if got := p.at(x) - far; math.Abs(got-want) > 1e-9 {
			t.Errorf("at %d: %v more than far away, want %v", x, got, want)
		}
	}
	if got := p.at(1e9); math.Abs(got/far-1) > 1e-9 {
		t.Errorf("far away: %v, want %v", got, far)
	}
}

// What is derived from the round trips of a server.
func TestTrips(t *testing.T) {
	type trip struct {
		ms    int64
		fresh bool
	}
	for _, c := range []struct {
		name                         string
		before                       evidence
		trips                        []trip
		trip, shortest, floor, think time.Duration
		onlyFresh                    bool
	}{
		{name: "unknown"},
		{name: "the network", before: evidence{networkTrip: 20e6}, trip: 20 * ms, shortest: 20 * ms, floor: 20 * ms},
		{name: "the last poll", before: evidence{networkTrip: 20e6, minTrip: 10e6}, trip: 10 * ms, shortest: 10 * ms, floor: 10 * ms},
		{name: "one", trips: []trip{{30, false}}, trip: 30 * ms, shortest: 30 * ms, floor: 30 * ms},
		{name: "first answers do not count", trips: []trip{{90, true}, {30, false}, {50, true}}, trip: 30 * ms, shortest: 30 * ms, floor: 30 * ms},
		{name: "only first answers", trips: []trip{{90, true}, {30, true}}, trip: 30 * ms, shortest: 30 * ms, floor: 30 * ms},
		{name: "three first answers", trips: []trip{{90, true}, {30, true}, {50, true}}, trip: 50 * ms, shortest: 30 * ms, floor: 30 * ms, onlyFresh: true},
		{name: "three first answers and another", trips: []trip{{90, true}, {30, true}, {50, true}, {40, false}}, trip: 40 * ms, shortest: 40 * ms, floor: 40 * ms},
		{name: "the middle of three", trips: []trip{{40, false}, {30, false}, {36, false}}, trip: 36 * ms, shortest: 30 * ms, floor: 24 * ms},
		{name: "the lower middle of four", trips: []trip{{40, false}, {30, false}, {36, false}, {39, false}}, trip: 36 * ms, shortest: 30 * ms, floor: 26 * ms},
		{name: "of two", trips: []trip{{70, false}, {30, false}}, trip: 30 * ms, shortest: 30 * ms, floor: 30 * ms},
		{name: "far apart", trips: []trip{{70, false}, {10, false}, {80, false}}, trip: 70 * ms, shortest: 10 * ms},
		{name: "a slow server", before: evidence{networkTrip: 20e6}, trips: []trip{{50, false}}, trip: 50 * ms, shortest: 50 * ms, floor: 50 * ms, think: 27 * ms},
		{name: "a prompt server", before: evidence{networkTrip: 20e6}, trips: []trip{{23, false}}, trip: 23 * ms, shortest: 23 * ms, floor: 23 * ms},
	} {
		e := c.before
		for i, x := range c.trips {
			sent := int64(i) * second
			if !e.add(Answer{Sent: sent, Got: sent + x.ms*1e6, Date: 1_800_000_000e9 + sent, Step: second, Fresh: x.fresh}) {
				t.Fatal(c.name)
			}
		}
		got := [4]time.Duration{time.Duration(e.trip()), time.Duration(e.shortest()), time.Duration(e.floor()), time.Duration(e.think())}
		if want := [4]time.Duration{c.trip, c.shortest, c.floor, c.think}; got != want || e.onlyFresh() != c.onlyFresh {
			t.Errorf("%s: round trip, shortest, floor and processing %v, only first answers %v; want %v, %v", c.name, got, e.onlyFresh(), want, c.onlyFresh)
		}
	}
	for share, e := range map[float64]evidence{0.25: {minTrip: 40e6}, 0.375: {minTrip: 40e6, relayed: true}} {
		if got := e.asymmetry(); got != share*40e6 {
			t.Errorf("asymmetry %v, want %v of the round trip", time.Duration(got), share)
		}
	}
	if got := (&evidence{minTrip: 40e6}).skew(); got != 100e3+2e6 {
		t.Errorf("skew %v, want 2.1ms", time.Duration(got))
	}
	for name, c := range map[string]struct {
		trip, floor int64
		want        ramp
	}{
		"usual":               {30e6, 20e6, ramp{10e6 - stampBlur, 20e6 + stampBlur}},
		"the floor is longer": {30e6, 50e6, ramp{15e6 - stampBlur, 15e6 + stampBlur}},
		"no floor":            {30e6, 0, ramp{0, 30e6}},
	} {
		if got := delay(Answer{Sent: 5, Got: 5 + c.trip}, c.floor); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	r := ramp{10, 30}
	for x, want := range map[float64]float64{0: 0, 10: 0, 15: 0.25, 30: 1, 40: 1} {
		if got := r.below(x); got != want {
			t.Errorf("below %v: %v, want %v", x, got, want)
		}
	}
}

// An exact Date with a round trip of a second: theta is most likely where both ways took the
// same time, but only the hard limits are certain.
func TestLikelihoodOfOneAnswer(t *testing.T) {
	term := term{usual: ramp{400, 600}, any: ramp{0, 1000}, date: 5000, step: 100}
	for x, want := range map[float64]float64{
		4450: 0.97*0.25 + 0.03*0.1, // the server read its clock 550 to 650 after the request
		4500: 0.97*0.5 + 0.03*0.1,
		4200: 0.03 * 0.1,
		4750: 0.03 * 0.1,
		5050: 0.03 * 0.05,
		5100: 0,
		4000: 0,
		3900: 0,
	} {
		if got := term.at(x); math.Abs(got-want) > 1e-9 {
			t.Errorf("at %v: %v, want %v", x, got, want)
		}
	}
	term.any = ramp{100, 900}
	want := [8]float64{4600, 4400, 4900, 4100, 4700, 4500, 5000, 4200}
	if got := term.knots(); got != want {
		t.Errorf("the slope changes at %v, want %v", got, want)
	}
}

// The stated interval allows for asymmetric paths, but stays within the hard bounds, and
// contains the estimate.
func TestStated(t *testing.T) {
	for _, c := range []struct {
		bounds    Bounds
		low, high theta
	}{
		{Bounds{0, 200}, 80, 120},
		{Bounds{85, 110}, 85, 110},
		{Bounds{105, 115}, 100, 115},
		{Bounds{85, 95}, 85, 100},
	} {
		r := Result{Estimate: Estimate{100, 95, 105}, Bounds: c.bounds, asymmetry: 15}
		if got := r.stated(); got != (Estimate{100, c.low, c.high}) {
			t.Errorf("within %v: %v, want %d to %d", c.bounds, got, c.low, c.high)
		}
	}
	// The nearest servers have the most weight.
	near, far := &candidate{standing: Agrees}, &candidate{standing: Agrees}
	near.minTrip, far.minTrip = 18e6, 38e6 // skews of 1 and 2 ms: weights of 4 and 1
	s := &survey{servers: []*candidate{near, far, {standing: Late, evidence: evidence{minTrip: 900e6}}}}
	if got, want := s.asymmetry(), int64(4*4.5e6+9.5e6)/5; got != want {
		t.Errorf("asymmetry %v, want %v", time.Duration(got), time.Duration(want))
	}
}

// The points of a posterior cover what is likely, not all that is possible, on both sides.
func TestSeenIsNarrowerThanBounds(t *testing.T) {
	const truth = int64(1_800_000_000e9)
	var e evidence
	for i := range int64(4) {
		e.add(Answer{Sent: i * second, Got: i*second + 100e6, Date: truth + i*second + 50e6, Step: 1000})
	}
	low, high := e.seen(truth)
	if low > -15e6 || low < -20e6 || high < 15e6 || high > 20e6 {
		t.Errorf("%v to %v, want about +- 16 ms of the 50 ms that are possible", time.Duration(low), time.Duration(high))
	}
}
