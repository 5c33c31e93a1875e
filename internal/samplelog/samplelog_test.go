package samplelog

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// read reads texts as files named a, b, c and returns the sources.
func read(t testing.TB, texts ...string) ([]*Source, *Set) {
	t.Helper()
	var set Set
	for i, text := range texts {
		if err := set.Read(string(rune('a'+i)), strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
	}
	return set.Sources(), &set
}

func at(t testing.TB, text string) int64 {
	t.Helper()
	when, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.Fatal(err)
	}
	return when.UnixNano()
}

// Every column that is used, and the sign. Lines are of the real daemons, or of their manuals.
func TestFormats(t *testing.T) {
	for _, c := range []struct {
		text, format, name, time string
		offset                   float64
		jitter, delay            float64
	}{
		{"2026-11-27 04:28:04.000007 PPS     3 N 0 -7.047000e-06 -7.048000e-06  1.000e-06", chronyRefclocks, "PPS", "2026-11-27T04:28:04.000007Z", -7048, unknown, unknown},
		{"2026-11-27 04:28:14 PPS              1.398e-06  6.293e-06  9.644e-07 -1.973e-08  1.916e-04 9.9e-06   3   0   3  0.00", chronyStatistics, "PPS", "2026-11-27T04:28:14Z", -6293, 1398, unknown},
		{"2014-05-01 10:00:00 203.0.113.15     6.261e-03 -3.247e-03  2.220e-03  1.874e-06  1.080e-06 7.8e-02  16   0   8", chronyStatistics, "203.0.113.15", "2014-05-01T10:00:00Z", 3247e3, 6261e3, unknown},
		{"2026-11-27 04:28:16 PPS              1     -0.020    191.580  6.251e-06 N  1  9.644e-07 -0.000e+00  1.000e-09  4.899e-04  1.500e+00", chronyTracking, "system clock", "2026-11-27T04:28:16Z", -6251, 964.4, unknown},
		{"2012-02-23 05:40:50 203.0.113.15     3    340.529      1.606  1.046e-03", chronyTracking, "system clock", "2012-02-23T05:40:50Z", -1046e3, unknown, unknown},
		{"61371 16088.654 SHM(5) 9014 -1.000000001 0.000000000 0.000115781 0.000000250", ntpPeerstats, "SHM(5)", "2026-11-27T04:28:08.654Z", -1000000001, 250, unknown},
		{"48773 10847.650 127.127.4.1 9714 -0.001605 0.00000 0.00142", ntpPeerstats, "127.127.4.1", "1992-05-31T03:00:47.65Z", -1605e3, unknown, unknown},
		{"59000 1.5 192.0.2.1 941a 0.000123456 0.020000000 0.000100000 0.000050000", ntpPeerstats, "192.0.2.1", "2020-05-31T00:00:01.5Z", 123456, 50000, 2e7},
		{CSVHeader + "\n2026-11-22T22:29:21.211413001Z,2,-1000000000,250,-20,0,", monitorCSV, "unit 2", "2026-11-22T22:29:21.211413001Z", -1e9, 250, unknown},
		{"offset_ns,name,time,delay_ns\n12.5,u-blox,1795386561.211413001,120000000", monitorCSV, "u-blox", "2026-11-22T22:29:21.211413001Z", 12.5, unknown, 1.2e8},
		{"time,offset_ns\n2026-11-22T23:29:21+01:00,3", monitorCSV, "clock", "2026-11-22T22:29:21Z", 3, unknown, unknown},
	} {
		sources, set := read(t, c.text+"\n")
		if len(sources) != 1 || len(sources[0].Times) != 1 || set.Files[0].Bad != 0 || set.Files[0].Samples != 1 {
			t.Errorf("%s: %+v %+v", c.text, sources, set.Files[0])
			continue
		}
		s := sources[0]
		if s.Format != c.format || s.Name != c.name || s.Label != c.name || s.Times[0] != at(t, c.time) || math.Abs(s.Offsets[0]-c.offset) > 1e-6 ||
			!same(s.Jitters, c.jitter) || !same(s.Delays, c.delay) {
			t.Errorf("%s: %+v", c.text, *s)
		}
	}
}

