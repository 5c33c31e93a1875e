// Package metrics writes the report of a daemon in the text format of Prometheus.
//
// It uses no library. github.com/prometheus/client_golang adds 2.7 MB to the program and 2.9 MB
// of memory. github.com/VictoriaMetrics/metrics needs about 1 ms and 250 allocations at the start
// of every command, even refclock version: its initialisation reads files of /proc and /sys.
// Of it, only the histogram was used, because it writes no HELP.
//
// All values are of the same report. Nothing is counted between two scrapes.
package metrics

import (
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/refclock/refclock/internal/history"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/nmea"
)

// A Row describes a metric.
type Row struct {
	Name, Type, Help string
}

// The types of metrics.
const (
	gauge     = "gauge"
	counter   = "counter"
	histogram = "histogram"
)

// A metric is a value of a clock, if it has one.
type metric struct {
	Row
	value func(status.Clock) (value float64, known bool)
}

const prefix = "refclock_"

// own are the metrics of the daemon itself.
var own = []struct {
	Row
	value func(status.Report) (labels string, value float64)
}{
	{Row{prefix + "build_info", gauge, "Version of refclock, as a label; the value is 1."}, func(r status.Report) (string, float64) {
		return `{version="` + escape(r.Version) + `"}`, 1
	}},
	{Row{prefix + "start_time_seconds", gauge, "When the daemon started, in seconds since 1970."}, func(r status.Report) (string, float64) {
		return "", float64(r.Started.UnixMilli()) / 1e3
	}},
}

// The metrics that are not one value of a clock.
var (
	stateRow  = Row{prefix + "clock_state", gauge, "State set: 1 for the reason why the clock publishes nothing, or for publishing; 0 for its earlier reasons."}
	jitterRow = Row{prefix + "clock_jitter_distribution_seconds", histogram, "Jitter at each published sample, in seconds."}
)

