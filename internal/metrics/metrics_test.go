package metrics

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/history"
	"github.com/refclock/refclock/internal/status"
)

// full returns a report that has every metric, and hostile texts.
func full() (status.Report, []*history.Clock) {
	jitter, alive := int64(1500), true
	sample := &status.Sample{OffsetNS: -2_000_000, JitterNS: &jitter, Precision: -10, AgeNS: 500_000_000}
	h := []*history.Clock{history.New(), history.New(), history.New()}
	h[1].Add(history.Sample{Real: 1, Mono: 1, Jitter: 1500}, history.Sample{Real: 2, Mono: 2, Jitter: history.None})
	return status.Report{Version: "1.2", Started: time.Unix(1000, 0), Clocks: []status.Clock{
		{Kind: "gps", Name: "gps \"a\\b\nc\xff", Unit: -1, Socket: "/run/s", State: driver.State{Reason: "no fix"}, Receiver: &status.Receiver{Calibrated: true, DelayNS: 120_000_000, Used: 7, InView: 9}},
		{Kind: "gps", Name: "pulse gpio:1", Unit: 1, Published: 9, Sample: sample, Pulse: &status.Pulse{Edges: 5, Locked: true}, Consumer: status.Consumer{Alive: &alive, Consumed: 8}},
		{Kind: "feed", Name: "feed myclock", Unit: 4, Lines: &status.Lines{Lines: 12, Bad: 2, Withheld: 3}},
	}}, h
}

func write(w *Writer, r status.Report, h []*history.Clock) string {
	var text bytes.Buffer
	w.Write(&text, r, h)
	return text.String()
}

func TestValues(t *testing.T) {
	r, h := full()
	text := write(new(Writer), r, h)
	const gps = `{kind="gps",name="gps \"a\\b\nc?",unit="",socket="/run/s"`
	const pulse = `{kind="gps",name="pulse gpio:1",unit="1",socket=""`
	const feed = `{kind="feed",name="feed myclock",unit="4",socket=""`
	for _, want := range []string{
		`refclock_build_info{version="1.2"} 1`, "refclock_start_time_seconds 1000",
		"refclock_clock_publishing" + gps + "} 0", "refclock_clock_publishing" + pulse + "} 1",
		"refclock_clock_state" + gps + `,reason="no fix"} 1`, "refclock_clock_state" + gps + `,reason="publishing"} 0`, "refclock_clock_state" + pulse + `,reason="publishing"} 1`,
		"refclock_clock_samples_total" + pulse + "} 9", "refclock_clock_offset_seconds" + pulse + "} -0.002", "refclock_clock_jitter_seconds" + pulse + "} 1.5e-06",
		"refclock_clock_precision_seconds" + pulse + "} 0.0009765625", "refclock_clock_sample_age_seconds" + pulse + "} 0.5",
		"refclock_receiver_delay_seconds" + gps + "} 0.12", "refclock_receiver_satellites_used" + gps + "} 7",
		"refclock_pulse_locked" + pulse + "} 1", "refclock_pulse_edges_total" + pulse + "} 5", "refclock_consumer_reading" + pulse + "} 1", "refclock_consumer_taken_total" + pulse + "} 8",
		"refclock_feed_lines_total" + feed + "} 12", "refclock_feed_invalid_lines_total" + feed + "} 2", "refclock_feed_withheld_lines_total" + feed + "} 3",
		"refclock_clock_jitter_distribution_seconds_count" + pulse + "} 1", "refclock_clock_jitter_distribution_seconds_bucket" + pulse + `,le="+Inf"} 1`,
	} {
		if !strings.Contains(text, "\n"+want+"\n") {
			t.Errorf("there is no %s in\n%s", want, text)
		}
	}
	for _, absent := range []string{"refclock_receiver_delay_seconds" + pulse, "refclock_clock_offset_seconds" + gps, "refclock_consumer_taken_total" + gps} {
		if strings.Contains(text, absent) {
			t.Errorf("%s is written, without a value", absent)
		}
	}
}

// A receiver that sends no sentence with satellites, only RMC or ZDA, does not use 0 of them: the
// alert about few satellites would last. Without a fix it does.
func TestUnknownSatellites(t *testing.T) {
	for fix, want := range map[string]int{"good": 0, "estimated": 0, "unknown": 0, "none": 2} {
		r := status.Report{Clocks: []status.Clock{{Kind: "gps", Name: "gps", Receiver: &status.Receiver{Fix: fix}}}}
		text := write(new(Writer), r, []*history.Clock{nil})
		if n := strings.Count(text, "\nrefclock_receiver_satellites_"); n != want {
			t.Errorf("fix %s: %d values, want %d:\n%s", fix, n, want, text)
		}
	}
}

// The state set has earlier reasons at 0, and is limited. The histogram counts each sample once.
func TestScrapes(t *testing.T) {
	var w Writer
	r, h := full()
	for i := range 200 {
		r.Clocks[0].State.Reason = fmt.Sprintf("reason %d", i)
		h[1].Add(history.Sample{Real: 3, Mono: int64(i + 3), Jitter: 2_000_000})
		write(&w, r, h)
	}
	text := write(&w, r, h)
	if n := strings.Count(text, "refclock_clock_state{"); n != maxReasons+2 {
		t.Errorf("%d states, want %d and one of each other clock", n, maxReasons)
	}
	if n := strings.Count(text, "refclock_clock_state{kind=\"gps\",name=\"gps"); n != maxReasons || !strings.Contains(text, `reason="reason 199"} 1`) || !strings.Contains(text, `reason="reason 198"} 0`) {
		t.Errorf("%d states in\n%s", n, text)
	}
	if !regexp.MustCompile(`_count\{.*\} 201\n`).MatchString(text) {
		t.Errorf("201 samples in\n%s", text)
	}
	write(&w, status.Report{}, nil) // a reload has removed all clocks
	if len(w.written) != 0 {
		t.Error("clocks that are gone are remembered")
	}
}