// same reports whether a column is nil for an unknown value, or has it.
func same(column []float64, want float64) bool {
	if math.IsNaN(want) {
		return column == nil
	}
	return len(column) == 1 && math.Abs(column[0]-want) < 1e-3
}

// What is not a sample by design is not an error.
func TestIgnored(t *testing.T) {
	_, set := read(t, `===============================================================================
   Date (UTC) Time         Refid  DP L P  Raw offset   Cooked offset      Disp.
===============================================================================
2026-11-27 04:28:05.000009 PPS     0 N 0 -9.172000e-06 -9.172000e-06  1.000e-06
2026-11-27 04:28:06.500004 PPS     - N -       -       -4.958000e-06  4.224e-06

# a comment
2026-11-27 04:28:0`) // being written
	if f := set.Files[0]; f.Samples != 1 || f.Bad != 0 || f.Ignored != 7 || f.Lines != 8 {
		t.Errorf("%+v", f)
	}
}

// A bad line is counted, the first ones are kept with their number, and the rest is read.
func TestBadLines(t *testing.T) {
	const good = "61371 16088.654 SHM(5) 9014 -1.000000000 0.000000000 0.000115781 0.000000000\n"
	const chrony = "2026-11-27 04:28:05 PPS     0 N 0 -9.172000e-06 -9.172000e-06  1.000e-06\n"
	const csv = "time,offset_ns,note\n2026-11-22T22:29:21.211413001Z,1,\n"
	for _, c := range []struct {
		good, bad       string
		found, expected string
	}{
		{good, "hello", `"hello"`, "8: DAY SECOND"},
		{good, "61371 86401.1 SHM(5) 9014 -1.0 0.0 0.0 0.0", "86401.1", "modified Julian day"},
		{good, "61371 x SHM(5) 9014 -1.0 0.0 0.0 0.0", `"x"`, "modified Julian day"},
		{good, "61371 16088.654 SHM(5) zzzz -1.0 0.0 0.0 0.0", `"zzzz" as status`, "hex"},
		{good, "61371 16088.654 SHM(5) 9014 -1.0 0.0 0.0 nan", `"nan" as jitter`, "seconds, such as"},
		{good, "61371 16088.654 SHM(5) 9014 -1.0e300 0.0 0.0 0.0", "-1.0e300", "seconds, such as"},
		{good, "61371 16088.654 SHM(5) 9014 1.0 0x1p4 0.0 0.0", "0x1p4", "seconds, such as"},
		{good, "61371 16088.654 \x1b[31m 9014 1.0 0.0 0.0 0.0", `\x1b`, "visible characters"},
		{chrony, "2026-02-30 04:28:05 PPS     0 N 0 -9.172000e-06 -9.172000e-06  1.000e-06", "2026-02-30", "a date and a time"},
		{chrony, "2026-11-27 24:28:05 PPS     0 N 0 -9.172000e-06 -9.172000e-06  1.000e-06", "24:28:05", "a date and a time"},
		{chrony, "2026-11-27 04:28:05 PPS     0 N 0 -9.172000e-06", "7 columns, ", "9: DATE TIME REFID"},
		{chrony, "\x00\x00\x00\x00\x00\x00\x00", `\x00`, "9: DATE"},
		{csv, "2026-11-22T22:29:21Z,1", "2 columns", "3, as in the header"},
		{csv, "yesterday,1,", `"yesterday"`, "RFC 3339"},
		{csv, "1.795386563e9,1,", "1.795386563e9", "Unix seconds"},                     // would be a second of 1970
		{csv, "1970-01-01T00:00:00+14:00,1,", "1970-01-01T00:00:00+14:00", "RFC 3339"}, // of 1969 in UTC: hours of the day would be negative
		{csv, "2199-12-31T23:00:00-14:00,1,", "2199-12-31T23:00:00-14:00", "RFC 3339"},
		{csv, "2026-11-22T22:29:21Z,," + strings.Repeat("x", 100) + "\x1b[2J", `"xxx`, "visible"},
		{csv, "2026-11-22T22:29:21.211413001xZ,1,", "001xZ", "RFC 3339"},
		{good, "61371 16088.654321987x SHM(5) 9014 -1.0 0.0 0.0 0.0", "16088.654321987x", "modified Julian day"},
		{csv, "2026-11-22T22:29:21Z,,", `"" as offset_ns`, "nanoseconds"},
		{csv, "2026-11-22T22:29:21Z,\"1,", "quotes", "double quotes"},
		{csv, "2026-11-22T22:29:21Z,,\"\x1b[2J\"", `\x1b`, "visible"},
		{good, strings.Repeat("x", 3*maxLine), "more than 16384 bytes", "a shorter line"},
	} {
		text := c.good + c.bad + "\n" + c.good
		_, set := read(t, text)
		f := set.Files[0]
		if f.Bad != 1 || f.Samples != 2 || len(f.Errors) != 1 {
			t.Errorf("%.60q: %+v", c.bad, f)
			continue
		}
		line := strings.Count(c.good, "\n") + 1
		if e := f.Errors[0]; e.Line != line || e.File != "a" || !strings.Contains(e.Found, c.found) && !strings.Contains(e.Error(), c.found) || !strings.Contains(e.Expected, c.expected) {
			t.Errorf("%.60q: %v; want line %d, found %s, expected %s", c.bad, e, line, c.found, c.expected)
		}
	}
	many := good + strings.Repeat("bad\n", 100)
	if _, set := read(t, many); set.Files[0].Bad != 100 || len(set.Files[0].Errors) != maxErrors {
		t.Errorf("%+v", set.Files[0])
	}
}

