package htntp

import (
	"math"
	"slices"
	"time"
)

const (
	// points is the resolution of a posterior.
	points = 256

	// negligible is the likelihood, relative to the greatest, below which a theta is
	// outside the range of the points.
	negligible = 1e-3
)

// A posterior is the probability density of theta after the answers, at evenly spaced
// points. It sums to 1. Floating point is precise enough, because values are relative to
// an origin that is at most a second away.
type posterior struct {
	origin theta
	low    float64 // of the first point, relative to the origin
	step   float64
	p      []float64
}

// A prior is what the previous poll says about theta: it is between Low and High, with a
// small probability of being anywhere. Without a previous poll nothing is known.
type prior struct {
	Bounds
	known bool
}

// wrongPriorShare is the probability that the prior is wrong, for example because a
// program has set the frequency of the clock. wrongPriorRange is how far off theta may
// then be.
const (
	wrongPriorShare = 0.02
	wrongPriorRange = int64(700 * time.Millisecond)
)

// at returns the density of the prior, up to a constant factor. Its edges are quantiles,
// not limits, so the density falls off over a quarter of its width.
func (p prior) at(x theta) float64 {
	if !p.known {
		return 1
	}
	width := float64(p.High - p.Low)
	outside := max(float64(p.Low-x), float64(x-p.High), 0)
	return math.Exp(-outside/(width/8)) + wrongPriorShare*width/float64(2*wrongPriorRange)
}

// seen returns the range of theta in which the likelihood of a server's answers is not
// negligible, its skew included.
func (e *evidence) seen(origin theta) (low, high float64) {
	terms := e.terms(origin)
	knots := []float64{float64(e.bounds.Low - origin), float64(e.bounds.High - origin)}
	for _, t := range terms {
		for _, x := range t.knots() {
			if x > knots[0] && x < knots[1] {
				knots = append(knots, x)
			}
		}
	}
	slices.Sort(knots)
	// The peak of the product may be between two knots.
	for i := range len(knots) - 1 {
		knots = append(knots, (knots[i]+knots[i+1])/2)
	}
	slices.Sort(knots)
	likelihood := make([]float64, len(knots))
	most := 0.0
	for i, x := range knots {
		likelihood[i] = 1
		for _, t := range terms {
			likelihood[i] *= t.at(x)
		}
		most = max(most, likelihood[i])
	}
	first, last := 0, len(knots)-1
	for first < last && likelihood[first] <= negligible*most {
		first++
	}
	for last > first && likelihood[last] <= negligible*most {
		last--
	}
	margin := 3 * e.skew()
	return knots[max(first-1, 0)] - margin, knots[min(last+1, len(knots)-1)] + margin
}

// infer combines a prior with the servers' answers. The likelihoods of one server's
// answers are multiplied. The asymmetry of its path is common to all of them, so their
// product is blurred as a whole: no number of answers removes it. If there are several
// servers, each may be slightly wrong with the probability doubt.
func infer(p prior, doubt float64, servers ...*evidence) posterior {
	b := posterior{origin: servers[0].bounds.Low}
	low, high := math.Inf(1), math.Inf(-1)
	for _, e := range servers {
		from, to := e.seen(b.origin)
		low, high = min(low, from), max(high, to)
	}
	b.low, b.step = low, max(1, (high-low)/(points-1))
	b.p = make([]float64, points)
	for i := range b.p {
		b.p[i] = p.at(b.origin + int64(b.low+float64(i)*b.step))
	}
	one := make([]float64, points)
	for _, e := range servers {
		terms := e.terms(b.origin)
		for i := range one {
			x := b.low + float64(i)*b.step
			one[i] = 1
			for _, t := range terms {
				one[i] *= t.at(x)
			}
		}
		blur(one, e.skew()/b.step)
		for i := range one {
			if x := b.origin + int64(b.low+float64(i)*b.step); len(servers) == 1 && (x < e.bounds.Low || x > e.bounds.High) {
				one[i] = 0
			}
		}
		normalise(one)
		for i := range b.p {
			b.p[i] *= (1-doubt)*one[i] + doubt/points
		}
	}
	normalise(b.p)
	return b
}

// blur convolves a density with three uniform distributions: about a normal one.
func blur(p []float64, deviation float64) {
	half := int(math.Round(deviation))
	if half < 1 {
		return
	}
	sums := make([]float64, len(p)+1)
	for range 3 {
		for i, v := range p {
			sums[i+1] = sums[i] + v
		}
		for i := range p {
			from, to := max(0, i-half), min(len(p), i+half+1)
			p[i] = (sums[to] - sums[from]) / float64(2*half+1)
		}
	}
}

func normalise(p []float64) {
	sum := 0.0
	for _, v := range p {
		sum += v
	}
	for i := range p {
		if sum > 0 {
			p[i] /= sum
		} else {
			p[i] = 1 / float64(len(p)) // no information: uniform
		}
	}
}

// quantile returns the theta below which a share q of the probability is.
func (b posterior) quantile(q float64) theta {
	sum := 0.0
	for i, v := range b.p {
		if sum+v >= q && v > 0 {
			// Each point represents the step around it.
			return b.origin + int64(b.low+(float64(i)-0.5+(q-sum)/v)*b.step)
		}
		sum += v
	}
	return b.origin + int64(b.low+float64(len(b.p)-1)*b.step)
}

// below returns the probability that theta is less than x.
func (b posterior) below(x theta) float64 {
	position := (float64(x-b.origin)-b.low)/b.step + 0.5
	sum := 0.0
	for i, v := range b.p {
		switch part := position - float64(i); {
		case part >= 1:
			sum += v
		case part > 0:
			sum += part * v
		}
	}
	return sum
}

// peak returns the greatest density between two thetas.
func (b posterior) peak(low, high theta) (highest float64) {
	for i, v := range b.p {
		if x := b.origin + int64(b.low+float64(i)*b.step); low <= x && x <= high {
			highest = max(highest, v)
		}
	}
	return highest
}

// ends returns the range of the points.
func (b posterior) ends() (low, high theta) {
	return b.origin + int64(b.low) - 1, b.origin + int64(b.low+b.step*points)
}

// An Estimate is the median and the 90 % interval of theta.
type Estimate struct {
	Theta     theta // as likely too low as too high
	Low, High theta // with 90 % probability, theta is between these
}

func (b posterior) estimate() Estimate {
	return Estimate{b.quantile(0.5), b.quantile(0.05), b.quantile(0.95)}
}

// Half returns the half-width of the 90 % interval.
func (e Estimate) Half() time.Duration {
	return time.Duration(max(e.High-e.Theta, e.Theta-e.Low))
}
