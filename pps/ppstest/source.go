// Package ppstest has what tests of programs that take pulses need: a source of
// edges that the test makes, and the trains of pulses that receivers send.
package ppstest

import (
	"context"
	"fmt"
	"sync"

	"github.com/refclock/refclock/pps"
)

// A Source is a pps.Source that gives the edges it is told to. It works in a
// bubble of testing/synctest, and asks no clock.
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

// New makes a source of this name, with edges to give at once.
func New(name string, edges ...pps.Edge) *Source {
	s := &Source{name: name, edges: make(chan pps.Edge, len(edges)+1024), failed: make(chan struct{}), closed: make(chan struct{})}
	for _, e := range edges {
		s.Push(e)
	}
	return s
}

// Push lets Next give one more edge. It may be called beside Next; it panics if
// 1024 edges wait that nobody reads.
func (s *Source) Push(e pps.Edge) {
	select {
	case s.edges <- e:
	default:
		panic("ppstest: nobody reads the edges")
	}
}

// Fail lets Next fail once it has given all edges, as if the device were gone.
func (s *Source) Fail(err error) {
	s.fail.Do(func() {
		s.err = err
		close(s.failed)
	})
}

// SetMissed is what Missed tells from now on. Call it where Next is called.
func (s *Source) SetMissed(n uint64) { s.missed = n }

// Closed tells whether Close was called.
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

// Missed is what SetMissed has set, 0 at first.
func (s *Source) Missed() uint64 { return s.missed }

// Next gives the next edge; see pps.Source.
func (s *Source) Next(ctx context.Context) (pps.Edge, error) {
	switch {
	case ended(s.closed):
		return pps.Edge{}, fmt.Errorf("read %s: %w", s.name, pps.ErrClosed)
	case ctx.Err() != nil:
		return pps.Edge{}, ctx.Err()
	}
	select { // edges first: what has happened before the failure is given before it
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

// Close ends a Next that waits.
func (s *Source) Close() error {
	s.close.Do(func() { close(s.closed) })
	return nil
}
