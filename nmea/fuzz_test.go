package nmea_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	gonmea "github.com/adrianmo/go-nmea"
	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/nmea"
)

// seedStreams returns streams from the tests, from simulated receivers, and the beginnings
// of captures, if there are any.
func seedStreams(f *testing.F) (streams [][]byte) {
	f.Helper()
	streams = append(streams, []byte(mixed))
	for _, profile := range sim.Profiles() {
		receiver, err := sim.New(sim.Config{Profile: profile.Name})
		if err != nil {
			f.Fatal(err)
		}
		streams = append(streams, slices.Concat(receiver.Next().Bytes, receiver.Next().Bytes))
	}
	logs, _ := filepath.Glob(filepath.Join(captureFolder(), "*.log"))
	for _, log := range logs {
		stream, err := os.ReadFile(log)
		if err != nil {
			f.Fatal(err)
		}
		streams = append(streams, stream[:min(len(stream), 4096)])
	}
	return streams
}

// bodies returns the sentences of a stream without '$' and checksum, one per line: a fuzzer
// would hardly find a valid checksum.
func bodies(stream []byte) string {
	var lines []string
	for _, line := range strings.FieldsFunc(string(stream), func(r rune) bool { return r == '\r' || r == '\n' || r == '$' }) {
		if body, _, ok := strings.Cut(line, "*"); ok {
			lines = append(lines, body)
		}
	}
	return strings.Join(lines, "\n")
}

func FuzzFramer(f *testing.F) {
	for _, stream := range seedStreams(f) {
		f.Add(stream, []byte{1, 7, 16, 64})
	}
	f.Fuzz(func(t *testing.T, stream, sizes []byte) {
		want, wantStats := framed(string(stream))
		var chunks []string
		for i, rest := 0, string(stream); rest != "" && len(sizes) > 0; i++ {
			n := min(int(sizes[i%len(sizes)])+1, len(rest))
			chunks, rest = append(chunks, rest[:n]), rest[n:]
		}
		if len(sizes) > 0 {
			if got, stats := framed(chunks...); !slices.Equal(got, want) || stats != wantStats {
				t.Errorf("in chunks %q, %+v\nin one    %q, %+v", got, stats, want, wantStats)
			}
		}
		for _, raw := range want {
			if raw[0] != '$' || strings.Count(raw, "$") != 1 || len(raw) > nmea.MaxSentence || strings.ContainsFunc(raw, func(r rune) bool { return r < ' ' || r > '~' }) {
				t.Errorf("not a sentence: %q", raw)
			}
			if !bytes.Contains(stream, []byte(raw)) {
				t.Errorf("%q was never sent", raw)
			}
		}
		if s := wantStats; s.Bytes != uint64(len(stream)) || s.Sentences != uint64(len(want)) || s.Stray > s.Bytes {
			t.Errorf("%d bytes, %d sentences: %+v", len(stream), len(want), s)
		}
	})
}

func FuzzDecode(f *testing.F) {
	for _, stream := range seedStreams(f) {
		for body := range strings.Lines(bodies(stream)) {
			f.Add(strings.TrimSuffix(body, "\n"))
		}
	}
	f.Add("GPRMC,151605.053,V,,,,,,,620705,,")
	f.Add("GPRMC,000000,V,,,,,,,011700,,")
	f.Add("RMC,000000,,0,\",0,\",,,1001+0,,")
	f.Fuzz(func(t *testing.T, body string) {
		for _, raw := range []string{summed(body), body} {
			r, err := nmea.NewDecoder().Decode([]byte(raw))
			if err != nil {
				if r != (nmea.Report{Address: r.Address}) {
					t.Errorf("%q: %v, but report %+v", raw, err, r)
				}
				continue
			}
			inRange(t, r)
			if r.HasTime {
				agrees(t, raw, r)
			}
		}
	})
}

func inRange(t *testing.T, r nmea.Report) {
	t.Helper()
	at := r.Time
	second := 59
	if at.Hour == 23 && at.Minute == 59 {
		second = 60
	}
	if at.Hour < 0 || at.Hour > 23 || at.Minute < 0 || at.Minute > 59 || at.Second < 0 || at.Second > second ||
		at.Nanosecond < 0 || at.Nanosecond > 999_999_999 || !r.HasTime && at != (nmea.TimeOfDay{}) {
		t.Errorf("time out of range: %+v", r)
	}
	if d := r.Date; !d.IsZero() && (nmea.DateOf(d.Midnight()) != d || d.Year < 1980 || d.Year > 9999) {
		t.Errorf("date out of range: %+v", r)
	}
	if r.Fix > nmea.FixNone || r.Refusal > nmea.FarDate {
		t.Errorf("no such fix or reason: %+v", r)
	}
}

