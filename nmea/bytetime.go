package nmea

import (
	"slices"
	"time"
)

// A byteTimer learns how long a byte takes on the wire of a port. A receiver's baud may be 2 % off,
// but it is steady: both UARTs divide the frequency of a crystal.
//
// Between two chunks of a sentence, the time per byte is wrong by the difference of their latencies,
// either way. The median over some pairs of chunks and over many bursts is right to 50 us for
// a burst's first bytes. Only a burst's first sentence counts, because receivers pause
// between sentences.
type byteTimer struct {
	bytes  [maxChunks]int // of the burst until the end of each chunk
	stamps [maxChunks]Stamp
	chunks int  // of the first sentence so far
	ended  bool // whether the first sentence has

	times  [learnBursts]time.Duration // of a byte, one for each burst
	bursts int                        // in times
	tried  int                        // bursts
}

const (
	// learnBursts is how many bursts are enough: a minute of them.
	learnBursts = 64

	// minChunks is how many chunks of a sentence count. Fewer, as from a USB bridge, have latencies
	// of milliseconds.
	minChunks = 4

	// tryBursts is after how many bursts there is little hope to learn it: the chunks of a USB bridge
	// hold most of a sentence.
	tryBursts = 4 * learnBursts
)

// begin begins a burst.
func (t *byteTimer) begin() {
	t.chunks, t.ended = 0, false
	t.tried = min(t.tried+1, tryBursts)
}

// hopeless reports whether the byte time is not likely to be learnt.
func (t *byteTimer) hopeless() bool { return t.tried >= tryBursts }

// add adds a chunk that ends that many bytes after the start of the burst.
func (t *byteTimer) add(at Stamp, bytes int) {
	if !t.ended && t.chunks < maxChunks {
		t.bytes[t.chunks], t.stamps[t.chunks] = bytes, at
		t.chunks++
	}
}

// end ends the first sentence of a burst. With enough bursts, it returns the time of a byte, and
// begins again.
func (t *byteTimer) end() (byteTime time.Duration, ok bool) {
	if t.ended {
		return 0, false
	}
	t.ended = true
	if t.chunks < minChunks {
		return 0, false
	}
	var times [maxChunks / 2]time.Duration
	half := t.chunks / 2
	for i := range half {
		later := i + t.chunks - half
		times[i] = t.stamps[later].Sub(t.stamps[i]) / time.Duration(t.bytes[later]-t.bytes[i])
	}
	t.times[t.bursts] = median(times[:half])
	if t.bursts++; t.bursts < learnBursts {
		return 0, false
	}
	t.bursts = 0
	return median(t.times[:]), true
}

// median sorts the times and returns the middle one, or the mean of two: the greater of two
// would be too long in the mean.
func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return (times[(len(times)-1)/2] + times[len(times)/2]) / 2
}
