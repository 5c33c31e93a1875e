package logreport

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/refclock/refclock/internal/samplelog"
)

const start = int64(1795219200) * 1e9 // 2026-11-21 00:00:00 UTC

// steady returns a source with a sample a second, of which some are left out.
func steady(name string, n int, offset func(i int) float64, missing func(i int) bool) *samplelog.Source {
	s := &samplelog.Source{Name: name, Label: name, Format: "chrony refclocks.log"}
	for i := range n {
		if missing == nil || !missing(i) {
			s.Times, s.Offsets = append(s.Times, start+int64(i)*1e9), append(s.Offsets, offset(i))
		}
	}
	return s
}

func noise(seed uint64, sd, mean float64) func(int) float64 {
	random := rand.New(rand.NewPCG(seed, seed))
	return func(int) float64 { return mean + sd*random.NormFloat64() }
}

func TestFigures(t *testing.T) {
	values := []float64{math.NaN()}
	for i := range 101 {
		values = append(values, float64(100-i))
	}
	f := figures(values)
	if want := (Figures{MedianNS: 50, MeanNS: 50, SDNS: 29, MinNS: 0, P1NS: 1, P5NS: 5, P95NS: 95, P99NS: 99, MaxNS: 100}); *f != want {
		t.Errorf("%+v, want %+v", *f, want)
	}
	if figures([]float64{math.NaN()}) != nil || figures(nil) != nil {
		t.Error("figures of nothing")
	}
	// The scatter of a nanosecond is not lost below an offset of 100 days.
	if f := figures([]float64{8.64e15, 8.64e15 + 1, 8.64e15 + 2}); f.SDNS != 1 || f.MeanNS != 8.64e15+1 {
		t.Errorf("%+v", f)
	}
}

// Gaps are counted in samples, listed by their length, and explained.
func TestGaps(t *testing.T) {
	gps := steady("GPS", 1000, noise(1, 100, 0), func(i int) bool { return i >= 100 && i < 110 || i == 500 || i >= 800 && i < 860 })
	pps := steady("PPS", 1000, noise(2, 100, 0), func(i int) bool { return i >= 800 && i < 860 })
	gps.Notes = []samplelog.Note{{Time: start + 104e9, Text: "the receiver has no fix"}, {Time: start + 900e9, Text: "later"}}
	r := Analyse(nil, []*samplelog.Source{gps, pps}, "").Report.Sources
	if r[0].GapCount != 3 || r[0].Missing != 71 || math.Abs(r[0].Present-0.929) > 1e-9 || r[0].IntervalNS != 1e9 {
		t.Errorf("%d gaps, %d missing, %g present, interval %d", r[0].GapCount, r[0].Missing, r[0].Present, r[0].IntervalNS)
	}
	var got []string
	for _, g := range r[0].Gaps {
		got = append(got, fmt.Sprintf("%d from %d: %s", g.Missing, (g.From.UnixNano()-start)/1e9, g.Reason))
	}
	want := []string{"60 from 799: all sources of this log are silent: its program or the machine was stopped", "10 from 99: the receiver has no fix", "1 from 499: "}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	many := steady("GPS", 1000, noise(1, 1, 0), func(i int) bool { return i%7 == 3 || i > 990 && i < 996 })
	if r := Analyse(nil, []*samplelog.Source{many}, "").Report.Sources[0]; len(r.Gaps) != maxGaps || r.Gaps[0].Missing < 5 || r.GapCount < 140 {
		t.Errorf("%d of %d gaps, the first with %d missing", len(r.Gaps), r.GapCount, r.Gaps[0].Missing)
	}
}

// White noise of phase has known deviations, also with gaps and jitter of the times: ADEV falls
// as 1/tau, TDEV as 1/sqrt(tau), and both begin at sqrt(3) and 1 times the standard deviation.
// Pairs of samples, as of two clocks of one name, make gaps of a million intervals each. Their
// sum fits in 32 bits, with the samples.
func TestManyLongGaps(t *testing.T) {
	s := steady("PPS", 10002, noise(1, 1, 0), nil)
	for i := range s.Times {
		s.Times[i] = start + int64(i/2)*1e9 + int64(i%2)*1000
	}
	r := Analyse(nil, []*samplelog.Source{s}, "").Report.Sources[0]
	if r.GapCount != 5000 || r.Missing+r.Samples > math.MaxInt32 || r.Missing < math.MaxInt32/2 || r.Present > 1e-4 || r.Present <= 0 {
		t.Errorf("%d gaps, %d missing, %g present", r.GapCount, r.Missing, r.Present)
	}
}