// A file with nothing in it is an error that says what was expected.
func TestNothing(t *testing.T) {
	for text, want := range map[string]string{
		"":      "empty",
		"\n\n":  "2 lines, none with a sample",
		"hello": "refclock csv, refclock recording, chrony refclocks.log, chrony tracking.log, chrony statistics.log, ntpd peerstats, ntpd clockstats",
		"50935 75440.031 0.000006019 13.778190 0.000351733 0.013380 6\n":                                                                            "report peerstats instead",
		"2016-11-09 05:40:50 203.0.113.15    N  2 111 111 1111  10 10 1.0 -4.966e-03  2.296e-01  1.577e-05  1.615e-01  7.446e-03 CB00717B 4B D K\n": "report statistics.log instead",
		"$GPRMC,042721.00,A\n": "a:1: found",
	} {
		var set Set
		if err := set.Read("a", strings.NewReader(text)); !errors.Is(err, ErrNothing) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	broken := errors.New("broken")
	var set Set
	if err := set.Read("a", io.MultiReader(strings.NewReader("hello\n"), iotest.ErrReader(broken))); !errors.Is(err, broken) || !strings.Contains(err.Error(), "a: line 2") {
		t.Errorf("%v, want %v with its line", err, broken)
	}
}

// Logs of different formats in one file, as from cat.
func TestMixed(t *testing.T) {
	sources, set := read(t, "2026-11-27 04:28:05 PPS     0 N 0 -9.172000e-06 -9.172000e-06  1.000e-06\n"+
		"2026-11-27 04:28:16 PPS              1     -0.020    191.580  6.251e-06 N  1  9.644e-07 -0.000e+00  1.000e-09  4.899e-04  1.500e+00\n"+
		"2026-11-27 04:28:14 PPS              1.398e-06  6.293e-06  9.644e-07 -1.973e-08  1.916e-04 9.9e-06   3   0   3  0.00\n"+
		"61371 16088.654 SHM(5) 9014 -1.000000000 0.000000000 0.000115781 0.000000000\n"+
		CSVHeader+"\n2026-11-22T22:29:21.211413001Z,2,-1000000000,250,-20,0,\n"+
		"2026-11-27 04:28:06 PPS     0 N 0 -9.172000e-06 -9.172000e-06  1.000e-06\n")
	var labels []string
	for _, s := range sources {
		labels = append(labels, s.Label)
	}
	if want := []string{"PPS, refclocks.log", "system clock", "PPS, statistics.log", "SHM(5)", "unit 2"}; !slices.Equal(labels, want) || set.Files[0].Bad > 0 {
		t.Errorf("%q, %+v; want %q", labels, set.Files[0], want)
	}
	if n := len(sources[0].Times); n != 2 {
		t.Errorf("%d samples of PPS", n)
	}
}

func refclocks(seconds ...int) string {
	var b strings.Builder
	for _, s := range seconds {
		fmt.Fprintf(&b, "2026-11-27 04:%02d:%02d PPS     0 N 0 -9.0e-06 %de-09  1.000e-06\n", s/60, s%60, s)
	}
	return b.String()
}

// Rotated logs are one source, in whatever order; so is a log that is given twice. Two logs at
// the same time are two.
func TestRotated(t *testing.T) {
	for name, c := range map[string]struct {
		files   []string
		samples []int // of each source
		labels  string
		twice   int
	}{
		"in order":     {[]string{refclocks(1, 2, 3), refclocks(4, 5)}, []int{5}, "PPS", 0},
		"newest first": {[]string{refclocks(7, 8), refclocks(4, 5), refclocks(1, 2)}, []int{6}, "PPS", 0},
		"overlapping":  {[]string{refclocks(1, 2, 3), refclocks(3, 4, 5)}, []int{5}, "PPS", 1},
		"twice":        {[]string{refclocks(1, 2, 3), refclocks(1, 2, 3)}, []int{3}, "PPS", 3},
		"cat backward": {[]string{refclocks(4, 5, 6) + refclocks(1, 2, 3)}, []int{6}, "PPS", 0},
		"two machines": {[]string{refclocks(1, 3, 5), refclocks(2, 4, 6)}, []int{3, 3}, "PPS, a PPS, b", 0},
	} {
		sources, _ := read(t, c.files...)
		var samples []int
		var labels []string
		twice := 0
		for _, s := range sources {
			samples, labels, twice = append(samples, len(s.Times)), append(labels, s.Label), twice+s.Duplicates
			if !slices.IsSorted(s.Times) {
				t.Errorf("%s: not sorted", name)
			}
			for i := range s.Times { // the offset names the second
				if want := float64(s.Times[i] / 1e9 % 3600); s.Offsets[i] != want {
					t.Errorf("%s: sample %d: offset %g, want %g", name, i, s.Offsets[i], want)
				}
			}
		}
		if !slices.Equal(samples, c.samples) || strings.Join(labels, " ") != c.labels || twice != c.twice {
			t.Errorf("%s: %d samples of %q, %d twice", name, samples, labels, twice)
		}
	}
}

// Columns that one of two files lacks are unknown there.
func TestJoinColumns(t *testing.T) {
	a := "time,offset_ns\n1795386561,1\n"
	b := "time,offset_ns,jitter_ns,delay_ns\n1795386562,2,20,\n1795386563,3,30,7\n"
	for _, files := range [][]string{{a, b}, {b, a}, {a + b}} {
		sources, _ := read(t, files...)
		s := sources[0]
		if len(sources) != 1 || !slices.Equal(s.Offsets, []float64{1, 2, 3}) || len(s.Jitters) != 3 || !math.IsNaN(s.Jitters[0]) || s.Jitters[2] != 30 ||
			len(s.Delays) != 3 || !math.IsNaN(s.Delays[0]) || !math.IsNaN(s.Delays[1]) || s.Delays[2] != 7 {
			t.Errorf("%+v", s)
		}
	}
}

// The reasons for missing samples.
func TestNotes(t *testing.T) {
	const peers = "61371 16088.654 SHM(5) 9014 -1.000000000 0.000000000 0.000115781 0.000000000\n"
	for line, want := range map[string]string{
		"61371 16086.654 SHM(5)   8   0   8   0   0":                           "no new sample in the unit",
		"61371 16086.654 SHM(5)   8   0   5   3   0":                           "ntpd refused 3 of 8 samples of the unit",
		"61371 16086.654 SHM(5)   8   0   6   0   2":                           "2 of 8 samples changed while ntpd read them",
		"61371 16086.654 SHM(5)   8   8   0   0   0":                           "",
		"61371 16086.654 SHM(5)   8   x   0   0   0":                           "",
		"61371 16081.654 SHM(5) $GPRMC,042721.00,V,,,,,,,231126,,,N*7C":        "the receiver has no fix",
		"61371 16081.654 SHM(5) $GNGGA,042801.00,,,,,0,00,99.99,,M,,M,,*46":    "the receiver has no fix",
		"61371 16081.654 SHM(5) $GNGGA,042801.00,5851.4,N,02422.3,E,1,12,0.94": "",
		"61371 16081.654 SHM(5) anything else":                                 "",
	} {
		sources, set := read(t, peers, line+"\n"+"61371 16090.654 SHM(6)   8   0   8   0   0\n")
		var texts []string
		for _, n := range sources[0].Notes {
			texts = append(texts, n.Text)
		}
		if got := strings.Join(texts, "|"); got != want || set.Files[1].Bad > 0 {
			t.Errorf("%s: %q, want %q; %+v", line, got, want, set.Files[1])
		}
	}
	sources, _ := read(t, CSVHeader+"\n2026-11-22T22:29:21.5Z,2,,,,,\"no sample, \"\"yet\"\"\"\n")
	if s := sources[0]; len(s.Times) != 0 || s.Notes[0] != (Note{at(t, "2026-11-22T22:29:21.5Z"), `no sample, "yet"`}) {
		t.Errorf("%+v", s)
	}
	sources, _ = read(t, "2026-11-27 04:27:17 0.0.0.0          0      0.000 1000000.000  0.000e+00 ?  0  0.000e+00 -0.000e+00  1.000e+00  1.000e+00  1.500e+00\n")
	if s := sources[0]; len(s.Times) != 0 || !strings.Contains(s.Notes[0].Text, "no source") {
		t.Errorf("%+v", s)
	}
}

// The CSV of other programs: a byte order mark, CRLF, quotes, and blanks around the fields.
func TestCSVOfOthers(t *testing.T) {
	sources, set := read(t, "\ufeff\"Time\", OFFSET_NS ,note\r\n 1795386561.5 ,  -5,\r\n1795386562.50000000049,\"6\",\r\n1795386563,, gone \r\n")
	want := []int64{1795386561500000000, 1795386562500000000}
	if s := sources[0]; set.Files[0].Bad > 0 || !slices.Equal(s.Times, want) || !slices.Equal(s.Offsets, []float64{-5, 6}) || s.Notes[0].Text != "gone" {
		t.Errorf("%+v, %+v", s, set.Files[0])
	}
	var set2 Set
	if err := set2.Read("a", strings.NewReader("time,offset\n1,2\n")); err == nil || !strings.Contains(err.Error(), "the columns time and offset_ns") {
		t.Error(err)
	}
}

// A long note is shortened between two characters.
func TestLongNotes(t *testing.T) {
	for n := range 4 {
		note := strings.Repeat("x", n) + strings.Repeat("°", 200)
		sources, set := read(t, "time,offset_ns,note\n1795386561,,"+note+"\n")
		if set.Files[0].Bad > 0 {
			t.Fatal(set.Files[0].Errors[0])
		}
		got := sources[0].Notes[0].Text
		if !strings.HasPrefix(note, got) || len(got) < maxNote-1 || len(got) > maxNote || strings.ContainsRune(got, '\ufffd') {
			t.Errorf("%q has %d bytes", got, len(got))
		}
	}
}

// What monitor --csv writes is what is read.
func TestCSVRoundTrip(t *testing.T) {
	var b bytes.Buffer
	b.WriteString(CSVHeader + "\n")
	when := time.Date(2026, 11, 22, 22, 29, 21, 211413001, time.FixedZone("", 3600))
	for _, row := range []CSVRow{
		{Time: when, Unit: 2, Offset: -1e9, Precision: -20},
		{Time: when.Add(time.Second), Unit: 2, Offset: 250, Jitter: 17, HasJitter: true, Precision: -20, Leap: 1},
		{Time: when.Add(2 * time.Second), Unit: 2, Note: `a "note", with all`},
	} {
		if err := WriteCSV(&b, row); err != nil {
			t.Fatal(err)
		}
	}
	const want = CSVHeader + "\n2026-11-22T21:29:21.211413001Z,2,-1000000000,,-20,0,\n2026-11-22T21:29:22.211413001Z,2,250,17,-20,1,\n" +
		"2026-11-22T21:29:23.211413001Z,2,,,,,\"a \"\"note\"\", with all\"\n"
	if b.String() != want {
		t.Errorf("%s\nwant\n%s", b.String(), want)
	}
	sources, _ := read(t, b.String())
	s := sources[0]
	if len(sources) != 1 || !slices.Equal(s.Times, []int64{when.UnixNano(), when.UnixNano() + 1e9}) || !slices.Equal(s.Offsets, []float64{-1e9, 250}) ||
		s.Jitters[1] != 17 || s.Notes[0].Text != `a "note", with all` {
		t.Errorf("%+v", s)
	}
}

func TestGzip(t *testing.T) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	io.WriteString(w, refclocks(1, 2, 3))
	w.Close()
	sources, _ := read(t, b.String())
	if len(sources) != 1 || len(sources[0].Times) != 3 {
		t.Errorf("%+v", sources)
	}
	for _, n := range []int{2, 12, b.Len() / 2, b.Len() - 6} {
		var set Set
		if err := set.Read("a", bytes.NewReader(b.Bytes()[:n])); err == nil || !strings.HasPrefix(err.Error(), "a: ") || !strings.Contains(err.Error(), "the compressed file was cut; zcat FILE | refclock report - reads") {
			t.Errorf("cut after %d bytes: %v", n, err)
		}
	}
}

