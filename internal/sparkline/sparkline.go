// Package sparkline draws small plots with the dots of braille characters, two columns and
// four rows of dots a character.
package sparkline

import (
	"math/bits"
	"strings"
)

// A Value is what a column of dots shows. The column of a value that is not known is blank.
type Value struct {
	N     int64
	Known bool
}

const (
	dotColumns = 2      // of a character
	dotRows    = 4      // likewise
	blank      = 0x2800 // the character without dots; see Unicode, block Braille Patterns
)

// dots has the bit of each dot, by column from the left and row from the bottom.
var dots = [dotColumns][dotRows]rune{{0x40, 0x04, 0x02, 0x01}, {0x80, 0x20, 0x10, 0x08}}

// Lines returns a plot of height lines, each of width characters, with a dot for each value.
// The lowest value is at the bottom and the highest at the top. If they are equal, the dots
// are in the middle. The last value is at the right; the first values that have no room are
// left out. A character without dots is a space: some fonts draw the empty braille character.
func Lines(values []Value, width, height int) []string {
	if n := max(width, 0) * dotColumns; len(values) > n {
		values = values[len(values)-n:]
	}
	cells := make([][]rune, max(height, 0))
	for i := range cells {
		cells[i] = []rune(strings.Repeat(" ", max(width, 0)))
	}
	scale := newScale(values, len(cells)*dotRows)
	first := max(width, 0)*dotColumns - len(values)
	for i, v := range values {
		if !v.Known || len(cells) == 0 {
			continue
		}
		x, y := first+i, scale.row(v.N)
		cell := &cells[len(cells)-1-y/dotRows][x/dotColumns]
		*cell = max(*cell, blank) | dots[x%dotColumns][y%dotRows]
	}
	lines := make([]string, len(cells))
	for i, line := range cells {
		lines[i] = string(line)
	}
	return lines
}

// Bounds returns the lowest and the highest value, and whether any is known.
func Bounds(values []Value) (low, high int64, known bool) {
	for _, v := range values {
		if !v.Known {
			continue
		}
		if !known {
			low, high, known = v.N, v.N, true
		}
		low, high = min(low, v.N), max(high, v.N)
	}
	return low, high, known
}

// A scale maps values to rows of dots.
type scale struct {
	low  int64
	span uint64 // the difference of two int64 needs 64 bits
	rows int
}

func newScale(values []Value, rows int) scale {
	low, high, _ := Bounds(values)
	return scale{low, uint64(high) - uint64(low), rows}
}

// row returns the row of a value, from 0 at the bottom.
func (s scale) row(v int64) int {
	if s.span == 0 {
		return (s.rows - 1) / 2
	}
	high, low := bits.Mul64(uint64(v)-uint64(s.low), uint64(s.rows))
	row, _ := bits.Div64(high, low, s.span)
	return min(int(row), s.rows-1)
}