// agrees compares an RMC with the result of go-nmea, if that has no error.
func agrees(t *testing.T, raw string, r nmea.Report) {
	t.Helper()
	parsed, err := gonmea.Parse(raw)
	rmc, ok := parsed.(gonmea.RMC)
	if err != nil || !ok || r.Time.Leap() {
		return
	}
	if theirs := rmc.Time; theirs.Hour != r.Time.Hour || theirs.Minute != r.Time.Minute || theirs.Second != r.Time.Second {
		t.Errorf("%q: %v, but go-nmea reads %v", raw, r.Time, theirs)
	}
	d := rmc.Date
	// go-nmea accepts the 62nd day of a month, the 17th month, and signs.
	digits := fmt.Sprintf("%02d%02d%02d", d.DD, d.MM, d.YY)
	normal := time.Date(2000+d.YY, time.Month(d.MM), d.DD, 0, 0, 0, 0, time.UTC)
	valid := d.Valid && strings.Contains(raw, ","+digits) && normal.Day() == d.DD && int(normal.Month()) == d.MM
	if r.Date.IsZero() == valid || valid && (d.DD != r.Date.Day || d.MM != r.Date.Month || d.YY != r.Date.Year%100) {
		t.Errorf("%q: %v, but go-nmea reads %v", raw, r.Date, d)
	}
}

// Sentences with valid checksums and any silences between them.
func FuzzEpochs(f *testing.F) {
	for _, stream := range seedStreams(f) {
		f.Add(bodies(stream), []byte{0})
		f.Add(bodies(stream), []byte{0, 0, 3, 0, 0, 0, 200})
	}
	f.Fuzz(func(t *testing.T, text string, silences []byte) {
		if len(silences) == 0 {
			return
		}
		var chunks []stamped
		starts := map[nmea.Stamp]bool{}
		at := boot
		for i, body := range strings.Split(text, "\n") {
			at = at.Add(time.Duration(silences[i%len(silences)]) * 5 * ms)
			starts[at] = true
			for chunk := range slices.Chunk([]byte(line(body)), 16) {
				at = at.Add(time.Duration(len(chunk)) * at9600)
				chunks = append(chunks, stamped{at, chunk})
			}
		}
		for _, baud := range []int{9600, 0} {
			for _, e := range grouped(nmea.NewFramer(baud), midMay, slices.Values(chunks)) {
				checkEpoch(t, e)
				if e.HasStart && baud > 0 && !starts[e.Start] {
					t.Errorf("%v began at %v, where no burst did", e.UTC, e.Start.Sub(boot))
				}
			}
		}
		for i := range chunks {
			chunks[i].at = nmea.Stamp{}
		}
		for _, e := range grouped(nmea.NewFramer(9600), midMay, slices.Values(chunks)) {
			checkEpoch(t, e)
			if e.HasStart || !e.Start.IsZero() || !e.Last.IsZero() {
				t.Errorf("%v has stamps without input stamps: %+v", e.UTC, e)
			}
		}
	})
}

// checkEpoch checks an epoch, in particular a valid one.
func checkEpoch(t *testing.T, e nmea.Epoch) {
	t.Helper()
	if len(e.Sentences) > 64 {
		t.Errorf("%v lists %d sentences", e.UTC, len(e.Sentences))
	}
	if e.HasStart && e.Start.Sub(e.Last) > 0 {
		t.Errorf("%v began after it ended", e.UTC)
	}
	if e.Eras < 0 || !e.HasTime && e.UTC.TimeOfDay != (nmea.TimeOfDay{}) {
		t.Errorf("%+v", e)
	}
	if e.Why != nmea.Valid {
		return
	}
	last := nmea.DateOf(midMay.Midnight().AddDate(10, 0, 0))
	if !e.HasTime || e.Fix != nmea.FixGood || e.By != "" || e.UTC.Date.Before(midMay) || last.Before(e.UTC.Date) {
		t.Errorf("valid, but %+v", e)
	}
}

// Raw bytes, as from a noisy line, through all stages.
func FuzzStream(f *testing.F) {
	for _, stream := range seedStreams(f) {
		f.Add(stream)
	}
	f.Fuzz(func(t *testing.T, stream []byte) {
		e, framer := nmea.NewEpochs(midMay), nmea.NewFramer(9600)
		framer.Push(nmea.Stamp{}, stream)
		for _, sentence := range all(framer) {
			epoch, ok, err := e.Push(sentence)
			if ok {
				checkEpoch(t, epoch)
			}
			if err != nil && errors.Is(err, nmea.ErrChecksum) && errors.Is(err, nmea.ErrNoChecksum) {
				t.Errorf("%q: both %v", sentence.Raw, err)
			}
		}
	})
}

// Every day that a sentence can hold, with every build date.
func FuzzResolve(f *testing.F) {
	for _, days := range []int{0, 1, 7167, 7168, 7169, 14336, -1, -7168, 700_000} {
		f.Add(days, 0)
	}
	f.Fuzz(func(t *testing.T, shown, built int) {
		const year0, year10000 = -2026 * 366, 7974 * 365
		if shown < year0 || shown > year10000 || built < 0 || built > 100*365 {
			return
		}
		day, pivot := midMay.AddDays(shown), midMay.AddDays(built)
		got, eras := nmea.Resolve(day, pivot)
		if got != day.AddDays(eras*7168) || eras < 0 || got.Before(pivot) || eras > 0 && !got.AddDays(-7168).Before(pivot) {
			t.Errorf("%v is %v, %d eras on, with a build of %v", day, got, eras, pivot)
		}
	})
}
