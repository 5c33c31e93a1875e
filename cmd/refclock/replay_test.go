package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"math"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/driver/gps/receiver"
	"github.com/refclock/refclock/internal/events"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

var update = flag.Bool("update", false, "rewrite testdata and docs/json.md; review them before committing")

// An eventFile is an event file in testdata.
type eventFile struct {
	name      string
	seconds   int
	cold      int // seconds at the start without time, date and fix
	pulse     bool
	coldStart time.Duration
}

var recordings = []eventFile{
	{name: "sentences", seconds: 6},
	{name: "pulse", seconds: 12, pulse: true},
	{name: "cold", seconds: 12, cold: 3, coldStart: 4 * time.Second},
}

// burstDelay is how long after its second a recorded burst begins.
const burstDelay = 120 * time.Millisecond

// recordedStart is time 0 of the recordings.
var recordedStart = time.Date(2026, 12, 1, 11, 59, 59, 0, time.UTC)

// sentence completes a body with $, checksum and line end.
func sentence(body string) []byte {
	sum := byte(0)
	for _, c := range []byte(body) {
		sum ^= c
	}
	return fmt.Appendf(nil, "$%s*%02X\r\n", body, sum)
}

// file returns the file: an RMC each second at 9600 baud, in reads of
// 32 bytes, and a pulse of 100 ms.
func (r eventFile) file(t testing.TB) []byte {
	t.Helper()
	var list []events.Event
	for n := range r.seconds {
		second := time.Duration(n+1) * time.Second
		if r.pulse {
			list = append(list,
				events.Event{At: second, Kind: events.Rising},
				events.Event{At: second + 100*time.Millisecond, Kind: events.Falling})
		}
		body := "GPRMC,,V,,,,,,,,,,N"
		if n >= r.cold {
			body = recordedStart.Add(second).Format("GPRMC,150405.00,A,0000.0000,N,00000.0000,E,0.0,0.0,020106,,,A")
		}
		at := second + burstDelay
		for chunk := range slices.Chunk(sentence(body), 32) {
			at += time.Duration(len(chunk)) * 10 * time.Second / 9600
			list = append(list, events.Event{At: at, Data: chunk})
		}
	}
	header := events.Header{Start: recordedStart.Unix(), Baud: 9600, Pulse: r.pulse, Pivot: nmea.Date{Year: 2026, Month: 11, Day: 23}}
	var b bytes.Buffer
	if err := events.Write(&b, header, slices.Values(list)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func (r eventFile) played(t *testing.T, asJSON bool) string {
	t.Helper()
	var out bytes.Buffer
	config := gps.Config{Pivot: built(), ColdStart: r.coldStart}
	if err := replayFile(context.Background(), bytes.NewReader(r.file(t)), r.name, &out, config, pps.Auto, asJSON); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// golden compares with a file of testdata, or writes it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; go test ./cmd/refclock -run TestReplay -update rewrites it:\n%s\nwant:\n%s", path, got, want)
	}
}

func TestReplayGolden(t *testing.T) {
	for _, r := range recordings {
		t.Run(r.name, func(t *testing.T) {
			golden(t, r.name+".ev", r.file(t))
			golden(t, r.name+".golden", []byte(r.played(t, false)))
		})
	}
}

func TestReplayJSON(t *testing.T) {
	for _, r := range recordings {
		t.Run(r.name, func(t *testing.T) {
			samples, states, last := map[string]int{}, 0, ""
			for line := range strings.Lines(r.played(t, true)) {
				at, o := decodeOutcome(t, line)
				if at < last && len(at) == len(last) {
					t.Errorf("%s s after %s s", at, last)
				}
				last = at
				if o.State != nil {
					states++
					continue
				}
				samples[o.Of]++
				s := *o.Sample
				// To the nanosecond: at 9600 baud a byte takes 1041666.67 ns.
				want := -burstDelay
				if r.pulse {
					want = 0
				}
				off := s.Clock.Sub(s.Receive)
				if (off-want).Abs() > time.Microsecond || exact(t, s.Offset) != off {
					t.Errorf("offset_s %s, clock - receive %v, want %v", s.Offset, off, want)
				}
				if s.Clock.Location() != time.UTC || s.Clock.Nanosecond() != 0 {
					t.Errorf("clock %v, want a whole second of UTC", s.Clock)
				}
			}
			if samples["sentences"] == 0 || (samples["pulse"] > 0) != r.pulse || len(samples) > 2 || states < 2 {
				t.Errorf("samples %v, %d states", samples, states)
			}
		})
	}
}

// decodeOutcome reads a line of --json strictly: a sample or a state.
func decodeOutcome(t *testing.T, line string) (at string, o outcomeJSON) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(line))
	if err := d.Decode(&o); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	if (o.Sample == nil) == (o.State == nil) || o.Of != "sentences" && o.Of != "pulse" || o.State != nil && !strings.Contains(line, `"hint":`) {
		t.Errorf("%q: want a sample or a state", line)
	}
	if exact(t, o.At) < 0 {
		t.Errorf("%q: before time 0", line)
	}
	return o.At.String(), o
}

