package sim

import (
	"context"
	"fmt"
	"iter"
	"sync"
	"time"

	"github.com/refclock/refclock/pps"
)

// A line is the pulse of a live receiver, as a source of edges.
type line struct {
	live   *Live
	opened time.Time
	open   context.Context // until Close
	close  func()

	drawing sync.Mutex // held by Next, and by Close for its end
	next    func() (Edge, bool)
	stop    func()
	due     *Edge // generated, and not yet returned
}

// Source returns the edges of p from now on, like those of a device in package pps.
func (l *Live) Source(p Pulse) pps.Source {
	s := &line{live: l, opened: time.Now()}
	s.open, s.close = context.WithCancel(context.Background())
	s.next, s.stop = iter.Pull(l.receiver.Edges(p, Clock{}))
	return s
}

func (s *line) String() string { return "simulated pulse" }

func (s *line) Next(ctx context.Context) (pps.Edge, error) {
	s.drawing.Lock()
	defer s.drawing.Unlock()
	waiting, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.open, cancel)()

	for s.open.Err() == nil && s.due == nil {
		if e, _ := s.next(); !s.live.instant(e.True).Before(s.opened) {
			s.due = &e
		}
	}
	sleeper := newSleeper()
	defer sleeper.stop()
	switch {
	case s.open.Err() != nil, !sleeper.until(waiting, s.live.instant(s.due.True)) && ctx.Err() == nil:
		return pps.Edge{}, fmt.Errorf("next edge: %v: %w", s, pps.ErrClosed)
	case ctx.Err() != nil:
		return pps.Edge{}, ctx.Err()
	}
	e := s.live.stamped(*s.due).PPS()
	s.due = nil
	return e, nil
}

func (s *line) Missed() uint64 { return 0 }

func (s *line) Close() error {
	s.close()
	s.drawing.Lock()
	defer s.drawing.Unlock()
	s.stop()
	return nil
}
