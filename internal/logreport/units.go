package logreport

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// A scale is a unit of time for display.
type scale struct {
	name string
	ns   float64
}

// scales are in ascending order. Text has us where a page has µs.
var scales = []scale{{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}}

// scaleFor returns the unit in which a value has 1 to 999 before the point.
func scaleFor(ns float64) scale {
	best := scales[0]
	for _, s := range scales {
		if math.Abs(ns) >= s.ns {
			best = s
		}
	}
	return best
}

// amount prints nanoseconds with three digits and a unit: -6.41 us.
func amount(ns float64) string {
	s := scaleFor(threeDigits(ns))
	x := threeDigits(ns) / s.ns
	if x == 0 {
		return "0 ns"
	}
	digits := max(0, 2-int(math.Floor(math.Log10(math.Abs(x)))))
	text := strconv.FormatFloat(x, 'f', digits, 64)
	if s.name == "ns" && x == math.Trunc(x) || math.Abs(x) >= 1000 {
		text = strconv.FormatFloat(x, 'f', 0, 64)
	}
	return text + " " + s.name
}

// threeDigits rounds to three significant digits.
func threeDigits(x float64) float64 {
	if x == 0 {
		return 0
	}
	r, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'e', 2, 64), 64)
	return r
}

// signed prints an offset with its sign.
func signed(ns float64) string {
	text := amount(ns)
	if ns > 0 && text != "0 ns" {
		return "+" + text
	}
	return text
}

// tauText prints an averaging time: 16 s, 17 min, 4.6 h.
func tauText(seconds float64) string {
	switch {
	case seconds < 0.9995:
		return amount(seconds * 1e9)
	case seconds < 100:
		return trim(seconds, 1) + " s"
	case seconds < 5400:
		return trim(seconds/60, 1) + " min"
	case seconds < 172800:
		return trim(seconds/3600, 1) + " h"
	}
	return trim(seconds/86400, 1) + " d"
}

// trim prints a number with at most this many decimals, without zeros at its end; from ten on,
// with none.
func trim(x float64, decimals int) string {
	if x >= 9.95 {
		decimals = 0
	}
	text := strconv.FormatFloat(x, 'f', decimals, 64)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}

// spanText prints a length of time in its two largest units: 6 d 4 h, 10 min 16 s.
func spanText(d time.Duration) string {
	for _, u := range []struct {
		large, small time.Duration
		names        [2]string
	}{{day, time.Hour, [2]string{"d", "h"}}, {time.Hour, time.Minute, [2]string{"h", "min"}}, {time.Minute, time.Second, [2]string{"min", "s"}}} {
		rounded := d.Round(u.small)
		if rounded < u.large {
			continue
		}
		text := fmt.Sprintf("%d %s", rounded/u.large, u.names[0])
		if rest := rounded % u.large / u.small; rest > 0 {
			text += fmt.Sprintf(" %d %s", rest, u.names[1])
		}
		return text
	}
	return trim(d.Round(time.Millisecond).Seconds(), 3) + " s"
}

// percent prints a share: 99.98 %, but 100 % only if nothing is missing.
func percent(share float64) string {
	switch {
	case share >= 1:
		return "100 %"
	case share > 0.9999:
		return "99.99 %"
	case share >= 0.99:
		return fmt.Sprintf("%.2f %%", math.Floor(share*1e4)/100)
	}
	return fmt.Sprintf("%.1f %%", math.Floor(share*1e3)/10)
}

// count prints a number with commas: 604,800.
func count(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// plural prints a number with its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return count(n) + " " + noun + "s"
}

const (
	dateForm = "2006-01-02 15:04:05"
	timeForm = "15:04:05"
)

// periodText prints a period, and the date of its end only if it is another.
func periodText(from, to time.Time) string {
	form := timeForm
	if from.YearDay() != to.YearDay() || from.Year() != to.Year() {
		form = dateForm
	}
	return from.Format(dateForm) + " to " + to.Format(form) + " UTC"
}

// precise prints an offset so that a resolution can be seen in it: -0.9999987 s if it is
// known to 100 ns. It has at least three significant digits.
func precise(ns, resolution float64) string {
	s := scaleFor(ns)
	if ns == 0 || resolution <= 0 {
		resolution = 1
	}
	decimals := int(math.Ceil(math.Log10(s.ns / resolution)))
	limit := map[string]int{"ns": 0, "us": 3, "ms": 6, "s": 9}[s.name]
	text := signed(ns)
	if long := strconv.FormatFloat(ns/s.ns, 'f', max(0, min(decimals, limit)), 64); len(strings.Trim(long, "-0.")) > 3 {
		text = long + " " + s.name
		if ns > 0 {
			text = "+" + text
		}
	}
	return text
}
