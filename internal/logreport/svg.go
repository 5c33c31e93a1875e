package logreport

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
	"time"
)

// Size of a plot in units of its viewBox, about a pixel on a laptop.
const (
	plotWidth  = 760
	plotHeight = 300
	marginLeft = 78
	marginTop  = 18
	marginEdge = 18
	marginFoot = 52
	plotLeft   = marginLeft
	plotRight  = plotWidth - marginEdge
	plotTop    = marginTop
	plotFoot   = plotHeight - marginFoot
)

// An axis maps values to positions.
type axis struct {
	min, max   float64
	from, to   float64 // positions of min and max
	log        bool
	ticks      []tick
	title      string
	fineValues []float64 // lines without a label
}

// A tick is a labelled line of the grid.
type tick struct {
	value float64
	label string
}

func (a *axis) at(v float64) float64 {
	lo, hi := a.min, a.max
	if a.log {
		v, lo, hi = math.Log10(v), math.Log10(lo), math.Log10(hi)
	}
	if hi <= lo {
		return (a.from + a.to) / 2
	}
	return a.from + (v-lo)/(hi-lo)*(a.to-a.from)
}

// inside returns the position of a value, moved to the edge of the plot if it is beyond, and
// whether it was moved.
func (a *axis) inside(v float64) (at float64, moved bool) {
	clipped := max(a.min, min(v, a.max))
	return a.at(clipped), clipped != v
}

// niceStep returns 1, 2 or 5 times a power of ten, so that a range has at most n steps.
func niceStep(span float64, n int) float64 {
	raw := span / float64(n)
	power := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, factor := range []float64{1, 2, 5, 10} {
		if factor*power >= raw*(1-1e-9) {
			return factor * power
		}
	}
	return 10 * power
}

// offsetAxis is an axis of nanoseconds in one unit of time. If all values are far from 0 it
// shows their distance from a base, which is returned in ns.
func offsetAxis(lo, hi, middle float64, name string, ticks int) (a axis, base float64) {
	if hi-lo < maxFar*math.Abs(middle) {
		base = middle
	}
	lo, hi = lo-base, hi-base
	if pad := (hi - lo) * 0.06; pad > 0 {
		lo, hi = lo-pad, hi+pad
	} else {
		lo, hi = lo-1, hi+1
	}
	a = axis{min: lo, max: hi}
	s := scaleFor(max(math.Abs(lo), math.Abs(hi)))
	step := niceStep((hi-lo)/s.ns, ticks)
	decimals := max(0, -int(math.Floor(math.Log10(step)+1e-9)))
	for k := math.Ceil(lo / s.ns / step); k*step <= hi/s.ns; k++ {
		a.ticks = append(a.ticks, tick{k * step * s.ns, minus(strconv.FormatFloat(k*step+0, 'f', decimals, 64))})
	}
	a.title = fmt.Sprintf("%s, %s", name, micro(s.name))
	if base != 0 {
		a.title = fmt.Sprintf("%s from median, %s", name, micro(s.name))
	}
	return a, base
}

// maxFar is the range of values, relative to their distance from 0, below which an axis
// shows distances from a base.
const maxFar = 0.1

// timeSteps are the distances of labels on an axis of time.
var timeSteps = []time.Duration{
	time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 15 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour,
	day, 2 * day, 7 * day, 14 * day, 28 * day, 91 * day,
	year, 2 * year, 5 * year, 10 * year, 50 * year, // a machine without a battery begins in 1970
}

const (
	day  = 24 * time.Hour
	year = 365 * day
)

// timeAxis is an axis of UTC with at most nine labels.
func timeAxis(first, last int64) axis {
	if last <= first {
		last = first + int64(time.Second)
	}
	a := axis{min: 0, max: float64(last - first), from: plotLeft, to: plotRight}
	step := timeSteps[len(timeSteps)-1]
	for _, s := range timeSteps {
		if time.Duration(last-first)/s <= 8 {
			step = s
			break
		}
	}
	form := "15:04"
	switch {
	case step < time.Minute:
		form = timeForm
	case step >= year:
		form = "Jan 2006"
	case step >= day:
		form = "2 Jan"
	}
	for t := when(first).Truncate(step); t.UnixNano() <= last; t = t.Add(step) {
		if t.UnixNano() < first {
			continue
		}
		label := t.Format(form)
		if form == "15:04" && t.Hour() == 0 && t.Minute() == 0 {
			label = t.Format("2 Jan")
		}
		a.ticks = append(a.ticks, tick{float64(t.UnixNano() - first), label})
	}
	a.title = "time (UTC), " + periodText(when(first), when(last))
	a.title = strings.TrimSuffix(a.title, " UTC")
	return a
}

