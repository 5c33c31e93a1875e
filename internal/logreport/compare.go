package logreport

// minCommon is how many samples two sources must have at the same times to be compared.
const minCommon = 5

// maxPairs bounds the comparison of many sources.
const maxPairs = 100

// compare computes the differences of all sources that have samples at the same times.
// Different logs of the same clock are not compared.
func (a *Analysis) compare() {
	for i, s := range a.series {
		for _, o := range a.series[i+1:] {
			if s.format != o.format || len(a.pairs) == maxPairs {
				continue
			}
			d := difference(s, o)
			if len(d.times) < minCommon {
				continue
			}
			a.pairs = append(a.pairs, d)
			a.Report.Pairs = append(a.Report.Pairs, Pair{A: s.label, B: o.label, Samples: len(d.times), Difference: figures(d.values)})
		}
	}
}

// difference returns the offset of a minus that of b at each sample of the source with the
// fewer samples, if the other has one within half an interval.
func difference(a, b *series) *series {
	sparse, dense, sign := a, b, 1.0
	if len(a.times) > len(b.times) {
		sparse, dense, sign = b, a, -1.0
	}
	d := &series{label: a.label + " - " + b.label, format: a.format, interval: sparse.interval}
	j := 0
	for i, t := range sparse.times {
		for j+1 < len(dense.times) && distance(dense.times[j+1], t) <= distance(dense.times[j], t) {
			j++
		}
		if len(dense.times) > 0 && distance(dense.times[j], t) <= dense.interval/2+dense.interval/8 {
			d.times = append(d.times, t)
			d.values = append(d.values, sign*(sparse.values[i]-dense.values[j]))
		}
	}
	return d
}

func distance(a, b int64) int64 { return max(a-b, b-a) }
