package sim

import (
	"bytes"
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
	return sentence{kind: kind, text: fmt.Appendf(nil, "$%s*%02X\r\n", body, sum(body))}
}

// body is what stands between '$' and the sum.
func (s sentence) body() string {
	text, _, _ := bytes.Cut(s.text, []byte("*"))
	return string(text[1:])
}

// sum is the checksum of a body.
func sum(body string) (sum byte) {
	for i := range len(body) {
		sum ^= body[i]
	}
	return sum
}
