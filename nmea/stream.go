package nmea

import "time"

// A Protocol finds the messages of another protocol among the bytes of a receiver, and
// reports what matters to a clock. It sees the same bytes as the Framer: a message may stand
// before, after or within a sentence. It is used like a Framer.
type Protocol interface {
	Push(chunk []byte)
	Next() (m Message, more bool)
}

// A Message is a message of another protocol.
type Message struct {
	Raw    []byte // all of its bytes; valid until the next call of the Protocol
	End    int    // of its last byte in the chunk, plus 1
	Report Report // the Address is its name
}

// A Stream turns the bytes of a receiver into epochs: it is a Framer and an Epochs in one.
// It is not safe for concurrent use.
type Stream struct {
	framer *Framer
	epochs *Epochs
	idle   Epoch // completed by silence, for Next
	isIdle bool  // whether idle is set

	other    Protocol // nil if there is only NMEA
	sentence Sentence // found, but a message ended before it
	end      int      // of the sentence in the chunk, plus 1; 0 if there is none
	message  Message  // found, but a sentence ended before it; End is 0 if there is none
	bursts   [4]begun // the last bursts, the oldest first
}

// A begun is a burst and where it began.
type begun struct {
	burst Burst
	from  uint64 // bytes received before it
}

// Heard is what a Stream found in the bytes: a sentence or a message, an epoch that is
// complete, or both.
type Heard struct {
	Sentence Sentence // Raw is empty if no sentence began the next epoch, and for a message, which has stamps
	Message  []byte   // of the other protocol, if it has one; valid until the next call of Next
	Err      error    // of the sentence; see Decoder.Decode
	Epoch    Epoch
	Complete bool // whether Epoch is set
}

// NewStream returns a Stream for a line with that baud rate, and for a program that was
// built on that date. See NewFramer and NewEpochs.
func NewStream(baud int, buildDate Date) *Stream {
	return &Stream{framer: NewFramer(baud), epochs: NewEpochs(buildDate)}
}

// Also lets the Stream use the messages of another protocol as well, and returns it. Call it
// before the first Push. Its messages and the sentences of a second are one epoch.
func (s *Stream) Also(other Protocol) *Stream {
	s.other = other
	return s
}

// Push adds the bytes that one read returned, with the stamp of its return. An empty chunk is
// silence, which may complete an epoch. Call Next until it returns false before the next
// Push.
func (s *Stream) Push(at Stamp, chunk []byte) {
	if len(chunk) == 0 {
		s.idle, s.isIdle = s.epochs.Idle(at)
	}
	s.framer.Push(at, chunk)
	if s.other != nil && len(chunk) > 0 {
		s.other.Push(chunk)
		s.noteBurst()
	}
}

// noteBurst records the current burst.
func (s *Stream) noteBurst() {
	now := s.framer.burst.burst
	last := &s.bursts[len(s.bursts)-1]
	if now.Seq != last.burst.Seq {
		copy(s.bursts[:], s.bursts[1:])
		last.from = s.framer.stats.Bytes - uint64(len(s.framer.chunk))
	}
	last.burst = now // a later chunk may have improved its start
}

// Next returns what the pushed bytes contain, in order. It returns false if there is no more.
func (s *Stream) Next() (h Heard, more bool) {
	if s.isIdle {
		s.isIdle = false
		return Heard{Epoch: s.idle, Complete: true}, true
	}
	if s.other != nil {
		return s.either()
	}
	sentence, more := s.framer.Next()
	if !more {
		return s.ended()
	}
	return s.hear(sentence), true
}

// ended returns the epoch that the last sentence of the chunk completes, if nothing follows
// that sentence: neither another, nor the beginning of one.
func (s *Stream) ended() (h Heard, more bool) {
	if s.framer.state != outside {
		return Heard{}, false
	}
	h.Epoch, h.Complete = s.epochs.Ended()
	return h, h.Complete
}

// hear adds a sentence.
func (s *Stream) hear(sentence Sentence) (h Heard) {
	h.Sentence = sentence
	h.Epoch, h.Complete, h.Err = s.epochs.Push(sentence)
	return h
}

// either returns the next sentence or message, whichever ended first.
func (s *Stream) either() (Heard, bool) {
	if s.end == 0 {
		if sentence, more := s.framer.Next(); more {
			s.sentence, s.end = sentence, s.framer.pos
		}
	}
	if s.message.End == 0 {
		if message, more := s.other.Next(); more {
			s.message = message
		}
	}
	sentence, message := s.end, s.message.End
	switch {
	case message != 0 && (sentence == 0 || message <= sentence):
		s.message.End = 0
		return s.hearMessage(message), true
	case sentence != 0:
		s.end = 0
		return s.hear(s.sentence), true
	}
	return s.ended()
}

// hearMessage adds the message, which ended at an index of the chunk. It belongs to the burst
// in which it began: a message that was partly read late does not begin another burst.
func (s *Stream) hearMessage(end int) (h Heard) {
	m := &s.message
	f := s.framer
	last := f.at
	if !last.IsZero() {
		last = last.Add(-time.Duration(len(f.chunk)-end) * f.burst.byteTime)
	}
	first := last
	if !last.IsZero() {
		first = last.Add(-time.Duration(len(m.Raw)-1) * f.burst.byteTime)
	}
	start := f.stats.Bytes - uint64(len(f.chunk)) + uint64(end) - uint64(len(m.Raw))
	burst := s.bursts[len(s.bursts)-1].burst
	for i := len(s.bursts) - 2; i >= 0 && s.bursts[i+1].from > start && s.bursts[i].burst.Seq != 0; i-- {
		burst = s.bursts[i].burst
	}
	h.Message, h.Sentence = m.Raw, Sentence{First: first, Last: last, Burst: burst, slack: [2]time.Duration{f.burst.slack, f.burst.slack}}
	h.Epoch, h.Complete = s.epochs.Add(h.Sentence, m.Report)
	return h
}

// Flush returns the last epoch at the end of the bytes, and whether there is one.
func (s *Stream) Flush() (Epoch, bool) { return s.epochs.Flush() }

// Pending reports whether silence can complete an epoch.
func (s *Stream) Pending() bool { return s.epochs.Pending() }

// Remaining returns how long after an instant the receiver usually ends the epoch that it is
// sending; 0 if that is unknown, or past. A reader may sleep until then: the epoch is complete,
// and its sample need not wait longer.
func (s *Stream) Remaining(at Stamp) time.Duration {
	due := s.epochs.due(s.framer.burst.burst)
	if due.IsZero() {
		return 0
	}
	const lineEnd = 2 // bytes, which would wake the reader once more
	return max(due.Sub(at)+lineEnd*s.framer.burst.byteTime, 0)
}

// Settled reports whether more bytes hardly improve the start of the current burst.
func (s *Stream) Settled() bool { return s.framer.Settled() }

// Silence returns the silence before the current burst.
func (s *Stream) Silence() time.Duration { return s.framer.Silence() }

// Stats returns the counts of bytes and sentences.
func (s *Stream) Stats() FramerStats { return s.framer.Stats() }
