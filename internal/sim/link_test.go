package sim_test

import (
	"bytes"
	"iter"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/nmea"
)

// take returns the chunks of the first n bursts of a receiver.
func take(t *testing.T, config sim.Config, link sim.Link, n int) iter.Seq[sim.Chunk] {
	t.Helper()
	r := receiver(t, config)
	return func(yield func(sim.Chunk) bool) {
		for chunk := range sim.Chunks(r, link) {
			if chunk.Burst.Index >= n || !yield(chunk) {
				return
			}
		}
	}
}

// byteTimes returns the time of n bytes at 9600 baud.
func byteTimes(n int) time.Duration { return time.Duration(n) * 10 * time.Second / 9600 }

// near allows for rounding of byte times to nanoseconds.
func near(got, want time.Duration) bool { return (got - want).Abs() <= 2 }

func TestIdealLinkDeliversEachByte(t *testing.T) {
	i := 0
	for chunk := range take(t, sim.Config{}, sim.Link{}, 1) {
		if len(chunk.Data) != 1 || chunk.Index != i {
			t.Fatalf("chunk %d has %d bytes from %d on", i, len(chunk.Data), chunk.Index)
		}
		if got := chunk.At.Sub(chunk.Began); !near(got, chunk.Burst.Arrival(i)-chunk.Burst.Start) {
			t.Fatalf("byte %d is read %v after the start", i, got)
		}
		i++
	}
	if want := sim.Profiles()[0].Longest; i != want {
		t.Errorf("%d bytes, want %d", i, want)
	}
}

func TestChunksCarryAllBytes(t *testing.T) {
	for name, test := range map[string]struct {
		config sim.Config
		link   sim.Link
	}{
		"ideal":       {sim.Config{}, sim.Link{}},
		"FIFO":        {sim.Config{Profile: "sirf"}, sim.Link{FIFO: 16}},
		"USB adapter": {sim.Config{Profile: "mt3339"}, sim.Link{FIFO: 64, Poll: 16 * time.Millisecond}},
		"native USB":  {sim.Config{Profile: "multi", USB: true}, sim.Link{}},
		"busy":        {sim.Config{Profile: "gsv-first"}, sim.Link{FIFO: 8, Late: busy}},
		"overlapping": {sim.Config{Profile: "multi", Baud: 4800}, sim.Link{FIFO: 8, Late: busy}},
		"silence":     {sim.Config{Faults: []string{"silence"}}, sim.Link{FIFO: 8}},
	} {
		t.Run(name, func(t *testing.T) {
			const n = 50
			var want, got []byte
			for _, b := range bursts(t, test.config, n) {
				want = append(want, b.Bytes...)
			}
			var last nmea.Stamp
			for chunk := range take(t, test.config, test.link, n) {
				if chunk.At.Mono <= last.Mono {
					t.Fatalf("a chunk at %v after one at %v", chunk.At, last)
				}
				last = chunk.At
				if !bytes.HasPrefix(chunk.Data, chunk.Burst.Bytes[chunk.Index:][:1]) {
					t.Fatalf("chunk %q does not begin at byte %d of its burst", chunk.Data, chunk.Index)
				}
				got = append(got, chunk.Data...)
			}
			if !bytes.HasPrefix(got, want) { // the last chunk may include bytes of the next burst
				t.Errorf("%d bytes, want the %d of the bursts", len(got), len(want))
			}
		})
	}
}

var busy = sim.Lateness{
	Constant: 50 * time.Microsecond, Gaussian: 20 * time.Microsecond, Exponential: 300 * time.Microsecond,
	Stall: 40 * time.Millisecond, StallOne: 50,
}

func TestFIFO(t *testing.T) {
	for chunk := range take(t, sim.Config{}, sim.Link{FIFO: 8}, 20) {
		end := chunk.Index + len(chunk.Data)
		back := chunk.At.Sub(chunk.Began) - byteTimes(end)
		switch {
		case chunk.Index%8 != 0 || len(chunk.Data) > 8:
			t.Fatalf("a chunk of %d bytes from %d on, want multiples of 8", len(chunk.Data), chunk.Index)
		case len(chunk.Data) == 8 && !near(back, 0):
			t.Fatalf("the chunk up to byte %d, less its bytes, is %v off the start", end, back)
		case len(chunk.Data) < 8 && end != len(chunk.Burst.Bytes):
			t.Fatalf("a chunk of %d bytes in the middle of a burst", len(chunk.Data))
		case len(chunk.Data) < 8 && !near(back, byteTimes(4)):
			t.Fatalf("the last bytes are read %v after they arrived, want four byte times", back)
		}
	}
}

func TestPauseEmptiesTheFIFO(t *testing.T) {
	for chunk := range take(t, sim.Config{Profile: "sirf"}, sim.Link{FIFO: 16}, 5) {
		pause := chunk.Burst.Pauses[0].Before
		if end := chunk.Index + len(chunk.Data); chunk.Index < pause && end > pause {
			t.Fatalf("a chunk of bytes %d to %d spans the pause at %d", chunk.Index, end, pause)
		}
	}
}

