package main

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/refclock/refclock/internal/sparkline"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/internal/textwrap"
)

// A statusPage is what status --watch shows: the last report, and why there is no newer one.
type statusPage struct {
	interval time.Duration
	paths    []string  // of the sockets
	began    time.Time // when the program began to ask

	asked    time.Time // of the last answer, a report or an error; zero before the first
	answered time.Time // of the last report; zero before the first
	last     statusAnswer
	err      error // of the last answer
}

// take remembers an answer. The last report stays if the answer is an error.
func (p *statusPage) take(a statusAnswer, now time.Time) {
	p.asked, p.err = now, a.err
	if a.err == nil {
		p.answered, p.last = now, a
	}
}

// late reports whether the next answer should have been there.
func (p *statusPage) late(now time.Time) bool {
	last := p.asked
	if last.IsZero() {
		last = p.began
	}
	return now.Sub(last) > p.interval+answerTimeout
}

// A detail says how much of each clock is shown, and how many changes at least.
type detail struct {
	plotRows int // of each plot
	receiver bool
	changes  int
}

// details has the most detailed view first. The first that fits is shown.
var details = []detail{{3, true, 8}, {2, true, 8}, {1, true, 3}, {1, false, 1}, {0, false, 0}}

// lines returns the page, limited to these rows and columns.
func (p *statusPage) lines(now time.Time, columns, rows int) []screenLine {
	const footer = 1
	var body []screenLine
	for _, d := range details {
		body = p.body(now, columns, rows-footer, d)
		if len(body)+footer <= rows {
			break
		}
	}
	foot := fmt.Sprintf("Updated every %v. Press q or Ctrl-C to stop.", p.interval)
	if rest := len(body) + footer - rows; rest > 0 {
		body = body[:max(0, rows-footer)]
		foot = fmt.Sprintf("Press q or Ctrl-C to stop. %d more lines need a taller terminal.", rest)
	}
	for len(body) < rows-footer {
		body = append(body, screenLine{})
	}
	return append(body, screenLine{text: cut(foot, columns)})
}

// block returns the page for a pipe, which has no height.
func (p *statusPage) block(now time.Time, columns int) []screenLine {
	return p.body(now, columns, statusRows, details[2])
}

// body returns everything above the last row. The changes fill the rows that are left.
func (p *statusPage) body(now time.Time, columns, rows int, d detail) []screenLine {
	b := pageBuilder{columns: columns}
	b.colour = yellow
	for _, text := range p.trouble(now) {
		b.add(0, "%s", text)
	}
	b.colour = ""
	b.old = len(b.lines) > 0
	if p.answered.IsZero() {
		return b.lines
	}
	r := p.last.report
	b.line(statusTitle(r, columns))
	title := len(b.lines)
	if !b.old {
		b.colour = red
	}
	addFailedReload(b.add, r)
	b.colour = ""
	for i, c := range r.Clocks {
		b.clock(r, c, d.receiver)
		if d.plotRows > 0 {
			b.plots(p.historyOf(i), r.Time, d.plotRows)
		}
	}
	if err := p.last.historyErr; err != nil {
		b.add(0, "No plots: %v", oneLine(err))
	}
	last := reloadHint(r, b.texts(title), columns)
	b.changes(lastChanges(r), rows-len(last), d.changes)
	for _, text := range last {
		b.line(text)
	}
	return b.lines
}

// trouble returns why the page is not new.
func (p *statusPage) trouble(now time.Time) (texts []string) {
	switch {
	case p.err != nil && errors.Is(p.err, fs.ErrNotExist):
		texts = append(texts, fmt.Sprintf("no daemon answers at %s; waiting", strings.Join(p.paths, " or ")))
	case p.err != nil:
		texts = append(texts, fmt.Sprintf("no report: %v; waiting", oneLine(askError(p.err, "status --watch"))))
	case p.late(now):
		texts = append(texts, fmt.Sprintf("the daemon at %s does not answer; waiting", strings.Join(p.paths, " or ")))
	}
	if len(texts) > 0 && !p.answered.IsZero() {
		texts = append(texts, fmt.Sprintf("OLD: what follows is the state of %s ago.", roughly(now.Sub(p.answered).Round(time.Second))))
	}
	return texts
}

// historyOf returns the samples of a clock, by its place in the report.
func (p *statusPage) historyOf(index int) status.ClockHistory {
	for _, h := range p.last.history.Clocks {
		if h.Index == index {
			return h
		}
	}
	return status.ClockHistory{}
}

// A pageBuilder collects lines of a page. Each is visible and fits the columns.
type pageBuilder struct {
	columns int
	colour  string // of the lines to come
	old     bool   // whether states are of the past
	lines   []screenLine
}

// add is an addFunc.
func (b *pageBuilder) add(indent int, format string, args ...any) {
	for _, text := range textwrap.Indented(visible(fmt.Sprintf(format, args...)), indent, b.columns) {
		b.line(text)
	}
}

