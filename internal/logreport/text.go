package logreport

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/refclock/refclock/internal/samplelog"
)

// columns is the width of the text.
const columns = 80

// Text writes the figures for a terminal of 80 columns.
func (a *Analysis) Text(w io.Writer) error {
	var b strings.Builder
	r := &a.Report
	fmt.Fprintf(&b, "%s in %s. Offsets are clock - receive: negative if the clock\nis behind the system clock.\n", plural(len(r.Sources), "source"), plural(len(r.Files), "file"))
	for i := range r.Sources {
		a.sourceText(&b, &r.Sources[i], a.series[i])
	}
	pairsText(&b, r.Pairs)
	filesText(&b, r.Files)
	_, err := io.WriteString(w, b.String())
	return err
}

// sourceText writes the figures of a source.
func (a *Analysis) sourceText(b *strings.Builder, r *Source, s *series) {
	fmt.Fprintf(b, "\n%s\n", fit(r.Name+" ("+r.Format+")", columns))
	row := func(name, format string, args ...any) {
		fmt.Fprintf(b, "  %-10s %s\n", name, fmt.Sprintf(format, args...))
	}
	if r.Samples == 0 {
		row("samples", "none: this log has no offsets")
		reasonsText(row, r.Reasons)
		return
	}
	row("time", "%s (%s)", periodText(r.From, r.To), spanText(r.To.Sub(r.From)))
	row("samples", "%s", samplesText(r))
	o := r.Offset
	row("offset", "median %s, standard deviation %s", o.median(), amount(float64(o.SDNS)))
	row("", "90 %% from %s to %s", o.value(o.P5NS), o.value(o.P95NS))
	row("", "all  from %s to %s", o.value(o.MinNS), o.value(o.MaxNS))
	if r.Jitter != nil {
		row("jitter", "median %s, 95 %% below %s, as the log states it", amount(float64(r.Jitter.MedianNS)), amount(float64(r.Jitter.P95NS)))
	}
	if r.Delay != nil {
		row("delay", "median %s, 90 %% from %s to %s", amount(float64(r.Delay.MedianNS)), amount(float64(r.Delay.P5NS)), amount(float64(r.Delay.P95NS)))
	}
	if len(s.times) > 1 {
		row("over time", "%s", sparkline(s, r.Offset, columns-13-2))
	}
	stabilityText(row, r.Stability)
	gapsText(row, r)
	reasonsText(row, r.Reasons)
}

// samplesText counts the samples of a source.
func samplesText(r *Source) string {
	text := count(r.Samples)
	if r.IntervalNS > 0 {
		text += ", one every " + tauText(float64(r.IntervalNS)/1e9)
	}
	if r.Duplicates > 0 {
		text += fmt.Sprintf("; %s more were repeated in the files", count(r.Duplicates))
	}
	return text
}

// stabilityText writes the deviations at factors of 4, so that a week fits.
func stabilityText(row func(name, format string, args ...any), list []Stability) {
	if len(list) == 0 {
		row("stability", "unknown: too few samples, or at irregular times")
		return
	}
	row("stability", "%-10s %-12s %-12s %s", "over", "ADEV", "MDEV", "TDEV")
	for i, s := range list {
		if i%2 != 0 && i != len(list)-1 {
			continue
		}
		mark := ""
		if s.Rough {
			mark = " (rough: few terms)"
		}
		row("", "%-10s %-12s %-12s %s%s", tauText(s.TauS), exponent(s.ADEV), exponent(s.MDEV), amountOf(s.TDEVS), mark)
	}
}

func exponent(x *float64) string {
	if x == nil {
		return "-"
	}
	return fmt.Sprintf("%.2e", *x)
}

// amountOf prints seconds as an amount; - if unknown.
func amountOf(seconds *float64) string {
	if seconds == nil {
		return "-"
	}
	return amount(*seconds * 1e9)
}

// maxGapsText is how many gaps the text has.
const maxGapsText = 5

func gapsText(row func(name, format string, args ...any), r *Source) {
	if r.GapCount == 0 {
		row("gaps", "none")
		return
	}
	row("gaps", "%s, %s missing (%s present)", count(r.GapCount), plural(r.Missing, "sample"), percent(r.Present))
	listed := r.Gaps[:min(len(r.Gaps), maxGapsText)]
	for _, g := range listed {
		row("", "%s  %s, %s", g.From.Format(dateForm), spanText(g.To.Sub(g.From)), plural(g.Missing, "sample"))
		if g.Reason != "" {
			for _, line := range wrapped(g.Reason, columns-15) {
				row("", "  %s", line)
			}
		}
	}
	if more := r.GapCount - len(listed); more > 0 {
		row("", "and %s, shorter", plural(more, "other"))
	}
}