func TestLateReaderGetsAllBytes(t *testing.T) {
	const late = 10 * time.Millisecond
	for chunk := range take(t, punctual(sim.Config{}), sim.Link{Late: sim.Lateness{Constant: late}}, 2) {
		// At 9600 baud 9.6 bytes arrive in 10 ms: nine after the one that woke the reader.
		if end := chunk.Index + len(chunk.Data); len(chunk.Data) != 10 && end != len(chunk.Burst.Bytes) {
			t.Fatalf("a chunk of %d bytes, want 10", len(chunk.Data))
		}
		arrival := chunk.Burst.Arrival(chunk.Index) - chunk.Burst.Start
		if got := chunk.At.Sub(chunk.Began); !near(got, arrival+late) {
			t.Fatalf("read %v after the start, want %v", got, arrival+late)
		}
	}
}

func TestLateness(t *testing.T) {
	const stall = 300 * time.Millisecond
	for name, test := range map[string]struct {
		late   sim.Lateness
		mean   time.Duration // without the stalls
		stalls int           // in a thousand
	}{
		"constant":    {sim.Lateness{Constant: time.Millisecond}, time.Millisecond, 0},
		"Gaussian":    {sim.Lateness{Gaussian: time.Millisecond}, 798 * time.Microsecond, 0}, // sqrt(2/pi)
		"exponential": {sim.Lateness{Exponential: time.Millisecond}, time.Millisecond, 0},
		"stalls":      {sim.Lateness{Constant: time.Millisecond, Stall: stall, StallOne: 10}, time.Millisecond, 100},
	} {
		t.Run(name, func(t *testing.T) {
			const n = 1000
			var sum time.Duration
			chunks, stalls := 0, 0
			for chunk := range take(t, sim.Config{Profile: "timing", USB: true}, sim.Link{Late: test.late}, n) {
				late := chunk.At.Sub(chunk.Began) - (chunk.Burst.Arrival(chunk.Index) - chunk.Burst.Start)
				if late < 0 {
					t.Fatalf("early by %v", -late)
				}
				if late >= stall {
					late -= stall
					stalls++
				}
				sum += late
				chunks++
			}
			if mean := sum / time.Duration(chunks); (mean - test.mean).Abs() > test.mean/10 {
				t.Errorf("mean %v, want %v", mean, test.mean)
			}
			if share := stalls * 1000 / chunks; share < test.stalls*7/10 || share > test.stalls*13/10 {
				t.Errorf("%d stalls in %d, want %d in a thousand", stalls, chunks, test.stalls)
			}
		})
	}
}

func TestAdapterPolls(t *testing.T) {
	const poll = 16 * time.Millisecond
	for chunk := range take(t, punctual(sim.Config{}), sim.Link{Poll: poll}, 5) {
		at := time.Duration(chunk.At.Mono)
		if at%poll != 0 {
			t.Fatalf("delivered at %v, want a multiple of %v", at, poll)
		}
		if late := at - chunk.Burst.Arrival(chunk.Index); late < 0 || late >= poll {
			t.Fatalf("byte %d waits %v, want less than %v", chunk.Index, late, poll)
		}
	}
}

func TestNativeUSB(t *testing.T) {
	for chunk := range take(t, sim.Config{USB: true}, sim.Link{FIFO: 8}, 5) {
		if whole := chunk.Index+64 <= len(chunk.Burst.Bytes); whole && len(chunk.Data) != 64 {
			t.Fatalf("a packet of %d bytes from %d on, want 64", len(chunk.Data), chunk.Index)
		}
		frame := time.Duration(chunk.Index/64) * time.Millisecond
		if late := chunk.At.Sub(chunk.Began) - frame; late < 0 || late >= time.Millisecond {
			t.Fatalf("packet from %d on is read %v after its frame", chunk.Index, late)
		}
	}
}

func TestChunksUseTheClock(t *testing.T) {
	config := punctual(sim.Config{})
	clock := sim.Clock{Offset: 250 * time.Millisecond, Boot: time.Hour}
	for chunk := range take(t, config, sim.Link{Clock: clock}, 3) {
		epoch := chunk.Burst.Second.UnixNano()
		if got := time.Duration(chunk.Began.Real - epoch); got != -150*time.Millisecond {
			t.Fatalf("a burst 100 ms after the second begins at %v by a clock 250 ms slow", got)
		}
		if got := time.Duration(chunk.Began.Mono); got != time.Hour+chunk.Burst.Start {
			t.Fatalf("began at %v on the monotonic clock", got)
		}
	}
}

func TestLinkSeed(t *testing.T) {
	read := func(seed uint64) (stamps []nmea.Stamp) {
		for chunk := range take(t, sim.Config{}, sim.Link{FIFO: 8, Late: busy, Seed: seed}, 5) {
			stamps = append(stamps, chunk.At)
		}
		return stamps
	}
	first, again, other := read(1), read(1), read(2)
	for i := range first {
		if first[i] != again[i] {
			t.Fatalf("chunk %d differs with the same seed", i)
		}
	}
	if first[0] == other[0] {
		t.Error("another seed makes no difference")
	}
}
