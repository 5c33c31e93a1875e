package pps

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func pushAt(g *Gate, at time.Duration, rising bool) Verdict {
	return g.Push(Edge{Stamp: Stamp{Real: int64(at), Mono: int64(at)}, Rising: rising})
}

// An extra edge before the lock starts the count of regular intervals again.
func TestExtraEdgeBeforeTheLock(t *testing.T) {
	gate := NewGate(Rising)
	for _, at := range []time.Duration{0, 1000, 1500, 2000, 3000, 4000, 5000} {
		v := pushAt(gate, at*time.Millisecond, true)
		if second := v.Why == Second; second != (at == 5000) {
			t.Errorf("the edge at %d ms: %q", at, v.Why)
		}
	}
}

// The widths are forgotten after keepWidths+1 pulses without an end, counted from the last
// end.
func TestWidthsAreForgotten(t *testing.T) {
	var w widths
	for range 3 {
		w.add(time.Millisecond)
		for range keepWidths {
			w.pause()
		}
	}
	if !w.known() {
		t.Fatalf("unknown after %d pulses without an end", keepWidths)
	}
	if w.pause(); w.known() {
		t.Errorf("known after %d pulses without an end", keepWidths+1)
	}
}

// The width is unknown again after six pulses without an end.
func TestWidthOfPulsesWithoutEnds(t *testing.T) {
	gate := NewGate(Auto)
	for n := range 12 {
		v := pushAt(gate, time.Duration(n)*time.Second, true)
		if n < 6 {
			pushAt(gate, time.Duration(n)*time.Second+100*time.Millisecond, false)
		}
		if known := n >= 2 && n <= 10; (v.Width > 0) != known {
			t.Errorf("pulse %d: width %v, want one: %v", n, v.Width, known)
		}
	}
}

// The explanation names a width below 10 us as it is.
func TestShortWidthIsNamed(t *testing.T) {
	gate := NewGate(Auto)
	for n := range 6 {
		pushAt(gate, time.Duration(n)*time.Second, true)
		pushAt(gate, time.Duration(n)*time.Second+5*time.Microsecond, false)
	}
	if edge, why := gate.Edge(); edge != Rising || !strings.Contains(why, "5µs") {
		t.Errorf("%v: %s", edge, why)
	}
}

// The verdict on one more edge after some of a period. The limits are those in the comment of
// Gate, to the nanosecond.
func TestGateBounds(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		edges  int
		period time.Duration
		next   time.Duration // after the last of them
		want   Reason
	}{
		{40, second, second + ms, Second}, // 1 ms always
		{40, second, second + ms + 1, Glitch},
		{40, second, second - ms, Second},
		{40, second, second - ms - 1, Glitch},
		{40, second, 4*second + 4*ms, Second}, // each second
		{40, second, 4*second + 4*ms + 4, Glitch},
		{11, second, second + 5900*time.Microsecond, Second}, // eight times the usual error, which was assumed as 2.5 ms at first
		{11, second, second + 6100*time.Microsecond, Glitch},
		{4, second, second + 15*ms, Second},
		{5, second, second + 15*ms, Glitch},
		{4, 1100 * ms, 1100 * ms, Second}, // a clock may be slewed by 10 %
		{4, 900 * ms, 900 * ms, Second},
		{5, 1100*ms + 1, 1100*ms + 1, Rate},
		{5, 900*ms - 1, 900*ms - 1, Rate},
		{5, second, 4400 * ms, Glitch}, // bridged, but 400 ms away
		{5, second, 4400*ms + 1, Learning},
		{5, 1100 * ms, 4400 * ms, Second}, // three are missing
		{5, 900 * ms, 3600 * ms, Second},
	} {
		gate := NewGate(Rising)
		for i := range c.edges {
			pushAt(gate, time.Duration(i)*c.period, true)
		}
		if got := pushAt(gate, time.Duration(c.edges-1)*c.period+c.next, true).Why; got != c.want {
			t.Errorf("%v after %d edges of %v: %q, want %q", c.next, c.edges, c.period, got, c.want)
		}
	}
}

