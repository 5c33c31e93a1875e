package logreport

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html"
	"strings"
)

var (
	//go:embed page.css
	pageStyle string
	//go:embed page.js
	pageScript string
)

// policy allows the page its own style and script, by their content, and nothing else: no
// network, no other script, no frame.
func policy() string {
	hash := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return "default-src 'none'; style-src " + hash(pageStyle) + "; script-src " + hash(pageScript) + "; base-uri 'none'; form-action 'none'"
}

// Limits of the page. The text and the JSON have the rest.
const (
	maxSections  = 24
	maxPairPlots = 6
	maxPairRows  = 60
	maxGapRows   = 8
)

// HTML writes the page: one file that needs no network, and no script to be read.
func (a *Analysis) HTML(b *bytes.Buffer) {
	r := &a.Report
	p := &page{b}
	p.add("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
	p.add("<meta http-equiv=\"Content-Security-Policy\" content=\"%s\">\n", policy())
	p.add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Clock report</title>\n<style>%s</style>\n</head>\n<body>\n", pageStyle)
	p.add("<header><h1>Clock report</h1><p class=\"dim\">%s in %s%s. An offset is clock − system clock: negative if the clock is behind. Times are UTC.</p></header>\n<main>\n",
		plural(len(r.Sources), "source"), plural(len(r.Files), "file"), r.period())
	if len(r.Sources) > 1 {
		a.overview(p)
	}
	for i := range r.Sources {
		if i < maxSections {
			a.section(p, i)
		}
	}
	if more := len(r.Sources) - maxSections; more > 0 {
		p.add("<p>The table above has %s more. Select sources with the flag --source.</p>", plural(more, "source"))
	}
	p.add("</main>\n")
	p.footer(r)
	p.add("<script>%s</script>\n</body>\n</html>\n", pageScript)
}

// A page is HTML in the making.
type page struct{ *bytes.Buffer }

func (p *page) add(format string, args ...any) { fmt.Fprintf(p, format, args...) }

var escape = html.EscapeString

// period is the time of all sources.
func (r *Report) period() string {
	from, to := r.Sources[0].From, r.Sources[0].To
	for _, s := range r.Sources {
		if s.Samples == 0 {
			continue
		}
		if from.IsZero() || s.From.Before(from) {
			from = s.From
		}
		if s.To.After(to) {
			to = s.To
		}
	}
	if from.IsZero() {
		return ""
	}
	return ", " + periodText(from, to) + " (" + spanText(to.Sub(from)) + ")"
}

// overview compares the sources.
func (a *Analysis) overview(p *page) {
	r := &a.Report
	p.add("<h2 id=\"compared\">All sources</h2>\n<div class=\"panel scroll\" tabindex=\"0\"><table>\n<tr><th>source</th><th class=\"left wide\">log</th><th>samples</th><th>one every</th><th>median offset</th><th>standard deviation</th><th>90 %% of offsets</th><th>present</th><th>longest gap</th></tr>\n")
	for i, s := range r.Sources {
		name := escape(s.Name)
		if i < maxSections {
			name = fmt.Sprintf("<a href=\"#s%d\">%s</a>", i, name)
		}
		p.add("<tr><td>%s</td><td class=\"left wide\">%s</td><td>%s</td>", name, escape(s.Format), count(s.Samples))
		if s.Samples == 0 {
			p.add("<td></td><td>no offsets</td><td></td><td></td><td></td><td></td></tr>\n")
			continue
		}
		o := s.Offset
		p.add("<td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>\n", everyText(&s, ""), pretty(o.median()), pretty(amount(float64(o.SDNS))),
			o.middle(), percent(s.Present), longestText(&s))
	}
	p.add("</table></div>\n<p></p>\n<div class=\"plots\">\n")
	var adev, tdev []deviationCurve
	for _, s := range r.Sources {
		curve := deviation(s.Name, s.Stability, func(s Stability) *float64 { return s.TDEVS })
		if len(curve.tau) == 0 || len(tdev) == colours {
			continue
		}
		tdev = append(tdev, curve)
		adev = append(adev, deviation(s.Name, s.Stability, func(s Stability) *float64 { return s.ADEV }))
	}
	p.figure("Time deviation, all sources", deviationPlot("time deviation of all sources", "time deviation", secondsText, tdev), legend(tdev),
		"How far the offset typically moves when averages over this time are compared. The lower, the steadier. Where two curves cross, one source is better below that averaging time, and the other above it.")
	p.figure("Allan deviation, all sources", deviationPlot("Allan deviation of all sources", "Allan deviation (ADEV)", powerText, adev), legend(adev),
		"The same as an error of frequency: 10⁻⁹ is a nanosecond per second. A system clock that drifts raises all curves at long times.")
	p.add("</div>\n")
	a.pairsSection(p)
}

// pairsSection compares the sources that have samples at the same times.
func (a *Analysis) pairsSection(p *page) {
	pairs := a.Report.Pairs
	if len(pairs) == 0 {
		return
	}
	p.add("<h2 id=\"pairs\">Pairs</h2>\n<p>Offsets at the same times, subtracted. The system clock drops out, so this shows what the clocks themselves differ by.</p>\n")
	p.add("<div class=\"panel scroll\" tabindex=\"0\"><table>\n<tr><th>difference</th><th>samples</th><th>median</th><th>standard deviation</th><th>90 %%</th><th class=\"wide\">least</th><th class=\"wide\">greatest</th></tr>\n")
	for _, pair := range pairs[:min(len(pairs), maxPairRows)] {
		d := pair.Difference
		p.add("<tr><td>%s − %s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td class=\"wide\">%s</td><td class=\"wide\">%s</td></tr>\n", escape(pair.A), escape(pair.B), count(pair.Samples),
			pretty(d.median()), pretty(amount(float64(d.SDNS))), d.middle(), pretty(d.value(d.MinNS)), pretty(d.value(d.MaxNS)))
	}
	p.add("</table></div>\n<p></p>\n<div class=\"plots\">\n")
	for i, s := range a.pairs[:min(len(a.pairs), maxPairPlots)] {
		id := fmt.Sprintf("p%d", i)
		svg, data := overTime(s, pairs[i].Difference, nil, "difference", id)
		p.figureWith(fmt.Sprintf("%s − %s", pairs[i].A, pairs[i].B), svg, "", zeroCaption(pairs[i].Difference, "the difference")+"The higher, the further "+pairs[i].A+" is ahead of "+pairs[i].B+".", id, data)
	}
	p.add("</div>\n")
}

// section writes the figures and plots of a source.
func (a *Analysis) section(p *page, i int) {
	r, s := &a.Report.Sources[i], a.series[i]
	p.add("<section id=\"s%d\">\n<h2>%s<small>%s</small></h2>\n", i, escape(r.Name), escape(r.Format))
	if r.Samples == 0 {
		p.add("<p>This log has no offsets, but the reasons for missing samples.</p>\n")
		p.reasons(r)
		p.add("</section>\n")
		return
	}
	p.add("<p>%s</p>\n", sentence(r))
	p.tiles(r)
	p.add("<div class=\"plots\">\n")
	if len(s.times) > 1 {
		id := fmt.Sprintf("o%d", i)
		svg, data := overTime(s, r.Offset, r.Gaps, "offset", id)
		p.figureWith("Offset over time", svg, "", overTimeCaption(r, s), id, data)
		p.figure("How often each offset occurs", histogramPlot(r), "", histogramCaption(r))
	}
	if r.Delay != nil && len(s.times) > 1 {
		id := fmt.Sprintf("d%d", i)
		d := &series{label: s.label, times: s.times, values: s.delays, interval: s.interval}
		svg, data := overTime(d, r.Delay, nil, "delay", id)
		p.figureWith("Delay over time", svg, "", "The delay that the log has for each sample. A change of its level is a change of the path, or of the receiver.", id, data)
	}
	p.stability(r)
	p.hours(r)
	p.gaps(r)
	p.reasons(r)
	p.add("</div>\n</section>\n")
}

// sentence says the result in words.
func sentence(r *Source) string {
	o := r.Offset
	text := fmt.Sprintf("Nine of ten offsets lie between %s and %s, half of all below %s.", pretty(o.value(o.P5NS)), pretty(o.value(o.P95NS)), pretty(o.median()))
	if len(r.Stability) > 0 {
		best := r.Stability[0]
		for _, s := range r.Stability {
			if !s.Rough && s.TDEVS != nil && (best.TDEVS == nil || *s.TDEVS < *best.TDEVS) {
				best = s
			}
		}
		if best.TDEVS != nil {
			text += fmt.Sprintf(" It is steadiest over %s, with a time deviation of %s.", pretty(tauText(best.TauS)), secondsText(*best.TDEVS))
		}
	}
	if r.GapCount == 0 {
		return text + " No sample is missing."
	}
	verb := "are"
	if r.Missing == 1 {
		verb = "is"
	}
	return text + fmt.Sprintf(" %s of %s %s missing, in %s of up to %s.", count(r.Missing), plural(r.Samples+r.Missing, "sample"), verb, plural(r.GapCount, "gap"), longestText(r))
}

// tiles writes the most important figures.
func (p *page) tiles(r *Source) {
	o := r.Offset
	tile := func(name, value, more string) {
		p.add("<div><dt>%s</dt><dd>%s<small>%s</small></dd></div>\n", name, value, more)
	}
	p.add("<dl class=\"tiles\">\n")
	tile("Median offset", pretty(o.median()), "mean "+pretty(o.value(o.MeanNS)))
	tile("Standard deviation", pretty(amount(float64(o.SDNS))), "98 % within "+pretty(amount(float64(o.P99NS)-float64(o.P1NS))))
	tile("Range", pretty(amount(float64(o.MaxNS)-float64(o.MinNS))), pretty(o.value(o.MinNS))+" to "+pretty(o.value(o.MaxNS)))
	if r.Jitter != nil {
		tile("Jitter", pretty(amount(float64(r.Jitter.MedianNS))), "median, as the log states it")
	}
	if r.Delay != nil {
		tile("Delay", pretty(amount(float64(r.Delay.MedianNS))), "median")
	}
	tile("Samples", count(r.Samples), everyText(r, "one every "))
	tile("Present", percent(r.Present), plural(r.Missing, "sample")+" missing")
	tile("Time", pretty(spanText(r.To.Sub(r.From))), periodText(r.From, r.To))
	p.add("</dl>\n")
}

// everyText prints the usual time from one sample to the next, with words before it; empty if
// there is none.
func everyText(r *Source, before string) string {
	if r.IntervalNS == 0 {
		return ""
	}
	return before + pretty(tauText(float64(r.IntervalNS)/1e9))
}

func overTimeCaption(r *Source, s *series) string {
	text := zeroCaption(r.Offset, "the offset") + "The closer to a flat line, the better."
	if r.Samples > maxPoints {
		text += " The line is the median of the samples in each point of the plot, and the band reaches from the least to the greatest."
	}
	if r.GapCount > 0 {
		text += " Times without samples are shaded."
	}
	if n := beyond(r.Offset, s.values); n > 0 {
		text += fmt.Sprintf(" Triangles mark %s beyond the plot, from %s to %s.", plural(n, "sample"), pretty(r.Offset.value(r.Offset.MinNS)), pretty(r.Offset.value(r.Offset.MaxNS)))
	}
	return text
}

// beyond counts the values that a plot over time shows at its edges.
func beyond(f *Figures, values []float64) (n int) {
	lo, hi := core(f)
	y, base := offsetAxis(lo, hi, float64(f.MedianNS), "", 1)
	for _, x := range values {
		if x -= base; x < y.min || x > y.max {
			n++
		}
	}
	return n
}

// zeroCaption explains an axis that does not begin at 0.
func zeroCaption(f *Figures, what string) string {
	lo, hi := core(f)
	if _, base := offsetAxis(lo, hi, float64(f.MedianNS), "", 1); base == 0 {
		return ""
	}
	return "0 is where " + what + " is " + pretty(f.median()) + ", the median. "
}

func histogramCaption(r *Source) string {
	text := zeroCaption(r.Offset, "the offset") + "The narrower, the better. The shaded part has nine of ten samples, the dashed line is the median. Two peaks are two states, such as two edges of a pulse."
	if lo, hi := core(r.Offset); lo > float64(r.Offset.MinNS) || hi < float64(r.Offset.MaxNS) {
		text += " The first and the last column also count what is beyond."
	}
	return text
}

// stability draws the deviations of a source.
func (p *page) stability(r *Source) {
	if len(r.Stability) == 0 {
		p.add("<figure><h3>Stability</h3><figcaption>Unknown: too few samples, or at irregular times.</figcaption></figure>\n")
		return
	}
	tdev := []deviationCurve{deviation("TDEV", r.Stability, func(s Stability) *float64 { return s.TDEVS })}
	p.figure("Time deviation (TDEV)", deviationPlot("time deviation", "time deviation", secondsText, tdev), "",
		"How far the offset typically moves when averages over this time are compared. The lower, the steadier. Where it is lowest, averaging helps the most. Rings are rough: fewer than ten such times went into them.")
	curves := []deviationCurve{
		deviation("Allan deviation (ADEV)", r.Stability, func(s Stability) *float64 { return s.ADEV }),
		deviation("modified Allan deviation (MDEV)", r.Stability, func(s Stability) *float64 { return s.MDEV }),
	}
	p.figure("Allan deviation (ADEV, MDEV)", deviationPlot("Allan deviation and modified Allan deviation", "deviation of frequency", powerText, curves), legend(curves),
		"The typical change of frequency from one averaging time to the next: 10⁻⁹ is a nanosecond per second. A fall to the right is noise of single samples, which averaging removes; a rise is drift, which it does not.")
}

// hours draws the hours of the day.
func (p *page) hours(r *Source) {
	if len(r.Hours) == 0 {
		return
	}
	f, title := r.Offset, "Offset by hour of the day"
	if r.HoursOf == "delay" {
		f, title = r.Delay, "Delay by hour of the day"
	}
	p.figure(title, hoursPlot(r, f), "",
		"The median of each hour, and the range of nine of ten samples, of all days together. The same height all day is good. A daily wave is usually the temperature; hours with long bars are busy.")
}

// gaps lists the longest gaps.
func (p *page) gaps(r *Source) {
	if r.GapCount == 0 {
		return
	}
	p.add("<div class=\"panel scroll\" tabindex=\"0\"><h3>Gaps</h3><table>\n<tr><th>last sample before</th><th>length</th><th>missing</th><th class=\"left\">reason</th></tr>\n")
	listed := r.Gaps[:min(len(r.Gaps), maxGapRows)]
	for _, g := range listed {
		reason := "not in the log"
		if g.Reason != "" {
			reason = g.Reason
		}
		p.add("<tr><td>%s</td><td>%s</td><td>%s</td><td class=\"text\">%s</td></tr>\n", g.From.Format(dateForm), pretty(spanText(g.To.Sub(g.From))), count(g.Missing), escape(reason))
	}
	p.add("</table>")
	if more := r.GapCount - len(listed); more > 0 {
		p.add("<p class=\"dim\">And %s.</p>", plural(more, "shorter gap"))
	}
	p.add("</div>\n")
}

// reasons lists what the log says about missing samples.
func (p *page) reasons(r *Source) {
	if len(r.Reasons) == 0 {
		return
	}
	p.add("<div class=\"panel scroll\" tabindex=\"0\"><h3>Reasons in the log</h3><table>\n<tr><th>reason</th><th>times</th></tr>\n")
	for _, reason := range r.Reasons {
		p.add("<tr><td class=\"text\">%s</td><td>%s</td></tr>\n", escape(reason.Text), count(reason.Count))
	}
	p.add("</table></div>\n")
}

// figure writes a plot with its caption, if there is a plot.
func (p *page) figure(title, svg, above, caption string) {
	if svg != "" {
		p.figureWith(title, svg, above, caption, "", "")
	}
}

// figureWith also writes the data for the pointer.
func (p *page) figureWith(title, svg, above, caption, id, data string) {
	p.add("<figure><h3>%s</h3>%s<div class=\"scroll\">%s</div>", escape(title), above, svg)
	if id != "" {
		p.add("<script type=\"application/json\" id=\"%s\">%s</script>", id, data)
	}
	p.add("<figcaption>%s</figcaption></figure>\n", escape(caption))
}

func (p *page) footer(r *Report) {
	p.add("<footer>\n<div class=\"scroll\"><table>\n<tr><th>file</th><th class=\"left\">format</th><th>lines or events</th><th>samples</th><th>not read</th></tr>\n")
	for _, f := range r.Files {
		p.add("<tr><td>%s</td><td class=\"left\">%s</td><td>%s</td><td>%s</td><td>%s</td></tr>\n", escape(f.Name), escape(strings.Join(f.Formats, ", ")), count(f.Lines), count(f.Samples), count(f.Bad))
	}
	p.add("</table></div>\n")
	for _, f := range r.Files {
		for _, e := range f.Errors {
			p.add("<p>%s</p>\n", escape(e))
		}
	}
	p.add("<p>ADEV, MDEV and TDEV as in NIST Special Publication 1065. Made by refclock %s.</p>\n</footer>\n", escape(r.Version))
}

// median prints the median with as many digits as the scatter leaves.
func (f *Figures) median() string { return f.value(f.MedianNS) }

// value prints an offset with the digits that the scatter leaves.
func (f *Figures) value(ns int64) string { return precise(float64(ns), float64(f.P95NS-f.P5NS)/100) }

// middle prints the range of nine of ten values.
func (f *Figures) middle() string {
	return pretty(f.value(f.P5NS)) + " to " + pretty(f.value(f.P95NS))
}

// longestText prints the length of the longest gap.
func longestText(r *Source) string {
	if len(r.Gaps) == 0 {
		return "none"
	}
	return pretty(spanText(r.Gaps[0].To.Sub(r.Gaps[0].From)))
}