// exact reads seconds without float64.
func exact(t *testing.T, n json.Number) time.Duration {
	t.Helper()
	r, ok := new(big.Rat).SetString(n.String())
	if !ok {
		t.Fatalf("%q is not a number", n)
	}
	r.Mul(r, big.NewRat(int64(time.Second), 1))
	if !r.IsInt() {
		t.Errorf("%s s is not a whole number of nanoseconds", n)
	}
	return time.Duration(r.Num().Int64())
}

func TestSecondsJSON(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0.000000000", 1: "0.000000001", -1: "-0.000000001", -120 * time.Millisecond: "-0.120000000",
		1<<62 + 1: "4611686018.427387905", -time.Second - 1: "-1.000000001",
	} {
		if got := secondsJSON(d); string(got) != want || !json.Valid([]byte(got)) {
			t.Errorf("%d: %s, want %s", d, got, want)
		}
	}
}

// The flags reach the clock.
func TestReplayFlags(t *testing.T) {
	play := func(r eventFile, file []byte, config gps.Config, polarity pps.Polarity) string {
		var out bytes.Buffer
		if err := replayFile(context.Background(), bytes.NewReader(file), r.name, &out, config, polarity, false); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	sentences, pulse := recordings[0], recordings[1]
	known := gps.Config{Pivot: built(), Delay: burstDelay, Calibrated: true}
	if out := play(sentences, sentences.file(t), known, pps.Auto); !strings.Contains(out, "publishing\n") || !strings.Contains(out, "median offset -0.000000021 s") {
		t.Errorf("with the delay known:\n%s", out)
	}
	if out := play(pulse, pulse.file(t), gps.Config{}, pps.Falling); !strings.Contains(out, "median offset -0.100000000 s") {
		t.Errorf("by the falling edge, 100 ms late:\n%s", out)
	}
	// The pivot is later than the sentences' dates, which are then of the next era.
	late := bytes.Replace(sentences.file(t), []byte("2026-11-23"), []byte("2027-01-01"), 1)
	if out := play(sentences, late, gps.Config{Pivot: built()}, pps.Auto); !strings.Contains(out, "date is more than ten years past the build date") {
		t.Errorf("with a later pivot:\n%s", out)
	}
	unwired := bytes.Replace(pulse.file(t), []byte("9600 pulse"), []byte("9600 none"), 1)
	if out := play(pulse, unwired, gps.Config{}, pps.Auto); !strings.HasSuffix(out, "; 24 edges ignored: the header says none\n") || strings.Contains(out, "  pulse  ") {
		t.Errorf("edges without a pulse:\n%s", out)
	}
	if out := play(sentences, []byte("0 9600 none\n"), gps.Config{}, pps.Auto); !strings.Contains(out, "no data") || !strings.HasSuffix(out, "sentences 0 samples, median offset none, 0 s without a sample\n") {
		t.Errorf("without an event:\n%s", out)
	}
}

func TestReplayBadFiles(t *testing.T) {
	const header = "1796126399 9600 none\n"
	folder := t.TempDir()
	file := filepath.Join(folder, "bad.ev")
	for _, c := range []struct{ content, want string }{
		{"", file + ":1: found the end of the file, expected the header"},
		{"\x00\x00", file + ":1: found a NUL byte, expected text"},
		{"\x1f\x8b\x08\x00", file + ": compressed by gzip; type: zcat " + file + " | refclock replay -"},
		{"$GPRMC,093000.00,A*00\n", file + ":1: found 1 word, expected the header"},
		{"1796126399 9600 pps\n", file + `:1: found "pps", expected pulse or none`},
		{header + "1 E+\n2 2\n", file + ":3: found 1 hex digit, expected an even number"},
		{header + "2 E+\n\n1 E+\n", file + ":4: found time 1, expected 2 or later"},
		{header + "1 24\r\n", file + ":2: found a carriage return, expected lines that end with LF"},
	} {
		if err := os.WriteFile(file, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := run(context.Background(), []string{"replay", "--json", file}); exitCode(err) != exitInput || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: code %d, %v; want code 65 and %q", c.content, exitCode(err), err, c.want)
		}
	}
	for _, name := range []string{filepath.Join(folder, "missing.ev"), folder} {
		if err := run(context.Background(), []string{"replay", name}); exitCode(err) != exitInput || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: code %d, %v; want code 65 and the name", name, exitCode(err), err)
		}
	}
}

