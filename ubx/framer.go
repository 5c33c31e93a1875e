package ubx

import "encoding/binary"

// The frame of a message:
//
//	struct {
//	    U1 sync1;       // 0xb5
//	    U1 sync2;       // 0x62
//	    U1 class;
//	    U1 id;
//	    U2 length;      // of the payload
//	    U1 payload[length];
//	    U1 ck_a;        // Fletcher checksum of class to payload
//	    U1 ck_b;
//	};
const (
	sync1 = 0xb5
	sync2 = 0x62

	frameClass   = 2
	frameID      = 3
	frameLength  = 4
	framePayload = 6
	frameSum     = 2 // bytes of the checksum
)

const (
	_ = uint(framePayload - (frameLength + 2)) // the payload follows the length
	_ = uint((frameLength + 2) - framePayload)
)

const (
	// MaxPayload is the longest payload that a Framer returns. The longest messages of a
	// receiver, raw measurements of all its satellites, have about 3,000 bytes.
	MaxPayload = 4096

	maxFrame = framePayload + MaxPayload + frameSum

	// maxCandidates is how many unfinished frames are followed at once. Noise rarely has
	// more than one false start at a time.
	maxCandidates = 8
)

// A Message is one frame with a valid checksum.
type Message struct {
	Raw []byte // the whole frame; valid until the next call of the Framer

	// Start is the place of its first byte: the number of bytes that were pushed before it.
	// Its last byte is at Start + len(Raw) - 1.
	Start uint64
}

// Kind is the class and the ID of a message.
type Kind uint16

// Kind returns the class and ID.
func (m Message) Kind() Kind { return KindOf(m.Raw[frameClass], m.Raw[frameID]) }

// Payload returns the payload.
func (m Message) Payload() []byte { return m.Raw[framePayload : len(m.Raw)-frameSum] }

// KindOf returns the Kind of a class and an ID.
func KindOf(class, id byte) Kind { return Kind(class)<<8 | Kind(id) }

// Append appends the frame of a message to b. It panics if the payload is longer than a
// frame can hold, 65535 bytes.
func Append(b []byte, kind Kind, payload []byte) []byte {
	if len(payload) > 1<<16-1 {
		panic("ubx: the payload is longer than 65535 bytes")
	}
	from := len(b)
	b = append(b, sync1, sync2, byte(kind>>8), byte(kind))
	b = binary.LittleEndian.AppendUint16(b, uint16(len(payload)))
	b = append(b, payload...)
	return append(b, checksum(b[from+frameClass:])...)
}

// checksum returns the two bytes of Fletcher's checksum (RFC 1145, with 8 bits).
func checksum(b []byte) []byte {
	var s fletcher
	for _, c := range b {
		s.add(c)
	}
	return []byte{s.a, s.b}
}

// A fletcher is an unfinished checksum.
type fletcher struct{ a, b byte }

func (s *fletcher) add(c byte) {
	s.a += c
	s.b += s.a
}

// Stats are the counts of a Framer.
type Stats struct {
	Bytes    uint64 // received
	Messages uint64 // returned
	Damaged  uint64 // frames with a wrong checksum. Noise that looks like a frame counts, too.
}

// A Framer finds the messages in a stream of bytes. Sentences, messages of other protocols
// and noise may stand between them. A false start, such as the two sync bytes within other
// binary data, neither hides nor delays a message: a Framer follows up to 8 unfinished
// frames at once, and the first one with a valid checksum discards the others.
//
// Use it like bufio.Scanner: Push a chunk, then call Next until it returns false. The zero
// Framer is ready to use. It holds at most one message and never allocates. A Framer is not
// safe for concurrent use.
type Framer struct {
	stats Stats
	chunk []byte // from Push; chunk[pos:] is unread
	pos   int

	buf   [maxFrame]byte // the bytes since the start of the oldest candidate
	n     int
	begun [maxCandidates]candidate // the oldest first
	count int
	half  bool // the last byte was sync1
}

