package ubx

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// captureFolder returns the folder of the captures, which are not part of the project.
func captureFolder() string {
	return filepath.Join(cmp.Or(os.Getenv("REFCLOCK_CAPTURES"), filepath.Join("..", "..", "shared", "captures")), "ubx")
}

// captures are the captures with the number of their messages, and what another program
// decoded from them: a script that unpacks whole payloads with Python's struct. A line is a
// run of equal messages, or, if there are more than four runs, how often each occurs.
var captures = []struct {
	name     string
	messages int
	want     string
}{
	{"u-blox-m8t-time", 1511, `
NAV-STATUS: 151 fix 5 true spoofing 1
NAV-TIMEGPS: 151 leap 18 valid true true true week 2146
NAV-TIMELS: 30 leap 18 source 1 valid true change 0 source 0 valid false day 0 0
NAV-TIMELS: 121 leap 18 source 255 valid true change 0 source 6 valid true day 2146 1
NAV-TIMEUTC: 151 valid true true true
NAV-TIMEUTC: from 2021-02-23 18:04:29+321732 to 2021-02-23 18:06:59+294030
TIM-TP: 152 utc true knows true valid true week 2146
TIM-TP: from tow 237870000 qerr -4331 to tow 238021000 qerr -4205
TIM-TP: sum -94147 ps
NAV-SAT: 151 with 2360 tracked, 1587 used
`},
	{"ublox-glo", 2982, `
NAV-PVT: 8 times valid true true true fix 0 false
NAV-PVT: 154 times valid true true true fix 2 false
NAV-PVT: 15 times valid true true true fix 2 true
NAV-PVT: 121 times valid true true true fix 3 false
NAV-PVT: 1 times valid true true true fix 3 true
NAV-PVT: from 2023-06-28 14:52:12+4206 to 2023-06-28 14:57:10+78505
NAV-TIMEGPS: 300 leap 18 valid true true false week 2268
NAV-TIMELS: 1 leap 18 source 255 valid false change 0 source 6 valid true day 2268 3
NAV-PVT: 995 used
NAV-SAT: 300 with 2242 tracked, 998 used
`},
	{"ublox-ned-m8t-sbfrx3", 165, `
`},
	{"ublox-neo-f9v", 53, `
MON-RF: 1 antenna 2 power 1 jamming 0
NAV-PVT: 4 valid true true true fix 3 true
NAV-PVT: from 2025-09-14 02:40:13-78138 to 2025-09-14 02:40:16-77610
NAV-TIMEGPS: 4 leap 18 valid true true true week 2384
NAV-TIMEUTC: 4 valid true true true
NAV-TIMEUTC: from 2025-09-14 02:40:13-78138 to 2025-09-14 02:40:16-77610
NAV-PVT: 120 used
NAV-SAT: 4 with 138 tracked, 120 used
`},
	{"ublox-zed-f9p-hp", 293, `
NAV-PVT: 29 valid true true true fix 3 true
NAV-PVT: from 2019-04-22 21:19:20-127759 to 2019-04-22 21:19:48-146093
NAV-TIMEGPS: 29 leap 18 valid true true true week 2050
NAV-TIMELS: 29 leap 18 source 2 valid true change 0 source 2 valid true day 1929 7
NAV-TIMEUTC: 29 valid true true true
NAV-TIMEUTC: from 2019-04-22 21:19:20-127759 to 2019-04-22 21:19:48-146093
NAV-PVT: 460 used
NAV-SAT: 3 with 63 tracked, 47 used
`},
	{"ublox-zed-f9r", 277, `
NAV-PVT: 30 valid true true true fix 3 true
NAV-PVT: from 2025-04-11 23:14:08+183620 to 2025-04-11 23:14:37+172938
NAV-TIMEGPS: 30 leap 18 valid true true true week 2361
NAV-PVT: 756 used
NAV-SAT: 30 with 1024 tracked, 740 used
`},
	{"ublox-zed-f9t-ubx_nmea_l5", 83, `
MON-RF: 2 antenna 2 power 1 jamming 0 antenna 2 power 1 jamming 0
NAV-PVT: 9 valid true true true fix 3 true
NAV-PVT: from 2025-07-31 19:33:34-119216 to 2025-07-31 19:33:42-118710
NAV-TIMEGPS: 9 leap 18 valid true true true week 2377
NAV-PVT: 207 used
NAV-SAT: 9 with 279 tracked, 204 used
`},
	{"ublox8-uniqid-monhw", 100, `
NAV-PVT: 7 valid true true true fix 3 true
NAV-PVT: from 2024-03-24 20:42:22+255883 to 2024-03-24 20:42:28+257666
NAV-TIMEGPS: 7 leap 18 valid true true true week 2307
NAV-TIMELS: 1 leap 18 source 1 valid true change 0 source 0 valid false day 0 0
NAV-PVT: 42 used
NAV-SAT: 7 with 63 tracked, 42 used
`},
}

// A summary collects what a capture contains.
type summary struct {
	runs map[string][]run
	span map[string][2]string
}

type run struct {
	text  string
	count int
}