// What counts as regular, at the limits: an interval may differ by a tenth from the median, and one
// of four intervals, or three of twelve, by more.
func TestRegular(t *testing.T) {
	const ms = time.Millisecond
	same := func(n int) []time.Duration { return slices.Repeat([]time.Duration{second}, n) }
	for _, c := range []struct {
		list []time.Duration
		want bool
		rate float64
	}{
		{nil, true, 0},
		{[]time.Duration{second, 3 * second, 5 * second}, true, 0}, // too few to know
		{[]time.Duration{second, 3 * second, 5 * second, 7 * second}, false, 0},
		{same(3), true, 0},
		{same(4), true, 1},
		{append(same(2), 1100*ms, 900*ms), true, 1},
		{append(same(2), 1100*ms+1, 900*ms-1), false, 0},
		{append(same(2), second, 2*second), true, 1},
		{append(same(2), 2*second, 3*second), false, 0},
		{append(same(8), 100*ms, 900*ms-1, 2*second, 3*second), false, 0},
		{append(same(9), 100*ms, 900*ms-1, 2*second), true, 1},
	} {
		b := beat{intervals: intervals{c.list}}
		if got, rate := b.regular(), b.rate(); got != c.want || rate != c.rate {
			t.Errorf("%v: regular %v, %v a second; want %v, %v", c.list, got, rate, c.want, c.rate)
		}
	}
}

// The median of a list, which remains as it is.
func TestMedian(t *testing.T) {
	for _, c := range []struct {
		list []time.Duration
		want time.Duration
	}{
		{nil, 0}, {[]time.Duration{7}, 7}, {[]time.Duration{9, 7}, 7}, {[]time.Duration{9, 7, 8}, 8}, {[]time.Duration{9, 6, 8, 7}, 7},
		{[]time.Duration{12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1}, 6},
	} {
		before := slices.Clone(c.list)
		if got := median(c.list); got != c.want || !slices.Equal(c.list, before) {
			t.Errorf("%v: %d, and %v afterwards; want %d", before, got, c.list, c.want)
		}
	}
}

// A width of 450 to 550 ms does not show which edge begins the pulse.
func TestSquareBounds(t *testing.T) {
	for width, want := range map[time.Duration]Polarity{
		450*time.Millisecond - 1: Rising, 450 * time.Millisecond: Auto, 550 * time.Millisecond: Auto, 550*time.Millisecond + 1: Falling,
	} {
		gate := NewGate(Auto)
		for n := range 6 {
			pushAt(gate, time.Duration(n)*second, true)
			pushAt(gate, time.Duration(n)*second+width, false)
		}
		if edge, why := gate.Edge(); edge != want {
			t.Errorf("%v: %v (%s), want %v", width, edge, why, want)
		}
	}
}

// The choice of the edge and its explanation, by the number of edges and the widths.
func TestGateChoosesEdge(t *testing.T) {
	const ms = time.Millisecond
	for name, c := range map[string]struct {
		polarity Polarity
		rising   []time.Duration
		falling  []time.Duration
		want     Polarity
		says     string
	}{
		"no edges":              {want: Auto, says: "too few edges yet"},
		"the setting":           {polarity: Falling, rising: []time.Duration{0, s, 2 * s, 3 * s}, want: Falling, says: "as configured"},
		"three rising ones":     {rising: []time.Duration{0, s, 2 * s}, want: Auto, says: "too few edges yet"},
		"four rising ones":      {rising: []time.Duration{0, s, 2 * s, 3 * s}, want: Rising, says: "no other edge"},
		"three falling ones":    {falling: []time.Duration{0, s, 2 * s}, want: Auto, says: "too few edges yet"},
		"four falling ones":     {falling: []time.Duration{0, s, 2 * s, 3 * s}, want: Falling, says: "no other edge"},
		"one falling one more":  {rising: []time.Duration{0, s, 2 * s, 3 * s, 4 * s}, falling: []time.Duration{100 * ms}, want: Auto, says: "too few edges yet"},
		"one rising one more":   {falling: []time.Duration{0, s, 2 * s, 3 * s, 4 * s}, rising: []time.Duration{100 * ms}, want: Auto, says: "too few edges yet"},
		"two short pulses":      {rising: []time.Duration{0, s}, falling: []time.Duration{100 * ms, 1100 * ms}, want: Rising, says: "active for 100ms of each second, and a pulse"},
		"two long pulses":       {rising: []time.Duration{0, s}, falling: []time.Duration{900 * ms, 1900 * ms}, want: Falling, says: "active for 900ms of each second, and a pulse"},
		"two pulses in between": {rising: []time.Duration{0, s}, falling: []time.Duration{500 * ms, 1500 * ms}, want: Auto, says: "active for 500ms of each second, so it may be either"},
	} {
		gate := NewGate(c.polarity)
		for i := range 100 { // in steps of 0.1 s
			at := time.Duration(i) * 100 * ms
			if slices.Contains(c.rising, at) {
				pushAt(gate, at, true)
			}
			if slices.Contains(c.falling, at) {
				pushAt(gate, at, false)
			}
		}
		if edge, why := gate.Edge(); edge != c.want || !strings.Contains(why, c.says) {
			t.Errorf("%s: %v, %q; want %v, %q", name, edge, why, c.want, c.says)
		}
	}
}

