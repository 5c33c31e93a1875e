package sim

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// portFaults spoil what leaves the port: the receiver knows better.
var portFaults = []Fault{
	{
		Name:    "corrupt-rmc",
		Explain: "one RMC in ten has a flipped bit",
		utter: func(_ *solution, rng *rand.Rand, said []sentence) []sentence {
			for _, rmc := range said {
				if rmc.kind == "RMC" && rng.IntN(10) == 0 {
					// Between the '$' and the '*', and the lowest bit: a digit stays a digit or nearly so.
					rmc.text[1+rng.IntN(bytes.IndexByte(rmc.text, '*')-1)] ^= 1
				}
			}
			return said
		},
	},
	{
		Name:    "lost-rmc",
		Explain: "one RMC in ten is missing",
		utter: func(_ *solution, rng *rand.Rand, said []sentence) []sentence {
			return slices.DeleteFunc(said, func(s sentence) bool { return s.kind == "RMC" && rng.IntN(10) == 0 })
		},
	},
	{
		Name:    "no-checksum",
		Explain: "the sentences end without '*' and sum",
		utter: func(_ *solution, _ *rand.Rand, said []sentence) []sentence {
			for i := range said {
				body, _, _ := bytes.Cut(said[i].text, []byte("*"))
				said[i].text = append(body, "\r\n"...)
			}
			return said
		},
	},
	{
		Name:    "missing-cr",
		Explain: "the sentences end with a line feed alone",
		utter: func(_ *solution, _ *rand.Rand, said []sentence) []sentence {
			for i := range said {
				said[i].text = bytes.Replace(said[i].text, []byte("\r\n"), []byte("\n"), 1)
			}
			return said
		},
	},
	{
		Name:    "zdg",
		Explain: "ends with a ZDG, which names the next pulse and in GPS time",
		utter: func(s *solution, _ *rand.Rand, said []sentence) []sentence {
			next := labelOf(s.second.Add(time.Second + leapSeconds*time.Second))
			return append(said, say("ZDG", fmt.Sprintf("GPZDG,%s,%02d,%02d,%04d,00.02,2",
				next.clock(2), next.Day, next.Month, next.Year)))
		},
	},
	{
		Name:    "long-line",
		Explain: "every fifth second begins with a line of 500 characters",
		utter: func(s *solution, _ *rand.Rand, said []sentence) []sentence {
			if s.second.Unix()%5 != 0 {
				return said
			}
			return slices.Insert(said, 0, say("TXT", "GPTXT,01,01,02,"+strings.Repeat("ANTENNA", 70)))
		},
	},
	{
		Name:    "noise",
		Explain: "up to 12 random bytes before one sentence in three, NULs among them",
		utter: func(_ *solution, rng *rand.Rand, said []sentence) []sentence {
			return interleave(said, func() []byte {
				if rng.IntN(3) != 0 {
					return nil
				}
				noise := make([]byte, 1+rng.IntN(12))
				for i := range noise {
					if rng.IntN(4) != 0 {
						noise[i] = byte(rng.UintN(256))
					}
				}
				return noise
			})
		},
	},
	{
		Name:    "binary",
		Explain: "a UBX frame before each sentence, whose payload has '$' and line feeds",
		utter: func(s *solution, _ *rand.Rand, said []sentence) []sentence {
			return interleave(said, func() []byte { return ubxClock(s.at) })
		},
	},
	{
		Name:    "dropped-bytes",
		Explain: "one byte in a thousand is missing",
		utter: func(_ *solution, rng *rand.Rand, said []sentence) []sentence {
			for i := range said {
				said[i].text = slices.DeleteFunc(said[i].text, func(byte) bool { return rng.IntN(1000) == 0 })
			}
			return said
		},
	},
}

// interleave puts what between makes before each sentence; nil is nothing.
func interleave(said []sentence, between func() []byte) (mixed []sentence) {
	for _, s := range said {
		if text := between(); text != nil {
			mixed = append(mixed, sentence{text: text, wait: s.wait})
			s.wait = 0
		}
		mixed = append(mixed, s)
	}
	return mixed
}

// ubxClock is a UBX-NAV-CLOCK frame of true time at, whose clock bias happens to spell a sentence.
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
