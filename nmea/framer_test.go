package nmea_test

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/refclock/refclock/nmea"
)

func TestFramerFindsSentences(t *testing.T) {
	const (
		fine  = "$GPZDA,093000.00,20,05,2026,00,00*6D"
		other = "$GPZDA,093001.00,20,05,2026,00,00*6C"
	)
	// A u-blox message whose payload is only '$', and one of a CASIC receiver that ends in '$'.
	const (
		ubx   = "\xb5b\x01\x20\x04\x00$$$$\xb5\x2d"
		casic = "\xba\xce\x04\x00\x01\x10\x00\x80\xff$"
	)
	widest := "$" + strings.Repeat("x", nmea.MaxSentence-4) + "*00"
	tests := []struct {
		name string
		in   string
		want []string
	}{
		{"dollar of a binary message right before a real one", casic + fine + "\r\n", []string{fine}},
		{"binary messages between lines", fine + "\r\n" + ubx + other + "\r\n" + casic, []string{fine, other}},
		{"binary message in a sentence", fine[:20] + ubx + fine[20:] + "\r\n" + other + "\r\n", []string{other}},
		{"dollar in mid-sentence", fine[:17] + fine + "\r\n", []string{fine}},
		{"dollar between star and sum", fine[:len(fine)-2] + other + "\r\n", []string{other}},
		{"dollar in mid-sum", fine[:len(fine)-1] + other + "\r\n", []string{other}},
		{"NULs around and between", "\x00\x00" + fine + "\r\n\x00\x00" + other + "\r\n\x00", []string{fine, other}},
		{"NUL in a sentence", fine[:9] + "\x00" + fine[10:] + "\r\n" + other + "\r\n", []string{other}},
		{"high byte in a sentence", fine[:9] + "\xff" + fine[10:] + "\r\n" + other + "\r\n", []string{other}},
		{"DEL is not text", "$GPTXT,\x7f*00\r\n" + fine + "\r\n", []string{fine}},
		{"noise at the wrong baud rate", "\xf8\x06\xe6\x9e\x80\x98\x06" + fine + "\r\n", []string{fine}},
		{"no CR", fine + "\n" + other + "\n", []string{fine, other}},
		{"no LF", fine + "\r" + other + "\r", []string{fine, other}},
		{"no line end", fine + other, []string{fine, other}},
		{"letters after the sum", fine + "6A\r\n" + other + "\r\n", []string{fine, other}},
		{"no sum, rejected by the decoder", "$GPZDA,093000\r\n" + fine, []string{"$GPZDA,093000", fine}},
		{"no sum, no line end", "$GPZDA,093000" + fine, []string{fine}},
		{"half a sum", "$GPZDA,*6\r\n" + fine, []string{fine}},
		{"sum of no digits", "$GPZDA,*zz\r\n" + fine, []string{fine}},
		{"sum in lower case", "$GPGLL,*7c\r\n", []string{"$GPGLL,*7c"}},
		{"empty sentence", "$\r\n" + fine, []string{"$", fine}},
		{"empty sentence with a sum", "$*00" + fine, []string{"$*00", fine}},
		{"a space and a tilde in a sentence", "$GPTXT,01,01,02,u-blox ~ AG*00\r\n", []string{"$GPTXT,01,01,02,u-blox ~ AG*00"}},
		{"a control byte in a sentence", "$GPTXT,\x1f*00\r\n" + fine + "\r\n", []string{fine}},
		{"empty lines", "\r\n\r\n\n" + fine + "\r\n\r\n", []string{fine}},
		{"the longest sentence", widest + "\r\n" + fine, []string{widest, fine}},
		{"the longest sentence, without a sum", widest[:len(widest)-3] + "abc\r\n", []string{widest[:len(widest)-3] + "abc"}},
		{"a byte too long", "$x" + widest[1:] + "\r\n" + fine, []string{fine}},
		{"a byte too long: the star is the last byte that fits", "$xx" + widest[1:] + "\r\n" + fine, []string{fine}},
		{"a byte too long, without a sum", "$" + strings.Repeat("x", nmea.MaxSentence) + "\r\n" + fine, []string{fine}},
		{"a line that never ends", "$" + strings.Repeat("x", 100*nmea.MaxSentence) + fine, []string{fine}},
		{"nothing", "", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got, _ := framed(test.in); !slices.Equal(got, test.want) {
				t.Errorf("found %q, want %q", got, test.want)
			}
		})
	}
}

