package sparkline

import (
	"encoding/binary"
	"math"
	"slices"
	"testing"
	"unicode/utf8"
)

// gap is a value that is not known.
const gap = math.MaxInt64 - 7

// valuesOf returns values of which some are gaps.
func valuesOf(numbers ...int64) (values []Value) {
	for _, n := range numbers {
		values = append(values, Value{n, n != gap})
	}
	return values
}

func TestLines(t *testing.T) {
	for name, c := range map[string]struct {
		values        []Value
		width, height int
		want          []string
	}{
		"nothing":              {nil, 3, 1, []string{"   "}},
		"one value":            {valuesOf(7), 3, 1, []string{"  ⠠"}},
		"constant":             {valuesOf(5, 5, 5, 5), 2, 1, []string{"⠤⠤"}},
		"constant, two lines":  {valuesOf(5, 5, 5, 5), 2, 2, []string{"  ", "⠉⠉"}},
		"four levels":          {valuesOf(0, 1, 2, 3), 2, 1, []string{"⡠⠊"}},
		"eight levels":         {valuesOf(0, 1, 2, 3, 4, 5, 6, 7), 4, 2, []string{"  ⡠⠊", "⡠⠊  "}},
		"falling":              {valuesOf(3, 2, 1, 0), 2, 1, []string{"⠑⢄"}},
		"negative":             {valuesOf(-4, -1), 1, 1, []string{"⡈"}},
		"gap in a character":   {valuesOf(0, gap, gap, 3), 2, 1, []string{"⡀⠈"}},
		"gap of a character":   {valuesOf(0, 3, gap, gap, 3, 0), 3, 1, []string{"⡈ ⢁"}},
		"only gaps":            {valuesOf(gap, gap), 2, 1, []string{"  "}},
		"fewer than the width": {valuesOf(0, 3), 3, 1, []string{"  ⡈"}},
		"an odd number":        {valuesOf(0, 3, 3), 2, 1, []string{"⢀⠉"}},
		"more than the width":  {valuesOf(900, 900, 0, 3), 1, 1, []string{"⡈"}},
		"extremes":             {valuesOf(math.MinInt64, 0, -1, math.MaxInt64), 2, 1, []string{"⡐⠌"}},
		"no width":             {valuesOf(1, 2), 0, 1, []string{""}},
		"no height":            {valuesOf(1, 2), 2, 0, []string{}},
		"negative size":        {valuesOf(1, 2), -1, -1, []string{}},
	} {
		if got := Lines(c.values, c.width, c.height); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestBounds(t *testing.T) {
	if low, high, known := Bounds([]Value{{}, {-3, true}, {9, true}, {2, true}, {}}); low != -3 || high != 9 || !known {
		t.Errorf("%d to %d, %t", low, high, known)
	}
	if _, _, known := Bounds(valuesOf(gap)); known {
		t.Error("a gap has bounds")
	}
}

// Each plot has the exact size, and one dot for each value that is known.
func FuzzLines(f *testing.F) {
	f.Add([]byte{}, 3, 1)
	for _, numbers := range [][]int64{{0, 1, 2, 3}, {-1_234_567, -1_234_890, gap, -1_233_000}, {math.MinInt64, math.MaxInt64}} {
		var seed []byte
		for _, n := range numbers {
			seed = binary.LittleEndian.AppendUint64(seed, uint64(n))
		}
		f.Add(seed, 4, 2)
	}
	f.Fuzz(func(t *testing.T, data []byte, width, height int) {
		width, height = int(uint(width)%200), int(uint(height)%6)
		var numbers []int64
		for ; len(data) >= 8; data = data[8:] {
			numbers = append(numbers, int64(binary.LittleEndian.Uint64(data)))
		}
		values := valuesOf(numbers...)
		lines := Lines(values, width, height)
		if len(lines) != height {
			t.Fatalf("%d lines, want %d", len(lines), height)
		}
		for i, line := range lines {
			if n := utf8.RuneCountInString(line); n != width {
				t.Errorf("line %d has %d characters, want %d", i, n, width)
			}
		}
		if height == 0 {
			return
		}
		shown := values[max(0, len(values)-2*width):]
		checkDots(t, lines, shown, width)
	})
}

// checkDots checks that each column of dots has exactly one, or none at a gap.
func checkDots(t *testing.T, lines []string, shown []Value, width int) {
	t.Helper()
	count := make([]int, 2*width)
	for _, line := range lines {
		for x, r := range []rune(line) {
			if r == ' ' {
				continue
			}
			if r <= blank || r > blank+0xff {
				t.Fatalf("%q is no braille character with dots", r)
			}
			for side := range dotColumns {
				for _, bit := range dots[side] {
					if r&bit != 0 {
						count[2*x+side]++
					}
				}
			}
		}
	}
	for i, n := range count {
		want := 0
		if k := i - (2*width - len(shown)); k >= 0 && shown[k].Known {
			want = 1
		}
		if n != want {
			t.Errorf("column %d of %d has %d dots, want %d", i, 2*width, n, want)
		}
	}
}