// A candidate is an incomplete frame: some of its bytes have not arrived.
type candidate struct {
	start int // index in buf
	size  int // of the frame; 0 until its length is known
	sum   fletcher
}

// Push adds a chunk of bytes. The Framer keeps the slice until Next returns false.
func (f *Framer) Push(chunk []byte) { f.chunk, f.pos = chunk, 0 }

// Next returns the next message of the chunk, or false when there are no more.
func (f *Framer) Next() (Message, bool) {
	for f.pos < len(f.chunk) {
		c := f.chunk[f.pos]
		f.pos++
		f.stats.Bytes++
		if m, ok := f.take(c); ok {
			f.stats.Messages++
			return m, true
		}
	}
	return Message{}, false
}

// Pending reports whether a frame has begun that may still become a message.
func (f *Framer) Pending() bool { return f.count > 0 || f.half }

// Stats returns the counts so far.
func (f *Framer) Stats() Stats { return f.stats }

// take adds one byte, and returns the message that it completes.
func (f *Framer) take(c byte) (Message, bool) {
	begins := f.half && c == sync2
	f.half = c == sync1
	if begins && f.count == 0 {
		f.buf[0], f.n = sync1, 1
	}
	if f.count > 0 || begins {
		f.keep(c)
	}
	m, complete := f.advance(c)
	if begins && !complete {
		f.begin()
	}
	return m, complete
}

// keep stores a byte. If the buffer is full, it has bytes of candidates that were dropped:
// no frame is longer than the buffer.
func (f *Framer) keep(c byte) {
	if f.n == len(f.buf) {
		f.shift()
	}
	f.buf[f.n] = c
	f.n++
}

// shift removes the bytes before the oldest candidate.
func (f *Framer) shift() {
	by := f.begun[0].start
	f.n = copy(f.buf[:], f.buf[by:f.n])
	for i := range f.begun[:f.count] {
		f.begun[i].start -= by
	}
}

// begin adds a candidate, whose sync bytes are the last in the buffer. If there are too many,
// the oldest is dropped as noise: a valid message contains no other candidates, except by chance.
func (f *Framer) begin() {
	if f.count == maxCandidates {
		f.drop(0)
	}
	f.begun[f.count] = candidate{start: f.n - frameClass}
	f.count++
}

// drop removes a candidate.
func (f *Framer) drop(i int) {
	copy(f.begun[i:], f.begun[i+1:f.count])
	f.count--
}

// advance passes a byte, which is in the buffer, to the candidates. It returns the message
// of the first one that it completes.
func (f *Framer) advance(c byte) (Message, bool) {
	for i := 0; i < f.count; {
		switch f.begun[i].add(f.buf[f.begun[i].start:f.n], c) {
		case whole:
			start, size := f.begun[i].start, f.begun[i].size
			f.count = 0
			return Message{Raw: f.buf[start : start+size], Start: f.stats.Bytes - uint64(size)}, true
		case damaged:
			f.stats.Damaged++
			f.drop(i)
		case impossible:
			f.drop(i)
		default:
			i++
		}
	}
	return Message{}, false
}

// progress is the state of a candidate after a byte.
type progress uint8

const (
	unfinished progress = iota
	whole               // it is a message
	damaged             // its checksum is wrong
	impossible          // its length is too long
)

// add adds a byte, the last of the candidate's bytes so far.
func (d *candidate) add(frame []byte, c byte) progress {
	n := len(frame)
	if d.size == 0 || n <= d.size-frameSum {
		d.sum.add(c)
	}
	switch {
	case n == framePayload:
		length := int(binary.LittleEndian.Uint16(frame[frameLength:]))
		if length > MaxPayload {
			return impossible
		}
		d.size = framePayload + length + frameSum
	case d.size == 0 || n < d.size:
	case frame[n-2] == d.sum.a && frame[n-1] == d.sum.b:
		return whole
	default:
		return damaged
	}
	return unfinished
}
