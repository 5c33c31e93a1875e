package htntp

import (
	"math"
	"slices"
	"time"
)

const (
	// points is how finely a belief is held.
	points = 256

	// worthless is the part of the greatest likelihood under which a theta is left
	// out of the picture.
	worthless = 1e-3
)

// A belief is how probable each theta is: a density at evenly spaced points, which
// always sums to 1. Floating point is good enough here, because it is relative to
// an origin that is a second away at the most.
type belief struct {
	origin theta
	low    float64 // of the first point, relative to the origin
	step   float64
	p      []float64
}

// A prior is what was believed before a poll, from the poll before: theta is within
// Low and High, or else anywhere.
type prior struct {
	Bounds
	known bool
}

// strayed is the probability that the prior is wrong, as when somebody has set the
// frequency of the clock meanwhile, and strayRange how far theta may then be off.
const (
	strayed    = 0.02
	strayRange = int64(700 * time.Millisecond)
)

// at is the density of the prior, but for a factor. Its edges fall off over a
// quarter of its width, since they are quantiles and no walls.
func (p prior) at(x theta) float64 {
	if !p.known {
		return 1
	}
	width := float64(p.High - p.Low)
	outside := max(float64(p.Low-x), float64(x-p.High), 0)
	return math.Exp(-outside/(width/8)) + strayed*width/float64(2*strayRange)
}

// seen is where the evidence of a server alone leaves theta any likelihood worth the
// name, its skew included.
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
	// The product of the terms may have its peak between two knots.
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
	for first < last && likelihood[first] <= worthless*most {
		first++
	}
	for last > first && likelihood[last] <= worthless*most {
		last--
	}
	margin := 3 * e.skew()
	return knots[max(first-1, 0)] - margin, knots[min(last+1, len(knots)-1)] + margin
}

// believe combines a prior with what servers have said. Within a server the answers
// multiply; what they have in common, the asymmetry of the path, then blurs their
// product as a whole, for no number of answers can take it away. A server that is
// alone has no one to be outvoted by; others count as slightly wrong with the
// probability doubt.
func believe(p prior, doubt float64, servers ...*evidence) belief {
	b := belief{origin: servers[0].bounds.Low}
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

// blur spreads a density by about a normal distribution: by three even ones.
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
			p[i] = 1 / float64(len(p)) // nothing is likely, so everything is as likely
		}
	}
}

// quantile is the theta under which a part q of the probability lies.
func (b belief) quantile(q float64) theta {
	sum := 0.0
	for i, v := range b.p {
		if sum+v >= q && v > 0 {
			// Each point stands for the step around it.
			return b.origin + int64(b.low+(float64(i)-0.5+(q-sum)/v)*b.step)
		}
		sum += v
	}
	return b.origin + int64(b.low+float64(len(b.p)-1)*b.step)
}

// below is the probability of a theta less than x.
func (b belief) below(x theta) float64 {
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

// most is the greatest density between two thetas.
func (b belief) most(low, high theta) (most float64) {
	for i, v := range b.p {
		if x := b.origin + int64(b.low+float64(i)*b.step); low <= x && x <= high {
			most = max(most, v)
		}
	}
	return most
}

// ends are the thetas of the first point and the last.
func (b belief) ends() (low, high theta) {
	return b.origin + int64(b.low) - 1, b.origin + int64(b.low+b.step*points)
}

// An Estimate is a belief in short.
type Estimate struct {
	Theta     theta // as likely too low as too high
	Low, High theta // with 90 % probability theta is between these
}

func (b belief) estimate() Estimate {
	return Estimate{b.quantile(0.5), b.quantile(0.05), b.quantile(0.95)}
}

// Half is the half-width that the estimate states: it is no more wrong than this,
// with 90 % probability.
func (e Estimate) Half() time.Duration {
	return time.Duration(max(e.High-e.Theta, e.Theta-e.Low))
}
