package nmea_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/refclock/refclock/nmea"
)

// The list has the newest 64 sentences of an epoch in order.
func TestSentencesAreTheNewest(t *testing.T) {
	for _, n := range []int{10, 62, 63, 64, 65, 70, 200} {
		var numbered []string
		for i := range n {
			numbered = append(numbered, fmt.Sprintf("PTST%03d,1", i))
		}
		addresses := func() (list []string) {
			for i := range n {
				list = append(list, fmt.Sprintf("PTST%03d", i))
			}
			return list
		}
		behind := receive(9600, output{0, slices.Concat([]string{rmc("093000.00", "A", may20)}, numbered)})[0]
		want := append([]string{"GNRMC"}, addresses()...)
		if want = want[max(0, len(want)-64):]; !slices.Equal(behind.Sentences, want) {
			t.Errorf("%d behind: lists %q\nwant %q", n, behind.Sentences, want)
		}
		if behind.First != "GNRMC" || summarize(behind).start != 0 {
			t.Errorf("%d behind: begins with %q at %v", n, behind.First, summarize(behind).start)
		}
		epochs := receive(9600, send(0, rmc("093000.00", "A", may20)), output{s, slices.Concat(numbered, []string{rmc("093001.00", "A", may20)})})
		want = append(addresses(), "GNRMC")
		if want = want[max(0, len(want)-64):]; !slices.Equal(epochs[1].Sentences, want) {
			t.Errorf("%d ahead: lists %q\nwant %q", n, epochs[1].Sentences, want)
		}
		if summarize(epochs[1]).start != s {
			t.Errorf("%d ahead: started at %v, want 1 s", n, summarize(epochs[1]).start)
		}
	}
}

// A sentence that was dropped from the list may repeat.
func TestSentencesAfterTheListIsFull(t *testing.T) {
	lines := []string{rmc("093000.00", "A", may20)}
	for range 63 {
		lines = append(lines, "GPTXT,1")
	}
	lines = append(lines, missummed(gsa), gga("093001.00", "1"))
	epochs := receive(9600, send(0, lines...))
	if len(epochs) != 2 || len(epochs[1].Sentences) != 1 || epochs[1].First != "GNGGA" {
		t.Errorf("%d epochs, the second lists %q", len(epochs), epochs[1].Sentences)
	}
}

// If two sentences have a reason, the first counts.
func TestTheFirstRefusalCounts(t *testing.T) {
	const zdg = "ZDG,093019.00,20,05,2026,4.2,V"
	for _, talkers := range [][2]string{{"GP", "GN"}, {"GN", "GP"}} {
		epochs := receive(9600, send(0, talkers[0]+zdg, talkers[1]+zdg, gga("093019.00", "1")))
		if len(epochs) != 1 || epochs[0].Why != nmea.GPSTime || epochs[0].By != talkers[0]+"ZDG" {
			t.Errorf("%d epochs, the first is %v by %q, want the first sentence", len(epochs), epochs[0].Why, epochs[0].By)
		}
	}
}

// last returns when the last byte of the last checksum ends.
func (s output) last() time.Duration { return s.at + time.Duration(len(s.bytes())-len("\r\n"))*at9600 }

// The last byte is that of the last checksum.
func TestLast(t *testing.T) {
	lines := []string{rmc("093000.00", "A", may20), gga("093000.00", "1"), gsv(1), missummed(gsv(2)), rmc("253000.00", "A", may20)}
	for i := range lines {
		burst := output{0, lines[:i+1]}
		if e := receive(9600, burst)[0]; e.Last != boot.Add(burst.last()) {
			t.Errorf("%d sentences: the last byte arrived at %v, want %v", i+1, e.Last.Sub(boot), burst.last())
		}
	}
}

// An epoch is complete 50 ms after its last byte.
func TestIdleAfterTheLastByte(t *testing.T) {
	for _, lines := range [][]string{
		{rmc("093000.00", "A", may20)},
		{rmc("093000.00", "A", may20), gsv(1)},
		{rmc("093000.00", "A", may20), missummed(gsv(1))},
	} {
		burst := output{0, lines}
		for pause, want := range map[time.Duration]bool{0: false, 26 * ms: false, 50*ms - 1: false, 50 * ms: true, 51 * ms: true} {
			f, e := nmea.NewFramer(9600), nmea.NewEpochs(midMay)
			f.Push(boot.Add(time.Duration(len(burst.bytes()))*at9600), burst.bytes())
			for _, sentence := range all(f) {
				e.Push(sentence)
			}
			if _, got := e.Idle(boot.Add(burst.last() + pause)); got != want {
				t.Errorf("%d sentences, after %v: complete %v, want %v", len(lines), pause, got, want)
			}
		}
	}
}

// Without a sentence that has a time or a fix status there is nothing to complete.
func TestIdleWithoutAnEpoch(t *testing.T) {
	e := nmea.NewEpochs(midMay)
	if _, ok := e.Idle(boot); ok {
		t.Error("an epoch of nothing")
	}
	if _, ok := e.Flush(); ok {
		t.Error("an epoch of nothing at the end")
	}
}
