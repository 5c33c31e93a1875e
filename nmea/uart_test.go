package nmea_test

import "time"

// A uart is what lies between a receiver and the program that reads: it gathers
// bytes and hands them over when there are as many as its threshold, or when none
// has come for four byte times.
type uart struct {
	threshold int
	byteTime  time.Duration // the receiver's own, not the nominal one
}

// A read is what one call of read returned, and when.
type read struct {
	at time.Duration
	n  int
}

// reads gives the reads of a burst of n bytes that begins at start. The first read
// returns by late[0] after the bytes were there for it, and so on; the later
// ones at once. Each has all the bytes handed over meanwhile.
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
		now := u.handedOver(start, n, at)
		reads = append(reads, read{at, now - have})
		have = now
	}
	return reads
}

// handedOver counts the bytes that the program can have at a given time.
func (u uart) handedOver(start time.Duration, n int, at time.Duration) int {
	if at >= start+time.Duration(n+4)*u.byteTime {
		return n
	}
	arrived := min(n, int((at-start)/u.byteTime))
	return arrived / u.threshold * u.threshold
}
