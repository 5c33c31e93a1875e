package settings

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/pps"
)

// errEnd ends the edges of an edgeSource.
var errEnd = errors.New("no more edges")

// An edgeSource has this many edges.
type edgeSource struct{ edges int }

func (*edgeSource) String() string { return "edges" }
func (*edgeSource) Missed() uint64 { return 0 }
func (*edgeSource) Close() error   { return nil }
func (s *edgeSource) Next(context.Context) (pps.Edge, error) {
	if s.edges == 0 {
		return pps.Edge{}, errEnd
	}
	s.edges--
	return pps.Edge{Stamp: pps.Stamp{Real: 1_800_000_000 * int64(time.Second), Mono: int64(time.Hour)}, Rising: true}, nil
}

// Only a pulse that is searched for, and that has had no edge, need not publish.
func TestOptionalPulse(t *testing.T) {
	for _, c := range []struct {
		source string
		edges  int
		want   bool
	}{{auto, 0, true}, {auto, 1, false}, {"gpio:GPIO18", 0, false}, {"gpio:GPIO18", 1, false}} {
		config := gps.Config{Device: "/dev/a", Pulse: &gps.PulseConfig{Source: c.source, Open: func() (pps.Source, error) { return &edgeSource{c.edges}, nil }}}
		parts := GPSParts(config, Targets{Unit: 0}, Targets{Unit: 1})
		if err := parts[1].Driver.Run(t.Context(), driver.NewFeed(nil, nil)); !errors.Is(err, errEnd) {
			t.Fatal(err)
		}
		var sentences, pulse status.Clock
		parts[0].Tell(&sentences)
		parts[1].Tell(&pulse)
		if pulse.Optional != c.want || sentences.Optional {
			t.Errorf("pps %q, %d edges: optional %v, want %v; the sentences %v", c.source, c.edges, pulse.Optional, c.want, sentences.Optional)
		}
		pulse.Published = 1
		if parts[1].Tell(&pulse); pulse.Optional {
			t.Errorf("pps %q: optional after a sample", c.source)
		}
	}
}
