package sim

import (
	"fmt"
	"strings"
	"time"
)

// delayFaults change the delay of the sentences, which counts from the pulse of their
// second. A negative delay is that of a late pulse. The receiver keeps its jitter, but
// loses its slow variation.
func delayFaults() []Fault {
	return []Fault{
		delayed(-20, "sentences begin 20 ms before the pulse of their second"),
		delayed(150, "sentences begin 150 ms after the pulse"),
		delayed(500, "sentences begin 500 ms after the pulse: halfway to the next one"),
		delayed(600, "sentences begin 600 ms after the pulse: closer to the next one"),
		delayed(950, "sentences begin 950 ms after the pulse, and end after the next one"),
		lie(delayed(1050, "sentences begin 1050 ms after the pulse: they name the second of the pulse before the last")),
		{
			Name:      "nmea-900-1050ms",
			Explain:   "sentences begin 900 ms and 1050 ms after the pulse, alternating",
			configure: delay(900 * time.Millisecond),
			delay: func(epoch time.Duration) time.Duration {
				return epoch / time.Second % 2 * 150 * time.Millisecond
			},
		},
		{
			Name:      "nmea-long-burst",
			Explain:   "sentences last from 200 ms after the pulse until 180 ms after the next one",
			configure: delay(200 * time.Millisecond),
			edit:      padded,
		},
	}
}

func delayed(ms int, explain string) Fault {
	name := strings.Replace(fmt.Sprintf("nmea-%dms", ms), "--", "-minus-", 1)
	return Fault{Name: name, Explain: explain, configure: delay(time.Duration(ms) * time.Millisecond)}
}

// lie marks a fault that only another clock can detect. Here it looks like a delay of 50 ms
// with the previous second.
func lie(f Fault) Fault {
	f.Lie = true
	return f
}

func delay(d time.Duration) func(*Config, *Profile) {
	return func(c *Config, p *Profile) { c.Delay, p.Variation = &d, 0 }
}

// padded makes the sentences of a second last for 0.98 s: with TXT before the last one, or
// with a pause if bytes take no time.
func padded(s *solution, _ *active, sentences []sentence) []sentence {
	const lasts = 980 * time.Millisecond
	if len(sentences) == 0 || !s.wholeSecond() {
		return sentences
	}
	last := sentences[len(sentences)-1]
	sentences = sentences[:len(sentences)-1]
	if s.wire.usb() {
		last.wait = lasts
		return append(sentences, last)
	}
	bytes := len(last.text)
	for _, earlier := range sentences {
		bytes += len(earlier.text)
	}
	text := frame("TXT", "GPTXT,01,01,02,"+strings.Repeat("U", 59))
	for s.wire.span(bytes+len(text.text)) <= lasts {
		sentences = append(sentences, text)
		bytes += len(text.text)
	}
	return append(sentences, last)
}
