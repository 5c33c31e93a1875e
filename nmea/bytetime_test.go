package nmea_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/nmea"
)

// sentence is 66 bytes.
var sentence = line("GNRMC,123519.00,A,4807.03812,N,01131.00012,E,0.058,184.40,261126,")

// A talker sends a burst each second: some sentences with pauses between them. A reader stamps
// each chunk with a random latency.
type talker struct {
	f       *nmea.Framer
	baud    int
	off     float64       // of the byte time
	chunk   int           // bytes
	pause   time.Duration // between sentences
	latency time.Duration // the mean of an exponential distribution

	sentence string
	random   *rand.Rand
	second   int
}

func newTalker(baud int, off float64, chunk int) *talker {
	return &talker{
		f: nmea.NewFramer(baud), baud: baud, off: off, chunk: chunk, sentence: sentence,
		latency: 100 * time.Microsecond, random: rand.New(rand.NewPCG(1, 2)),
	}
}

func (k *talker) byteTime() time.Duration {
	return time.Duration((1 + k.off) * float64(10*time.Second/time.Duration(k.baud)))
}

// at returns when the first n bytes of a burst have ended, from its start.
func (k *talker) at(n int) time.Duration {
	return time.Duration(n)*k.byteTime() + time.Duration((n-1)/len(k.sentence))*k.pause
}

// burst sends the next burst. The first bytes are read late. It returns the error of the start.
func (k *talker) burst(late int) time.Duration {
	text := []byte(strings.Repeat(k.sentence, 4))
	k.second++
	start := boot.Add(time.Duration(k.second) * s)
	var found nmea.Burst
	for from := 0; from < len(text); {
		to := min(from+k.chunk, len(text))
		if from == 0 && late > 0 {
			to = late
		}
		latency := time.Duration(k.random.ExpFloat64() * float64(k.latency))
		if from > 0 && k.f.Settled() { // the reader lets bytes collect, and reads 20 of them late
			to, latency = min(from+20, len(text)), 7*k.byteTime()
		}
		k.f.Push(start.Add(k.at(to)+latency), text[from:to])
		for _, s := range all(k.f) {
			found = s.Burst
		}
		from = to
	}
	return found.Start.Sub(start)
}

// The byte time of a port is learnt from 64 bursts. A first read that is late by two sentences then
// hardly moves the start.
func TestByteTimeIsLearnt(t *testing.T) {
	for _, baud := range []int{4800, 9600, 38400} {
		for _, percent := range []float64{-2, -0.5, 0, 0.1, 1, 2} {
			for _, chunk := range []int{1, 8, 14} {
				for _, pause := range []time.Duration{0, 2 * ms} {
					t.Run(fmt.Sprintf("%d baud %+.1f %%, chunks of %d, pauses of %v", baud, percent, chunk, pause), func(t *testing.T) {
						k := newTalker(baud, percent/100, chunk)
						k.pause = pause
						for range 64 {
							k.burst(0)
						}
						for range 20 {
							// 50 us for the byte time and each pause, which the start does not know.
							if wrong := k.burst(150); wrong < -100*time.Microsecond || wrong > 500*time.Microsecond+2*pause {
								t.Errorf("found %v from the true start", wrong)
							}
						}
					})
				}
			}
		}
	}
}

// The byte time is also learnt if the first sentence is so long that a reader lets its last bytes
// collect: their stamps are late.
func TestByteTimeOfALongSentence(t *testing.T) {
	k := newTalker(9600, 0.01, 8)
	k.sentence = line("PXYZ," + strings.Repeat("0", 220))
	for range 64 {
		k.burst(0)
	}
	if wrong := k.burst(150); wrong < -100*time.Microsecond || wrong > 500*time.Microsecond {
		t.Errorf("found %v from the true start", wrong)
	}
}

// A byte time that is right is kept to the nanosecond, whatever the latencies are. Bytes after the
// first 160 count a thousandth less, since it may be off by as much.
func TestByteTimeIsKept(t *testing.T) {
	for n, want := range map[int]time.Duration{41: 41 * at9600, 160: 160 * at9600, 161: 161*at9600 - 161*at9600/1000, 230: 230*at9600 - 230*at9600/1000} {
		k := newTalker(9600, 0, 8)
		for range 64 {
			k.burst(0)
		}
		at := boot.Add(100 * s)
		k.f.Push(at, burstText(n))
		if got := all(k.f)[0].Burst.Start; got != at.Add(-want) {
			t.Errorf("%d bytes: starts %v before the read, want %v", n, at.Sub(got), want)
		}
	}
}

// Before, such a read moves it by 2 % of its bytes.
func TestByteTimeIsNotKnownAtFirst(t *testing.T) {
	k := newTalker(9600, 0, 150)
	if wrong := k.burst(150); wrong < 3*ms {
		t.Errorf("found %v from the true start, want 3 ms", wrong)
	}
}

// A byte time that no UART has is not learnt: the bytes are not of 8N1, or the receiver pauses.
func TestByteTimeOutOfRange(t *testing.T) {
	for _, percent := range []float64{-9, -4, 4, 10} {
		k := newTalker(9600, percent/100, 8)
		for range 200 {
			k.burst(0)
		}
		if settledAfter(t, k.f, boot.Add(400*s), 8, k.byteTime()) != 20 {
			t.Errorf("learnt a byte time that is %v %% off", percent)
		}
	}
}

// With a known byte time, a burst's start is settled once three bounds agree within 100 us.
func TestSettledByAgreement(t *testing.T) {
	const us = time.Microsecond
	for _, c := range []struct {
		late []time.Duration
		want int
	}{
		{nil, 3},
		{[]time.Duration{0, 0, 100 * us}, 3},
		{[]time.Duration{0, 0, 101 * us}, 4},
		{[]time.Duration{ms, 0, 100 * us, 101 * us, 2 * ms, 30 * us}, 6},
		{[]time.Duration{100 * us, 300 * us, 500 * us, 700 * us, 900 * us, 200 * us, 190 * us, 0}, 7},
		{[]time.Duration{1 * ms, 2 * ms, 3 * ms, 4 * ms, 5 * ms, 6 * ms, 7 * ms}, 10},
		{[]time.Duration{1 * ms, 2 * ms, 3 * ms, 4 * ms, 5 * ms, 6 * ms, 7 * ms, 8 * ms, 9 * ms, 10 * ms, 11 * ms, 12 * ms, 13 * ms, 14 * ms, 15 * ms, 16 * ms, 17 * ms, 18 * ms, 19 * ms, 20 * ms}, 20},
	} {
		k := newTalker(9600, 0, 8)
		k.latency = 0
		for range 64 {
			k.burst(0)
		}
		if got := settledAfter(t, k.f, boot.Add(200*s), 8, at9600, c.late...); got != c.want {
			t.Errorf("chunks late by %v: settled after %d, want %d", c.late, got, c.want)
		}
	}
}

// The chunks of a USB bridge hold most of a sentence: the byte time is not learnt. After some
// minutes, a burst is settled with its first bytes.
func TestByteTimeOfABridge(t *testing.T) {
	k := newTalker(9600, 0, 62)
	for range 255 {
		k.burst(0)
	}
	if got := settledAfter(t, k.f, boot.Add(600*s), 20, at9600); got != 2 {
		t.Errorf("settled after %d chunks of 20 bytes, want 2", got)
	}
	if got := settledAfter(t, k.f, boot.Add(700*s), 1, at9600); got != 8 {
		t.Errorf("settled after %d chunks of a byte, want 8", got)
	}
}