func TestStability(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	s := steady("PPS", 20000, noise(3, 1000, -1e9), func(i int) bool { return random.IntN(100) == 0 || i > 5000 && i < 5600 })
	for i := range s.Times {
		s.Times[i] += random.Int64N(50e6)
	}
	list := Analyse(nil, []*samplelog.Source{s}, "").Report.Sources[0].Stability
	for i, want := range []float64{1, 2, 4, 8, 16} {
		p := list[i]
		if math.Abs(p.TauS/want-1) > 1e-4 || math.Abs(*p.ADEV*want/(math.Sqrt(3)*1e-6)-1) > 0.06 || math.Abs(*p.TDEVS*math.Sqrt(want)/1e-6-1) > 0.08 || p.Rough {
			t.Errorf("over %g s: ADEV %g, TDEV %g, rough %v", p.TauS, *p.ADEV, *p.TDEVS, p.Rough)
		}
	}
	if last := list[len(list)-1]; !last.Rough {
		t.Errorf("the longest time is not rough: %+v", last)
	}
	// chrony's statistics.log has whole seconds, so that steps of 4 s are 3 s to 5 s.
	whole := steady("statistics", 500, noise(3, 1000, 0), nil)
	for i := range whole.Times {
		whole.Times[i] = start + (int64(i)*4+random.Int64N(2))*1e9
	}
	if got := Analyse(nil, []*samplelog.Source{whole}, "").Report.Sources[0].Stability; len(got) == 0 || math.Abs(got[0].TauS-4) > 0.01 {
		t.Errorf("from whole seconds: %+v", got)
	}
	irregular := steady("x", 500, noise(3, 1, 0), nil)
	at := start
	for i := range irregular.Times {
		at += int64(random.ExpFloat64() * 10e9)
		irregular.Times[i] = at
	}
	few := steady("y", 5, noise(3, 1, 0), nil)
	far := steady("z", 100, noise(3, 1, 0), nil)
	far.Times[99] = start + 60*365*86400*1e9 // a grid of 2 thousand million slots
	for _, s := range []*samplelog.Source{irregular, few, far} {
		if got := Analyse(nil, []*samplelog.Source{s}, "").Report.Sources[0].Stability; len(got) > 0 {
			t.Errorf("%s has a stability: %+v", s.Name, got)
		}
	}
}

// The system clock drops out of a difference, and the sign is that of a - b.
func TestPairs(t *testing.T) {
	wander := func(i int) float64 { return 1e6 * math.Sin(float64(i)/50) }
	a := steady("A", 1000, func(i int) float64 { return wander(i) + 300 }, nil)
	b := steady("B", 1000, wander, func(i int) bool { return i%4 != 0 })
	for i := range b.Times {
		b.Times[i] += 2e6
	}
	elsewhere := steady("C", 100, wander, nil)
	elsewhere.Format = "ntpd peerstats"
	for _, sources := range [][]*samplelog.Source{{a, b, elsewhere}, {b, a, elsewhere}} {
		pairs := Analyse(nil, sources, "").Report.Pairs
		want := int64(300)
		if sources[0] == b {
			want = -300
		}
		if len(pairs) != 1 || pairs[0].Samples != 250 || pairs[0].Difference.MedianNS != want || pairs[0].Difference.SDNS != 0 {
			t.Errorf("%+v, want a difference of %d at 250 times", pairs, want)
		}
	}
}

func TestHistogramAndHours(t *testing.T) {
	s := steady("PPS", 86400, func(i int) float64 {
		if i == 1000 {
			return 5e8 // an outlier
		}
		return float64(i / 3600)
	}, nil)
	r := Analyse(nil, []*samplelog.Source{s}, "").Report.Sources[0]
	total := 0
	for i, b := range r.Histogram {
		total += b.Count
		if i > 0 && b.FromNS != r.Histogram[i-1].ToNS {
			t.Errorf("columns %d and %d do not touch", i-1, i)
		}
	}
	if total != 86400 || r.Histogram[len(r.Histogram)-1].ToNS <= 5e8 {
		t.Errorf("%d of 86400 offsets, up to %d", total, r.Histogram[len(r.Histogram)-1].ToNS)
	}
	if len(r.Hours) != 24 || r.HoursOf != "offset" {
		t.Fatalf("%d hours of the %s", len(r.Hours), r.HoursOf)
	}
	for i, h := range r.Hours {
		if h.Hour != i || h.Samples != 3600 || h.MedianNS != int64(i) {
			t.Errorf("%+v", h)
		}
	}
	s.Delays = make([]float64, len(s.Times))
	if r := Analyse(nil, []*samplelog.Source{s}, "").Report.Sources[0]; r.HoursOf != "delay" || r.Hours[5].MedianNS != 0 {
		t.Errorf("%s, %+v", r.HoursOf, r.Hours)
	}
	if r := Analyse(nil, []*samplelog.Source{steady("x", 100, noise(1, 1, 0), nil)}, "").Report.Sources[0]; len(r.Hours) != 0 {
		t.Error("hours of the day from 100 s")
	}
}