// mixed is a stream with everything that can be between two sentences.
var mixed = strings.Join([]string{
	line(rmc("093000.00", "A", may20)), "\xb5b\x01\x20\x04\x00$$$$\xb5\x2d", line(gga("093000.00", "1")),
	missummed(gsa), "\n", line(gsa)[:31], line(gsv(1)), "\x00\x00", line(gsv(2)), "$", strings.Repeat("*", 400),
	line(gll("093000.00", "A")), "\r\n$\r\n", line(zda("093000.00", "20,05,2026")), "$GPTXT,no end",
}, "")

func TestFramerIgnoresChunks(t *testing.T) {
	want, stats := framed(mixed)
	if len(want) < 7 {
		t.Fatalf("found only %q", want)
	}
	same := func(t *testing.T, chunks []string) {
		t.Helper()
		got, gotStats := framed(chunks...)
		if !slices.Equal(got, want) || gotStats != stats {
			t.Fatalf("chunks %q:\nfound %q, %+v\nwant  %q, %+v", chunks, got, gotStats, want, stats)
		}
	}
	for size := 1; size <= len(mixed); size++ {
		var chunks []string
		for c := range slices.Chunk([]byte(mixed), size) {
			chunks = append(chunks, string(c))
		}
		same(t, chunks)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		var chunks []string
		for rest := mixed; rest != ""; {
			n := min(rng.IntN(40), len(rest)) // including 0, as at the end of a file
			chunks, rest = append(chunks, rest[:n]), rest[n:]
		}
		same(t, chunks)
	}
}

func TestFramerStats(t *testing.T) {
	tests := []struct {
		name string
		in   string
		want nmea.FramerStats
	}{
		{"nothing", "", nmea.FramerStats{}},
		{"one sentence", "$GPGLL,*7C\r\n", nmea.FramerStats{Bytes: 12, Sentences: 1}},
		{"rejected by the decoder", "$GPGLL\n", nmea.FramerStats{Bytes: 7, Sentences: 1}},
		{"line ends are not stray", "\r\n\r\n", nmea.FramerStats{Bytes: 4}},
		{"stray bytes", "\xb5b\x00$GPGLL,*7Cxy\r\n", nmea.FramerStats{Bytes: 17, Sentences: 1, Stray: 5}},
		{"broken by a dollar", "$GP$$GPGLL,*7C", nmea.FramerStats{Bytes: 14, Sentences: 1, Broken: 2}},
		{"broken by a control byte; the rest is stray", "$GP\x00GLL\n", nmea.FramerStats{Bytes: 8, Broken: 1, Stray: 3}},
		{"broken in its sum", "$GPGLL,*5\r\n", nmea.FramerStats{Bytes: 11, Broken: 1}},
		{
			"too long; the rest is stray", "$" + strings.Repeat("x", nmea.MaxSentence+4) + "\n",
			nmea.FramerStats{Bytes: nmea.MaxSentence + 6, Overlong: 1, Stray: 4},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, got := framed(test.in); got != test.want {
				t.Errorf("%+v, want %+v", got, test.want)
			}
		})
	}
}

// The stamps of a sentence are when its bytes were on the wire, estimated from the read.
func TestFramerStampsTheWire(t *testing.T) {
	const byteTime = 10_000_000_000 / 9600 // ns
	f := nmea.NewFramer(9600)
	chunk := "\r\n$GPGLL,*7C\r\n$GPG"
	f.Push(boot, []byte(chunk))
	s := all(f)[0]
	if want := boot.Add(-15 * byteTime); s.First != want {
		t.Errorf("First is %v, want %v", s.First.Sub(boot), want.Sub(boot))
	}
	if want := boot.Add(-6 * byteTime); s.Last != want {
		t.Errorf("Last is %v, want %v", s.Last.Sub(boot), want.Sub(boot))
	}
	// A sentence may begin in one read and end in another.
	later := boot.Add(1_000_000_000)
	f.Push(later, []byte("LL,*7C\r\n"))
	s = all(f)[0]
	if want := boot.Add(-3 * byteTime); s.First != want {
		t.Errorf("First is %v, want %v", s.First.Sub(boot), want.Sub(boot))
	}
	if want := later.Add(-2 * byteTime); s.Last != want {
		t.Errorf("Last is %v, want %v", s.Last.Sub(later), want.Sub(later))
	}
}

