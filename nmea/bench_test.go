package nmea_test

import (
	"slices"
	"testing"

	"github.com/refclock/refclock/nmea"
)

// eightSentences returns a second of a modern receiver.
func eightSentences() []byte {
	const clock = "093000.00"
	return output{0, []string{
		rmc(clock, "A", may20), gga(clock, "1"), gsa, gsv(1), gsv(2), gsv(3), gll(clock, "A"), zda(clock, "20,05,2026"),
	}}.bytes()
}

// pour pushes a second in chunks of 16 bytes, as from a UART.
func pour(f *nmea.Framer, second []byte, at nmea.Stamp, take func(nmea.Sentence)) {
	for chunk := range slices.Chunk(second, 16) {
		at = at.Add(16 * at9600)
		f.Push(at, chunk)
		for {
			sentence, ok := f.Next()
			if !ok {
				break
			}
			take(sentence)
		}
	}
}

func BenchmarkFramer(b *testing.B) {
	f := nmea.NewFramer(9600)
	second, at := eightSentences(), boot
	n := 0
	b.SetBytes(int64(len(second)))
	b.ReportAllocs()
	for b.Loop() {
		pour(f, second, at, func(nmea.Sentence) { n++ })
		at = at.Add(s)
	}
	if n != 8*b.N {
		b.Fatalf("%d sentences, want %d", n, 8*b.N)
	}
}

func BenchmarkEpoch(b *testing.B) {
	f, e := nmea.NewFramer(9600), nmea.NewEpochs(midMay)
	second, at := eightSentences(), boot
	epochs := 0
	b.SetBytes(int64(len(second)))
	b.ReportAllocs()
	for b.Loop() {
		pour(f, second, at, func(sentence nmea.Sentence) {
			if _, _, err := e.Push(sentence); err != nil {
				b.Fatal(err)
			}
		})
		if _, ok := e.Idle(at.Add(s - 50*ms)); ok {
			epochs++
		}
		at = at.Add(s)
	}
	if epochs != b.N {
		b.Fatalf("%d epochs, want %d", epochs, b.N)
	}
}

func BenchmarkNow(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		nmea.Now()
	}
}