func (s *summary) add(kind, text string) {
	if n := len(s.runs[kind]); n > 0 && s.runs[kind][n-1].text == text {
		s.runs[kind][n-1].count++
		return
	}
	s.runs[kind] = append(s.runs[kind], run{text, 1})
}

func (s *summary) extend(kind, text string) {
	span, ok := s.span[kind]
	if span[1] = text; !ok {
		span[0] = text
	}
	s.span[kind] = span
}

// list returns the lines of the kinds in alphabetical order.
func (s *summary) list() (lines []string) {
	var kinds []string
	for kind := range s.runs {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	for _, kind := range kinds {
		lines = append(lines, s.ofKind(kind)...)
		if span, ok := s.span[kind]; ok {
			lines = append(lines, fmt.Sprintf("%s: from %s to %s", kind, span[0], span[1]))
		}
	}
	return lines
}

func (s *summary) ofKind(kind string) (lines []string) {
	counts := map[string]int{}
	for _, r := range s.runs[kind] {
		lines = append(lines, fmt.Sprintf("%s: %d %s", kind, r.count, r.text))
		counts[r.text] += r.count
	}
	if len(lines) <= 4 {
		return lines
	}
	var texts []string
	for text := range counts {
		texts = append(texts, text)
	}
	slices.Sort(texts)
	lines = nil
	for _, text := range texts {
		lines = append(lines, fmt.Sprintf("%s: %d times %s", kind, counts[text], text))
	}
	return lines
}

func (c Calendar) text() string {
	return fmt.Sprintf("%04d-%02d-%02d %02d:%02d:%02d%+d", c.Year, c.Month, c.Day, c.Hour, c.Minute, c.Second, c.Nano)
}

// summarise decodes a capture.
func summarise(stream []byte) (string, int) {
	s := summary{runs: map[string][]run{}, span: map[string][2]string{}}
	var f Framer
	var sats Satellites
	var qErr, pulses, used, views int
	for f.Push(stream); ; {
		m, ok := f.Next()
		if !ok {
			break
		}
		kind := m.Kind().String()
		if v, ok := DecodeStatus(m); ok {
			s.add(kind, fmt.Sprintf("fix %d %v spoofing %d", v.Fix, v.FixOK, v.Spoofing))
		}
		if v, ok := DecodePVT(m); ok {
			s.add(kind, fmt.Sprintf("valid %v %v %v fix %d %v", v.ValidDate, v.ValidTime, v.FullyResolved, v.Fix, v.FixOK))
			s.extend(kind, v.text())
			used += v.Used
		}
		if v, ok := DecodeTimeGPS(m); ok {
			s.add(kind, fmt.Sprintf("leap %d valid %v %v %v week %d", v.Leap, v.ValidTOW, v.ValidWeek, v.ValidLeap, v.Week))
		}
		if v, ok := DecodeTimeUTC(m); ok {
			s.add(kind, fmt.Sprintf("valid %v %v %v", v.ValidTOW, v.ValidWeek, v.ValidUTC))
			s.extend(kind, v.text())
		}
		if v, ok := DecodeTimeLS(m); ok {
			s.add(kind, fmt.Sprintf("leap %d source %d valid %v change %d source %d valid %v day %d %d", v.Current, v.Source, v.Valid, v.Change, v.ChangeSource, v.ValidChange, v.Week, v.Day))
		}
		if v, ok := DecodePulse(m); ok {
			s.add(kind, fmt.Sprintf("utc %v knows %v valid %v week %d", v.UTC, v.KnowsUTC, v.ValidQErr, v.Week))
			s.extend(kind, fmt.Sprintf("tow %d qerr %d", v.TOW, v.QErr))
			qErr += int(v.QErr)
			pulses++
		}
		if radios, n, ok := DecodeRF(m); ok {
			var texts []string
			for _, r := range radios[:n] {
				texts = append(texts, fmt.Sprintf("antenna %d power %d jamming %d", r.Antenna, r.Power, r.Jamming))
			}
			s.add(kind, strings.Join(texts, " "))
		}
		if v, ok := DecodeSatellites(m); ok {
			views++
			sats.Tracked += v.Tracked
			sats.Used += v.Used
		}
	}
	lines := s.list()
	if pulses > 0 {
		lines = append(lines, fmt.Sprintf("TIM-TP: sum %d ps", qErr))
	}
	if used > 0 {
		lines = append(lines, fmt.Sprintf("NAV-PVT: %d used", used))
	}
	if views > 0 {
		lines = append(lines, fmt.Sprintf("NAV-SAT: %d with %d tracked, %d used", views, sats.Tracked, sats.Used))
	}
	return strings.Join(lines, "\n"), int(f.Stats().Messages)
}

func TestCaptures(t *testing.T) {
	if _, err := os.Stat(captureFolder()); err != nil {
		t.Skipf("no captures: set REFCLOCK_CAPTURES to their folder: %v", err)
	}
	for _, c := range captures {
		t.Run(c.name, func(t *testing.T) {
			stream, err := os.ReadFile(filepath.Join(captureFolder(), c.name+".log"))
			if err != nil {
				t.Fatal(err)
			}
			got, n := summarise(stream)
			if want := strings.TrimSpace(c.want); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if n != c.messages {
				t.Errorf("%d messages, want %d", n, c.messages)
			}
		})
	}
}
