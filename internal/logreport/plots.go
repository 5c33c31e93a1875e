package logreport

import (
	"encoding/json"
	"fmt"
	"html"
	"math"
	"slices"
	"strings"
)

// maxPoints is the number of points of a curve over time: one on each pixel of the plot.
const maxPoints = 600

// minGapWidth is the width of a gap from which it is shaded.
const minGapWidth = 0.5

// pointData is what the script shows at the pointer.
type pointData struct {
	X []float64 `json:"x"` // position
	Y []float64 `json:"y"`
	T []string  `json:"t"` // text
}

// overTime draws a column over time: each value, or its envelope if there are more than
// points. It returns the SVG and the data for the pointer.
func overTime(s *series, f *Figures, gaps []Gap, name, id string) (svg, data string) {
	lo, hi := core(f)
	y, base := offsetAxis(lo, hi, float64(f.MedianNS), name, 8)
	y.from, y.to = plotFoot, plotTop
	first, last := s.times[0], s.times[len(s.times)-1]
	d := newDrawing(name+" over time", id, timeAxis(first, last), y)
	for _, g := range gaps {
		from, to := d.x.at(float64(g.From.UnixNano()-first)), d.x.at(float64(g.To.UnixNano()-first))
		if to-from >= minGapWidth {
			d.add(`<rect class="gap" x="%s" y="%d" width="%s" height="%d"/>`, number(from), plotTop, number(max(to-from, 1.5)), plotFoot-plotTop)
		}
	}
	buckets := bucketsOf(s)
	c := &curve{d: d, base: base, first: first, breakAfter: float64(s.interval)*1.6 + 2*float64(last-first)/float64(maxPoints), dots: len(buckets) <= maxDots}
	for _, b := range buckets {
		if b.count > 0 {
			c.add(b)
		}
	}
	c.flush()
	encoded, err := json.Marshal(c.data)
	if err != nil {
		panic(err) // strings and finite numbers
	}
	return d.end(), string(encoded)
}

// maxDots is the number of samples up to which each has a dot.
const maxDots = 250

// bucketsOf returns each sample as a bucket, or the envelope if they are more than points.
func bucketsOf(s *series) []bucket {
	if len(s.times) > maxPoints {
		return envelope(s.times, s.values, s.times[0], s.times[len(s.times)-1], maxPoints)
	}
	list := make([]bucket, 0, len(s.times))
	for i, t := range s.times {
		if x := s.values[i]; !math.IsNaN(x) {
			list = append(list, bucket{t, t, 1, x, x, x})
		}
	}
	return list
}

// A curve draws buckets as a band from their least to their greatest value, and a line of
// their medians. Both are interrupted where samples are missing.
type curve struct {
	d          *drawing
	base       float64
	first      int64
	breakAfter float64 // ns without a sample that interrupt it
	dots       bool    // at each bucket
	last       float64 // time of the last bucket
	upper      []string
	lower      []string
	line       []string
	data       pointData
}

func (c *curve) add(b bucket) {
	middle := float64(b.from-c.first+b.to-c.first) / 2
	if len(c.line) > 0 && middle-c.last > c.breakAfter {
		c.flush()
	}
	c.last = middle
	x := number(c.d.x.at(middle))
	position := func(v float64, edge float64, class string) string {
		at, moved := c.d.y.inside(v - c.base)
		if moved && math.Abs(at-edge) < 1 {
			c.d.add(`<path class="%s" d="M%s %sl-3 %dh6z"/>`, class, x, number(at), map[bool]int{true: 6, false: -6}[edge == plotTop])
		}
		return x + " " + number(at)
	}
	c.upper = append(c.upper, position(b.max, plotTop, "beyond"))
	c.lower = append(c.lower, position(b.min, plotFoot, "beyond"))
	at, _ := c.d.y.inside(b.median - c.base)
	c.line = append(c.line, x+" "+number(at))
	c.data.X, c.data.Y = append(c.data.X, math.Round(10*c.d.x.at(middle))/10), append(c.data.Y, math.Round(10*at)/10)
	text := when(b.from).Format(dateForm) + "  " + pretty(relative(b.median, c.base))
	if b.count > 1 {
		text += fmt.Sprintf("  (%s to %s, %s)", pretty(relative(b.min, c.base)), pretty(relative(b.max, c.base)), plural(b.count, "sample"))
	}
	c.data.T = append(c.data.T, text)
}

