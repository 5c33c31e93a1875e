package main

import (
	"io"
	"sync"
	"time"
)

// A source is a source of bytes for the receiver's port.
type source int

const (
	silence source = iota
	withFix
	withoutFix
)

// A mux forwards one source. It switches between two bursts, like a receiver that loses its
// fix, and never within a sentence.
type mux struct {
	out io.Writer

	mu     sync.Mutex
	wanted source
	now    source
	last   time.Time // when any source last wrote
}

// pause is longer than pauses within a burst, and shorter than pauses between bursts.
const pause = 20 * time.Millisecond

// use selects the source from the next burst on.
func (s *mux) use(v source) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wanted = v
}

// from returns the writer for a source.
func (s *mux) from(v source) io.Writer { return muxInput{s, v} }

type muxInput struct {
	mux    *mux
	source source
}

func (s muxInput) Write(p []byte) (int, error) { return s.mux.write(s.source, p, time.Now()) }

func (s *mux) write(v source, p []byte, now time.Time) (int, error) {
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
