package sim

import (
	"fmt"
	"time"
)

// A sentence is one piece of a burst: an NMEA sentence, or what a fault puts in its place.
type sentence struct {
	kind string        // "RMC", "GSV", "PGRME"; empty for what is no sentence
	text []byte        // from the '$' to the line feed
	wait time.Duration // the pause before it
}

// say frames a body such as "GPZDA,120000.00,..." with '$', its sum and CR LF.
func say(kind, body string) sentence {
	var sum byte
	for i := range len(body) {
		sum ^= body[i]
	}
	return sentence{kind: kind, text: fmt.Appendf(nil, "$%s*%02X\r\n", body, sum)}
}