// line adds a text as one line.
func (b *pageBuilder) line(text string) {
	text = strings.NewReplacer("\n", " ", "\t", " ").Replace(visible(text))
	b.lines = append(b.lines, screenLine{cut(text, b.columns), b.colour})
}

// texts returns the texts of the lines from the nth on.
func (b *pageBuilder) texts(n int) (texts []string) {
	for _, l := range b.lines[n:] {
		texts = append(texts, l.text)
	}
	return texts
}

// clock adds the texts of a clock, with its state in colour.
func (b *pageBuilder) clock(r status.Report, c status.Clock, receiver bool) {
	switch {
	case b.old:
	case c.State.Publishing():
		b.colour = green
	case c.State.Hint == "": // it will publish without help
		b.colour = yellow
	default:
		b.colour = red
	}
	addState(b.add, r, c)
	b.colour = ""
	addAdvice(b.add, c)
	addSample(b.add, c)
	if receiver {
		addReceiver(b.add, c)
	}
	b.add(4, "%s", consumerText(c))
}

// changes adds as many of the last changes as fit into the rows, but at least atLeast.
func (b *pageBuilder) changes(all []string, rows, atLeast int) {
	n := min(len(all), max(rows-len(b.lines)-1, atLeast))
	if n <= 0 {
		return
	}
	b.line("Last changes:")
	for _, text := range all[len(all)-n:] {
		b.line("  " + text)
	}
}

const (
	plotHead   = "    offset, 60 min " // the widest
	plotBounds = 21                    // columns for the lowest and highest value
)

// plots adds the plots of a clock.
func (b *pageBuilder) plots(h status.ClockHistory, now time.Time, height int) {
	cells := b.columns - len(plotHead) - plotBounds
	if cells <= 0 || len(h.TimeMS) == 0 {
		return
	}
	span := plotSpan(now.Sub(time.UnixMilli(h.TimeMS[0])), 2*cells)
	offset := binned(h.TimeMS, func(i int) (int64, bool) { return h.OffsetNS[i], true }, now, span, 2*cells)
	jitter := binned(h.TimeMS, func(i int) (int64, bool) {
		if h.JitterNS[i] == nil {
			return 0, false
		}
		return *h.JitterNS[i], true
	}, now, span, 2*cells)
	b.plot("offset", offset, span, cells, height, signedDigits)
	b.plot("jitter", jitter, span, cells, height, threeDigits)
}

// plot adds a plot, with its name and span to the left and its bounds to the right of its
// last line. It adds nothing if no value is known.
func (b *pageBuilder) plot(name string, values []sparkline.Value, span time.Duration, cells, height int, text func(time.Duration) string) {
	low, high, known := sparkline.Bounds(values)
	if !known {
		return
	}
	bounds := text(time.Duration(low)) + " to " + text(time.Duration(high))
	if low == high {
		bounds = text(time.Duration(low))
	}
	head := fmt.Sprintf("    %s, %d min", name, span/time.Minute)
	lines := sparkline.Lines(values, cells, height)
	for i, line := range lines {
		if i == len(lines)-1 {
			b.line(fmt.Sprintf("%-*s%s %s", len(plotHead), head, line, bounds))
		} else {
			b.line(strings.Repeat(" ", len(plotHead)) + line)
		}
	}
}

// signedDigits is threeDigits with a sign.
func signedDigits(d time.Duration) string {
	if d < 0 {
		return "-" + threeDigits(-d)
	}
	return "+" + threeDigits(d)
}

// plotSpans are the spans of plots.
var plotSpans = []time.Duration{2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 20 * time.Minute, time.Hour}

// plotSpan returns the shortest span that shows the oldest sample and whose columns are not
// shorter than a second, at which most samples arrive.
func plotSpan(oldest time.Duration, columns int) time.Duration {
	for _, span := range plotSpans {
		if span >= oldest && span >= time.Duration(columns)*time.Second {
			return span
		}
	}
	return slices.Max(plotSpans)
}

// binned returns the median of the values in each of n columns of the last span. A column
// begins at a multiple of its length, so that it keeps its samples while others are added.
func binned(ms []int64, value func(i int) (v int64, known bool), now time.Time, span time.Duration, n int) []sparkline.Value {
	columns := make([][]int64, n)
	length := int64(span) / int64(n)
	last := now.UnixNano() / length
	for i, at := range ms {
		v, known := value(i)
		column := at*int64(time.Millisecond)/length - last + int64(n) - 1
		if known && column >= 0 && column < int64(n) {
			columns[column] = append(columns[column], v)
		}
	}
	medians := make([]sparkline.Value, n)
	for i, values := range columns {
		if len(values) > 0 {
			slices.Sort(values)
			medians[i] = sparkline.Value{N: values[(len(values)-1)/2], Known: true}
		}
	}
	return medians
}
