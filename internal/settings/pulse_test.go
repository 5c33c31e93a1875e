package settings

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/pps"
	"github.com/refclock/refclock/pps/ppstest"
)

func TestCandidates(t *testing.T) {
	lines := func(names ...string) []freeLine {
		var list []freeLine
		for _, n := range names {
			list = append(list, freeLine{n, "gpiochip0"})
		}
		return list
	}
	for name, c := range map[string]struct {
		devices []string // by the names that their drivers give them
		lines   []freeLine
		want    string
	}{
		"nothing":                  {nil, nil, ""},
		"a device":                 {[]string{"pps@12.-1"}, nil, "/dev/pps0"},
		"a device before a line":   {[]string{"pps@4.-1"}, lines("GPIO18"), "/dev/pps0"},
		"the kernel's timer":       {[]string{"ktimer"}, lines("GPIO4"), "gpio:GPIO4"},
		"a network card":           {[]string{"ptp0"}, nil, ""},
		"a device behind a timer":  {[]string{"ktimer", "serial0"}, nil, "/dev/pps1"},
		"both usual lines":         {nil, lines("GPIO2", "GPIO4", "GPIO18"), "gpio:GPIO18 gpio:GPIO4"},
		"lines that are not usual": {nil, lines("GPIO2", "GPIO17"), ""},
	} {
		class := t.TempDir()
		for i, device := range c.devices {
			folder := filepath.Join(class, "pps"+string(rune('0'+i)))
			if err := os.MkdirAll(folder, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(folder, "name"), []byte(device+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		m := machine{class: class, lines: func() []freeLine { return c.lines }}
		var got []string
		for _, candidate := range m.candidates() {
			got = append(got, candidate.source)
			if candidate.why == "" {
				t.Errorf("%s: %s is chosen without a reason", name, candidate.source)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: candidates %q, want %q", name, got, c.want)
		}
		if _, err := findPulse(m, pps.Auto, slog.New(slog.DiscardHandler), func(s string) (pps.Source, error) { return pps.Open(s) }); c.want == "" && !errors.Is(err, errNoPulse) {
			t.Errorf("%s: %v, want errNoPulse", name, err)
		}
	}
}

// edges reads a source's edges for a while, with calls that are cancelled like those of a
// driver.
func edges(source pps.Source, lasts time.Duration) (list []pps.Edge, err error) {
	for end := time.Now().Add(lasts); time.Now().Before(end); {
		ctx, cancel := context.WithTimeout(context.Background(), 1500*time.Millisecond)
		e, err := source.Next(ctx)
		cancel()
		switch {
		case err == nil:
			list = append(list, e)
		case !errors.Is(err, context.DeadlineExceeded):
			return list, err
		}
	}
	return list, nil
}

// feed pushes edges to a source when they are due.
func feed(source *ppstest.Source, list []pps.Edge) {
	for _, e := range list {
		time.AfterFunc(time.Duration(e.Stamp.Mono), func() { source.Push(e) })
	}
}

func TestSearchFindsTheLineWithThePulse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		noise, pulse, still := ppstest.New("gpio:noise"), ppstest.New("gpio:pulse"), ppstest.New("gpio:still")
		train := ppstest.Train{Start: pps.Stamp{Real: 20e9, Mono: 20e9}}.Edges(20)
		feed(pulse, train)
		feed(noise, ppstest.Train{Period: 37 * time.Millisecond, Width: 5 * time.Millisecond, Jitter: 10 * time.Millisecond}.Edges(1000))
		s := newPulseSearch([]pps.Source{noise, still, pulse}, pps.Auto, slog.New(slog.NewTextHandler(&log, nil)))
		got, err := edges(s, 45*time.Second)
		if err != nil {
			t.Error(err)
		}
		if len(got) < 20 || len(got) > len(train) {
			t.Fatalf("%d edges of the pulse, want most of %d", len(got), len(train))
		}
		for i, e := range got {
			if want := train[len(train)-len(got)+i]; e.Stamp != want.Stamp || e.Rising != want.Rising {
				t.Errorf("edge %d is %v, want %v", i, e, want)
			}
		}
		if !noise.Closed() || !still.Closed() || pulse.Closed() {
			t.Error("want the lines without the pulse closed, and no other")
		}
		if n := strings.Count(log.String(), "pulse found"); n != 1 || !strings.Contains(log.String(), "gpio:pulse") {
			t.Errorf("the log is\n%s", log.String())
		}
		pulse.Fail(pps.ErrGone)
		if _, err := edges(s, 3*time.Second); !errors.Is(err, pps.ErrGone) {
			t.Errorf("the line is gone: %v", err)
		}
		if err := s.Close(); err != nil || !pulse.Closed() {
			t.Errorf("close: %v", err)
		}
	})
}

func TestSearchEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := ppstest.New("a"), ppstest.New("b")
		s := newPulseSearch([]pps.Source{a, b}, pps.Auto, slog.New(slog.DiscardHandler))
		if list, err := edges(s, 10*time.Second); err != nil || len(list) > 0 {
			t.Errorf("silent lines: %v, %v", list, err)
		}
		a.Fail(pps.ErrGone)
		if _, err := edges(s, 3*time.Second); !errors.Is(err, pps.ErrGone) {
			t.Errorf("one of the lines is gone: %v, want ErrGone", err)
		}
		s.Close()
		if _, err := edges(s, 3*time.Second); err == nil {
			t.Error("a closed search still returns edges")
		}
	})
}