// clocks are the metrics of each clock.
var clocks = []metric{
	{Row{prefix + "clock_publishing", gauge, "Whether the clock publishes samples: 1 or 0."}, func(c status.Clock) (float64, bool) {
		return flag(c.State.Publishing()), true
	}},
	{Row{prefix + "clock_optional", gauge, "Whether the clock need not publish, because its pulse is searched for and no edge has arrived: 1 or 0."}, func(c status.Clock) (float64, bool) {
		return flag(c.Optional), true
	}},
	{Row{prefix + "clock_stuck", gauge, "Whether the loop of the clock hangs: 1 or 0."}, func(c status.Clock) (float64, bool) { return flag(c.Stuck), true }},
	{Row{prefix + "clock_loops_total", counter, "Turns of the loop of the clock."}, func(c status.Clock) (float64, bool) { return float64(c.Beats), true }},
	{Row{prefix + "clock_samples_total", counter, "Published samples."}, func(c status.Clock) (float64, bool) { return float64(c.Published), true }},
	{Row{prefix + "clock_sample_age_seconds", gauge, "Time since the last sample, in seconds."}, ofSample(func(s *status.Sample) (float64, bool) { return seconds(s.AgeNS), true })},
	{Row{prefix + "clock_offset_seconds", gauge, "Clock minus system clock at the last sample, in seconds."}, ofSample(func(s *status.Sample) (float64, bool) { return seconds(s.OffsetNS), true })},
	{Row{prefix + "clock_precision_seconds", gauge, "Precision that the last sample claims, in seconds."}, ofSample(func(s *status.Sample) (float64, bool) { return math.Ldexp(1, s.Precision), true })},
	{Row{prefix + "clock_jitter_seconds", gauge, "Standard deviation of the samples about their trend, in seconds."}, ofSample(func(s *status.Sample) (float64, bool) {
		if s.JitterNS == nil {
			return 0, false
		}
		return seconds(*s.JitterNS), true
	})},

	{Row{prefix + "consumer_reading", gauge, "Whether a program takes the samples from the unit: 1 or 0; absent if that is not known."}, func(c status.Clock) (float64, bool) {
		return flag(c.Consumer.Alive != nil && *c.Consumer.Alive), c.Consumer.Alive != nil
	}},
	{Row{prefix + "consumer_taken_total", counter, "Samples that were taken from the unit."}, ofUnit(func(c status.Consumer) float64 { return float64(c.Consumed) })},
	{Row{prefix + "consumer_overwritten_total", counter, "Samples that were not taken before the next one."}, ofUnit(func(c status.Consumer) float64 { return float64(c.Overwritten) })},
	{Row{prefix + "consumer_foreign_writes_total", counter, "Times that another program wrote the unit."}, ofUnit(func(c status.Consumer) float64 { return float64(c.Foreign) })},

	{Row{prefix + "receiver_satellites_used", gauge, "Satellites used for the fix; absent if it is not known."}, ofReceiver(func(r *status.Receiver) (float64, bool) { return satellites(r, r.Used) })},
	{Row{prefix + "receiver_satellites_in_view", gauge, "Satellites in view; absent if it is not known."}, ofReceiver(func(r *status.Receiver) (float64, bool) { return satellites(r, r.InView) })},
	{Row{prefix + "receiver_delay_seconds", gauge, "Time from the second to the first byte of the burst, in seconds; absent if it is not known."}, ofReceiver(func(r *status.Receiver) (float64, bool) {
		return seconds(r.DelayNS), r.Calibrated
	})},
	{Row{prefix + "receiver_delay_spread_seconds", gauge, "Standard deviation of the delay, in seconds."}, ofReceiver(func(r *status.Receiver) (float64, bool) { return seconds(r.SpreadNS), r.Calibrated })},
	{Row{prefix + "receiver_rollovers", gauge, "Eras of 1024 weeks that were added to the date of the receiver."}, ofReceiver(func(r *status.Receiver) (float64, bool) { return float64(r.Eras), true })},
	{Row{prefix + "receiver_epochs_total", counter, "Instants of time that the receiver named since the port was opened."}, ofReceiver(func(r *status.Receiver) (float64, bool) { return float64(r.Epochs), true })},
	{Row{prefix + "receiver_read_bytes_total", counter, "Bytes that were read since the port was opened."}, ofReceiver(func(r *status.Receiver) (float64, bool) { return float64(r.Bytes), true })},
	{Row{prefix + "receiver_stray_bytes_total", counter, "Bytes outside of sentences."}, ofReceiver(func(r *status.Receiver) (float64, bool) { return float64(r.Stray), true })},
	{Row{prefix + "receiver_sentences_total", counter, "Complete sentences."}, ofReceiver(func(r *status.Receiver) (float64, bool) { return float64(r.Sentences), true })},
	{Row{prefix + "receiver_invalid_sentences_total", counter, "Sentences without a valid checksum."}, ofReceiver(func(r *status.Receiver) (float64, bool) { return float64(r.Bad), true })},
	{Row{prefix + "receiver_broken_sentences_total", counter, "Incomplete or too long sentences."}, ofReceiver(func(r *status.Receiver) (float64, bool) { return float64(r.Broken), true })},

	{Row{prefix + "pulse_locked", gauge, "Whether it is known which second each pulse begins: 1 or 0."}, ofPulse(func(p *status.Pulse) float64 { return flag(p.Locked) })},
	{Row{prefix + "pulse_edges_total", counter, "Edges of both polarities."}, ofPulse(func(p *status.Pulse) float64 { return float64(p.Edges) })},
	{Row{prefix + "pulse_seconds_total", counter, "Edges that begin a second."}, ofPulse(func(p *status.Pulse) float64 { return float64(p.Seconds) })},
	{Row{prefix + "pulse_glitches_total", counter, "Edges at an unexpected time."}, ofPulse(func(p *status.Pulse) float64 { return float64(p.Glitches) })},
	{Row{prefix + "pulse_missing_total", counter, "Pulses that did not arrive."}, ofPulse(func(p *status.Pulse) float64 { return float64(p.Missing) })},
	{Row{prefix + "pulse_lost_edges_total", counter, "Edges that were lost because they arrived too fast."}, ofPulse(func(p *status.Pulse) float64 { return float64(p.Missed) })},

	{Row{prefix + "feed_lines_total", counter, "Lines with content that another program printed."}, ofLines(func(l *status.Lines) uint64 { return l.Lines })},
	{Row{prefix + "feed_invalid_lines_total", counter, "Lines that could not be used."}, ofLines(func(l *status.Lines) uint64 { return l.Bad })},
	{Row{prefix + "feed_withheld_lines_total", counter, "Lines with a time that was not published."}, ofLines(func(l *status.Lines) uint64 { return l.Withheld })},
}

// Rows returns every metric that may be written.
func Rows() (rows []Row) {
	for _, m := range own {
		rows = append(rows, m.Row)
	}
	for _, m := range clocks {
		rows = append(rows, m.Row)
	}
	return append(rows, stateRow, jitterRow)
}

// satellites returns a number of satellites. With a fix, 0 means that no sentence has it.
func satellites(r *status.Receiver, n int) (value float64, known bool) {
	return float64(n), n > 0 || r.Fix == nmea.FixNone.String()
}

func seconds(ns int64) float64 { return float64(ns) / 1e9 }

func flag(set bool) float64 {
	if set {
		return 1
	}
	return 0
}

func ofSample(value func(*status.Sample) (float64, bool)) func(status.Clock) (float64, bool) {
	return func(c status.Clock) (float64, bool) {
		if c.Sample == nil {
			return 0, false
		}
		return value(c.Sample)
	}
}

func ofUnit(value func(status.Consumer) float64) func(status.Clock) (float64, bool) {
	return func(c status.Clock) (float64, bool) { return value(c.Consumer), c.Unit >= 0 }
}

func ofReceiver(value func(*status.Receiver) (float64, bool)) func(status.Clock) (float64, bool) {
	return func(c status.Clock) (float64, bool) {
		if c.Receiver == nil {
			return 0, false
		}
		return value(c.Receiver)
	}
}

