package main

import (
	"io"
	"sync"
	"time"
)

// A voice is a source of bytes for the receiver's port.
type voice int

const (
	silence voice = iota
	withFix
	withoutFix
)

// A speech forwards one voice. It switches between two bursts, like a receiver that loses its
// fix, and never within a sentence.
type speech struct {
	out io.Writer

	mu     sync.Mutex
	wanted voice
	now    voice
	last   time.Time // when any voice last wrote
}

// pause is longer than pauses within a burst, and shorter than pauses between bursts.
const pause = 20 * time.Millisecond

// let selects the voice from the next burst on.
func (s *speech) let(v voice) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wanted = v
}

// from returns the writer for a voice.
func (s *speech) from(v voice) io.Writer { return speaker{s, v} }

type speaker struct {
	speech *speech
	voice  voice
}

func (s speaker) Write(p []byte) (int, error) { return s.speech.write(s.voice, p, time.Now()) }

func (s *speech) write(v voice, p []byte, now time.Time) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now.Sub(s.last) >= pause {
		s.now = s.wanted
	}
	s.last = now
	if v != s.now {
		return len(p), nil
	}
	return s.out.Write(p)
}