func reasonsText(row func(name, format string, args ...any), reasons []Reason) {
	name := "reasons"
	for _, r := range reasons {
		for _, line := range wrapped(fmt.Sprintf("%s (%s)", r.Text, plural(r.Count, "time")), columns-13) {
			row(name, "%s", line)
			name = ""
		}
	}
}

// maxPairsText is how many pairs the text has.
const maxPairsText = 20

func pairsText(b *strings.Builder, pairs []Pair) {
	if len(pairs) == 0 {
		return
	}
	b.WriteString("\nCompared at the same times\n")
	for _, p := range pairs[:min(len(pairs), maxPairsText)] {
		d := p.Difference
		fmt.Fprintf(b, "  %s\n", fit(fmt.Sprintf("%s - %s, %s", p.A, p.B, plural(p.Samples, "sample")), columns-2))
		fmt.Fprintf(b, "    median %s, standard deviation %s\n    90 %% from %s to %s\n",
			d.median(), amount(float64(d.SDNS)), d.value(d.P5NS), d.value(d.P95NS))
	}
	if more := len(pairs) - maxPairsText; more > 0 {
		fmt.Fprintf(b, "  and %s\n", plural(more, "other pair"))
	}
}

func filesText(b *strings.Builder, files []File) {
	b.WriteString("\nFiles\n")
	for _, f := range files {
		unit := "line"
		if slices.Contains(f.Formats, samplelog.Recording) {
			unit = "event"
		}
		text := fmt.Sprintf("%s: %s, %s", strings.Join(f.Formats, ", "), plural(f.Lines, unit), plural(f.Samples, "sample"))
		if f.Bad > 0 {
			text += fmt.Sprintf(", %s not read", plural(f.Bad, "line"))
		}
		fmt.Fprintf(b, "  %s\n", fit(f.Name, columns-2))
		for _, line := range wrapped(text, columns-4) {
			fmt.Fprintf(b, "    %s\n", line)
		}
	}
}

// fit cuts a text to a width.
func fit(text string, width int) string {
	if utf8.RuneCountInString(text) <= width {
		return text
	}
	return string([]rune(text)[:width-3]) + "..."
}

// wrapped cuts a text into lines at its blanks.
func wrapped(text string, width int) (lines []string) {
	line := ""
	for word := range strings.FieldsSeq(text) {
		word = fit(word, width)
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width:
			lines, line = append(lines, line), word
		default:
			line += " " + word
		}
	}
	return append(lines, line)
}

// sparkline draws the medians of equal parts of the time, from the lowest to the highest block.
// A part without samples is a blank.
func sparkline(s *series, f *Figures, width int) string {
	lo, hi := core(f)
	var b strings.Builder
	for _, bucket := range envelope(s.times, s.values, s.times[0], s.times[len(s.times)-1], width) {
		if bucket.count == 0 {
			b.WriteByte(' ')
			continue
		}
		level := 0.0
		if hi > lo {
			level = (bucket.median - lo) / (hi - lo)
		}
		blocks := []rune("▁▂▃▄▅▆▇█")
		b.WriteRune(blocks[max(0, min(int(level*8), 7))])
	}
	return b.String()
}

// A bucket is a part of the time, as narrow as a point of a plot.
type bucket struct {
	from, to         int64 // ns since 1970
	count            int
	min, median, max float64
}

// envelope divides the time from first to last into n parts and describes the values in each.
func envelope(times []int64, values []float64, first, last int64, n int) []bucket {
	list := make([]bucket, n)
	width := float64(last-first) / float64(n)
	if width <= 0 {
		width = float64(time.Second)
	}
	for i := range list {
		list[i].from, list[i].to = first+int64(width*float64(i)), first+int64(width*float64(i+1))
	}
	var inside []float64
	at := 0
	for i := 0; i < len(times); {
		at = max(at, min(int(float64(times[i]-first)/width), n-1))
		inside = inside[:0]
		for ; i < len(times) && (times[i] < list[at].to || at == n-1); i++ {
			if !math.IsNaN(values[i]) {
				inside = append(inside, values[i])
			}
		}
		list[at].fill(inside)
		at++
		if at == n {
			break
		}
	}
	return list
}