func TestTooManySources(t *testing.T) {
	var b strings.Builder
	for i := range maxSources + 5 {
		fmt.Fprintf(&b, "61371 16088.654 10.0.%d.%d 9014 -1.000000000 0.000000000 0.000115781 0.000000000\n", i/250, i%250)
	}
	if sources, set := read(t, b.String()); len(sources) != maxSources || set.Files[0].Bad != 5 {
		t.Errorf("%d sources, %d bad lines", len(sources), set.Files[0].Bad)
	}
}

// Whatever fills a log, the memory for it has a limit: samples, reasons, and their texts.
func TestTooMany(t *testing.T) {
	const most = 1000 // until the limit
	for name, c := range map[string]struct {
		line string // %d is a number from 0 on
		fits int    // lines
	}{
		"samples":            {"%d,5,\n", most},
		"the same reason":    {"%d,,no sample\n", most},
		"other short reason": {"%[1]d,,reason %[1]d\n", most},
		"other long reason":  {"%[1]d,," + strings.Repeat("x", 9*sampleBytes) + "%08[1]d\n", most / 10},
	} {
		for _, extra := range []int{0, 1} {
			var b strings.Builder
			b.WriteString("time,offset_ns,note\n")
			for i := range c.fits + extra {
				fmt.Fprintf(&b, c.line, i)
			}
			set := Set{samples: maxSamples - most}
			if err := set.Read("a", strings.NewReader(b.String())); errors.Is(err, errTooMany) != (extra > 0) {
				t.Errorf("%s: %d lines and %d more: %v", name, c.fits, extra, err)
			}
		}
	}
}