// relative prints an offset, or its distance from a base.
func relative(ns, base float64) string { return signed(ns - base) }

func (c *curve) flush() {
	if len(c.line) == 0 {
		return
	}
	if !slices.Equal(c.upper, c.lower) {
		slices.Reverse(c.lower)
		c.d.add(`<path class="band" d="M%sz"/>`, strings.Join(append(c.upper, c.lower...), "L"))
	}
	c.d.add(`<path class="curve c1" d="M%s"/>`, strings.Join(c.line, "L"))
	if c.dots || len(c.line) == 1 {
		c.d.add(`<path class="dots c1" d="M%sh0"/>`, strings.Join(c.line, "h0M"))
	}
	c.upper, c.lower, c.line = nil, nil, nil
}

// histogramPlot draws how often each offset was there.
func histogramPlot(r *Source) string {
	lo, hi := core(r.Offset)
	x, base := offsetAxis(lo, hi, float64(r.Offset.MedianNS), "offset", 8)
	x.from, x.to = plotLeft, plotRight
	most := 0
	for _, b := range r.Histogram {
		most = max(most, b.Count)
	}
	y := axis{min: 0, max: float64(most) * 1.06, from: plotFoot, to: plotTop, title: "samples"}
	step := max(1, niceStep(y.max, 6))
	for v := 0.0; v <= y.max; v += step {
		y.ticks = append(y.ticks, tick{v, count(int(v))})
	}
	d := newDrawing("histogram of the offsets", "", x, y)
	clip := func(ns float64) float64 { at, _ := d.x.inside(ns - base); return at }
	from, to := clip(float64(r.Offset.P5NS)), clip(float64(r.Offset.P95NS))
	d.add(`<rect class="middle" x="%s" y="%d" width="%s" height="%d"/>`, number(from), plotTop, number(max(to-from, 1)), plotFoot-plotTop)
	for i, b := range r.Histogram {
		left, right := clip(float64(b.FromNS)), clip(float64(b.ToNS))
		if i == 0 {
			left = clip(lo)
		}
		if i == len(r.Histogram)-1 {
			right = clip(hi)
		}
		top := d.y.at(float64(b.Count))
		d.add(`<rect class="bar" x="%s" y="%s" width="%s" height="%s"/>`, number(left+0.4), number(top), number(max(right-left-0.8, 1)), number(plotFoot-top))
	}
	middle := number(clip(float64(r.Offset.MedianNS)))
	d.add(`<path class="median" d="M%s %dV%d"/>`, middle, plotTop, plotFoot)
	return d.end()
}

// hoursPlot draws the middle 90 % and the median of each hour of the day.
func hoursPlot(r *Source, f *Figures) string {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, h := range r.Hours {
		lo, hi = min(lo, float64(h.P5NS)), max(hi, float64(h.P95NS))
	}
	y, base := offsetAxis(lo, hi, float64(f.MedianNS), r.HoursOf, 6)
	y.from, y.to = plotFoot, plotTop
	x := axis{min: 0, max: 24, from: plotLeft, to: plotRight, title: "hour of the day (UTC)"}
	for hour := 0; hour <= 24; hour += 3 {
		x.ticks = append(x.ticks, tick{float64(hour), fmt.Sprintf("%02d:00", hour%24)})
	}
	d := newDrawing(r.HoursOf+" by hour of the day", "", x, y)
	for _, h := range r.Hours {
		left, right := d.x.at(float64(h.Hour)+0.14), d.x.at(float64(h.Hour)+0.86)
		top, foot := d.y.at(float64(h.P95NS)-base), d.y.at(float64(h.P5NS)-base)
		at := number(d.y.at(float64(h.MedianNS) - base))
		d.add(`<rect class="hour" x="%s" y="%s" width="%s" height="%s" rx="2"/>`, number(left), number(top), number(right-left), number(max(foot-top, 1)))
		d.add(`<path class="curve c1" d="M%s %sH%s"/>`, number(left), at, number(right))
	}
	return d.end()
}

