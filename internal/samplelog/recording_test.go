package samplelog

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/refclock/refclock/internal/recording"
	"github.com/refclock/refclock/nmea"
)

// recordedBytes returns a recording of a receiver with a pulse: a reason, then three samples of
// each.
func recordedBytes(t testing.TB, device string) []byte {
	t.Helper()
	const begin = 1_796_126_400_000_000_000
	var list []recording.Event
	add := func(e recording.Event) { list = append(list, e) }
	add(recording.Event{Kind: recording.Opened, Stamp: nmea.Stamp{Real: begin, Mono: 1}})
	add(recording.Event{Kind: recording.State, Texts: [3]string{"no fix", "the receiver reports no fix", "wait"}})
	for n := range int64(3) {
		at := begin + (n+1)*1_000_000_000
		add(recording.Event{Kind: recording.Read, Stamp: nmea.Stamp{Real: at, Mono: at - begin + 1}})
		add(recording.Event{Kind: recording.State, Texts: [3]string{"", "", ""}})
		add(recording.Event{Kind: recording.Sample, Numbers: [5]int64{at, at - begin + 1, -7000 - n}})
		add(recording.Event{Kind: recording.Sample, Pulse: true, Numbers: [5]int64{at + 5, at - begin + 6, 40 + n}})
	}
	var b bytes.Buffer
	h := recording.Header{Version: "1", Settings: recording.Settings{Device: device, Pulse: true, Source: "gpio:GPIO18", Pivot: "2026-11-27", Polarity: "auto"}}
	if err := recording.Write(&b, h, slices.Values(list)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRecording(t *testing.T) {
	var set Set
	if err := set.Read("a.rec", bytes.NewReader(recordedBytes(t, "/dev/serial0"))); err != nil {
		t.Fatal(err)
	}
	file := set.Files[0]
	if file.Samples != 6 || file.Bad != 0 || !slices.Equal(file.Formats, []string{Recording}) {
		t.Errorf("%+v", file)
	}
	if len(file.sources) != 2 {
		t.Fatalf("%d sources", len(file.sources))
	}
	sentences, pulse := file.sources[0], file.sources[1]
	if sentences.Name != "sentences /dev/serial0" || !slices.Equal(sentences.Offsets, []float64{-7000, -7001, -7002}) || sentences.Times[0] != 1_796_126_401_000_000_000 {
		t.Errorf("%+v", sentences)
	}
	if n := sentences.Notes; len(n) != 1 || n[0].Time != 1_796_126_400_000_000_000 || n[0].Text != "no fix: the receiver reports no fix" {
		t.Errorf("the notes are %+v", n)
	}
	if pulse.Name != "pulse gpio:GPIO18" || !slices.Equal(pulse.Offsets, []float64{40, 41, 42}) || pulse.Times[0] != 1_796_126_401_000_000_005 {
		t.Errorf("%+v", pulse)
	}
}

// A recording that was cut is read up to the cut. A device that cannot be shown is not.
func TestRecordingCut(t *testing.T) {
	whole := recordedBytes(t, "/dev/\x1b[31m")
	var set Set
	if err := set.Read("cut.rec", bytes.NewReader(whole[:len(whole)-1])); err != nil {
		t.Fatal(err)
	}
	file := set.Files[0]
	if file.Samples != 6 || file.Bad != 1 || len(file.Errors) != 1 || !strings.HasPrefix(file.Errors[0].Error(), "cut.rec:") {
		t.Errorf("%+v", file)
	}
	if name := file.sources[0].Name; name != "sentences" {
		t.Errorf("the name is %q", name)
	}
	for _, n := range []int{len(recording.Magic) - 3, len(recording.Magic)} {
		if err := set.Read("short.rec", bytes.NewReader(whole[:n])); err == nil || errors.Is(err, ErrNothing) && n < len(recording.Magic) {
			t.Errorf("the first %d bytes: %v", n, err)
		}
	}
}

func FuzzRecording(f *testing.F) {
	whole := recordedBytes(f, "/dev/serial0")
	f.Add(whole[len(Recording):])
	f.Add(whole[len(Recording) : len(whole)/2])
	f.Fuzz(func(t *testing.T, text []byte) {
		var set Set
		set.Read("a.rec", bytes.NewReader(append([]byte(Recording), text...)))
		for _, file := range set.Files {
			for _, s := range file.sources {
				if len(s.Times) != len(s.Offsets) {
					t.Errorf("%d times, %d offsets", len(s.Times), len(s.Offsets))
				}
			}
		}
	})
}

// Times beyond those of other logs would overflow later.
func TestRecordingTimes(t *testing.T) {
	for _, n := range [][5]int64{{-1, 1, 0}, {8e18, 1, 0}, {1, 1, 8e18}, {1, 1, -8e18}} {
		var b bytes.Buffer
		list := []recording.Event{{Kind: recording.Sample, Numbers: n}}
		if err := recording.Write(&b, recording.Header{}, slices.Values(list)); err != nil {
			t.Fatal(err)
		}
		var set Set
		if err := set.Read("a.rec", &b); err == nil || !strings.Contains(err.Error(), "expected the years 1970 to 2199") {
			t.Errorf("%v: %v", n, err)
		}
	}
}