// Every value is in one bucket, and a bucket has the extremes.
func TestEnvelope(t *testing.T) {
	s := steady("x", 5000, noise(4, 100, 0), func(i int) bool { return i > 1000 && i < 3000 })
	for _, n := range []int{1, 7, 600, 4999} {
		total, lo, hi := 0, math.Inf(1), math.Inf(-1)
		for _, b := range envelope(s.Times, s.Offsets, s.Times[0], s.Times[len(s.Times)-1], n) {
			if b.count > 0 {
				total, lo, hi = total+b.count, min(lo, b.min), max(hi, b.max)
				if b.median < b.min || b.median > b.max {
					t.Errorf("%+v", b)
				}
			}
		}
		if total != len(s.Times) || lo != slices.Min(s.Offsets) || hi != slices.Max(s.Offsets) {
			t.Errorf("%d parts: %d of %d values, %g to %g", n, total, len(s.Times), lo, hi)
		}
	}
}

// The words of the page say what the figures are.
func TestPageWords(t *testing.T) {
	of := func(n int, missing func(int) bool, offset func(int) float64) (*Analysis, string) {
		a := Analyse(nil, []*samplelog.Source{steady("PPS", n, offset, missing)}, "test")
		var page bytes.Buffer
		a.HTML(&page)
		return a, strings.ReplaceAll(page.String(), "\u00a0", " ")
	}
	ramp := func(i int) float64 { return float64(i) }
	for _, c := range []struct {
		missing func(int) bool
		want    string
	}{
		{nil, "98 % within 97 ns"},
		{func(i int) bool { return i == 50 }, " 1 of 100 samples is missing, in 1 gap of up to 2 s."},
		{func(i int) bool { return i == 50 || i == 51 || i == 70 }, " 3 of 100 samples are missing, in 2 gaps of up to 3 s."},
	} {
		if _, page := of(100, c.missing, ramp); !strings.Contains(page, c.want) {
			t.Errorf("the page does not say %q", c.want)
		}
	}
	// One sample, and samples of one time, have no interval.
	for _, name := range []string{"one", "same time"} {
		other := steady("PPS", 100, ramp, nil)
		for _, sources := range [][]*samplelog.Source{sets()[name], {sets()[name][0], other}} {
			var page bytes.Buffer
			if Analyse(nil, sources, "test").HTML(&page); regexp.MustCompile(`every 0|<td>[12]</td><td>0\x{a0}ns`).MatchString(page.String()) {
				t.Errorf("%s: one every 0 ns", name)
			}
		}
	}
	// Each sample that the caption counts has a triangle.
	a, page := of(1000, nil, func(i int) float64 { return float64(i%100) + map[int]float64{240: 1e6, 560: 92, 780: -1e6}[i] })
	if n := strings.Count(page, `class="beyond"`); n != 2 || beyond(a.Report.Sources[0].Offset, a.series[0].values) != n {
		t.Errorf("%d triangles, %d counted", n, beyond(a.Report.Sources[0].Offset, a.series[0].values))
	}
}

// Every axis has labels, and they do not overlap.
func TestAxes(t *testing.T) {
	for _, span := range []time.Duration{0, time.Second, 90 * time.Second, time.Hour, 5 * day, 300 * day, 56 * year, 200 * year} {
		a := timeAxis(0, int64(span))
		if n := len(a.ticks); n < 1 || n > 10 {
			t.Errorf("%v: %d labels of time", span, n)
		}
	}
	for _, lo := range []float64{0.0013, 0.2, 1, 16, 64, 1024, 4e7} {
		for _, factor := range []float64{1, 1.1, 2, 100} {
			if a := tauAxis(lo, lo*factor); len(a.ticks) == 0 || len(a.ticks) > 9 {
				t.Errorf("%v s to %v s: %d labels", lo, lo*factor, len(a.ticks))
			}
		}
	}
}

