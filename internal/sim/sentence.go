package sim

import (
	"bytes"
	"fmt"
	"time"
)

// A sentence is a part of a burst: an NMEA sentence, or the bytes of a fault.
type sentence struct {
	kind string        // "RMC", "GSV", "PGRME"; empty if it is not a sentence
	text []byte        // from the '$' to the line feed
	wait time.Duration // the pause before it
}

// frame frames a body such as "GPZDA,120000.00,..." with '$', checksum and CR LF.
func frame(kind, body string) sentence {
	return sentence{kind: kind, text: fmt.Appendf(nil, "$%s*%02X\r\n", body, sum(body))}
}

// body returns the text between '$' and the checksum.
func (s sentence) body() string {
	text, _, _ := bytes.Cut(s.text, []byte("*"))
	return string(text[1:])
}

// sum returns the checksum of a body.
func sum(body string) (sum byte) {
	for i := range len(body) {
		sum ^= body[i]
	}
	return sum
}
