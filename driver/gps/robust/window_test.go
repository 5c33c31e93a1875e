package robust

import (
	"math/rand/v2"
	"testing"
	"time"
)

const ms = time.Millisecond

func window(durations ...time.Duration) Window {
	w := NewWindow(MaxCapacity)
	for _, d := range durations {
		w.Add(d)
	}
	return w
}

func TestMedianAndSpread(t *testing.T) {
	for _, c := range []struct {
		name           string
		window         Window
		median, spread time.Duration
	}{
		{"none", window(), 0, 0},
		{"one", window(7 * ms), 7 * ms, 0},
		{"two", window(8*ms, 4*ms), 8 * ms, 3476 * time.Microsecond},
		{"three", window(3*ms, 1*ms, 2*ms), 2 * ms, 869 * time.Microsecond},
		{"four", window(3*ms, 0, 2*ms, 1*ms), 2 * ms, 1738 * time.Microsecond},
		{"negative", window(-3*ms, -1*ms, -2*ms), -2 * ms, 869 * time.Microsecond},
		{"two outliers of nine", window(5*ms, 5*ms, 900*ms, 5*ms, 5*ms, -time.Hour, 5*ms, 5*ms, 5*ms), 5 * ms, 0},
		{"late every other second", window(0, 100*ms, 0, 100*ms, 0, 100*ms, 0, 100*ms, 0), 0, 86900 * time.Microsecond},
	} {
		if median, spread := c.window.Median(), c.window.Spread(); median != c.median || spread != c.spread {
			t.Errorf("%s: median %v, spread %v, want %v, %v", c.name, median, spread, c.median, c.spread)
		}
	}
}

func TestSpreadIsTheStandardDeviation(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var sum time.Duration
	const windows = 500
	for range windows {
		w := NewWindow(MaxCapacity)
		for range MaxCapacity {
			w.Add(time.Second + time.Duration(random.NormFloat64()*float64(ms)))
		}
		sum += w.Spread()
	}
	if mean := sum / windows; (mean - ms).Abs() > ms/20 {
		t.Errorf("the spread of a normal distribution with a deviation of %v is %v on average", ms, mean)
	}
}

func TestWrappedSpread(t *testing.T) {
	w := window(998*ms, 2*ms, 999*ms, 1*ms)
	if plain, wrapped := w.Spread(), w.WrappedSpread(time.Second); plain < 500*ms || wrapped > 4*ms {
		t.Errorf("near a whole second: spread %v, wrapped %v", plain, wrapped)
	}
	if w.Median() != 998*ms {
		t.Errorf("the window has changed: its median is %v", w.Median())
	}
	w = window(300*ms, 700*ms, 300*ms, 700*ms)
	if wrapped := w.WrappedSpread(time.Second); wrapped < 300*ms {
		t.Errorf("a true scatter of 400 ms: wrapped spread %v", wrapped)
	}
}

func TestWindowTurnover(t *testing.T) {
	for _, capacity := range []int{1, 2, 9, MaxCapacity} {
		w := NewWindow(capacity)
		for i := range 3 * MaxCapacity {
			w.Add(time.Duration(i))
			if want := min(i+1, capacity); w.Len() != want {
				t.Fatalf("capacity %d: %d after %d, want %d", capacity, w.Len(), i+1, want)
			}
			if want := time.Duration(i + 1 - w.Len() + w.Len()/2); w.Median() != want {
				t.Fatalf("capacity %d: median %v after %d, want %v", capacity, w.Median(), i+1, want)
			}
		}
		w.Reset()
		if w.Len() != 0 || w.Median() != 0 || w.Spread() != 0 {
			t.Errorf("capacity %d: not empty after Reset: %d", capacity, w.Len())
		}
		if w.Add(5); w.Len() != 1 || w.Median() != 5 {
			t.Errorf("capacity %d: median %v of %d after Reset, want 5ns of 1", capacity, w.Median(), w.Len())
		}
	}
}

func TestWindowDoesNotAllocate(t *testing.T) {
	w := NewWindow(MaxCapacity)
	var sum time.Duration
	if n := testing.AllocsPerRun(200, func() {
		w.Add(time.Duration(w.Len()))
		sum += w.Median() + w.Spread() + w.WrappedSpread(time.Second)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