// A failing writer is a full disk.
type failingWriter struct{ err error }

func (f failingWriter) Write([]byte) (int, error) { return 0, f.err }

func TestReplayFullDisk(t *testing.T) {
	full := errors.New("no space")
	for _, asJSON := range []bool{false, true} {
		file := recordings[1].file(t)
		if err := replayFile(context.Background(), bytes.NewReader(file), "a.ev", failingWriter{full}, gps.Config{}, pps.Auto, asJSON); !errors.Is(err, full) {
			t.Errorf("%v, want %v", err, full)
		}
	}
}

// casesFolder has streams that were once read wrongly; they are not part of the project.
func casesFolder() string {
	if folder := os.Getenv("REFCLOCK_CASES"); folder != "" {
		return folder
	}
	return filepath.Join("..", "..", "..", "shared", "cases", "nmea") // beside the project
}

func TestReplayCases(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(casesFolder(), "*.ev"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skipf("no event files in %s; REFCLOCK_CASES names another folder", casesFolder())
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			for _, asJSON := range []bool{false, true} {
				in, err := os.Open(file)
				if err != nil {
					t.Fatal(err)
				}
				defer in.Close()
				var out bytes.Buffer
				config := gps.Config{Pivot: built(), ColdStart: receiver.AlmanacTime}
				if err := replayFile(context.Background(), in, file, &out, config, pps.Auto, asJSON); err != nil {
					t.Fatal(err)
				}
				if !asJSON {
					if !strings.Contains(out.String(), " s played: sentences ") {
						t.Errorf("no summary:\n%s", &out)
					}
					continue
				}
				for line := range strings.Lines(out.String()) {
					decodeOutcome(t, line)
				}
			}
		})
	}
}

// Playing 20 minutes.
func BenchmarkReplay(b *testing.B) {
	file := eventFile{name: "long", seconds: 1200, pulse: true}.file(b)
	for b.Loop() {
		if err := replayFile(context.Background(), bytes.NewReader(file), "long", io.Discard, gps.Config{}, pps.Auto, false); err != nil {
			b.Fatal(err)
		}
	}
}

// A caseResult is the right result of a stream.
type caseResult struct {
	late    time.Duration // of the bursts; with a pulse it is learnt, and the offset is 0
	publish bool          // it must be published; else it may
	refuse  string        // it must not be published, and this is the reason at the end
}

