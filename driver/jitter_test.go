package driver

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// addNoisy adds n samples, one a second from second first on: of a clock with jitter,
// measured by a system clock that drifts.
func addNoisy(j *Jitter, random *rand.Rand, first, n int, jitter time.Duration, driftPPM float64) {
	for i := first; i < first+n; i++ {
		mono := int64(i) * int64(time.Second)
		offset := random.NormFloat64()*float64(jitter) + float64(i)*driftPPM*1000
		receive := 1_795_000_000_000_000_000 + mono
		j.Add(Sample{Clock: receive + int64(offset), Receive: receive, Mono: mono})
	}
}

func TestJitterWithinPowerOfTwo(t *testing.T) {
	for _, jitter := range []time.Duration{
		time.Microsecond, 20 * time.Microsecond, time.Millisecond,
		5 * time.Millisecond, 20 * time.Millisecond, 80 * time.Millisecond,
	} {
		for seed := range uint64(200) {
			random := rand.New(rand.NewPCG(seed, 1))
			var j Jitter
			// 500 ppm is the most that a daemon slews. These 0.5 ms a second are 500 times
			// the smallest jitter and must not count.
			addNoisy(&j, random, 0, 60, jitter, 500)
			want := math.Log2(jitter.Seconds())
			if got := float64(j.Precision(0)); got < want-1 || got > want+2 {
				t.Errorf("jitter %v, seed %d: precision %v, want ceil(%.2f) within one", jitter, seed, got, want)
			}
		}
	}
}

func TestJitterFollowsChange(t *testing.T) {
	for _, c := range []struct{ before, after time.Duration }{
		{time.Microsecond, 20 * time.Millisecond},
		{20 * time.Millisecond, time.Microsecond},
	} {
		var j Jitter
		random := rand.New(rand.NewPCG(7, 7))
		addNoisy(&j, random, 0, 300, c.before, 0)
		addNoisy(&j, random, 300, 60, c.after, 0)
		want := math.Log2(c.after.Seconds())
		if got := float64(j.Precision(0)); got < want-1 || got > want+2 {
			t.Errorf("from %v to %v: precision %v after a minute, want about %.1f", c.before, c.after, got, want)
		}
	}
}

func TestJitterWithOutliers(t *testing.T) {
	var j Jitter
	random := rand.New(rand.NewPCG(3, 9))
	for i := range 60 {
		addNoisy(&j, random, i, 1, time.Millisecond, 0)
		if i%10 == 9 { // one late sample in ten affects three residuals of ten
			mono := int64(i)*int64(time.Second) + int64(500*time.Millisecond)
			receive := 1_795_000_000_000_000_000 + mono
			j.Add(Sample{Clock: receive - int64(300*time.Millisecond), Receive: receive, Mono: mono})
		}
	}
	if got := j.Precision(0); got > -7 {
		t.Errorf("precision %d with one outlier in ten, want -9 to -7", got)
	}
}

func TestPrecisionOfTooFew(t *testing.T) {
	var j Jitter
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 5 {
		if got := j.Precision(0); got != -1 {
			t.Errorf("precision %d after %d samples, want -1: too few", got, i)
		}
		addNoisy(&j, random, i, 1, time.Microsecond, 0)
	}
	if got := j.Precision(0); got == -1 {
		t.Error("precision still -1 after 5 samples")
	}
}

// With few samples, the worst residual counts.
func TestPrecisionOfFewIsTheWorst(t *testing.T) {
	var j Jitter
	for i, offset := range []int64{0, 0, 0, 0, 0, 50_000_000, 0} {
		j.Add(Sample{Clock: offset, Mono: int64(i) * int64(time.Second)})
	}
	if got := j.Precision(0); got < -6 {
		t.Errorf("precision %d after a sample that was 50 ms off, want -6 or worse", got)
	}
}

// Up to twelve residuals, the worst counts; of more, the median. A wrong first sample
// affects one residual.
func TestMedianNeedsThirteenResiduals(t *testing.T) {
	var j Jitter
	for i := range int64(15) {
		s := Sample{Mono: i * int64(time.Second)}
		if i == 0 {
			s.Clock = int64(50 * time.Millisecond)
		}
		j.Add(s)
		got, ok := j.Estimate()
		switch residuals := i - 1; {
		case residuals < 3:
			if ok {
				t.Errorf("%v from %d residuals, want no estimate", got, residuals)
			}
		case residuals <= 12:
			if got < 20*time.Millisecond {
				t.Errorf("%v from %d residuals, want the worst, 20 ms", got, residuals)
			}
		case got != 0:
			t.Errorf("%v from %d residuals, want the median, 0", got, residuals)
		}
	}
}

