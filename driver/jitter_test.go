package driver

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// noisy adds n samples a second apart: a clock with the given jitter seen by a
// system clock that drifts, from second first on.
func noisy(j *Jitter, random *rand.Rand, first, n int, jitter time.Duration, driftPPM float64) {
	for i := first; i < first+n; i++ {
		mono := int64(i) * int64(time.Second)
		offset := random.NormFloat64()*float64(jitter) + float64(i)*driftPPM*1000
		receive := 1_795_000_000_000_000_000 + mono
		j.Add(Sample{Clock: receive + int64(offset), Receive: receive, Mono: mono})
	}
}

func TestJitterIsFoundWithinAPowerOfTwo(t *testing.T) {
	for _, jitter := range []time.Duration{
		time.Microsecond, 20 * time.Microsecond, time.Millisecond,
		5 * time.Millisecond, 20 * time.Millisecond, 80 * time.Millisecond,
	} {
		for seed := range uint64(200) {
			random := rand.New(rand.NewPCG(seed, 1))
			var j Jitter
			// 500 ppm is the most that a daemon slews: 0.5 ms a second, which is 500
			// times the smallest jitter here and must not show.
			noisy(&j, random, 0, 60, jitter, 500)
			want := math.Log2(jitter.Seconds())
			if got := float64(j.Precision(0)); got < want-1 || got > want+2 {
				t.Errorf("jitter %v, seed %d: precision %v, want ceil(%.2f) within one", jitter, seed, got, want)
			}
		}
	}
}

func TestJitterFollowsAChangeWithinAMinute(t *testing.T) {
	for _, c := range []struct{ before, after time.Duration }{
		{time.Microsecond, 20 * time.Millisecond},
		{20 * time.Millisecond, time.Microsecond},
	} {
		var j Jitter
		random := rand.New(rand.NewPCG(7, 7))
		noisy(&j, random, 0, 300, c.before, 0)
		noisy(&j, random, 300, 60, c.after, 0)
		want := math.Log2(c.after.Seconds())
		if got := float64(j.Precision(0)); got < want-1 || got > want+2 {
			t.Errorf("from %v to %v: precision %v after a minute, want about %.1f", c.before, c.after, got, want)
		}
	}
}

func TestJitterIsNotFooledByOutliers(t *testing.T) {
	var j Jitter
	random := rand.New(rand.NewPCG(3, 9))
	for i := range 60 {
		noisy(&j, random, i, 1, time.Millisecond, 0)
		if i%10 == 9 { // one late sample in ten spoils three residuals of ten
			mono := int64(i)*int64(time.Second) + int64(500*time.Millisecond)
			receive := 1_795_000_000_000_000_000 + mono
			j.Add(Sample{Clock: receive - int64(300*time.Millisecond), Receive: receive, Mono: mono})
		}
	}
	if got := j.Precision(0); got > -7 {
		t.Errorf("precision %d with one outlier in ten, want -9 to -7", got)
	}
}

func TestPrecisionBeforeThereIsEnough(t *testing.T) {
	var j Jitter
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 4 {
		if got := j.Precision(0); got != -1 {
			t.Errorf("precision %d after %d samples, want -1: nothing is known", got, i)
		}
		noisy(&j, random, i, 1, time.Microsecond, 0)
	}
	noisy(&j, random, 4, 1, time.Microsecond, 0)
	if got := j.Precision(0); got == -1 {
		t.Error("precision still -1 after 5 samples")
	}
}

// Few samples must not claim more than was seen: of the few, the worst counts.
func TestFewSamplesClaimTheWorstOfThem(t *testing.T) {
	var j Jitter
	for i, offset := range []int64{0, 0, 0, 0, 0, 50_000_000, 0} {
		j.Add(Sample{Clock: offset, Mono: int64(i) * int64(time.Second)})
	}
	if got := j.Precision(0); got < -6 {
		t.Errorf("precision %d after a sample that was 50 ms off, want -6 or worse", got)
	}
}

func TestPrecisionIsClamped(t *testing.T) {
	var still, wild Jitter
	for i := range int64(20) {
		still.Add(Sample{Mono: i * int64(time.Second)})
		wild.Add(Sample{Clock: (i % 2) * int64(time.Hour), Mono: i * int64(time.Second)})
	}
	if got := still.Precision(0); got != -30 {
		t.Errorf("without any jitter: %d, want -30", got)
	}
	if got := wild.Precision(0); got != -1 {
		t.Errorf("with hours of jitter: %d, want -1", got)
	}
}

func TestJitterForgetsAcrossAnOutage(t *testing.T) {
	var j Jitter
	random := rand.New(rand.NewPCG(5, 5))
	noisy(&j, random, 0, 40, time.Microsecond, 0)
	before := j.Precision(0)
	// An hour later the system clock is 100 ms off; the three samples about the
	// outage are no second difference.
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

func TestTheSameInstantTwiceIsIgnored(t *testing.T) {
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
