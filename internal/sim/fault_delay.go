package sim

import (
	"fmt"
	"strings"
	"time"
)

// delayFaults are about when the sentences come. Delays count from the pulse of the second that they name; a negative one is
// of a receiver whose pulse is late. The receiver's jitter stays, its slow wander does not.
var delayFaults = []Fault{
	delayed(-20, "begins to speak 20 ms before the pulse of the second that it names"),
	delayed(150, "begins to speak 150 ms behind the pulse"),
	delayed(500, "begins to speak 500 ms behind the pulse: as near to it as to the next one"),
	delayed(600, "begins to speak 600 ms behind the pulse: nearer to the next one"),
	delayed(950, "begins to speak 950 ms behind the pulse: ends behind the next one"),
	lie(delayed(1050, "begins to speak 1050 ms behind the pulse: it names the one before the last")),
	{
		Name:    "nmea-900-1050ms",
		Explain: "begins to speak 900 ms and 1050 ms behind the pulse, taking turns",
		tune:    delay(900 * time.Millisecond),
		lag: func(epoch time.Duration) time.Duration {
			return epoch / time.Second % 2 * 150 * time.Millisecond
		},
	},
	{
		Name:    "nmea-long-burst",
		Explain: "speaks from 200 ms behind the pulse until 180 ms behind the next one",
		tune:    delay(200 * time.Millisecond),
		utter:   padded,
	},
}

func delayed(ms int, explain string) Fault {
	name := strings.Replace(fmt.Sprintf("nmea-%dms", ms), "--", "-minus-", 1)
	return Fault{Name: name, Explain: explain, tune: delay(time.Duration(ms) * time.Millisecond)}
}

// lie marks a fault that nobody can tell from the truth: here, from a delay of 50 ms and a second less.
func lie(f Fault) Fault {
	f.Lie = true
	return f
}

func delay(d time.Duration) func(*Config, *Profile) {
	return func(c *Config, p *Profile) { c.Delay, p.Wander = &d, 0 }
}

// padded makes the sentences of a second last for 0.98 s: with TXT before the last one, or where bytes take no time with
// a pause there.
func padded(s *solution, _ *active, said []sentence) []sentence {
	const lasts = 980 * time.Millisecond
	if len(said) == 0 || !s.wholeSecond() {
		return said
	}
	last := said[len(said)-1]
	said = said[:len(said)-1]
	if s.wire.usb() {
		last.wait = lasts
		return append(said, last)
	}
	bytes := len(last.text)
	for _, earlier := range said {
		bytes += len(earlier.text)
	}
	text := say("TXT", "GPTXT,01,01,02,"+strings.Repeat("U", 59))
	for s.wire.span(bytes+len(text.text)) <= lasts {
		said = append(said, text)
		bytes += len(text.text)
	}
	return append(said, last)
}
