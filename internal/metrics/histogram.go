package metrics

import (
	"fmt"
	"io"
	"slices"
)

// bounds are those of the histogram: from 100 ns to 1 s, four a decade. They are round, so
// that queries can name them.
var bounds = []float64{
	1e-7, 1.78e-7, 3.16e-7, 5.62e-7, 1e-6, 1.78e-6, 3.16e-6, 5.62e-6, 1e-5, 1.78e-5, 3.16e-5, 5.62e-5, 1e-4, 1.78e-4, 3.16e-4, 5.62e-4,
	1e-3, 1.78e-3, 3.16e-3, 5.62e-3, 0.01, 0.0178, 0.0316, 0.0562, 0.1, 0.178, 0.316, 0.562, 1,
}

// A distribution counts values by their size.
type distribution struct {
	counts []uint64 // by bound; the last is of larger values
	sum    float64
	count  uint64
}

func (d *distribution) add(value float64) {
	if d.counts == nil {
		d.counts = make([]uint64, len(bounds)+1)
	}
	place, _ := slices.BinarySearch(bounds, value)
	d.counts[place]++
	d.sum += value
	d.count++
}

// write writes the values as a histogram. Each bucket counts those up to its bound, so it has
// the smaller ones too.
func (d *distribution) write(to io.Writer, name, labels string) {
	total := uint64(0)
	for i, bound := range bounds {
		if d.counts != nil {
			total += d.counts[i]
		}
		fmt.Fprintf(to, "%s_bucket{%s,le=\"%v\"} %d\n", name, labels, bound, total)
	}
	fmt.Fprintf(to, "%s_bucket{%s,le=\"+Inf\"} %d\n", name, labels, d.count)
	fmt.Fprintf(to, "%s_sum{%s} %g\n", name, labels, d.sum)
	fmt.Fprintf(to, "%s_count{%s} %d\n", name, labels, d.count)
}