// An outlier beyond what an int holds is counted at its own end.
func TestHistogramOfExtremes(t *testing.T) {
	var values []float64
	for i := range 1000 {
		values = append(values, float64(i%7)/1e3)
	}
	values = append(values, 9e18)
	f := figures(values)
	f.P1NS, f.P99NS = 0, 1
	if bins := histogram(values, f); bins[len(bins)-1].Count != 1 || bins[0].Count < 100 {
		t.Errorf("first %+v, last %+v", bins[0], bins[len(bins)-1])
	}
}

func TestUnits(t *testing.T) {
	for ns, want := range map[float64]string{
		0: "0 ns", 0.2: "0.200 ns", 12: "12 ns", 999.6: "1.00 us", -6412: "-6.41 us", 64.6e6: "64.6 ms", 999.9e6: "1.00 s", -1e9: "-1.00 s", 86400e9: "86400 s",
	} {
		if got := amount(ns); got != want {
			t.Errorf("amount(%g) %q, want %q", ns, got, want)
		}
	}
	for _, c := range []struct {
		ns, resolution float64
		want           string
	}{{-999998700, 100, "-999.9987 ms"}, {-1000001300, 100, "-1.0000013 s"}, {12, 1, "+12 ns"}, {-1e9, 0, "-1.00 s"}, {0, 1, "0 ns"}, {1234, 1e6, "+1.23 us"}} {
		if got := precise(c.ns, c.resolution); got != c.want {
			t.Errorf("precise(%g, %g) %q, want %q", c.ns, c.resolution, got, c.want)
		}
	}
	for d, want := range map[time.Duration]string{
		7*24*time.Hour - time.Second: "7 d", 2001 * time.Millisecond: "2.001 s", 141 * time.Second: "2 min 21 s", 59999600 * time.Microsecond: "1 min", 25 * time.Hour: "1 d 1 h", time.Hour: "1 h",
	} {
		if got := spanText(d); got != want {
			t.Errorf("spanText(%v) %q, want %q", d, got, want)
		}
	}
	for tau, want := range map[float64]string{0.1: "100 ms", 1: "1 s", 64: "64 s", 256: "4.3 min", 1024: "17 min", 16384: "4.6 h", 262144: "3 d"} {
		if got := tauText(tau); got != want {
			t.Errorf("tauText(%g) %q, want %q", tau, got, want)
		}
	}
	for share, want := range map[float64]string{1: "100 %", 0.999999: "99.99 %", 0.9934: "99.34 %", 0.5: "50.0 %", 0: "0.0 %"} {
		if got := percent(share); got != want {
			t.Errorf("percent(%g) %q, want %q", share, got, want)
		}
	}
	if count(604800) != "604,800" || count(999) != "999" || count(1000000) != "1,000,000" {
		t.Error(count(604800), count(1000000))
	}
}

// sets are inputs that a page must survive: usual ones, and all kinds of too little.
func sets() map[string][]*samplelog.Source {
	hostile := steady("<script>alert(1)</script>", 100, noise(1, 1, 0), nil)
	hostile.Notes = []samplelog.Note{{Time: start + 5e9, Text: `</script><img src=x onerror="alert(1)">`}}
	delayed := steady("delayed", 50000, noise(6, 1e6, -2e8), func(i int) bool { return i%1000 < 20 })
	delayed.Delays, delayed.Jitters = delayed.Offsets, delayed.Offsets
	var many []*samplelog.Source
	for i := range 30 {
		many = append(many, steady(fmt.Sprintf("source with a rather long name %d", i), 100, noise(uint64(i), 1, 0), nil))
	}
	return map[string][]*samplelog.Source{
		"usual":     {steady("PPS", 3000, noise(1, 300, 0), nil), steady("GPS", 3000, noise(2, 3e6, -2e8), func(i int) bool { return i > 500 && i < 600 })},
		"hostile":   {hostile, steady("b", 100, noise(2, 1, 0), nil)},
		"one":       {steady("one", 1, noise(1, 1, 0), nil)},
		"two":       {steady("two", 2, noise(1, 1, 0), nil)},
		"constant":  {steady("constant", 100, func(int) float64 { return -1e9 }, nil), steady("zero", 100, func(int) float64 { return 0 }, nil)},
		"same time": {{Name: "x", Label: "x", Times: []int64{start, start}, Offsets: []float64{1, 2}}},
		"notes":     {{Name: "SHM(0)", Label: "SHM(0)", Notes: []samplelog.Note{{Time: start, Text: "no new sample"}}}},
		"huge":      {steady("huge", 100, func(i int) float64 { return 1e18 * float64(i%2) }, nil)},
		"delayed":   {delayed},
		"many":      many,
	}
}