func TestFramerAllocatesNothing(t *testing.T) {
	for name, stream := range map[string][]byte{
		"sentences":     []byte(mixed),
		"noise":         bytes.Repeat([]byte{0xff, 0, '$', '*', 'x'}, 1000),
		"endless line":  append([]byte("$"), bytes.Repeat([]byte("x"), 100_000)...),
		"dollars alone": bytes.Repeat([]byte("$"), 10_000),
	} {
		t.Run(name, func(t *testing.T) {
			f := nmea.NewFramer(9600)
			at := boot
			allocs := testing.AllocsPerRun(20, func() {
				at = at.Add(1_000_000_000)
				f.Push(at, stream)
				for {
					if _, ok := f.Next(); !ok {
						return
					}
				}
			})
			if allocs != 0 {
				t.Errorf("%v allocations for a chunk, want none", allocs)
			}
		})
	}
}

// Sentences may have 256 bytes, more than NMEA 0183 allows.
func TestFramerWidth(t *testing.T) {
	for n, want := range map[int]int{82: 1, 128: 1, 129: 1, 200: 1, 255: 1, 256: 1, 257: 0, 300: 0, 512: 0} {
		sentence := "$PUBX," + strings.Repeat("0", n-9) + "*00"
		if got, stats := framed(sentence + "\r\n"); len(got) != want || stats.Overlong != uint64(1-want) {
			t.Errorf("%d bytes: %d sentences, %+v; want %d", len(sentence), len(got), stats, want)
		}
	}
}

// After a silence, only a byte that can be within a sentence continues a burst, not one
// after a line that was cut short.
func TestSilenceAfterUnterminatedLine(t *testing.T) {
	for _, begun := range []string{"$", "$GPGSV,3,1,12,05", "$GPGSV,3,1,12*", "$GPGSV,3,1,12*7"} {
		for first, want := range map[byte]uint64{
			'$': 2, '\r': 2, '\n': 2, 0: 2, 0x1f: 2, 0x7f: 2, 0xb5: 2, 0xff: 2,
			' ': 1, '!': 1, '#': 1, '%': 1, '*': 1, ',': 1, '0': 1, 'Z': 1, '}': 1, '~': 1,
		} {
			f := nmea.NewFramer(9600)
			f.Push(boot, []byte(line(gsa)+begun))
			all(f)
			f.Push(boot.Add(1_000_000_000), append([]byte{first}, "\r\n"+line(gsa)...))
			got := all(f)
			if s := got[len(got)-1]; s.Burst.Seq != want || (s.Burst.Idle > 0) != (want == 2) {
				t.Errorf("%q, then %q: %+v, want burst %d", begun, first, s.Burst, want)
			}
		}
	}
	// Between two sentences, a silence separates two bursts, with any byte after it.
	for _, first := range []string{"$", "x", " ", "\r\n"} {
		f := nmea.NewFramer(9600)
		f.Push(boot, []byte(line(gsa)))
		all(f)
		f.Push(boot.Add(1_000_000_000), []byte(first+line(gsa)))
		if got := all(f); got[len(got)-1].Burst.Seq != 2 {
			t.Errorf("between sentences, then %q: burst %+v, want the second", first, got[len(got)-1].Burst)
		}
	}
}

// The second epoch begins with its own burst, even if the line before has no end.
func TestEpochAfterUnterminatedLine(t *testing.T) {
	for _, begun := range []string{"$", "$GPGSV,3,3,12,05,61", "$GPGSV,3,3,12*", "$GPGSV,3,3,12*4"} {
		first, next := []byte(line(rmc("093000.00", "A", may20))+begun), []byte(line(rmc("093001.00", "A", may20)))
		later := boot.Add(1_000_000_000)
		epochs := grouped(nmea.NewFramer(9600), midMay, slices.Values([]stamped{
			{boot, first}, {later.Add(32 * at9600), next[:32]}, {later.Add(48 * at9600), next[32:48]}, {later.Add(80 * at9600), next[48:]},
		}))
		if len(epochs) != 2 {
			t.Fatalf("%q: %d epochs, want 2", begun, len(epochs))
		}
		if e := epochs[1]; !e.HasStart || e.Start != later || e.Anchors.Block != later || e.Cut {
			t.Errorf("%q: starts at %v (%v), want %v", begun, e.Start.Sub(boot), e.HasStart, later.Sub(boot))
		}
	}
}
