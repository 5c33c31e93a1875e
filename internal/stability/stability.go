// Package stability computes how steady a clock is over different times: the Allan
// deviation and its relatives, as NIST Special Publication 1065 (W. J. Riley, 2008) defines
// them.
//
// The input is phase: the offsets of a clock at equal intervals, here in nanoseconds. A
// missing sample is NaN. It is never replaced by a guess: a term that needs it is left out.
//
// float64 is right for these statistics and wrong for stamps. An offset is a difference of
// two stamps, taken in integers; as a float64 it is exact to a nanosecond up to 104 days. A
// stamp in float64 seconds has steps of 238 ns. Sums over many offsets are integers here, so
// no digit is lost however long the input is.
package stability

import "math"

// A Point has the deviations at one averaging time. A deviation without a single term in the
// input is NaN.
type Point struct {
	Factor int     // averaging factor m
	Tau    float64 // averaging time m * interval, in the unit of the interval

	// Plain is the Allan deviation of adjacent intervals, and ADEV the overlapping one,
	// which uses every start. MDEV is the modified Allan deviation. They are in units of
	// phase per unit of the interval.
	Plain, ADEV, MDEV float64

	TDEV  float64 // time deviation, in units of phase
	Terms int     // second differences in ADEV
}

// Octaves returns the factors 1, 2, 4, ... for which n samples have a deviation.
func Octaves(n int) (factors []int) {
	for m := 1; 2*m < n; m *= 2 {
		factors = append(factors, m)
	}
	return factors
}

// Deviations returns the deviations of phase samples, one Point a factor. It takes time
// proportional to the number of samples for each factor, and 12 bytes a sample.
func Deviations(phase []float64, interval float64, factors []int) []Point {
	sums := newPrefixSums(phase)
	points := make([]Point, 0, len(factors))
	for _, m := range factors {
		if m < 1 {
			continue
		}
		p := Point{Factor: m, Tau: float64(m) * interval}
		p.Plain, _ = allan(phase, m, m)
		p.ADEV, p.Terms = allan(phase, m, 1)
		p.MDEV = sums.modified(m)
		p.Plain, p.ADEV, p.MDEV = p.Plain/p.Tau, p.ADEV/p.Tau, p.MDEV/p.Tau
		p.TDEV = p.Tau * p.MDEV / math.Sqrt(3)
		points = append(points, p)
	}
	return points
}

// allan returns the root of half the mean square of the second differences of phase over
// m samples, and their number. They start at every step'th sample.
func allan(phase []float64, m, step int) (deviation float64, terms int) {
	sum := 0.0
	for i := 0; i+2*m < len(phase); i += step {
		d := phase[i+2*m] - 2*phase[i+m] + phase[i]
		if !math.IsNaN(d) {
			sum += d * d
			terms++
		}
	}
	if terms == 0 {
		return math.NaN(), 0
	}
	return math.Sqrt(sum / (2 * float64(terms))), terms
}

// prefixSums has the sums of the first 0, 1, 2, ... samples as integers in units of a
// power of two, and how many of them are present.
type prefixSums struct {
	sum   []int64
	count []int32
	unit  float64
}

// fullSum leaves three bits: for the slope, for the rounding of each sample, and for the sign.
const fullSum = 1 << 60

// newPrefixSums returns the sums of the distances of phase from the line through its first and
// its last sample. The second difference of a line is 0, but not that of the means of windows
// in which samples are missing: their mean is not of the middle of the window. The unit is the
// finest in which the sum of any of them cannot overflow.
func newPrefixSums(phase []float64) prefixSums {
	base, largest := distances(phase)
	unit := math.Exp2(math.Ceil(math.Log2(max(largest, math.SmallestNonzeroFloat64) * float64(len(phase)) / fullSum)))
	s := prefixSums{make([]int64, len(phase)+1), make([]int32, len(phase)+1), max(unit, minUnit)}
	first, step := slope(phase)
	units := int64(math.Round(step / s.unit)) // whole, so that the line is exact
	for i, x := range phase {
		s.sum[i+1], s.count[i+1] = s.sum[i], s.count[i]
		if !math.IsNaN(x) {
			s.sum[i+1] += int64(math.Round((x-base)/s.unit)) - units*int64(i-first)
			s.count[i+1]++
		}
	}
	return s
}

// minUnit keeps the quotient of samples that hardly differ finite.
const minUnit = 1.0 / (1 << 40)

// distances returns the first sample that is present, and how far the farthest is from it.
func distances(phase []float64) (base, largest float64) {
	base = math.NaN()
	for _, x := range phase {
		if math.IsNaN(base) {
			base = x
		}
		if d := math.Abs(x - base); d > largest {
			largest = d
		}
	}
	return base, largest
}

// slope returns the first sample's place, and the mean step from there to the last sample.
func slope(phase []float64) (first int, slope float64) {
	last := len(phase) - 1
	for first < last && math.IsNaN(phase[first]) {
		first++
	}
	for last > first && math.IsNaN(phase[last]) {
		last--
	}
	if last <= first {
		return first, 0
	}
	return first, (phase[last] - phase[first]) / float64(last-first)
}

// minPresent is the share of samples that a mean of m samples needs. With all of them
// required, one lost sample in a hundred would leave no deviation above a hundred samples.
const minPresent = 0.75

// mean returns the mean of the samples from i up to i+m; NaN if too many are missing.
func (s prefixSums) mean(i, m int) float64 {
	n := s.count[i+m] - s.count[i]
	if n == 0 || float64(n) < minPresent*float64(m) {
		return math.NaN()
	}
	return float64(s.sum[i+m]-s.sum[i]) * s.unit / float64(n)
}

// modified returns the root of half the mean square of the second differences of the means
// of m samples.
func (s prefixSums) modified(m int) float64 {
	sum, terms := 0.0, 0
	for i := 0; i+3*m < len(s.sum); i++ {
		d := s.mean(i+2*m, m) - 2*s.mean(i+m, m) + s.mean(i, m)
		if !math.IsNaN(d) {
			sum += d * d
			terms++
		}
	}
	if terms == 0 {
		return math.NaN()
	}
	return math.Sqrt(sum / (2 * float64(terms)))
}
