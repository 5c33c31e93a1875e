package samplelog

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// seed adds the real logs of some formats and lines of the manuals.
func seed(f *testing.F, lines ...string) {
	f.Helper()
	for _, name := range []string{"refclocks.log", "statistics.log", "tracking.log", "peerstats", "clockstats"} {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text[:min(len(text), 4<<10)])
	}
	for _, line := range append(lines, "\x1f\x8b") { // gzip, cut
		f.Add([]byte(line))
	}
}

// check holds for every input: each line is counted once, columns have one length, times are
// sorted, and numbers are numbers.
func check(t *testing.T, text []byte) {
	var set Set
	err := set.Read("a", bytes.NewReader(text))
	if len(set.Files) == 0 { // the head of gzip without the rest
		if err == nil {
			t.Error("neither a file nor an error")
		}
		return
	}
	file := set.Files[0]
	if err == nil == (len(file.sources) == 0) {
		t.Errorf("%d sources, %v", len(file.sources), err)
	}
	notes := 0
	for _, s := range file.sources {
		notes += len(s.Notes)
	}
	if lines := file.Samples + file.Ignored + file.Bad + notes; lines != file.Lines {
		t.Errorf("%d lines, but %d samples, %d notes, %d ignored, %d bad", file.Lines, file.Samples, notes, file.Ignored, file.Bad)
	}
	for _, s := range set.Sources() {
		n := len(s.Times)
		if len(s.Offsets) != n || s.Jitters != nil && len(s.Jitters) != n || s.Delays != nil && len(s.Delays) != n || n+len(s.Notes) == 0 {
			t.Errorf("columns of %d, %d, %d and %d", n, len(s.Offsets), len(s.Jitters), len(s.Delays))
		}
		if !slices.IsSorted(s.Times) || s.Label == "" || !isName([]byte(s.Name)) {
			t.Errorf("times not sorted, or a bad name %q", s.Name)
		}
		for i, x := range s.Offsets {
			if math.IsNaN(x) || math.Abs(x) > maxShift || s.Times[i] < 0 {
				t.Errorf("offset %g at %d", x, s.Times[i])
			}
		}
	}
}

func FuzzRefclocks(f *testing.F) {
	seed(f, "2026-11-27 04:28:05.000009 PPS     0 N 0 -9.172000e-06 -9.172000e-06  1.000e-06\n2026-11-27 04:28:06.5 PPS - N - - -4.9e-06 4.2e-06\n")
	f.Fuzz(check)
}

func FuzzStatistics(f *testing.F) {
	seed(f, "2014-05-01 10:00:00 203.0.113.15     6.261e-03 -3.247e-03  2.220e-03  1.874e-06  1.080e-06 7.8e-02  16   0   8\n")
	f.Fuzz(check)
}

func FuzzTracking(f *testing.F) {
	seed(f, "2012-02-23 05:40:50 203.0.113.15     3    340.529      1.606  1.046e-03\n", "2012-02-23 05:40:50 0.0.0.0 0 340.529      1.606  1.046e-03\n")
	f.Fuzz(check)
}

func FuzzPeerstats(f *testing.F) {
	seed(f, "48773 10847.650 127.127.4.1 9714 -0.001605 0.00000 0.00142\n", "59000 1.5 2001:db8::1 941a 0.000123456 0.020000000 0.000100000 0.000050000\n")
	f.Fuzz(check)
}

func FuzzClockstats(f *testing.F) {
	seed(f, "61371 16081.654 127.127.20.0 $GPRMC,042721.00,V,,,,,,,231126,,,N*7C\n61371 16086.654 127.127.28.5   8   0   6   0   2\n")
	f.Fuzz(check)
}

func FuzzCSV(f *testing.F) {
	seed(f, CSVHeader+"\n2026-11-22T21:29:21.211413001Z,2,-1000000000,,-20,0,\n2026-11-22T21:29:23.2Z,2,,,,,\"a \"\"note\"\", with all\"\n",
		"offset_ns,name,time,delay_ns\n12.5,u-blox,1795386561.211413001,120000000\n")
	f.Fuzz(check)
}
