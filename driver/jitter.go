package driver

import (
	"math"
	"slices"
	"time"
)

const (
	// jitterWindow is how many residuals the jitter is the median of: at a sample
	// a second, half a minute of new behaviour outvotes the old.
	jitterWindow = 48

	// jitterFew is up to how many residuals the greatest is taken for the jitter
	// instead of the median, which so few cannot give honestly.
	jitterFew = 12

	// jitterLeast is how many residuals it takes to say anything.
	jitterLeast = 3

	// jitterGap is the time between samples past which the drift of the system
	// clock is no straight line any more.
	jitterGap = 60 * time.Second

	// madScale makes the median of absolute values of a normal distribution its
	// standard deviation: 1 / 0.6745.
	madScale = 1.4826

	// The range of a precision, as log2 of seconds. Half a second is the worst
	// honest guess: a source that could be further off would not know its second.
	// 2^-30 s is the step of a nanosecond.
	precisionWorst = -1
	precisionBest  = -30
)

// Jitter estimates how much a clock's samples scatter about their own slow
// trend: a robust standard deviation, from second differences. The system clock
// drifts and is slewed while samples come; that is no jitter of the samples, and
// is a straight line from one sample to the next but one.
//
// The zero Jitter is ready for use. It never allocates.
type Jitter struct {
	n         int      // samples held, up to 3
	time      [3]int64 // CLOCK_MONOTONIC of the last samples, oldest first
	offset    [3]int64
	residuals [jitterWindow]float64 // in nanoseconds, absolute, a ring
	count     int
	next      int
}

// Add takes note of a sample.
func (j *Jitter) Add(s Sample) {
	if j.n > 0 {
		gap := time.Duration(s.Mono - j.time[j.n-1])
		if gap <= 0 {
			return // the same instant again says nothing new
		}
		if gap > jitterGap {
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

// residual is how far the middle one of three samples lies from the line through
// its neighbours, scaled to the deviation of a single sample.
func (j *Jitter) residual() float64 {
	a := float64(j.time[1]-j.time[0]) / float64(j.time[2]-j.time[0])
	b := 1 - a
	before := float64(j.offset[1] - j.offset[0])
	after := float64(j.offset[1] - j.offset[2])
	// Independent errors of the three add up in squares: 1 + a^2 + b^2.
	return math.Abs(b*before+a*after) / math.Sqrt(1+a*a+b*b)
}

func (j *Jitter) keep(residual float64) {
	j.residuals[j.next] = residual
	j.next = (j.next + 1) % jitterWindow
	j.count = min(j.count+1, jitterWindow)
}

// Reset forgets everything: the clock, or the system's, is another one now.
func (j *Jitter) Reset() { *j = Jitter{} }

// Estimate gives the standard deviation of a sample, and whether there were
// enough samples to tell.
func (j *Jitter) Estimate() (time.Duration, bool) {
	if j.count < jitterLeast {
		return 0, false
	}
	sorted := j.residuals // a copy
	held := sorted[:j.count]
	slices.Sort(held)
	if j.count <= jitterFew {
		return time.Duration(math.Ceil(held[j.count-1])), true
	}
	return time.Duration(math.Ceil(held[j.count/2] * madScale)), true
}

// Precision is the estimate as the segment carries it: the logarithm to base 2
// of seconds, rounded up so as never to claim more than was measured. What the
// samples wander beyond their jitter adds to it, in squares.
func (j *Jitter) Precision(wander time.Duration) int {
	jitter, ok := j.Estimate()
	if !ok {
		return precisionWorst
	}
	both := math.Hypot(float64(jitter), float64(wander))
	if both <= 0 {
		return precisionBest
	}
	return min(max(int(math.Ceil(math.Log2(both/1e9))), precisionBest), precisionWorst)
}
