package logreport

import (
	"math"
	"slices"
	"time"

	"github.com/refclock/refclock/internal/stability"
)

// figures describes a column; nil if no value is known.
func figures(column []float64) *Figures {
	sorted := known(column)
	if len(sorted) == 0 {
		return nil
	}
	slices.Sort(sorted)
	mean, sd := meanAndDeviation(sorted)
	q := func(p float64) int64 { return round(quantile(sorted, p)) }
	return &Figures{
		MedianNS: q(0.5), MeanNS: round(mean), SDNS: round(sd), MinNS: round(sorted[0]), P1NS: q(0.01), P5NS: q(0.05),
		P95NS: q(0.95), P99NS: q(0.99), MaxNS: round(sorted[len(sorted)-1]),
	}
}

// round returns whole nanoseconds; what a number of 64 bits cannot have becomes its limit.
func round(ns float64) int64 {
	const limit = 9.2e18
	return int64(math.Round(max(-limit, min(ns, limit))))
}

// quantile returns the value below which a share p of the sorted values lies, interpolated.
func quantile(sorted []float64, p float64) float64 {
	at := p * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// meanAndDeviation computes both from differences to the first value, which keeps the digits
// of offsets that are large and alike.
func meanAndDeviation(values []float64) (mean, sd float64) {
	base, n := values[0], float64(len(values))
	sum := 0.0
	for _, x := range values {
		sum += x - base
	}
	mean = sum / n
	squares := 0.0
	for _, x := range values {
		squares += (x - base - mean) * (x - base - mean)
	}
	if n < 2 {
		return base + mean, 0
	}
	return base + mean, math.Sqrt(squares / (n - 1))
}

// usualInterval returns the median time from one sample to the next, to the nanosecond; 0 if
// there are fewer than two times.
func usualInterval(times []int64) int64 {
	var steps []int64
	for i := 1; i < len(times); i++ {
		if d := times[i] - times[i-1]; d > 0 {
			steps = append(steps, d)
		}
	}
	if len(steps) == 0 {
		return 0
	}
	slices.Sort(steps)
	return steps[len(steps)/2]
}

// histogramBins is the number of columns between the extremes that are shown.
const histogramBins = 60

// histogram counts the offsets in columns of equal width. Outliers are in the first and the
// last column, which reach to the extremes.
func histogram(values []float64, f *Figures) []Bin {
	lo, hi := core(f)
	width := (hi - lo) / histogramBins
	if width <= 0 {
		return []Bin{{FromNS: f.MinNS, ToNS: f.MaxNS + 1, Count: len(values)}}
	}
	bins := make([]Bin, histogramBins)
	for i := range bins {
		bins[i].FromNS, bins[i].ToNS = round(lo+width*float64(i)), round(lo+width*float64(i+1))
	}
	bins[0].FromNS, bins[len(bins)-1].ToNS = min(f.MinNS, bins[0].FromNS), max(f.MaxNS+1, bins[len(bins)-1].ToNS)
	for _, x := range values {
		at := max(0, min((x-lo)/width, histogramBins-1)) // before the conversion: it may be beyond an int
		bins[int(at)].Count++
	}
	return bins
}

// core returns the range that plots show: all values, or if a few lie far outside, a range
// around the middle 98 %.
func core(f *Figures) (lo, hi float64) {
	lo, hi = float64(f.MinNS), float64(f.MaxNS)
	p1, p99 := float64(f.P1NS), float64(f.P99NS)
	if span := p99 - p1; span > 0 && hi-lo > 4*span {
		lo, hi = max(lo, p1-span/2), min(hi, p99+span/2)
	}
	return lo, hi
}

// minHours is the shortest time for which the hours of the day are compared.
const minHours = 6 * time.Hour

// hours describes a column by the hour of the day in UTC.
func hours(times []int64, column []float64) []Hour {
	list := []Hour{}
	if time.Duration(times[len(times)-1]-times[0]) < minHours {
		return list
	}
	var byHour [24][]float64
	for i, t := range times {
		if x := column[i]; !math.IsNaN(x) {
			hour := t / int64(time.Hour) % 24
			byHour[hour] = append(byHour[hour], x)
		}
	}
	for hour, values := range byHour {
		if len(values) == 0 {
			continue
		}
		slices.Sort(values)
		list = append(list, Hour{hour, len(values), round(quantile(values, 0.5)), round(quantile(values, 0.05)), round(quantile(values, 0.95))})
	}
	return list
}

// Limits of the stability.
const (
	minStable   = 8        // samples
	maxGrid     = 20 << 20 // slots of the grid, present or missing
	minRegular  = 0.7      // share of the steps that are near a multiple of the interval
	independent = 10       // fewer averaging times than this make a value rough
)

// stabilityOf computes the deviations at averaging times in octaves.
func stabilityOf(s *series) []Stability {
	list := []Stability{}
	phase, interval := grid(s)
	if phase == nil {
		return list
	}
	for _, p := range stability.Deviations(phase, interval, stability.Octaves(len(phase))) {
		if p.Terms == 0 {
			continue
		}
		// Phase is in nanoseconds, and time in seconds.
		list = append(list, Stability{
			TauS: p.Tau, ADEV: scaled(p.ADEV, 1e-9), MDEV: scaled(p.MDEV, 1e-9), TDEVS: scaled(p.TDEV, 1e-9), Terms: p.Terms,
			Rough: p.Terms < independent*p.Factor,
		})
	}
	return list
}

// scaled returns a value in another unit; nil if it is unknown.
func scaled(x, factor float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	x *= factor
	return &x
}

// grid returns the offsets at equal intervals, with NaN where a sample is missing, and the
// interval in seconds. It returns nil if the samples are too few, or too irregular.
func grid(s *series) (phase []float64, interval float64) {
	if len(s.times) < minStable || s.interval == 0 {
		return nil, 0
	}
	slots, regular := slotsOf(s)
	last := slots[len(slots)-1]
	if last > maxGrid || float64(regular) < minRegular*float64(len(s.times)-1) {
		return nil, 0
	}
	phase = make([]float64, last+1)
	for i := range phase {
		phase[i] = math.NaN()
	}
	for i, slot := range slots {
		if math.IsNaN(phase[slot]) {
			phase[slot] = s.values[i]
		}
	}
	// The median of the steps has the jitter of one step; the whole time has it once.
	return phase, float64(s.times[len(s.times)-1]-s.times[0]) / float64(last) / 1e9
}

// slotsOf numbers the samples by the intervals that have passed, and counts the steps that
// are near a multiple of it.
func slotsOf(s *series) (slots []int, regular int) {
	slots = make([]int, len(s.times))
	for i := 1; i < len(s.times); i++ {
		step := s.times[i] - s.times[i-1]
		n := (step + s.interval/2) / s.interval
		if d := step - n*s.interval; n > 0 && distance(d, 0) <= s.interval/4 {
			regular++
		}
		slots[i] = slots[i-1] + int(min(n, maxGrid))
		if slots[i] > maxGrid {
			slots[i] = maxGrid + 1
		}
	}
	return slots, regular
}

// fill describes values, which it sorts.
func (b *bucket) fill(values []float64) {
	if b.count = len(values); b.count == 0 {
		return
	}
	slices.Sort(values)
	b.min, b.median, b.max = values[0], quantile(values, 0.5), values[len(values)-1]
}
