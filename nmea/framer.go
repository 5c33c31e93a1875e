package nmea

import (
	"bytes"
	"time"
)

// MaxSentence is the longest sentence that a Framer returns, from '$' to the last digit
// of the checksum. NMEA 0183 allows 82 bytes; proprietary sentences reach 200.
const MaxSentence = 256

// A Sentence is one line of NMEA, not yet verified, and its time of arrival.
type Sentence struct {
	Raw   []byte // from '$' to the checksum, without the line end; valid until the next call of the Framer
	First Stamp  // end of the '$' on the wire
	Last  Stamp  // end of the last byte of Raw
	Burst Burst  // the burst that it is part of

	slack [2]time.Duration // how much earlier First and Last may be, if the bytes were read late
}

// FramerStats are counts of a Framer. Stray bytes are binary messages of the receiver,
// which are harmless, or noise: a large share of them means a wrong baud rate.
type FramerStats struct {
	Bytes     uint64 // received
	Sentences uint64 // returned
	Stray     uint64 // bytes outside sentences, without line ends
	Broken    uint64 // sentences dropped at an invalid byte or another '$'
	Overlong  uint64 // sentences dropped at MaxSentence
}

// A Framer splits a stream of stamped chunks into sentences. It resynchronizes after
// noise, NULs, binary messages that contain a '$', and lines that do not end. It holds
// at most one sentence and never allocates.
//
// Use it like bufio.Scanner: Push a chunk, then call Next until it returns false. The
// zero Framer has no baud rate. A Framer is not safe for concurrent use.
type Framer struct {
	burst burstClock
	stats FramerStats

	quiet Stamp // of the first read, if that had no bytes

	chunk []byte // from Push; chunk[pos:] is unread
	pos   int
	at    Stamp

	state framing
	first Stamp         // of the '$' in buf
	slack time.Duration // of first; see Sentence
	buf   [MaxSentence]byte
	n     int
}

// framing is the state of a Framer.
type framing uint8

const (
	outside framing = iota // expects a '$'
	inside                 // in the text of a sentence
	sum1                   // expects the first digit of the checksum
	sum2                   // expects the second digit
)

// NewFramer returns a Framer for a line of the given baud rate at 8N1. A baud of 0 means
// that bytes have no wire time, as on a receiver's native USB port (/dev/ttyACM*): a
// burst then starts when its first chunk was read.
func NewFramer(baud int) *Framer {
	f := new(Framer)
	if baud > 0 {
		f.burst.byteTime = time.Second * bitsPerByte / time.Duration(baud)
	}
	return f
}

// Push adds one chunk: the bytes that one read returned, and the stamp taken when it
// returned. The Framer keeps the slice until Next returns false. A zero stamp means that
// the time of arrival is unknown; sentences and epochs then have no stamps either.
//
// An empty chunk is a read that timed out. Before the first bytes, it shows that there was
// silence from then on, so that the first burst is known to be whole.
func (f *Framer) Push(at Stamp, chunk []byte) {
	if len(chunk) == 0 {
		if f.burst.burst.Seq == 0 && f.quiet.IsZero() {
			f.quiet = at
		}
		return
	}
	// A silence within a sentence is a delay of the reader, not of the receiver: the rest
	// of the burst was waiting, and another burst may have arrived after it.
	torn := f.state != outside && continues(chunk[0])
	f.burst.chunk(at, len(chunk), torn, bytes.IndexByte(chunk, '\n') >= 0)
	if b := &f.burst.burst; b.Seq == 1 && !f.quiet.IsZero() {
		if b.Idle = b.Start.Sub(f.quiet); b.Idle < maxPause { // may be a pause within a burst
			b.Idle = 0
		}
	}
	f.chunk, f.pos, f.at = chunk, 0, at
	f.stats.Bytes += uint64(len(chunk))
}

// continues reports whether a byte can be within a sentence, neither its first nor its
// end. A line that was cut short does not continue the burst.
func continues(c byte) bool { return c >= ' ' && c <= '~' && c != '$' }

// Next returns the next sentence of the chunk, or false when there are no more.
func (f *Framer) Next() (Sentence, bool) {
	for f.pos < len(f.chunk) {
		c := f.chunk[f.pos]
		f.pos++
		if f.take(c) {
			f.stats.Sentences++
			return Sentence{Raw: f.buf[:f.n], First: f.first, Last: f.wire(), Burst: f.burst.burst, slack: [2]time.Duration{f.slack, f.burst.slack}}, true
		}
	}
	return Sentence{}, false
}

// take adds one byte and reports whether it completes a sentence. A sentence ends at its
// checksum, so that a missing line end does no harm. A sentence without a checksum ends
// with its line, and the decoder rejects it.
func (f *Framer) take(c byte) bool {
	if c == '$' { // never within a sentence: drop the unfinished one
		if f.state != outside {
			f.stats.Broken++
		}
		f.state, f.first, f.slack, f.n = inside, f.wire(), f.burst.slack, 0
		f.keep(c)
		return false
	}
	switch f.state {
	case outside:
		if c != '\r' && c != '\n' {
			f.stats.Stray++
		}
	case inside:
		switch {
		case c == '\r' || c == '\n':
			f.state = outside
			return true
		case c < ' ' || c > '~':
			f.drop(&f.stats.Broken)
		case f.keep(c) && c == '*':
			f.state = sum1
		}
	case sum1, sum2:
		switch {
		case !isHex(c):
			f.drop(&f.stats.Broken)
		case f.keep(c) && f.state == sum1:
			f.state = sum2
		case f.state == sum2:
			f.state = outside
			return true
		}
	}
	return false
}

// keep adds a byte to the sentence, or drops the sentence if it is full.
func (f *Framer) keep(c byte) bool {
	if f.n == len(f.buf) {
		f.drop(&f.stats.Overlong)
		return false
	}
	f.buf[f.n] = c
	f.n++
	return true
}

// drop ends an unfinished sentence and counts it.
func (f *Framer) drop(count *uint64) {
	*count++
	f.state = outside
}

// wire estimates when the newest byte ended on the wire: the bytes of a chunk arrived
// back to back, and the last no later than the read.
func (f *Framer) wire() Stamp {
	if f.at.IsZero() {
		return f.at
	}
	return f.at.Add(-time.Duration(len(f.chunk)-f.pos) * f.burst.byteTime)
}

// Settled reports whether further chunks hardly improve the start of the current burst.
// A reader may then wait some milliseconds between reads, which saves hundreds of
// wake-ups per second.
func (f *Framer) Settled() bool { return f.burst.settled() }

// Silence returns the silence before the current burst, 0 for the first burst.
func (f *Framer) Silence() time.Duration { return f.burst.burst.Idle }

// Stats returns the counts so far.
func (f *Framer) Stats() FramerStats { return f.stats }

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'A' <= c && c <= 'F' || 'a' <= c && c <= 'f'
}
