package stability

import (
	"math"
	"math/rand/v2"
	"testing"
)

// fromFrequency returns the phase of frequency samples at interval 1: their running sum.
func fromFrequency(frequency []float64) []float64 {
	phase := []float64{0}
	for _, y := range frequency {
		phase = append(phase, phase[len(phase)-1]+y)
	}
	return phase
}

// nbs14 is the set of nine frequencies of NBS Monograph 140, Annex 8.E: NIST SP 1065,
// section 12.4, table 29.
var nbs14 = []float64{892, 809, 823, 798, 671, 644, 883, 903, 677}

// thousand is the set of 1000 frequencies of NIST SP 1065, section 12.4, equation 73.
func thousand() (frequency []float64) {
	const modulus = 2147483647
	n := int64(1234567890)
	for range 1000 {
		frequency = append(frequency, float64(n)/modulus)
		n = 16807 * n % modulus
	}
	return frequency
}

// The published values: NIST SP 1065, table 30 (nine points) and table 31 (1000 points), pages
// 107 and 108.
var published = []struct {
	set        string
	frequency  []float64
	factor     int
	plain      float64 // Normal Allan Dev
	overlapped float64 // Overlapping Allan Dev
	modified   float64 // Modified Allan Dev
	time       float64 // Time Deviation
}{
	{"NBS14", nbs14, 1, 91.22945, 91.22945, 91.22945, 52.67135},
	{"NBS14", nbs14, 2, 115.8082, 85.95287, 74.78849, 86.35831},
	{"1000 points", thousand(), 1, 2.922319e-01, 2.922319e-01, 2.922319e-01, 1.687202e-01},
	{"1000 points", thousand(), 10, 9.965736e-02, 9.159953e-02, 6.172376e-02, 3.563623e-01},
	{"1000 points", thousand(), 100, 3.897804e-02, 3.241343e-02, 2.170921e-02, 1.253382e+00},
}

func TestPublishedValues(t *testing.T) {
	for _, c := range published {
		phase := fromFrequency(c.frequency)
		p := Deviations(phase, 1, []int{c.factor})[0]
		for _, v := range []struct {
			name      string
			got, want float64
		}{{"plain", p.Plain, c.plain}, {"ADEV", p.ADEV, c.overlapped}, {"MDEV", p.MDEV, c.modified}, {"TDEV", p.TDEV, c.time}} {
			if relative(v.got, v.want) > 1e-5 {
				t.Errorf("%s, m = %d: %s %.7g, published %.7g", c.set, c.factor, v.name, v.got, v.want)
			}
		}
	}
}

func relative(got, want float64) float64 { return math.Abs(got-want) / math.Abs(want) }

// direct computes the deviations from frequency instead of phase, and straight from the
// definitions in NIST SP 1065, equations 7, 9, 15 and 16: sums within sums, no prefix sums.
func direct(y []float64, m int) (plain, overlapped, modified float64) {
	// average is the mean frequency over m intervals from i on.
	average := func(i int) (mean float64) {
		for _, v := range y[i : i+m] {
			mean += v / float64(m)
		}
		return mean
	}
	terms := 0
	for i := 0; i+2*m <= len(y); i += m {
		plain += square(average(i+m) - average(i))
		terms++
	}
	plain = math.Sqrt(plain / float64(2*terms))
	terms = 0
	for i := 0; i+2*m <= len(y); i++ {
		overlapped += square(average(i+m) - average(i))
		terms++
	}
	overlapped = math.Sqrt(overlapped / float64(2*terms))
	terms = 0
	for j := 0; j+3*m <= len(y)+1; j++ {
		inner := 0.0
		for i := j; i < j+m; i++ {
			inner += average(i+m) - average(i)
		}
		modified += square(inner / float64(m))
		terms++
	}
	return plain, overlapped, math.Sqrt(modified / float64(2*terms))
}

func square(x float64) float64 { return x * x }

