package settings

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/pps"
	"github.com/refclock/refclock/pps/ppstest"
)

// The lateness of a source whose level cannot be read is refused in the configuration, if it
// is named there.
func TestLatenessNeedsALine(t *testing.T) {
	for text, want := range map[string]string{
		"":                         "",
		"lateness = \"measure\"\n": "",
		"lateness = \"often\"\n":   `expected one of "off", "measure", "register"`,
		"lateness = \"measure\"\npps = \"gpio:GPIO18\"\n":        "",
		"lateness = \"register\"\npps = \"gpio:gpiochip0:18\"\n": "",
		"lateness = \"measure\"\npps = \"/dev/pps0\"\n":          "only the stamps of a GPIO line",
		"lateness = \"register\"\npps = \"dcd:/dev/ttyS0\"\n":    "only the stamps of a GPIO line",
		"lateness = \"measure\"\npps = \"none\"\n":               "no pulse to measure",
		"lateness = \"off\"\npps = \"none\"\n":                   "",
	} {
		file := t.TempDir() + "/refclock.toml"
		if err := os.WriteFile(file, []byte("[[gps]]\n"+text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Load(t.Context(), file)
		switch {
		case want == "" && err != nil:
			t.Errorf("%q: %v", text, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// Without the setting, nothing runs beside the pulse, its source is not wrapped, and its report
// has no lateness.
func TestLatenessIsOff(t *testing.T) {
	env := Env{Log: slog.New(slog.DiscardHandler)}
	for how, want := range map[string]bool{latenessOff: false, latenessMeasure: true, latenessRegister: true} {
		s := newGPSSettings()
		s.lateness = how
		parts, err := s.Build(env)
		if err != nil {
			t.Fatal(err)
		}
		var clock status.Clock
		parts[1].Tell(&clock)
		if beside, told := parts[1].Beside != nil, clock.Pulse.Lateness != nil; beside != want || told != want {
			t.Errorf("%s: something runs %v, a report %v; want %v", how, beside, told, want)
		}
		source := ppstest.New("a")
		if watched := s.newMeter(env.Log).watch(source); (watched != pps.Source(source)) != want {
			t.Errorf("%s: the source is %T", how, watched)
		}
	}
}

// A source that is not a GPIO line explains why its lateness is not measured.
func TestLatenessTells(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		s := newGPSSettings()
		s.lateness = latenessMeasure
		m := s.newMeter(slog.New(slog.NewTextHandler(&log, nil)))
		source := ppstest.New("/dev/pps0", ppstest.Train{}.Edges(20)...)
		watched := m.watch(source)
		for range 40 {
			if _, err := watched.Next(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		m.Run(ctx)
		var pulse status.Pulse
		m.tell(&pulse)
		l := pulse.Lateness
		if l == nil || l.Known || l.Reason == "" || l.Hint == "" {
			t.Fatalf("%+v", l)
		}
		if l.Reason != pps.LatenessOneCore.String() && (l.Reason != pps.LatenessNoLine.String() || l.Detail != "/dev/pps0 is not one") {
			t.Errorf("%+v", l)
		}
		if n := strings.Count(log.String(), "level=WARN"); n != 1 || !strings.Contains(log.String(), l.Reason) {
			t.Errorf("the log is\n%s", log.String())
		}
	})
}

// Each change of the result is logged once.
func TestLatenessLogs(t *testing.T) {
	var log bytes.Buffer
	m := &meter{log: slog.New(slog.NewTextHandler(&log, nil))}
	denied := errors.New("SCHED_FIFO: operation not permitted")
	known := pps.Lateness{Known: true, Median: 5 * time.Microsecond, Ordinary: denied}
	few := pps.Lateness{Known: true, Why: pps.LatenessFew, Ordinary: denied}
	changed := known
	changed.Changes = 1
	for i, c := range []struct {
		l    pps.Lateness
		want string
	}{
		{known, "without real-time priority|taken off"},
		{known, ""},
		{few, "too few edges"},
		{few, ""},
		{known, "taken off"},
		{changed, "taken off"},
	} {
		log.Reset()
		m.report(c.l)
		words := strings.Split(c.want, "|")
		if c.want == "" {
			words = nil
		}
		if n := strings.Count(log.String(), "\n"); n != len(words) {
			t.Errorf("report %d: %s", i, log.String())
		}
		for _, word := range words {
			if !strings.Contains(log.String(), word) {
				t.Errorf("report %d: %s, want %q", i, log.String(), word)
			}
		}
	}
}

// Each reason has a hint, except that of a meter that has just begun, and a row in the chapter
// of the lateness.
func TestLatenessReasonsAreExplained(t *testing.T) {
	text, err := os.ReadFile("../../docs/troubleshooting.md")
	if err != nil {
		t.Fatal(err)
	}
	_, chapter, _ := strings.Cut(string(text), "\n## The lateness of the pulse\n")
	chapter, _, _ = strings.Cut(chapter, "\n## ")
	for _, r := range pps.LatenessReasons() {
		for source, command := range map[string]string{auto: "sudo refclock pps gpio:GPIO18", "gpio:GPIO4": "sudo refclock pps gpio:GPIO4"} {
			hint := (&meter{source: source}).hint(r)
			if (hint == "") != (r == pps.LatenessPending) || strings.HasSuffix(hint, command) != (r == pps.LatenessUnsteady) {
				t.Errorf("%v of %s: the hint is %q", r, source, hint)
			}
		}
		if !strings.Contains(chapter, "\n| `"+r.String()+"` |") {
			t.Errorf("docs/troubleshooting.md does not explain %q", r)
		}
	}
}