// Excerpts of logs that chronyd 4.3 and ntpd of NTPsec 1.2.2 wrote, with units that refclock demo
// and refclock offbyone published: testdata/README.md.
func TestRealLogs(t *testing.T) {
	for name, want := range map[string]string{
		"refclocks.log":  "OBO -1000 ms, PPS 0 ms, GPS 0 ms",
		"statistics.log": "OBO -1000 ms, GPS 0 ms, PPS 0 ms",
		"tracking.log":   "system clock 0 ms",
		"peerstats":      "SHM(5) -1000 ms, NMEA(0) -190 ms, SHM(2) 0 ms, SHM(3) 0 ms",
	} {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		sources, set := read(t, string(text))
		var got []string
		for _, s := range sources {
			offsets := slices.Clone(s.Offsets)
			slices.Sort(offsets)
			got = append(got, fmt.Sprintf("%s %.0f ms", s.Name, math.Round(offsets[len(offsets)/2]/1e7)*10+0))
		}
		if f := set.Files[0]; strings.Join(got, ", ") != want || f.Bad > 0 || len(f.Formats) != 1 || f.Samples+f.Ignored < f.Lines-5 {
			t.Errorf("%s: %s; want %s. %+v", name, strings.Join(got, ", "), want, f)
		}
	}
	text, err := os.ReadFile("testdata/clockstats")
	if err != nil {
		t.Fatal(err)
	}
	sources, set := read(t, string(text))
	if len(sources) == 0 || set.Files[0].Bad > 0 || sources[0].Notes[0].Text != "no new sample in the unit" {
		t.Errorf("clockstats: %+v, %+v", sources, set.Files[0])
	}
}
