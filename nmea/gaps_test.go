package nmea

import (
	"slices"
	"testing"
	"time"
)

// Of more than eight silences the shortest is dropped; of two equal ones, the earlier.
func TestRemember(t *testing.T) {
	tests := []struct {
		name    string
		silence []int // ms, in order
		want    []int // which of them are left
	}{
		{"eight", []int{30, 10, 20, 40, 50, 60, 70, 80}, []int{0, 1, 2, 3, 4, 5, 6, 7}},
		{"nine", []int{30, 10, 20, 40, 50, 60, 70, 80, 90}, []int{0, 2, 3, 4, 5, 6, 7, 8}},
		{"ten", []int{30, 10, 20, 40, 50, 60, 70, 80, 90, 15}, []int{0, 3, 4, 5, 6, 7, 8, 9}},
		{"the first is the shortest", []int{10, 30, 20, 40, 50, 60, 70, 80, 90}, []int{1, 2, 3, 4, 5, 6, 7, 8}},
		{"the eighth is the shortest", []int{30, 20, 40, 50, 60, 70, 80, 10, 90}, []int{0, 1, 2, 3, 4, 5, 6, 8}},
		{"the ninth is the shortest and stays", []int{30, 20, 40, 50, 60, 70, 80, 90, 10}, []int{0, 2, 3, 4, 5, 6, 7, 8}},
		{"two are the shortest", []int{30, 20, 40, 20, 50, 60, 70, 80, 90}, []int{0, 2, 3, 4, 5, 6, 7, 8}},
		{"all equal", []int{20, 20, 20, 20, 20, 20, 20, 20, 20, 20}, []int{2, 3, 4, 5, 6, 7, 8, 9}},
		{"ever longer", []int{10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120}, []int{4, 5, 6, 7, 8, 9, 10, 11}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var e Epochs
			for i, idle := range test.silence {
				e.remember(gap{burst: Burst{Seq: uint64(i) + 1, Idle: time.Duration(idle) * time.Millisecond}, index: i})
			}
			var got []int
			for _, g := range e.gaps[:e.ngaps] {
				got = append(got, g.index)
				if g.burst.Seq != uint64(g.index)+1 || g.burst.Idle != time.Duration(test.silence[g.index])*time.Millisecond {
					t.Errorf("silence %d is %+v", g.index, g.burst)
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("silences %d are left, want %d", got, test.want)
			}
		})
	}
}

func TestPause(t *testing.T) {
	for _, silence := range [][]int{nil, {7}, {10, 30, 20}, {30, 10}, {10, 30}} {
		var e Epochs
		e.gaps[7].burst.Idle = time.Hour // of an epoch before
		for _, idle := range silence {
			e.remember(gap{burst: Burst{Idle: time.Duration(idle)}})
		}
		want := time.Duration(0)
		if len(silence) > 0 {
			want = time.Duration(slices.Max(silence))
		}
		if got := e.pause(); got != want {
			t.Errorf("%v: longest %v, want %v", silence, got, want)
		}
	}
}

// Times half a second apart are of two seconds, also around midnight.
func TestApart(t *testing.T) {
	const half = 500_000_000
	tests := []struct {
		a, b TimeOfDay
		want bool
	}{
		{TimeOfDay{9, 30, 0, 0}, TimeOfDay{9, 30, 0, 0}, false},
		{TimeOfDay{9, 30, 0, 0}, TimeOfDay{9, 30, 0, half - 1}, false},
		{TimeOfDay{9, 30, 0, 0}, TimeOfDay{9, 30, 0, half}, true},
		{TimeOfDay{9, 30, 0, 0}, TimeOfDay{9, 30, 0, 300_000_000}, false},
		{TimeOfDay{9, 30, 0, 0}, TimeOfDay{9, 30, 1, 0}, true},
		{TimeOfDay{9, 30, 0, 0}, TimeOfDay{9, 30, 0, 700_000_000}, true},
		{TimeOfDay{9, 30, 0, 0}, TimeOfDay{21, 30, 0, 0}, true},
		{TimeOfDay{0, 0, 0, 0}, TimeOfDay{12, 0, 0, 0}, true},
		{TimeOfDay{23, 59, 59, half + 1}, TimeOfDay{}, false},
		{TimeOfDay{23, 59, 59, half}, TimeOfDay{}, true},
		{TimeOfDay{23, 59, 59, 0}, TimeOfDay{}, true},
		{TimeOfDay{23, 59, 59, 800_000_000}, TimeOfDay{0, 0, 0, 100_000_000}, false},
		{TimeOfDay{23, 59, 60, 0}, TimeOfDay{}, false}, // both are equally far from the end of the day
		{TimeOfDay{23, 59, 60, half}, TimeOfDay{}, true},
	}
	for _, test := range tests {
		if apart(test.a, test.b) != test.want || apart(test.b, test.a) != test.want {
			t.Errorf("%v and %v are apart: want %v", test.a, test.b, test.want)
		}
	}
}
