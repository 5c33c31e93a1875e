// Package ppstest helps to test programs that use package pps: it has a source of edges
// that the test supplies, and generates trains of pulses like those of receivers.
package ppstest

import (
	"context"
	"fmt"
	"sync"

	"github.com/refclock/refclock/pps"
)

// A Source is a pps.Source that returns the edges pushed to it. It works in a bubble of
// testing/synctest and reads no clock.
type Source struct {
	name   string
	edges  chan pps.Edge
	failed chan struct{}
	closed chan struct{}
	fail   sync.Once
	close  sync.Once
	err    error
	missed uint64
}

// New returns a Source of this name that already has edges.
func New(name string, edges ...pps.Edge) *Source {
	s := &Source{name: name, edges: make(chan pps.Edge, len(edges)+1024), failed: make(chan struct{}), closed: make(chan struct{})}
	for _, e := range edges {
		s.Push(e)
	}
	return s
}

// Push adds an edge for Next. It may be called during Next. It panics if 1024 edges are
// unread.
func (s *Source) Push(e pps.Edge) {
	select {
	case s.edges <- e:
	default:
		panic("ppstest: 1024 edges are unread")
	}
}

// Fail makes Next fail after all edges, as if the device were removed.
func (s *Source) Fail(err error) {
	s.fail.Do(func() {
		s.err = err
		close(s.failed)
	})
}

// SetMissed sets the result of Missed. It must not be called during Missed.
func (s *Source) SetMissed(n uint64) { s.missed = n }

// Closed reports whether Close was called.
func (s *Source) Closed() bool { return ended(s.closed) }

func ended(c chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

func (s *Source) String() string { return s.name }

// Missed returns the value of SetMissed, at first 0.
func (s *Source) Missed() uint64 { return s.missed }

// Next returns the next edge; see pps.Source.
func (s *Source) Next(ctx context.Context) (pps.Edge, error) {
	switch {
	case ended(s.closed):
		return pps.Edge{}, fmt.Errorf("read %s: %w", s.name, pps.ErrClosed)
	case ctx.Err() != nil:
		return pps.Edge{}, ctx.Err()
	}
	select { // edges first: they precede a failure
	case e := <-s.edges:
		return e, nil
	default:
	}
	select {
	case e := <-s.edges:
		return e, nil
	case <-s.failed:
		return pps.Edge{}, fmt.Errorf("read %s: %w", s.name, s.err)
	case <-s.closed:
		return pps.Edge{}, fmt.Errorf("read %s: %w", s.name, pps.ErrClosed)
	case <-ctx.Done():
		return pps.Edge{}, ctx.Err()
	}
}

// Close ends a waiting Next.
func (s *Source) Close() error {
	s.close.Do(func() { close(s.closed) })
	return nil
}
