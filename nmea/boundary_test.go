package nmea_test

import (
	"testing"
	"time"

	"github.com/refclock/refclock/nmea"
)

// Each stream is three seconds of one receiver; the starts of the last two are checked.
func TestBoundary(t *testing.T) {
	clocks := []string{"093000.00", "093001.00", "093002.00"}
	tests := []struct {
		name   string
		second func(at time.Duration, clock string) []output
	}{
		{"GSV first, short pauses between the sentences", func(at time.Duration, clock string) []output {
			return []output{
				send(at, gsv(1)), send(at+80*ms, gsv(2)), send(at+160*ms, gsv(3)),
				send(at+240*ms, rmc(clock, "A", may20)), send(at+320*ms, gga(clock, "1")),
			}
		}},
		{"GSV of the second before, most of a second long", func(at time.Duration, clock string) []output {
			return []output{send(at-600*ms, gsv(1), gsv(2), gsv(3), gsv(1), gsv(2), gsv(3)), send(at, rmc(clock, "A", may20), gga(clock, "1"))}
		}},
		{"GSV of the second before, after a long silence", func(at time.Duration, clock string) []output {
			return []output{send(at-250*ms, gsv(1), gsv(2), gsv(3)), send(at, rmc(clock, "A", may20), gga(clock, "1"))}
		}},
		{"GSV first, a short pause before RMC", func(at time.Duration, clock string) []output {
			return []output{send(at, gsv(1), gsv(2)), send(at+160*ms, rmc(clock, "A", may20), gga(clock, "1"))}
		}},
		{"GSV long after", func(at time.Duration, clock string) []output {
			return []output{send(at, rmc(clock, "A", may20), gga(clock, "1")), send(at+600*ms, gsv(1), gsv(2))}
		}},
		{"GSV after, with many pauses", func(at time.Duration, clock string) []output {
			stream := []output{send(at, rmc(clock, "A", may20))}
			for i := range 12 { // lines of 32 bytes, then 16 ms of silence
				stream = append(stream, send(at+80*ms+time.Duration(i)*50*ms, "GPTXT,01,01,02,twelve of them"))
			}
			return stream
		}},
		{"the reader stalls during a burst", func(at time.Duration, clock string) []output {
			return []output{send(at, gga(clock, "1")), send(at+90*ms, gsa), send(at+170*ms, rmc(clock, "A", may20)), send(at+260*ms, gsv(1))}
		}},
		{"a lone GGA far ahead of the RMC that has the date", func(at time.Duration, clock string) []output {
			return []output{send(at-400*ms, gga(clock, "1")), send(at, rmc(clock, "A", may20)), send(at+200*ms, gll(clock, "A"))}
		}},
		{"damaged sentences after a pause, and at the start", func(at time.Duration, clock string) []output {
			return []output{
				send(at, missummed(gga(clock, "1")), rmc(clock, "A", may20)),
				send(at+200*ms, missummed(gll(clock, "A")), missummed(gsv(1))),
			}
		}},
		{"noise before the burst is not part of it", func(at time.Duration, clock string) []output {
			return []output{send(at-200*ms, "$\xff\x00"), send(at, rmc(clock, "A", may20), gga(clock, "1"))}
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var stream []output
			for i, clock := range clocks {
				stream = append(stream, test.second(time.Duration(i)*s, clock)...)
			}
			got := summaries(stream...)
			if len(got) != len(clocks) {
				t.Fatalf("%d epochs, want %d: %+v", len(got), len(clocks), got)
			}
			for i, x := range got {
				if want := time.Duration(i) * s; x.start != want || x.why != nmea.Valid {
					t.Errorf("got %+v, want one that began at %v", x, want)
				}
			}
		})
	}
}

// Without a silence there is no start, not even for the first epoch: one burst with two
// seconds contradicts itself.
func TestNoStartWithoutSilence(t *testing.T) {
	lines := func(clock string) []string { return []string{rmc(clock, "A", may20), gga(clock, "1"), gsa, gsv(1)} }
	got := summaries(send(0, append(append(lines("093000.00"), lines("093001.00")...), lines("093002.00")...)...))
	want := []summary{
		{"2026-05-20T09:30:00.000Z", nmea.Valid, "", noStart},
		{"2026-05-20T09:30:01.000Z", nmea.Valid, "", noStart},
		{"2026-05-20T09:30:02.000Z", nmea.Valid, "", noStart},
	}
	for i := range want {
		if i >= len(got) || got[i] != want[i] {
			t.Fatalf("got %+v\nwant %+v", got, want)
		}
	}
}