var files = []*samplelog.File{{
	Name: "a <b> & c.log", Formats: []string{"refclock csv"}, Lines: 5, Samples: 3, Bad: 1,
	Errors: []*samplelog.Error{{File: "a <b> & c.log", Line: 2, Found: `"<x>"`, Expected: "a line"}},
}}

// The page is well-formed, names nothing outside of itself, and quotes no input as HTML.
func TestHTML(t *testing.T) {
	for name, sources := range sets() {
		var b bytes.Buffer
		Analyse(files, sources, "v1").HTML(&b)
		page := b.String()
		body := strings.NewReplacer("<!doctype html>", "", `<meta charset="utf-8">`, "").Replace(page)
		body = regexp.MustCompile(`<meta [^>]*>`).ReplaceAllString(body, "")
		body = strings.Replace(body, pageScript, "", 1) // has && and <
		body = strings.ReplaceAll(body, "\u00a0", " ")
		decoder := xml.NewDecoder(strings.NewReader(body))
		for {
			token, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Errorf("%s: %v", name, err)
				break
			}
			if element, ok := token.(xml.StartElement); ok && refersOutside(element) {
				t.Errorf("%s: an element %v", name, element)
			}
		}
		text := strings.Replace(strings.Replace(body, pageStyle, "", 1), "http://www.w3.org/2000/svg", "", 1)
		for _, bad := range []string{"NaN", "Inf", "%!", "url(", "@import", "://"} {
			if i := strings.Index(text, bad); i >= 0 {
				t.Errorf("%s: %q in ...%q", name, bad, text[max(0, i-40):min(len(text), i+60)])
			}
		}
		if strings.Contains(pageStyle, "url(") || strings.Contains(pageStyle, "@import") {
			t.Error("the style refers to something outside")
		}
		if !strings.Contains(page, "default-src 'none'") || !strings.Contains(html.UnescapeString(page), "sha256-") {
			t.Errorf("%s: no policy", name)
		}
	}
}

// refersOutside reports whether an element could load something, or run what is not in the script.
func refersOutside(e xml.StartElement) bool {
	return slices.Contains([]string{"img", "link", "iframe", "object", "form"}, e.Name.Local) || slices.ContainsFunc(e.Attr, func(a xml.Attr) bool {
		n := a.Name.Local
		return strings.HasPrefix(n, "on") || n == "style" || n == "src" || n == "href" && !strings.HasPrefix(a.Value, "#")
	})
}

// The data for the pointer is JSON with as many texts as positions.
func TestPointerData(t *testing.T) {
	var b bytes.Buffer
	Analyse(files, sets()["usual"], "v1").HTML(&b)
	data := regexp.MustCompile(`<script type="application/json" id="(\w+)">(.*?)</script>`).FindAllStringSubmatch(b.String(), -1)
	if len(data) != 3 { // two sources and their difference
		t.Errorf("%d sets of data", len(data))
	}
	for _, d := range data {
		var p pointData
		if err := json.Unmarshal([]byte(d[2]), &p); err != nil || len(p.X) == 0 || len(p.X) != len(p.Y) || len(p.X) != len(p.T) || !slices.IsSorted(p.X) {
			t.Errorf("%s: %v, %d, %d and %d", d[1], err, len(p.X), len(p.Y), len(p.T))
		}
		if !strings.Contains(b.String(), `data-points="`+d[1]+`"`) {
			t.Errorf("no plot has the data %s", d[1])
		}
	}
}

// The text fits a terminal, and the JSON can be encoded, whatever the input.
func TestTextAndJSON(t *testing.T) {
	for name, sources := range sets() {
		a := Analyse(files, sources, "v1")
		var b strings.Builder
		if err := a.Text(&b); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(b.String()) {
			if utf8.RuneCountInString(strings.TrimSuffix(line, "\n")) > columns {
				t.Errorf("%s: more than %d columns: %q", name, columns, line)
			}
		}
		for _, bad := range []string{"NaN", "Inf", "%!"} {
			if strings.Contains(b.String(), bad) {
				t.Errorf("%s: %s in\n%s", name, bad, b.String())
			}
		}
		if text, err := json.Marshal(a.Report); err != nil || strings.Contains(string(text), ":null,\"gap") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The same input gives the same bytes.
func TestDeterministic(t *testing.T) {
	var pages [2]bytes.Buffer
	for i := range pages {
		Analyse(files, sets()["usual"], "v1").HTML(&pages[i])
	}
	if !bytes.Equal(pages[0].Bytes(), pages[1].Bytes()) {
		t.Error("two pages of the same samples differ")
	}
}