// The medians are those of the last five widths and the last twelve intervals.
func TestKept(t *testing.T) {
	var w widths
	for range 5 {
		w.add(100)
	}
	for n, want := range []time.Duration{100, 100, 900, 900} {
		if w.add(900); w.median() != want {
			t.Errorf("after %d other widths: %d, want %d", n+1, w.median(), want)
		}
	}
	var i intervals
	for range 12 {
		i.add(100)
	}
	for n, want := range []time.Duration{100, 100, 100, 100, 100, 100, 900, 900} {
		if i.add(900); i.median() != want {
			t.Errorf("after %d other intervals: %d, want %d", n+1, i.median(), want)
		}
	}
}

// The first edge ends no active level, whose beginning was not seen.
func TestFirstEdgeHasNoWidth(t *testing.T) {
	gate := NewGate(Auto)
	if v := pushAt(gate, 100*time.Millisecond, false); len(gate.high.list) > 0 || v.Width != 0 {
		t.Errorf("widths %v, width %v", gate.high.list, v.Width)
	}
	if v := pushAt(gate, 200*time.Millisecond, false); len(gate.high.list) > 0 || v.Width != 0 {
		t.Errorf("two falling edges: widths %v, width %v", gate.high.list, v.Width)
	}
}

// Durations are shown with about three digits.
func TestRound(t *testing.T) {
	for d, want := range map[time.Duration]string{
		9999: "9.999µs", 10_000: "10µs", 14_999: "10µs", 15_000: "20µs", 9_994_999: "9.99ms", 10_400_000: "10ms", 10_500_000: "11ms", 123_456_789: "123ms",
	} {
		if got := round(d).String(); got != want {
			t.Errorf("%d ns: %s, want %s", d, got, want)
		}
	}
}

// Disturbances one after the other: the last verdict, after pulses until 40 s.
func TestGateDisturbances(t *testing.T) {
	const ms = time.Millisecond
	for name, c := range map[string]struct {
		edges []time.Duration // after 40 s
		want  Reason          // of the last one
	}{
		"a glitch, then a missing pulse":         {[]time.Duration{500 * ms, 1000 * ms, 3000 * ms}, Second},
		"a missing pulse, then a glitch":         {[]time.Duration{2000 * ms, 2500 * ms, 3000 * ms}, Second},
		"a glitch in each of two seconds":        {[]time.Duration{930 * ms, 1000 * ms, 1930 * ms, 2000 * ms}, Learning},
		"a glitch in every other second":         {[]time.Duration{930 * ms, 1000 * ms, 2000 * ms, 2930 * ms, 3000 * ms}, Second},
		"one near the pulse, then another":       {[]time.Duration{985 * ms, 1000 * ms, 1500 * ms, 2000 * ms}, Learning},
		"glitches in the middle of two seconds":  {[]time.Duration{500 * ms, 1000 * ms, 1500 * ms, 2000 * ms}, Noise},
		"two near the pulse":                     {[]time.Duration{950 * ms, 970 * ms, 1000 * ms}, Second},
		"two late ones, and no pulse":            {[]time.Duration{1150 * ms, 1170 * ms, 2000 * ms}, Learning},
		"one late one, and no pulse":             {[]time.Duration{1150 * ms, 2000 * ms}, Second},
		"a second edge at the time of the pulse": {[]time.Duration{1000 * ms, 1000 * ms, 2000 * ms}, Second},
	} {
		gate := NewGate(Rising)
		for i := range 41 {
			pushAt(gate, time.Duration(i)*second, true)
		}
		var last Verdict
		for _, at := range c.edges {
			last = pushAt(gate, 40*second+at, true)
		}
		if last.Why != c.want {
			t.Errorf("%s: ends with %q, want %q", name, last.Why, c.want)
		}
	}
}

// The period is the time since the edge before, a glitch or not.
func TestPeriodOfAVerdict(t *testing.T) {
	gate := NewGate(Rising)
	for i, at := range []time.Duration{5 * second, 6 * second, 6500 * time.Millisecond, 7 * second} {
		want := [...]time.Duration{0, second, second / 2, second / 2}[i]
		if got := pushAt(gate, at, true).Period; got != want {
			t.Errorf("the edge at %v: %v, want %v", at, got, want)
		}
	}
}
