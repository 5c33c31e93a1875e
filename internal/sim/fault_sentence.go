package sim

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// sentenceFaults corrupt the sentences of a correct solution.
func sentenceFaults() []Fault {
	return []Fault{
		{
			Name:    "corrupt-rmc",
			Explain: "one RMC in ten has a flipped bit",
			edit: func(_ *solution, own *active, sentences []sentence) []sentence {
				for _, rmc := range sentences {
					if rmc.kind == "RMC" && own.rng.IntN(10) == 0 {
						// The lowest bit of a byte between '$' and '*': a digit usually stays a digit.
						rmc.text[1+own.rng.IntN(bytes.IndexByte(rmc.text, '*')-1)] ^= 1
					}
				}
				return sentences
			},
		},
		{
			Name:    "lost-rmc",
			Explain: "one RMC in ten is missing",
			edit: func(_ *solution, own *active, sentences []sentence) []sentence {
				return slices.DeleteFunc(sentences, func(s sentence) bool { return s.kind == "RMC" && own.rng.IntN(10) == 0 })
			},
		},
		{
			Name:      "duplicated-sentences",
			Explain:   "each sentence is sent twice, at twice the baud rate",
			configure: func(c *Config, p *Profile) { c.Baud = 2 * cmp.Or(c.Baud, p.Baud) },
			edit: func(_ *solution, _ *active, sentences []sentence) (twice []sentence) {
				for _, s := range sentences {
					twice = append(twice, s, sentence{kind: s.kind, text: bytes.Clone(s.text)})
				}
				return twice
			},
		},
		{
			Name:    "interleaved-epochs",
			Explain: "the last sentence of each burst follows the first of the next",
			edit: func(_ *solution, own *active, sentences []sentence) []sentence {
				if len(sentences) < 2 {
					return sentences
				}
				last := len(sentences) - 1
				mixed := slices.Concat(sentences[:1], own.kept, sentences[1:last])
				own.kept = []sentence{{kind: sentences[last].kind, text: sentences[last].text}} // without its pause
				return mixed
			},
		},
		{
			Name:    "mixed-talkers",
			Explain: "the talkers GN, GP, GL and BD alternate",
			edit: func(_ *solution, _ *active, sentences []sentence) []sentence {
				talkers := [...]string{"GN", "GP", "GL", "BD"}
				for i, s := range sentences {
					if s.text[1] != 'P' { // a proprietary sentence
						sentences[i].text = frame(s.kind, talkers[i%len(talkers)]+s.body()[2:]).text
					}
				}
				return sentences
			},
		},
		{
			Name:    "no-checksum",
			Explain: "the sentences have no checksum",
			edit: func(_ *solution, _ *active, sentences []sentence) []sentence {
				for i := range sentences {
					sentences[i].text = fmt.Appendf(nil, "$%s\r\n", sentences[i].body())
				}
				return sentences
			},
		},
		{
			Name:    "wrong-checksum",
			Explain: "each checksum is one too high",
			edit: func(_ *solution, _ *active, sentences []sentence) []sentence {
				for i := range sentences {
					sentences[i].text = fmt.Appendf(nil, "$%s*%02X\r\n", sentences[i].body(), sum(sentences[i].body())+1)
				}
				return sentences
			},
		},
		{
			Name:    "lower-case-checksum",
			Explain: "the checksums are in lower case",
			edit: func(_ *solution, _ *active, sentences []sentence) []sentence {
				for i := range sentences {
					sentences[i].text = fmt.Appendf(nil, "$%s*%02x\r\n", sentences[i].body(), sum(sentences[i].body()))
				}
				return sentences
			},
		},
		{
			Name:    "missing-cr",
			Explain: "the sentences end with only a line feed",
			edit: func(_ *solution, _ *active, sentences []sentence) []sentence {
				for i := range sentences {
					sentences[i].text = bytes.Replace(sentences[i].text, []byte("\r\n"), []byte("\n"), 1)
				}
				return sentences
			},
		},
		{
			Name:    "zdg",
			Explain: "bursts end with a ZDG, which has the GPS time of the next pulse",
			edit: func(s *solution, _ *active, sentences []sentence) []sentence {
				next := labelOf(s.second.Add(time.Second + leapSeconds*time.Second))
				return append(sentences, frame("ZDG", fmt.Sprintf("GPZDG,%s,%02d,%02d,%04d,00.02,2",
					next.clock(2), next.Day, next.Month, next.Year)))
			},
		},
		{
			Name:    "long-line",
			Explain: "every fifth second begins with a line of 500 characters",
			edit: func(s *solution, _ *active, sentences []sentence) []sentence {
				if s.second.Unix()%5 != 0 {
					return sentences
				}
				return slices.Insert(sentences, 0, frame("TXT", "GPTXT,01,01,02,"+strings.Repeat("ANTENNA", 70)))
			},
		},
	}
}