func ofPulse(value func(*status.Pulse) float64) func(status.Clock) (float64, bool) {
	return func(c status.Clock) (float64, bool) {
		if c.Pulse == nil {
			return 0, false
		}
		return value(c.Pulse), true
	}
}

func ofLines(value func(*status.Lines) uint64) func(status.Clock) (float64, bool) {
	return func(c status.Clock) (float64, bool) {
		if c.Lines == nil {
			return 0, false
		}
		return float64(value(c.Lines)), true
	}
}

// maxReasons limits the reasons of a clock in its state set. There are about fifty.
const maxReasons = 64

// A Writer writes metrics. It remembers the reasons that each clock had, and what is in the
// histograms. It is safe for concurrent use.
type Writer struct {
	mu      sync.Mutex
	written map[*history.Clock]*memory
}

// A memory is what is kept of a clock between two scrapes.
type memory struct {
	reasons []string
	jitter  distribution
	labels  string
	next    uint64 // sample
}

// Write writes all metrics of a report, with the history of each of its clocks; nil for a
// clock without one. It yields often: on one processor, a read of a receiver may wait to be
// stamped.
func (w *Writer) Write(to io.Writer, r status.Report, histories []*history.Clock) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, m := range own {
		labels, value := m.value(r)
		m.head(to)
		writeValue(to, m.Name+labels, value)
	}
	labels := labelSets(r.Clocks)
	for _, m := range clocks {
		m.write(to, r.Clocks, labels)
	}
	w.update(r.Clocks, labels, histories)
	stateRow.head(to)
	for i, c := range r.Clocks {
		for _, reason := range w.reasons(c, histories[i]) {
			writeValue(to, fmt.Sprintf("%s{%s,reason=\"%s\"}", stateRow.Name, labels[i], escape(reason)), flag(reason == reasonOf(c)))
		}
		runtime.Gosched()
	}
	first := true
	for _, h := range histories {
		if m := w.written[h]; m != nil && m.next > 0 {
			if first {
				jitterRow.head(to)
				first = false
			}
			m.jitter.write(to, jitterRow.Name, m.labels)
			runtime.Gosched()
		}
	}
}

// write writes a metric of all clocks that have it.
func (m metric) write(to io.Writer, list []status.Clock, labels []string) {
	first := true
	for i, c := range list {
		value, known := m.value(c)
		if !known {
			continue
		}
		if first {
			m.head(to)
			first = false
		}
		writeValue(to, m.Name+"{"+labels[i]+"}", value)
	}
	runtime.Gosched()
}

// head writes the lines HELP and TYPE.
func (r Row) head(to io.Writer) {
	fmt.Fprintf(to, "# HELP %s %s\n# TYPE %s %s\n", r.Name, r.Help, r.Name, r.Type)
}

func writeValue(to io.Writer, name string, value float64) { fmt.Fprintf(to, "%s %g\n", name, value) }

// labelSets returns the labels of each clock. Two clocks never have the same.
func labelSets(clocks []status.Clock) (sets []string) {
	for _, c := range clocks {
		unit := ""
		if c.Unit >= 0 {
			unit = strconv.Itoa(c.Unit)
		}
		sets = append(sets, fmt.Sprintf(`kind="%s",name="%s",unit="%s",socket="%s"`, escape(c.Kind), escape(c.Name), unit, escape(c.Socket)))
	}
	return sets
}

// escape returns a text as the value of a label. Prometheus wants UTF-8.
func escape(text string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(strings.ToValidUTF8(text, "?"))
}

// reasonOf returns the state of a clock as a label.
func reasonOf(c status.Clock) string {
	if c.State.Publishing() {
		return "publishing"
	}
	return c.State.Reason
}

// update adds to the memories what is new, and forgets clocks that are gone.
func (w *Writer) update(list []status.Clock, labels []string, histories []*history.Clock) {
	written := map[*history.Clock]*memory{}
	for i, h := range histories {
		if h == nil {
			continue
		}
		m := w.written[h]
		if m == nil || m.labels != labels[i] {
			m = &memory{labels: labels[i], reasons: []string{"publishing"}}
		}
		written[h] = m
		m.count(h)
		if reason := reasonOf(list[i]); !slices.Contains(m.reasons, reason) {
			if len(m.reasons) == maxReasons {
				m.reasons = slices.Delete(m.reasons, 1, 2)
			}
			m.reasons = append(m.reasons, reason)
		}
	}
	w.written = written
}

// reasons returns the states that a clock had.
func (w *Writer) reasons(c status.Clock, h *history.Clock) []string {
	if m := w.written[h]; m != nil {
		return m.reasons
	}
	return []string{reasonOf(c)}
}

// count adds the samples since the last time to the histogram.
func (m *memory) count(h *history.Clock) {
	var samples [128]history.Sample
	m.next = max(m.next, h.FirstSample())
	for n := h.Samples(samples[:], m.next); n > 0; n = h.Samples(samples[:], m.next) {
		for _, s := range samples[:n] {
			if s.Jitter != history.None {
				m.jitter.add(seconds(s.Jitter))
			}
		}
		m.next += uint64(n)
		runtime.Gosched()
	}
}