// A computation from the definitions gives the same, for any factor, and with a constant
// offset of half a second and a drift of 50 ppm in nanoseconds, which cost digits.
func TestEqualsDirectComputation(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	sets := map[string][]float64{"NBS14": nbs14, "1000 points": thousand()}
	var noise []float64
	for range 700 {
		noise = append(noise, 100*random.NormFloat64())
	}
	sets["noise"] = noise
	for name, y := range sets {
		phase := fromFrequency(y)
		shifted := make([]float64, len(phase))
		for i, x := range phase {
			shifted[i] = x + 5e8 + 50e3*float64(i)
		}
		for _, m := range []int{1, 2, 3, 7, 10, 64, 100, 233} {
			if 2*m >= len(phase) {
				continue
			}
			plain, overlapped, modified := direct(y, m)
			p := Deviations(phase, 1, []int{m})[0]
			q := Deviations(shifted, 1, []int{m})[0]
			for what, pair := range map[string][3]float64{
				"plain": {p.Plain, q.Plain, plain}, "ADEV": {p.ADEV, q.ADEV, overlapped}, "MDEV": {p.MDEV, q.MDEV, modified},
			} {
				if math.IsNaN(pair[0]) && 3*m > len(phase) {
					continue // not a single term
				}
				// The samples themselves are rounded to 6e-8 at 5e8.
				if relative(pair[0], pair[2]) > 1e-9 || relative(pair[1], pair[2]) > 1e-4 {
					t.Errorf("%s, m = %d: %s %.12g, shifted %.12g, direct %.12g", name, m, what, pair[0], pair[1], pair[2])
				}
			}
		}
	}
}

// Prefix sums of float64 lose the digits here: a second of offset, a million samples, a
// nanosecond of noise.
func TestSumsAreExact(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	const n, m = 1 << 20, 256
	phase := make([]float64, n)
	phase[0] = -1e9 // the base of the sums
	for i := 1; i < n; i++ {
		phase[i] = 1e9 + math.Round(10*random.NormFloat64())
	}
	got := Deviations(phase[1:], 1, []int{m})[0].MDEV
	sums := newPrefixSums(phase)
	sum, terms := 0.0, 0
	for i := 1; i+3*m <= n; i += 1000 {
		exact := func(from int) float64 {
			total := int64(0)
			for _, x := range phase[from : from+m] {
				total += int64(x)
			}
			return float64(total) / m
		}
		want := exact(i+2*m) - 2*exact(i+m) + exact(i)
		have := sums.mean(i+2*m, m) - 2*sums.mean(i+m, m) + sums.mean(i, m)
		if math.Abs(want-have) > 1e-6 {
			t.Fatalf("second difference at %d: %.9f, want %.9f", i, have, want)
		}
		sum, terms = sum+want*want, terms+1
	}
	if want := math.Sqrt(sum/float64(2*terms)) / m; relative(got, want) > 0.1 {
		t.Errorf("MDEV %g, from a thousandth of the terms %g", got, want)
	}
}

// A gap leaves out the terms that need it, and changes nothing else: the value is that of the
// same sum without these terms.
func TestGaps(t *testing.T) {
	phase := fromFrequency(thousand())
	for i := 300; i < 340; i++ {
		phase[i] = math.NaN()
	}
	phase[700] = math.NaN()
	const m = 4
	sum, terms := 0.0, 0
	for i := 0; i+2*m < len(phase); i++ {
		missing := false
		for _, at := range []int{i, i + m, i + 2*m} {
			missing = missing || at >= 300 && at < 340 || at == 700
		}
		if !missing {
			sum += square(phase[i+2*m] - 2*phase[i+m] + phase[i])
			terms++
		}
	}
	p := Deviations(phase, 1, []int{m})[0]
	if want := math.Sqrt(sum/float64(2*terms)) / m; p.Terms != terms || relative(p.ADEV, want) > 1e-12 {
		t.Errorf("%d terms, ADEV %g; want %d, %g", p.Terms, p.ADEV, terms, want)
	}
	// One missing sample in 50, and a long gap: still within a few percent of the whole set.
	whole := fromFrequency(thousand())
	full := Deviations(whole, 1, []int{16})[0]
	for i := 25; i < len(whole); i += 50 {
		whole[i] = math.NaN()
	}
	if got := Deviations(whole, 1, []int{16})[0]; relative(got.MDEV, full.MDEV) > 0.1 || relative(got.ADEV, full.ADEV) > 0.1 {
		t.Errorf("with lost samples MDEV %g, ADEV %g; without %g, %g", got.MDEV, got.ADEV, full.MDEV, full.ADEV)
	}
	// A window with too few samples has no mean.
	sparse := fromFrequency(thousand())
	for i := range sparse {
		if i%2 == 1 {
			sparse[i] = math.NaN()
		}
	}
	if got := Deviations(sparse, 1, []int{16})[0]; !math.IsNaN(got.MDEV) || math.IsNaN(got.ADEV) {
		t.Errorf("half of the samples: MDEV %g, ADEV %g; want none, and one", got.MDEV, got.ADEV)
	}
}

