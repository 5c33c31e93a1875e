package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

func milliseconds(d time.Duration) float64 { return float64(d) / 1e6 }

// quantile returns the q-quantile of figures, interpolated; NaN without any.
func quantile(figures []float64, q float64) float64 {
	if len(figures) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(figures))
	at := q * float64(len(sorted)-1)
	low := int(at)
	if low == len(sorted)-1 {
		return sorted[low]
	}
	return sorted[low] + (at-float64(low))*(sorted[low+1]-sorted[low])
}

// deviation returns the standard deviation; NaN for fewer than two figures.
func deviation(figures []float64) float64 {
	if len(figures) < 2 {
		return math.NaN()
	}
	var mean, squares float64
	for _, f := range figures {
		mean += f / float64(len(figures))
	}
	for _, f := range figures {
		squares += (f - mean) * (f - mean)
	}
	return math.Sqrt(squares / float64(len(figures)-1))
}

// beyond returns the 95th percentile of the distances from the median.
func beyond(figures []float64) float64 {
	middle := quantile(figures, 0.5)
	var distances []float64
	for _, f := range figures {
		distances = append(distances, math.Abs(f-middle))
	}
	return quantile(distances, 0.95)
}

// figure formats with three significant digits, and - for no figure.
func figure(f float64) string {
	switch size := math.Abs(f); {
	case math.IsNaN(f):
		return "-"
	case size >= 100 || size == 0:
		return fmt.Sprintf("%.0f", f)
	case size >= 10:
		return fmt.Sprintf("%.1f", f)
	case size >= 1:
		return fmt.Sprintf("%.2f", f)
	}
	return fmt.Sprintf("%.3f", f)
}

// ranged formats the median of figures with their range.
func ranged(figures []float64) string {
	if len(figures) == 0 {
		return "-"
	}
	return fmt.Sprintf("%s (%s to %s)", figure(quantile(figures, 0.5)), figure(quantile(figures, 0)), figure(quantile(figures, 1)))
}

// A table is printed as Markdown. Its first row is the head.
type table [][]string

func (t *table) add(cells ...string) { *t = append(*t, cells) }

func (t table) print(title string) {
	fmt.Printf("\n### %s\n\n", title)
	for i, row := range t {
		fmt.Printf("| %s |\n", strings.Join(row, " | "))
		if i == 0 {
			fmt.Printf("|%s\n", strings.Repeat(" --- |", len(row)))
		}
	}
}
