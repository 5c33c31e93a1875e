package nmea

import "time"

// MaxSentence is the longest sentence that a Framer delivers, from '$' to the
// last digit of the checksum. NMEA 0183 allows 82 bytes; receivers' own
// sentences are known to reach 200.
const MaxSentence = 256

// A Sentence is one line of NMEA, not yet checked, and when it came.
type Sentence struct {
	Raw   []byte // from '$' to the checksum, without the line's end; valid until the next call of the Framer
	First Stamp  // when the '$' was complete on the wire
	Last  Stamp  // when the last byte of Raw was
	Burst Burst  // the burst that it came in
}

// FramerStats counts what a Framer met. Bytes that belong to no sentence are
// either binary messages of the receiver, which is harmless, or noise: the
// share of them tells a wrong baud rate from a good one.
type FramerStats struct {
	Bytes     uint64 // all that came
	Sentences uint64 // delivered
	Stray     uint64 // bytes outside any sentence, line ends not counted
	Broken    uint64 // sentences begun and given up: a byte that cannot be in one, or another '$'
	Overlong  uint64 // sentences given up at MaxSentence
}

// A Framer cuts a stream of stamped chunks into sentences. It finds its way back
// after noise, NULs, binary messages with a '$' in them and lines that do not
// end; it holds one sentence at most and never allocates.
//
// Use it as one uses bufio.Scanner: Push a chunk, call Next until it says false.
// A Framer is for one goroutine.
type Framer struct {
	burst burstClock
	stats FramerStats

	chunk []byte // what Push gave, still to be read: chunk[pos:]
	pos   int
	at    Stamp

	state framing
	first Stamp // of the '$' in buf
	buf   [MaxSentence]byte
	n     int
}

// framing is what the next byte is to the framer.
type framing uint8

const (
	outside framing = iota // waits for a '$'
	inside                 // the sentence's text
	sum1                   // the checksum's first digit
	sum2                   // its second
)

// NewFramer makes a Framer for a line of the given baud rate at 8N1. A baud of 0
// means that bytes have no wire time, as on a receiver's native USB port
// (/dev/ttyACM*): the burst then begins where its first chunk was read.
func NewFramer(baud int) *Framer {
	f := new(Framer)
	if baud > 0 {
		f.burst.byteTime = time.Second * bitsPerByte / time.Duration(baud)
	}
	return f
}

// Push hands over one chunk: the bytes that one read returned, and when it
// returned. The Framer keeps the slice until Next has said false. A zero stamp
// means that nothing is known of the arrival; sentences and epochs then have no
// stamps either.
func (f *Framer) Push(at Stamp, chunk []byte) {
	if len(chunk) == 0 {
		return
	}
	// A silence in the midst of a sentence is the reader's and not the receiver's: the
	// rest of the burst waited, and another burst may have come behind it.
	torn := f.state != outside && continues(chunk[0])
	f.burst.chunk(at, len(chunk), torn)
	f.chunk, f.pos, f.at = chunk, 0, at
	f.stats.Bytes += uint64(len(chunk))
}

// continues reports whether a byte can be within a sentence: neither its first one nor
// its end. A line that was cut short is no burst that goes on.
func continues(c byte) bool { return c >= ' ' && c <= '~' && c != '$' }

// Next gives the next sentence of the chunk, or false when it is used up.
func (f *Framer) Next() (Sentence, bool) {
	for f.pos < len(f.chunk) {
		c := f.chunk[f.pos]
		f.pos++
		if f.take(c) {
			f.stats.Sentences++
			return Sentence{Raw: f.buf[:f.n], First: f.first, Last: f.wire(), Burst: f.burst.burst}, true
		}
	}
	return Sentence{}, false
}

// take is the state machine: one byte in, true when it completes a sentence. A
// sentence is complete at its checksum, so that a missing line end costs nothing;
// one without a checksum ends with its line, and the decoder refuses it.
func (f *Framer) take(c byte) bool {
	if c == '$' { // never inside a sentence: whatever was begun is lost
		if f.state != outside {
			f.stats.Broken++
		}
		f.state, f.first, f.n = inside, f.wire(), 0
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
			f.giveUp(&f.stats.Broken)
		case f.keep(c) && c == '*':
			f.state = sum1
		}
	case sum1, sum2:
		switch {
		case !isHex(c):
			f.giveUp(&f.stats.Broken)
		case f.keep(c) && f.state == sum1:
			f.state = sum2
		case f.state == sum2:
			f.state = outside
			return true
		}
	}
	return false
}

// keep adds a byte to the sentence, or gives the sentence up where it is full.
func (f *Framer) keep(c byte) bool {
	if f.n == len(f.buf) {
		f.giveUp(&f.stats.Overlong)
		return false
	}
	f.buf[f.n] = c
	f.n++
	return true
}

func (f *Framer) giveUp(count *uint64) {
	*count++
	f.state = outside
}

// wire estimates when the byte just taken was complete on the wire: the chunk's
// bytes came back to back, the last of them no later than the read.
func (f *Framer) wire() Stamp {
	if f.at.IsZero() {
		return f.at
	}
	return f.at.Add(-time.Duration(len(f.chunk)-f.pos) * f.burst.byteTime)
}

// Settled tells whether the start of the present burst is known well enough. A
// reader may then let bytes gather for some milliseconds and save the machine
// hundreds of wake-ups a second.
func (f *Framer) Settled() bool { return f.burst.settled() }

// Silence is how long the wire was silent before the present burst; 0 while there
// has been but one.
func (f *Framer) Silence() time.Duration { return f.burst.burst.Idle }

// Stats gives the counts so far.
func (f *Framer) Stats() FramerStats { return f.stats }

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'A' <= c && c <= 'F' || 'a' <= c && c <= 'f'
}