// A constant difference of frequency, as of a system clock that is not disciplined, changes no
// deviation, also if samples are missing: the mean of the samples that a window has is not of
// its middle.
func TestFrequencyOffsetWithGaps(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	still, drifting := make([]float64, 5000), make([]float64, 5000)
	for i := range still {
		still[i] = 1000 * random.NormFloat64()
		if i%300 < 40 || random.IntN(100) == 0 {
			still[i] = math.NaN()
		}
		drifting[i] = still[i] + 20e3*float64(i) - 1e9 // 20 ppm
	}
	for i, want := range Deviations(still, 1, Octaves(1024)) {
		got := Deviations(drifting, 1, Octaves(1024))[i]
		if relative(got.ADEV, want.ADEV) > 1e-3 || relative(got.MDEV, want.MDEV) > 0.02 {
			t.Errorf("m = %d: ADEV %g, MDEV %g; without the difference of frequency %g, %g", got.Factor, got.ADEV, got.MDEV, want.ADEV, want.MDEV)
		}
	}
}

func TestEdgeCases(t *testing.T) {
	nan := math.NaN()
	for name, phase := range map[string][]float64{
		"none": nil, "one": {1}, "two": {1, 2}, "missing": {nan, nan, nan, nan}, "one of five": {nan, nan, 3, nan, nan},
	} {
		for _, p := range Deviations(phase, 1, []int{0, 1, 2}) {
			if !math.IsNaN(p.ADEV) || !math.IsNaN(p.Plain) || !math.IsNaN(p.MDEV) || !math.IsNaN(p.TDEV) || p.Terms != 0 {
				t.Errorf("%s: %+v, want no deviation", name, p)
			}
		}
	}
	for _, x := range []float64{0, 1, -1e18, 1e18, 5e-324} {
		for _, p := range Deviations([]float64{x, x, x, x, x, x, x}, 1, []int{1, 2}) {
			if p.ADEV != 0 || p.MDEV != 0 || p.Plain != 0 {
				t.Errorf("constant %g: %+v, want 0", x, p)
			}
		}
	}
	// Offsets of decades, as of a machine that starts in 1970: coarse, but finite.
	big := Deviations([]float64{0, 1.8e18, 0, 1.8e18, 0, 1.8e18, 0}, 1, []int{1})[0]
	if want := 3.6e18 / math.Sqrt2; relative(big.ADEV, want) > 1e-9 || relative(big.MDEV, want) > 1e-9 {
		t.Errorf("%+v, want %g", big, want)
	}
	if got := Octaves(10); len(got) != 3 || got[2] != 4 {
		t.Errorf("octaves of 10 samples: %v, want 1, 2, 4", got)
	}
	if Octaves(2) != nil || Octaves(0) != nil {
		t.Error("two samples have no second difference")
	}
}

// The interval is the unit of Tau: halving it doubles a frequency and leaves a time.
func TestInterval(t *testing.T) {
	phase := fromFrequency(thousand())
	one, half := Deviations(phase, 1, []int{10})[0], Deviations(phase, 0.5, []int{10})[0]
	if half.Tau != 5 || relative(half.ADEV, 2*one.ADEV) > 1e-12 || relative(half.MDEV, 2*one.MDEV) > 1e-12 || relative(half.TDEV, one.TDEV) > 1e-12 {
		t.Errorf("%+v and %+v", one, half)
	}
}

// A week at one sample a second.
func BenchmarkWeek(b *testing.B) {
	random := rand.New(rand.NewPCG(5, 6))
	phase := make([]float64, 604800)
	for i := range phase {
		phase[i] = 1000 * random.NormFloat64()
	}
	b.ReportAllocs()
	for b.Loop() {
		Deviations(phase, 1, Octaves(len(phase)))
	}
}