// A burst in progress when the port is opened has no known start.
func TestNoStartInTheFirstBurst(t *testing.T) {
	f, e := nmea.NewFramer(9600), nmea.NewEpochs(midMay)
	f.Push(boot, []byte(line(gsv(3))+line(rmc("093000.00", "A", may20))))
	for _, sentence := range all(f) {
		e.Push(sentence)
	}
	if epoch, ok := e.Flush(); !ok || epoch.HasStart || epoch.Why != nmea.Valid {
		t.Errorf("got %+v", summarize(epoch))
	}
}

// Later chunks improve the epoch's start too.
func TestStartIsSharpened(t *testing.T) {
	f, e := nmea.NewFramer(9600), nmea.NewEpochs(midMay)
	f.Push(boot.Add(-s), []byte("\n"))
	// The first read is 5 ms late, the next in time.
	text := []byte(line("GPGLL,") + line(rmc("093000.00", "A", may20)))
	u := uart{16, at9600}
	for _, r := range u.reads(0, len(text), 5*ms) {
		f.Push(boot.Add(r.at), text[:r.n])
		text = text[r.n:]
		for _, sentence := range all(f) {
			e.Push(sentence)
		}
	}
	epoch, _ := e.Flush()
	if wrong := epoch.Start.Sub(boot); !epoch.HasStart || wrong < 0 || wrong > ms/10 {
		t.Errorf("start found %v from its true start", wrong)
	}
}

// After a minute of sentences without a time the list is full. The next epoch still has
// its own first sentence and start.
func TestMoreSentencesThanAreListed(t *testing.T) {
	for _, babble := range []int{62, 63, 64, 65, 100, 1000} {
		babbling := make([]string, babble)
		for i := range babbling {
			babbling[i] = "GPTXT,babble"
		}
		end := time.Duration(babble) * 40 * ms
		epochs := receive(9600,
			send(0, rmc("093000.00", "A", may20)), send(500*ms, babbling...),
			send(s+end, gsv(1), gsv(2), rmc("093100.00", "A", may20), gga("093100.00", "1")),
			send(2*s+end, rmc("093101.00", "A", may20)),
		)
		if len(epochs) != 3 {
			t.Fatalf("%d epochs, want 3", len(epochs))
		}
		for i, want := range []struct {
			first string
			count int // of sentences
			start time.Duration
		}{{"GNRMC", min(1+babble, 64), 0}, {"GPGSV", 4, s + end}, {"GNRMC", 1, 2*s + end}} {
			e := epochs[i]
			if e.First != want.first || summarize(e).start != want.start {
				t.Errorf("after %d: %s begins with %q at %v, want %q at %v", babble, e.UTC, e.First, summarize(e).start, want.first, want.start)
			}
			if i > 0 && len(e.Sentences) != want.count || len(e.Sentences) > 64 || len(e.Sentences) < 1 {
				t.Errorf("after %d: %s has %d sentences, want %d", babble, e.UTC, len(e.Sentences), want.count)
			}
		}
	}
}

// At 4800 baud a burst takes longer than repeatAfter, but only a sentence that was there
// before can repeat.
func TestLongBurstIsOneEpoch(t *testing.T) {
	for name, last := range map[string][]string{
		"RMC last":            {rmc("093000.00", "A", may20)},
		"PUBX,00 and PUBX,04": {"PUBX,00,093000.00," + place + ",47.5,G3,2.1,2.0,0.02,77.5,0.007,,0.92,1.1,0.8,9,0,0", "PUBX,04,093000.00,200526,293400.00,2419,18,,,"},
	} {
		lines := append([]string{gga("093000.00", "1"), zda("093000.00", "20,05,2026"), gsa, gsv(1), gsv(2), gsv(3)}, last...)
		if epochs := receive(4800, output{0, lines}); len(epochs) != 1 {
			t.Errorf("%s: %d epochs, want 1", name, len(epochs))
		}
	}
}
