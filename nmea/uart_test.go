package nmea_test

import "time"

// A uart is the hardware between a receiver and a reader. It delivers bytes when it has
// as many as its threshold, or after four byte times without a byte.
type uart struct {
	threshold int
	byteTime  time.Duration // actual, not nominal
}

// A read is the result of one read and its time.
type read struct {
	at time.Duration
	n  int
}

// reads returns the reads of a burst of n bytes that begins at start. The first read
// returns late[0] after its bytes were delivered, and so on; further reads return at
// once. Each has all bytes delivered until then.
func (u uart) reads(start time.Duration, n int, late ...time.Duration) (reads []read) {
	for have := 0; have < n; {
		at := start + time.Duration(min(have+u.threshold, n))*u.byteTime
		if have+u.threshold > n {
			at += 4 * u.byteTime
		}
		if len(late) > 0 {
			at += late[0]
			late = late[1:]
		}
		now := u.delivered(start, n, at)
		reads = append(reads, read{at, now - have})
		have = now
	}
	return reads
}

// delivered returns the number of bytes delivered at a given time.
func (u uart) delivered(start time.Duration, n int, at time.Duration) int {
	if at >= start+time.Duration(n+4)*u.byteTime {
		return n
	}
	arrived := min(n, int((at-start)/u.byteTime))
	return arrived / u.threshold * u.threshold
}