// A deviationCurve is one curve of a plot over the averaging time.
type deviationCurve struct {
	name  string
	tau   []float64
	value []float64
	rough []bool
}

// deviation returns the curve of one column of the stability.
func deviation(name string, list []Stability, column func(Stability) *float64) deviationCurve {
	c := deviationCurve{name: name}
	for _, s := range list {
		if v := column(s); v != nil && *v > 0 {
			c.tau, c.value, c.rough = append(c.tau, s.TauS), append(c.value, *v), append(c.rough, s.Rough)
		}
	}
	return c
}

// colours is the number of colours of curves.
const colours = 8

// deviationPlot draws curves over the averaging time, both logarithmic.
func deviationPlot(title, yTitle string, label func(float64) string, curves []deviationCurve) string {
	tauLo, tauHi, lo, hi := math.Inf(1), 0.0, math.Inf(1), 0.0
	for _, c := range curves {
		for i := range c.tau {
			tauLo, tauHi, lo, hi = min(tauLo, c.tau[i]), max(tauHi, c.tau[i]), min(lo, c.value[i]), max(hi, c.value[i])
		}
	}
	if tauHi == 0 {
		return ""
	}
	d := newDrawing(title, "", tauAxis(tauLo, tauHi), logAxis(lo, hi, yTitle, label))
	for i, c := range curves {
		var points []string
		for j := range c.tau {
			points = append(points, number(d.x.at(c.tau[j]))+" "+number(d.y.at(c.value[j])))
		}
		if len(points) == 0 {
			continue
		}
		class := fmt.Sprintf("c%d", i%colours+1)
		d.add(`<path class="curve %s" d="M%s"/>`, class, strings.Join(points, "L"))
		for j := range c.tau {
			kind := "dot"
			if c.rough[j] {
				kind = "ring"
			}
			d.add(`<circle class="%s %s" cx="%s" cy="%s" r="3.6"><title>%s</title></circle>`, kind, class, number(d.x.at(c.tau[j])), number(d.y.at(c.value[j])),
				html.EscapeString(fmt.Sprintf("%s over %s: %s", c.name, tauText(c.tau[j]), label(c.value[j]))))
		}
	}
	return d.end()
}

// legend names the curves of a plot.
func legend(curves []deviationCurve) string {
	var b strings.Builder
	b.WriteString(`<ul class="legend">`)
	for i, c := range curves {
		if len(c.tau) > 0 {
			fmt.Fprintf(&b, `<li><span class="key k%d"></span>%s</li>`, i%colours+1, html.EscapeString(c.name))
		}
	}
	b.WriteString("</ul>")
	return b.String()
}

// powerText prints a deviation: 1×10⁻⁹ as 10⁻⁹, others as 3.7×10⁻⁹.
func powerText(x float64) string {
	mantissa, exponent, _ := strings.Cut(fmt.Sprintf("%.1e", x), "e")
	exponent = strings.TrimLeft(strings.Replace(strings.TrimPrefix(exponent, "+"), "-0", "-", 1), "0")
	if exponent == "" {
		exponent = "0"
	}
	superscript := strings.NewReplacer("-", "⁻", "0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴", "5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹")
	power := "10" + superscript.Replace(exponent)
	if mantissa == "1.0" {
		return power
	}
	return mantissa + "×" + power
}

// secondsText prints seconds as an amount: 72.2 µs, 10 ms.
func secondsText(seconds float64) string {
	value, unit, _ := strings.Cut(amount(seconds*1e9), " ")
	if strings.HasSuffix(value, ".00") || strings.HasSuffix(value, ".0") {
		value, _, _ = strings.Cut(value, ".")
	}
	return pretty(value + " " + unit)
}
