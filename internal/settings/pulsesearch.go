package settings

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"

	"github.com/refclock/refclock/pps"
)

// A pulseSearch selects one of several sources: the first with an edge each second. It
// returns no edge until it has found that source, and then only edges of that source.
type pulseSearch struct {
	polarity pps.Polarity
	log      *slog.Logger

	mu     sync.Mutex
	chosen pps.Source // nil until it is found
	lines  []pps.Source
	gates  []*pps.Gate
}

func newPulseSearch(lines []pps.Source, polarity pps.Polarity, log *slog.Logger) *pulseSearch {
	s := &pulseSearch{polarity: polarity, log: log, lines: lines}
	for range lines {
		s.gates = append(s.gates, pps.NewGate(polarity))
	}
	return s
}

func (s *pulseSearch) String() string {
	var names []string
	for _, line := range s.lines {
		names = append(names, line.String())
	}
	return strings.Join(names, " or ")
}

// Next returns the next edge of the line with the pulse, once that line is found.
func (s *pulseSearch) Next(ctx context.Context) (pps.Edge, error) {
	if line := s.found(); line != nil {
		return line.Next(ctx)
	}
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	type result struct {
		edge pps.Edge
		err  error
	}
	results := make(chan result, len(s.lines))
	for i, line := range s.lines {
		go func() {
			edge, err := s.listen(inner, i, line)
			results <- result{edge, err}
			cancel() // stop the other lines, whatever the result
		}()
	}
	// Wait for all of them: a line supports only one waiting call.
	var first result
	for range s.lines {
		switch h := <-results; {
		case h.err == nil:
			first = h
		case first.edge == (pps.Edge{}) && (first.err == nil || errors.Is(first.err, context.Canceled)):
			first = h
		}
	}
	switch {
	case first.edge != (pps.Edge{}):
		s.settle()
	case ctx.Err() != nil:
		return pps.Edge{}, ctx.Err()
	}
	return first.edge, first.err
}

// found returns the line with the pulse, or nil until it is found.
func (s *pulseSearch) found() pps.Source {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.chosen
}

// listen reads a line's edges until the gate accepts one as the start of a second.
func (s *pulseSearch) listen(ctx context.Context, i int, line pps.Source) (pps.Edge, error) {
	for {
		edge, err := line.Next(ctx)
		if err != nil {
			return pps.Edge{}, err
		}
		if s.gates[i].Push(edge).Why != pps.Second {
			continue
		}
		s.mu.Lock()
		if s.chosen == nil {
			s.chosen = line
		}
		mine := s.chosen == line
		s.mu.Unlock()
		if !mine {
			return pps.Edge{}, context.Canceled
		}
		return edge, nil
	}
}

// settle closes the lines without the pulse.
func (s *pulseSearch) settle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, line := range s.lines {
		if line != s.chosen {
			line.Close()
		}
	}
	s.log.Info("pulse found", "source", s.chosen.String(), "why", "it has an edge each second")
}

// Missed returns the missed edges of the line with the pulse.
func (s *pulseSearch) Missed() uint64 {
	if line := s.found(); line != nil {
		return line.Missed()
	}
	return 0
}

func (s *pulseSearch) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var err error
	for _, line := range s.lines {
		err = errors.Join(err, line.Close())
	}
	return err
}