// tauSteps are the labels on an axis of averaging times.
var tauSteps = []tick{
	{0.001, "1 ms"}, {0.01, "10 ms"}, {0.1, "0.1 s"}, {1, "1 s"}, {10, "10 s"}, {60, "1 min"}, {600, "10 min"}, {3600, "1 h"},
	{6 * 3600, "6 h"}, {86400, "1 d"}, {7 * 86400, "1 week"}, {30 * 86400, "30 d"}, {365 * 86400, "1 year"},
}

// tauAxis is a logarithmic axis of averaging times.
func tauAxis(lo, hi float64) axis {
	a := axis{min: lo / 1.3, max: hi * 1.3, from: plotLeft, to: plotRight, log: true, title: "averaging time"}
	for _, t := range tauSteps {
		if t.value >= a.min && t.value <= a.max {
			a.ticks = append(a.ticks, t)
		}
	}
	if len(a.ticks) == 0 {
		a.ticks = append(a.ticks, tick{lo, tauText(lo)})
		if hi > lo*1.2 { // else the labels would overlap
			a.ticks = append(a.ticks, tick{hi, tauText(hi)})
		}
	}
	return a
}

// logAxis is a logarithmic axis of whole decades with a label at each.
func logAxis(lo, hi float64, title string, label func(float64) string) axis {
	from, to := math.Floor(math.Log10(lo)+1e-9), math.Ceil(math.Log10(hi)-1e-9)
	if to <= from {
		to = from + 1
	}
	a := axis{min: math.Pow(10, from), max: math.Pow(10, to), from: plotFoot, to: plotTop, log: true, title: title}
	every := 1 + int(to-from)/8
	for d := int(from); d <= int(to); d++ {
		v := math.Pow(10, float64(d))
		if (d-int(from))%every == 0 {
			a.ticks = append(a.ticks, tick{v, label(v)})
		}
		for k := 2.0; k < 10 && to-from <= 4 && d < int(to); k++ {
			a.fineValues = append(a.fineValues, k*v)
		}
	}
	return a
}

// A drawing is an SVG in the making.
type drawing struct {
	strings.Builder
	x, y axis
}

func (d *drawing) add(format string, args ...any) { fmt.Fprintf(d, format, args...) }

// newDrawing begins a plot with its grid. The title is for screen readers. The id is that of
// the data for the pointer; empty if there is none.
func newDrawing(title, id string, x, y axis) *drawing {
	d := &drawing{x: x, y: y}
	pointer := ""
	if id != "" {
		pointer = fmt.Sprintf(` data-points="%s"`, id)
	}
	d.add(`<svg viewBox="0 0 %d %d" role="img" aria-label="%s"%s>`, plotWidth, plotHeight, html.EscapeString(title), pointer)
	d.add(`<rect class="area" x="%d" y="%d" width="%d" height="%d"/>`, plotLeft, plotTop, plotRight-plotLeft, plotFoot-plotTop)
	for _, v := range y.fineValues {
		d.add(`<path class="fine" d="M%d %sH%d"/>`, plotLeft, number(y.at(v)), plotRight)
	}
	for _, t := range y.ticks {
		at := y.at(t.value)
		class := "grid"
		if t.value == 0 && !y.log {
			class = "zero"
		}
		d.add(`<path class="%s" d="M%d %sH%d"/>`, class, plotLeft, number(at), plotRight)
		d.add(`<text class="label" x="%d" y="%s" text-anchor="end">%s</text>`, plotLeft-8, number(at+4.5), html.EscapeString(t.label))
	}
	for _, t := range x.ticks {
		at := x.at(t.value)
		d.add(`<path class="grid" d="M%s %dV%d"/>`, number(at), plotTop, plotFoot)
		d.add(`<text class="label" x="%s" y="%d" text-anchor="middle">%s</text>`, number(at), plotFoot+19, html.EscapeString(t.label))
	}
	d.add(`<text class="title" x="%d" y="%d" text-anchor="middle">%s</text>`, (plotLeft+plotRight)/2, plotHeight-9, html.EscapeString(x.title))
	d.add(`<text class="title" transform="translate(15 %d) rotate(-90)" text-anchor="middle">%s</text>`, (plotTop+plotFoot)/2, html.EscapeString(y.title))
	return d
}

// end finishes the SVG.
func (d *drawing) end() string {
	d.WriteString("</svg>")
	return d.String()
}

// number prints a position with one decimal.
func number(x float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(x, 'f', 1, 64), ".0")
}

// minus replaces a hyphen before a digit by a minus sign.
func minus(text string) string {
	if strings.HasPrefix(text, "-") {
		return "−" + text[1:]
	}
	return text
}

func micro(unit string) string { return strings.Replace(unit, "us", "µs", 1) }

// pretty prints an amount for a page: a minus sign, µs, and no line break before the unit.
func pretty(text string) string {
	return minus(strings.Replace(micro(text), " ", "\u00a0", 1))
}