var (
	headLine   = regexp.MustCompile(`^# (HELP|TYPE) (\S+) (.+)$`)
	metricLine = regexp.MustCompile(`^([a-z_]+)(\{[^\n]*\})? \S+$`)
	part       = regexp.MustCompile(`_(bucket|sum|count)$`)
)

// Each metric has HELP and TYPE, once, before its values; and each row is written.
func TestHelpAndType(t *testing.T) {
	r, h := full()
	text := write(new(Writer), r, h)
	heads, values := map[string]string{}, map[string]bool{}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if m := headLine.FindStringSubmatch(line); m != nil {
			heads[m[2]] += m[1] + " "
			continue
		}
		m := metricLine.FindStringSubmatch(line)
		if m == nil {
			t.Errorf("not a line of metrics: %q", line)
			continue
		}
		name := m[1]
		if heads[name] == "" {
			name = part.ReplaceAllString(name, "")
		}
		if values[name] = true; heads[name] != "HELP TYPE " {
			t.Errorf("%s has %q before it", name, heads[name])
		}
	}
	for _, row := range Rows() {
		if !values[row.Name] {
			t.Errorf("%s is not written", row.Name)
		}
		if total := strings.HasSuffix(row.Name, "_total"); total != (row.Type == counter) || !strings.HasSuffix(row.Help, ".") {
			t.Errorf("%+v: expected a sentence, and _total for counters alone", row)
		}
		delete(values, row.Name)
	}
	if len(values) > 0 {
		t.Errorf("these have no row: %v", values)
	}
}

// used are the metrics that a text of PromQL names.
func used(text string) (names []string) {
	for _, name := range regexp.MustCompile(`\brefclock_[a-z_]+`).FindAllString(text, -1) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// The dashboard and the rules name metrics that exist.
func TestContribNamesExist(t *testing.T) {
	exported := map[string]bool{}
	for _, row := range Rows() {
		exported[row.Name] = true
		if row.Type == histogram {
			for _, suffix := range []string{"_bucket", "_sum", "_count"} {
				exported[row.Name+suffix] = true
			}
		}
	}
	for _, path := range []string{rulesFile, dashboardFile, "../../docs/metrics.md"} {
		text, err := os.ReadFile(path)
		if errors.Is(err, os.ErrNotExist) {
			continue
		} else if err != nil {
			t.Fatal(err)
		}
		names := used(string(text))
		if len(names) < 5 {
			t.Errorf("%s names %v only", path, names)
		}
		for _, name := range names {
			if !exported[name] {
				t.Errorf("%s names %s, which does not exist", path, name)
			}
		}
	}
	text, err := os.ReadFile(dashboardFile)
	if err != nil || !json.Valid(text) {
		t.Errorf("%s is not JSON: %v", dashboardFile, err)
	}
}

// A panel of the present state asks for the present alone: over a range, it would also show the
// last value of clocks and reasons that are gone. The reason is in the name of its series, which
// Grafana hides if there is only one.
func TestStatPanels(t *testing.T) {
	var dashboard struct {
		Panels []struct {
			Type, Title string
			Options     struct{ TextMode string }
			Targets     []struct {
				Expr    string
				Instant bool
			}
		}
	}
	text, err := os.ReadFile(dashboardFile)
	if err := errors.Join(err, json.Unmarshal(text, &dashboard)); err != nil {
		t.Fatal(err)
	}
	panels := 0
	for _, p := range dashboard.Panels {
		if p.Type != "stat" {
			continue
		}
		panels++
		for _, target := range p.Targets {
			if !target.Instant || strings.Contains(target.Expr, stateRow.Name) && p.Options.TextMode != "name" {
				t.Errorf("%s: %+v, %+v", p.Title, target, p.Options)
			}
		}
	}
	if panels != 3 {
		t.Errorf("%d panels, want 3", panels)
	}
}

const (
	rulesFile     = "../../contrib/prometheus/refclock.rules.yml"
	dashboardFile = "../../contrib/grafana/refclock.json"
)

// promtool runs Prometheus' own check, if it is installed.
func promtool(t *testing.T, input string, args ...string) {
	t.Helper()
	path, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("promtool is missing: apt install prometheus")
	}
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Stdin = strings.NewReader(input)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
	} else {
		t.Logf("promtool %s: %s", strings.Join(args, " "), bytes.TrimSpace(out))
	}
}

func TestPromtoolCheckMetrics(t *testing.T) {
	r, h := full()
	promtool(t, write(new(Writer), r, h), "check", "metrics")
}

func TestPromtoolCheckRules(t *testing.T) {
	path, err := filepath.Abs(rulesFile)
	if err != nil {
		t.Fatal(err)
	}
	promtool(t, "", "check", "rules", path)
}