// The deviation of single samples follows from that of three by 1 + a^2 + b^2.
func TestResidualIsScaled(t *testing.T) {
	for _, c := range []struct {
		name  string
		after int64 // seconds from the middle sample to the last
		want  float64
	}{
		{"even", 1, 1 / math.Sqrt(1+1./4+1./4)},
		{"uneven", 3, 1 / math.Sqrt(1+1./16+9./16)},
	} {
		var j Jitter
		for range 3 { // each after a gap: one residual
			j.Add(Sample{Mono: 0})
			j.Add(Sample{Mono: int64(time.Second), Clock: int64(time.Millisecond)})
			j.Add(Sample{Mono: (1 + c.after) * int64(time.Second)})
			j.n = 0
		}
		got, _ := j.Estimate()
		if want := time.Duration(c.want * float64(time.Millisecond)); (got - want).Abs() > time.Microsecond {
			t.Errorf("%s: %v, want %v", c.name, got, want)
		}
	}
}

// Samples must not be too far apart, nor at the same instant.
func TestJitterGap(t *testing.T) {
	for _, c := range []struct {
		gap  time.Duration
		want bool
	}{
		{-time.Second, false},
		{0, false},
		{1, true},
		{time.Minute, true},
		{time.Minute + 1, false},
	} {
		var j Jitter
		for i := range 5 {
			j.Add(Sample{Mono: int64(time.Hour) + int64(i)*int64(c.gap)})
		}
		if got, ok := j.Estimate(); ok != c.want || got != 0 {
			t.Errorf("samples %v apart: %v, %v; want an estimate: %v", c.gap, got, ok, c.want)
		}
	}
}

// No residual spans an outage or uses the same instant twice.
func TestJitterRestarts(t *testing.T) {
	const s, ms = int64(time.Second), int64(time.Millisecond)
	for _, c := range []struct {
		name    string
		samples []Sample
	}{
		{"two after an outage", []Sample{{Mono: 0}, {Mono: s}, {Mono: 2 * s}, {Mono: 3 * s}, {Mono: 4 * s}, {Mono: 3600 * s, Clock: 100 * ms}, {Mono: 3601 * s, Clock: 100 * ms}}},
		{"one before it", []Sample{{Mono: 0, Clock: 100 * ms}, {Mono: 3600 * s}, {Mono: 3601 * s}, {Mono: 3602 * s}, {Mono: 3603 * s}, {Mono: 3604 * s}}},
		{"the first twice", []Sample{{Mono: 0}, {Mono: 0, Clock: 100 * ms}, {Mono: s}, {Mono: 2 * s}, {Mono: 3 * s}, {Mono: 4 * s}}},
	} {
		var j Jitter
		for _, s := range c.samples {
			j.Add(s)
		}
		if got, ok := j.Estimate(); got != 0 || !ok {
			t.Errorf("%s: %v, %v; want 0", c.name, got, ok)
		}
	}
}

func TestPrecisionIncludesSpread(t *testing.T) {
	var still Jitter
	for i := range int64(20) {
		still.Add(Sample{Mono: i * int64(time.Second)})
	}
	for _, c := range []struct {
		spread time.Duration
		want   int
	}{{0, -30}, {1, -29}, {2, -28}, {time.Microsecond, -19}, {time.Millisecond, -9}, {time.Second, -1}} {
		if got := still.Precision(c.spread); got != c.want {
			t.Errorf("spread %v: precision %d, want %d", c.spread, got, c.want)
		}
	}
}

func TestPrecisionIsClamped(t *testing.T) {
	var still, wild Jitter
	for i := range int64(20) {
		still.Add(Sample{Mono: i * int64(time.Second)})
		wild.Add(Sample{Clock: (i % 2) * int64(time.Hour), Mono: i * int64(time.Second)})
	}
	if got := still.Precision(0); got != -30 {
		t.Errorf("without jitter: %d, want -30", got)
	}
	if got := wild.Precision(0); got != -1 {
		t.Errorf("with hours of jitter: %d, want -1", got)
	}
}

func TestJitterAfterOutage(t *testing.T) {
	var j Jitter
	random := rand.New(rand.NewPCG(5, 5))
	addNoisy(&j, random, 0, 40, time.Microsecond, 0)
	before := j.Precision(0)
	// An hour later the system clock is 100 ms off. No residual may span the outage.
	for i := range int64(3) {
		mono := int64(3600+i) * int64(time.Second)
		j.Add(Sample{Clock: mono + int64(100*time.Millisecond), Receive: mono, Mono: mono})
	}
	if got := j.Precision(0); got != before {
		t.Errorf("precision %d after an outage, was %d", got, before)
	}
	j.Reset()
	if got := j.Precision(0); got != -1 {
		t.Errorf("precision %d after a reset, want -1", got)
	}
}

func TestJitterIgnoresSameInstant(t *testing.T) {
	var j Jitter
	for range 100 {
		j.Add(Sample{Mono: 5})
	}
	if _, ok := j.Estimate(); ok {
		t.Error("an estimate from one instant")
	}
}

func BenchmarkJitter(b *testing.B) {
	b.ReportAllocs()
	var j Jitter
	for i := range b.N {
		j.Add(Sample{Clock: int64(i%7) * 1000, Mono: int64(i) * int64(time.Second)})
		j.Precision(0)
	}
}
