package nmea

import "time"

// A Stream turns the bytes of a receiver into epochs: it is a Framer and an Epochs in one.
// It is not safe for concurrent use.
type Stream struct {
	framer *Framer
	epochs *Epochs
	idle   Epoch // completed by silence, for Next
	isIdle bool  // whether idle is set
}

// Heard is what a Stream found in the bytes: a sentence, an epoch that is complete, or both.
type Heard struct {
	Sentence Sentence // Raw is empty if silence completed the epoch
	Err      error    // of the sentence; see Decoder.Decode
	Epoch    Epoch
	Complete bool // whether Epoch is set
}

// NewStream returns a Stream for a line with that baud rate, and for a program that was
// built on that date. See NewFramer and NewEpochs.
func NewStream(baud int, buildDate Date) *Stream {
	return &Stream{framer: NewFramer(baud), epochs: NewEpochs(buildDate)}
}

// Push takes the bytes that one read returned, and when it returned. No bytes are silence,
// which may complete an epoch. Call Next until it has no more before the next Push.
func (s *Stream) Push(at Stamp, chunk []byte) {
	if len(chunk) == 0 {
		s.idle, s.isIdle = s.epochs.Idle(at)
	}
	s.framer.Push(at, chunk)
}

// Next returns what the pushed bytes contain, in order. It returns false if there is no more.
func (s *Stream) Next() (h Heard, more bool) {
	if s.isIdle {
		s.isIdle = false
		return Heard{Epoch: s.idle, Complete: true}, true
	}
	sentence, more := s.framer.Next()
	if !more {
		return Heard{}, false
	}
	h.Sentence = sentence
	h.Epoch, h.Complete, h.Err = s.epochs.Push(sentence)
	return h, true
}

// Flush returns the last epoch at the end of the bytes, and whether there is one.
func (s *Stream) Flush() (Epoch, bool) { return s.epochs.Flush() }

// Pending reports whether silence can complete an epoch.
func (s *Stream) Pending() bool { return s.epochs.Pending() }

// Settled reports whether more bytes hardly improve the start of the current burst.
func (s *Stream) Settled() bool { return s.framer.Settled() }

// Silence returns the silence before the current burst.
func (s *Stream) Silence() time.Duration { return s.framer.Silence() }

// Stats returns the counts of bytes and sentences.
func (s *Stream) Stats() FramerStats { return s.framer.Stats() }