// caseResults are the right results of the streams in casesFolder.
var caseResults = map[string]caseResult{
	"gsvb_0.6_3_pulse.ev": {late: 50 * time.Millisecond},
	"tr_0.75_pulse.ev":    {late: 100 * time.Millisecond},
	"trail_late_pulse.ev": {late: 100 * time.Millisecond, publish: true},
	"trail_late.ev":       {late: 100 * time.Millisecond, publish: true},
	"zn_0.3_+1.ev":        {late: 100 * time.Millisecond},
	"zn_0.3_+1_pulse.ev":  {late: 100 * time.Millisecond},
	"x2_0.4_+1.ev":        {refuse: "time conflict"},
	"x2_0.4_+1_pulse.ev":  {refuse: "time conflict"},
	"skytraq_cold.ev":     {refuse: "cold start"},
	"gga1_zda10.ev":       {late: 120 * time.Millisecond, publish: true},
	"rmc5s.ev":            {late: 120 * time.Millisecond, publish: true},
	"date_zero_v.ev":      {refuse: "no fix"},
	"two_rmc_1s.ev":       {refuse: "time conflict"},
	"mixfrac.ev":          {refuse: "time conflict"},
	"ponly_tail.ev":       {late: 100 * time.Millisecond, publish: true},
	"marine.ev":           {late: 100 * time.Millisecond, publish: true},
}

// The streams that were once read wrongly have the right results. No wrong baud rate is
// reported, and no silence before the end.
func TestReplayCasesAreRight(t *testing.T) {
	for name, want := range caseResults {
		t.Run(name, func(t *testing.T) {
			in, err := os.Open(filepath.Join(casesFolder(), name))
			if errors.Is(err, fs.ErrNotExist) {
				t.Skipf("no event files in %s; REFCLOCK_CASES names another folder", casesFolder())
			}
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			var out bytes.Buffer
			config := gps.Config{Pivot: nmea.Date{Year: 2026, Month: 11, Day: 23}, ColdStart: receiver.AlmanacTime}
			if err := replayFile(context.Background(), in, name, &out, config, pps.Auto, true); err != nil {
				t.Fatal(err)
			}
			checkCase(t, want, strings.Contains(name, "pulse"), out.String())
		})
	}
}

func checkCase(t *testing.T, want caseResult, pulse bool, out string) {
	t.Helper()
	var offsets []float64
	reasons := map[string]bool{}
	last := "" // the last reason but the silence after the end
	for line := range strings.Lines(out) {
		_, o := decodeOutcome(t, line)
		switch {
		case o.Sample != nil:
			offset, err := o.Sample.Offset.Float64()
			if err != nil {
				t.Fatal(err)
			}
			offsets = append(offsets, offset)
		case o.State.Reason != "no data":
			last, reasons[o.State.Reason] = o.State.Reason, true
		}
	}
	if reasons["wrong baud"] {
		t.Error("a wrong baud rate is reported for sentences with valid checksums")
	}
	if want.refuse != "" {
		if len(offsets) > 0 || last != want.refuse {
			t.Errorf("%d samples, reasons %v, the last %q; want none and %q", len(offsets), reasons, last, want.refuse)
		}
		return
	}
	if want.publish && len(offsets) == 0 {
		t.Errorf("no samples, reasons %v", reasons)
	}
	right := -want.late.Seconds()
	if pulse {
		right = 0
	}
	var squares float64
	for _, offset := range offsets {
		squares += (offset - right) * (offset - right)
		if math.Abs(offset-right) > 0.03 {
			t.Errorf("offset %+.6f s, want %+.3f s", offset, right)
		}
	}
	if n := float64(len(offsets)); n > 0 && math.Sqrt(squares/n) > 0.005 {
		t.Errorf("the offsets scatter by %.1f ms, want 5 at most", 1000*math.Sqrt(squares/n))
	}
}
