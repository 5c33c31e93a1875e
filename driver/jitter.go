package driver

import (
	"math"
	"slices"
	"time"
)

const (
	// jitterWindow is how many residuals are kept: with one sample a second, the median
	// follows a change within half a minute.
	jitterWindow = 48

	// Up to maxFew residuals, the greatest is used instead of the median: the median of
	// so few may be too small.
	maxFew = 12

	// minResiduals is how many residuals an estimate needs.
	minResiduals = 3

	// maxSampleGap is the longest time between two samples in which the drift of the
	// system clock is a straight line.
	maxSampleGap = 60 * time.Second

	// madScale converts the median of absolute values of a normal distribution to its
	// standard deviation: 1 / 0.6745.
	madScale = 1.4826

	// The range of a precision, as log2 of seconds. Half a second is the worst: a source
	// that may be further off does not know its second. 2^-30 s is about a nanosecond.
	worstPrecision = -1
	bestPrecision  = -30
)

// Jitter estimates how much the samples of a clock scatter about their own trend: a robust
// standard deviation, from second differences. The drift and the slewing of the system
// clock do not count: over three samples they are a straight line.
//
// The zero Jitter is ready for use. Its methods do not allocate.
type Jitter struct {
	n         int      // samples held, up to 3
	time      [3]int64 // CLOCK_MONOTONIC of the last samples, oldest first
	offset    [3]int64
	residuals [jitterWindow]float64 // in nanoseconds, absolute, a ring
	count     int
	next      int
}

// Add adds a sample.
func (j *Jitter) Add(s Sample) {
	if j.n > 0 {
		gap := time.Duration(s.Mono - j.time[j.n-1])
		if gap <= 0 {
			return
		}
		if gap > maxSampleGap {
			j.n = 0
		}
	}
	if j.n == 3 {
		copy(j.time[:], j.time[1:])
		copy(j.offset[:], j.offset[1:])
		j.n = 2
	}
	j.time[j.n], j.offset[j.n] = s.Mono, s.Offset()
	if j.n++; j.n == 3 {
		j.keep(j.residual())
	}
}

// residual returns how far the middle one of three samples is from the line through the
// other two, scaled to the deviation of a single sample.
func (j *Jitter) residual() float64 {
	a := float64(j.time[1]-j.time[0]) / float64(j.time[2]-j.time[0])
	b := 1 - a
	before := float64(j.offset[1] - j.offset[0])
	after := float64(j.offset[1] - j.offset[2])
	// The squares of three independent errors add up: 1 + a^2 + b^2.
	return math.Abs(b*before+a*after) / math.Sqrt(1+a*a+b*b)
}

func (j *Jitter) keep(residual float64) {
	j.residuals[j.next] = residual
	j.next = (j.next + 1) % jitterWindow
	j.count = min(j.count+1, jitterWindow)
}

// Reset removes all samples: the clock, or the system clock, has changed.
func (j *Jitter) Reset() { *j = Jitter{} }

// Estimate returns the standard deviation of a sample, and whether there are enough samples
// for it.
func (j *Jitter) Estimate() (time.Duration, bool) {
	if j.count < minResiduals {
		return 0, false
	}
	sorted := j.residuals // a copy
	held := sorted[:j.count]
	slices.Sort(held)
	if j.count <= maxFew {
		return time.Duration(math.Ceil(held[j.count-1])), true
	}
	return time.Duration(math.Ceil(held[j.count/2] * madScale)), true
}

// Precision returns the estimate as in the segment: log2 of seconds, rounded up, so that it
// is never better than measured. The delay spread is added in squares.
func (j *Jitter) Precision(spread time.Duration) int {
	jitter, ok := j.Estimate()
	if !ok {
		return worstPrecision
	}
	both := math.Hypot(float64(jitter), float64(spread))
	if both <= 0 {
		return bestPrecision
	}
	return min(max(int(math.Ceil(math.Log2(both/1e9))), bestPrecision), worstPrecision)
}
