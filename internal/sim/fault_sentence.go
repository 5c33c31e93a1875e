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
var sentenceFaults = []Fault{
	{
		Name:    "corrupt-rmc",
		Explain: "one RMC in ten has a flipped bit",
		utter: func(_ *solution, own *active, said []sentence) []sentence {
			for _, rmc := range said {
				if rmc.kind == "RMC" && own.rng.IntN(10) == 0 {
					// The lowest bit of a byte between '$' and '*': a digit usually stays a digit.
					rmc.text[1+own.rng.IntN(bytes.IndexByte(rmc.text, '*')-1)] ^= 1
				}
			}
			return said
		},
	},
	{
		Name:    "lost-rmc",
		Explain: "one RMC in ten is missing",
		utter: func(_ *solution, own *active, said []sentence) []sentence {
			return slices.DeleteFunc(said, func(s sentence) bool { return s.kind == "RMC" && own.rng.IntN(10) == 0 })
		},
	},
	{
		Name:    "duplicated-sentences",
		Explain: "each sentence is sent twice, at twice the baud rate",
		tune:    func(c *Config, p *Profile) { c.Baud = 2 * cmp.Or(c.Baud, p.Baud) },
		utter: func(_ *solution, _ *active, said []sentence) (twice []sentence) {
			for _, s := range said {
				twice = append(twice, s, sentence{kind: s.kind, text: bytes.Clone(s.text)})
			}
			return twice
		},
	},
	{
		Name:    "interleaved-epochs",
		Explain: "the last sentence of each burst follows the first of the next",
		utter: func(_ *solution, own *active, said []sentence) []sentence {
			if len(said) < 2 {
				return said
			}
			last := len(said) - 1
			mixed := slices.Concat(said[:1], own.kept, said[1:last])
			own.kept = []sentence{{kind: said[last].kind, text: said[last].text}} // without its pause
			return mixed
		},
	},
	{
		Name:    "mixed-talkers",
		Explain: "the talkers GN, GP, GL and BD alternate",
		utter: func(_ *solution, _ *active, said []sentence) []sentence {
			talkers := [...]string{"GN", "GP", "GL", "BD"}
			for i, s := range said {
				if s.text[1] != 'P' { // a proprietary sentence
					said[i].text = say(s.kind, talkers[i%len(talkers)]+s.body()[2:]).text
				}
			}
			return said
		},
	},
	{
		Name:    "no-checksum",
		Explain: "the sentences have no checksum",
		utter: func(_ *solution, _ *active, said []sentence) []sentence {
			for i := range said {
				said[i].text = fmt.Appendf(nil, "$%s\r\n", said[i].body())
			}
			return said
		},
	},
	{
		Name:    "wrong-checksum",
		Explain: "each checksum is one too high",
		utter: func(_ *solution, _ *active, said []sentence) []sentence {
			for i := range said {
				said[i].text = fmt.Appendf(nil, "$%s*%02X\r\n", said[i].body(), sum(said[i].body())+1)
			}
			return said
		},
	},
	{
		Name:    "lower-case-checksum",
		Explain: "the checksums are in lower case",
		utter: func(_ *solution, _ *active, said []sentence) []sentence {
			for i := range said {
				said[i].text = fmt.Appendf(nil, "$%s*%02x\r\n", said[i].body(), sum(said[i].body()))
			}
			return said
		},
	},
	{
		Name:    "missing-cr",
		Explain: "the sentences end with only a line feed",
		utter: func(_ *solution, _ *active, said []sentence) []sentence {
			for i := range said {
				said[i].text = bytes.Replace(said[i].text, []byte("\r\n"), []byte("\n"), 1)
			}
			return said
		},
	},
	{
		Name:    "zdg",
		Explain: "bursts end with a ZDG, which has the GPS time of the next pulse",
		utter: func(s *solution, _ *active, said []sentence) []sentence {
			next := labelOf(s.second.Add(time.Second + leapSeconds*time.Second))
			return append(said, say("ZDG", fmt.Sprintf("GPZDG,%s,%02d,%02d,%04d,00.02,2",
				next.clock(2), next.Day, next.Month, next.Year)))
		},
	},
	{
		Name:    "long-line",
		Explain: "every fifth second begins with a line of 500 characters",
		utter: func(s *solution, _ *active, said []sentence) []sentence {
			if s.second.Unix()%5 != 0 {
				return said
			}
			return slices.Insert(said, 0, say("TXT", "GPTXT,01,01,02,"+strings.Repeat("ANTENNA", 70)))
		},
	},
}
