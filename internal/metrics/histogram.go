package metrics

import (
	"fmt"
	"io"
	"math"
	"slices"
	"sync"
)

// bounds returns those of the histogram: from 100 ns to 1 s, four a decade.
var bounds = sync.OnceValue(func() (list []float64) {
	for bound := 1e-7; len(list) < 29; bound *= math.Pow(10, 0.25) {
		list = append(list, bound)
	}
	return list
})

// A distribution counts values by their size.
type distribution struct {
	counts []uint64 // by bound; the last is of larger values
	sum    float64
	count  uint64
}

func (d *distribution) add(value float64) {
	if d.counts == nil {
		d.counts = make([]uint64, len(bounds())+1)
	}
	place, _ := slices.BinarySearch(bounds(), value)
	d.counts[place]++
	d.sum += value
	d.count++
}

// write writes the values as a histogram. Each bucket counts those up to its bound, so it has
// the smaller ones too.
func (d *distribution) write(to io.Writer, name, labels string) {
	total := uint64(0)
	for i, bound := range bounds() {
		if d.counts != nil {
			total += d.counts[i]
		}
		fmt.Fprintf(to, "%s_bucket{%s,le=\"%v\"} %d\n", name, labels, bound, total)
	}
	fmt.Fprintf(to, "%s_bucket{%s,le=\"+Inf\"} %d\n", name, labels, d.count)
	fmt.Fprintf(to, "%s_sum{%s} %g\n", name, labels, d.sum)
	fmt.Fprintf(to, "%s_count{%s} %d\n", name, labels, d.count)
}
