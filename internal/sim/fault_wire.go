package sim

import (
	"encoding/binary"
	"fmt"
	"slices"
	"time"
)

// wireFaults change the bytes on the wire, and their number.
func wireFaults() []Fault {
	return slices.Concat(
		[]Fault{
			{
				Name:    "silence",
				Explain: "sends nothing from second 30 to 40",
				alter:   wrong(30, 40, silent),
			},
			{
				Name:    "stalled-hub",
				Explain: "bytes from second 30 on are delayed until second 33.4, then delivered at once",
				stalled: span{from: 30e9, to: 33.4e9},
			},
			{
				Name:    "stalled-hub-long",
				Explain: "the same, until second 39.9",
				stalled: span{from: 30e9, to: 39.9e9},
			},
			reports(2), reports(5), reports(10),
			{
				Name:    "noise",
				Explain: "up to 12 random bytes, including NULs, before one sentence in three",
				edit: func(_ *solution, own *active, sentences []sentence) []sentence {
					return interleave(sentences, func() []byte {
						if own.rng.IntN(3) != 0 {
							return nil
						}
						noise := make([]byte, 1+own.rng.IntN(12))
						for i := range noise {
							if own.rng.IntN(4) != 0 {
								noise[i] = byte(own.rng.UintN(256))
							}
						}
						return noise
					})
				},
			},
			{
				Name:    "binary",
				Explain: "a UBX frame before each sentence, with '$' and line feeds in its payload",
				edit: func(s *solution, _ *active, sentences []sentence) []sentence {
					return interleave(sentences, func() []byte { return ubxClock(s.at) })
				},
			},
		},
		hits("dropped-bytes", "is missing", func(text []byte, i int, _ *active) []byte { return slices.Delete(text, i, i+1) }),
		hits("doubled-bytes", "is sent twice", func(text []byte, i int, _ *active) []byte { return slices.Insert(text, i, text[i]) }),
		hits("flipped-bytes", "has a flipped bit", func(text []byte, i int, own *active) []byte {
			text[i] ^= 1 << own.rng.IntN(8)
			return text
		}),
	)
}

func silent(s *solution) { s.silent = true }

// reports returns several reports a second, on a port that is fast enough.
func reports(rate int) Fault {
	return Fault{
		Name:    fmt.Sprintf("rate-%d", rate),
		Explain: fmt.Sprintf("reports %d times a second, at 115200 baud", rate),
		configure: func(c *Config, _ *Profile) {
			c.Rate, c.Baud = rate, 115200
		},
	}
}

// hits returns faults that corrupt random bytes, one in 100 to one in 100,000.
func hits(name, explain string, spoil func(text []byte, i int, own *active) []byte) (faults []Fault) {
	for _, oneIn := range []int{100, 1000, 10_000, 100_000} {
		faults = append(faults, Fault{
			Name:    fmt.Sprintf("%s-%d", name, oneIn),
			Explain: fmt.Sprintf("one byte in %d %s", oneIn, explain),
			edit: func(_ *solution, own *active, sentences []sentence) []sentence {
				for s := range sentences {
					for i := range slices.Backward(sentences[s].text) {
						if own.rng.IntN(oneIn) == 0 {
							sentences[s].text = spoil(sentences[s].text, i, own)
						}
					}
				}
				return sentences
			},
		})
	}
	return faults
}

// interleave inserts the bytes that between returns, if any, before each sentence.
func interleave(sentences []sentence, between func() []byte) (mixed []sentence) {
	for _, s := range sentences {
		if text := between(); text != nil {
			mixed = append(mixed, sentence{text: text, wait: s.wait})
			s.wait = 0
		}
		mixed = append(mixed, s)
	}
	return mixed
}

// ubxClock returns a UBX-NAV-CLOCK frame of true time at, with a clock bias that looks like
// a sentence.
func ubxClock(at time.Duration) []byte {
	payload := binary.LittleEndian.AppendUint32(nil, uint32(at/time.Millisecond))
	payload = append(payload, "$GPRMC,\r\n$GNZDA,"...)
	frame := append([]byte{0x01, 0x22, byte(len(payload)), 0}, payload...)
	var a, b byte
	for _, octet := range frame {
		a += octet
		b += a
	}
	return append(append([]byte{0xb5, 0x62}, frame...), a, b)
}
