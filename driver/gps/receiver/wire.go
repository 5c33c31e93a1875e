package receiver

import (
	"fmt"
	"strconv"
	"strings"
)

// A form is the framing of a command.
type form uint8

const (
	formNMEA form = iota
	formUBX
	formSkyTraq
)

// frame returns the bytes of a command with this body.
func (f form) frame(body string) []byte {
	switch f {
	case formUBX:
		return ubxMessage(body)
	case formSkyTraq:
		return skytraqMessage(body)
	}
	return sentence(body)
}

// Sentence returns a text command in a frame; see sentence.
func Sentence(text string) Message { return sentence(text) }

// UBX returns a u-blox message in a frame; see ubxMessage.
func UBX(class, id byte, payload []byte) Message {
	return ubxMessage(string([]byte{class, id}) + string(payload))
}

// SkyTraq returns a SkyTraq message in a frame; see skytraqMessage. The body is the
// message ID and its payload.
func SkyTraq(body []byte) Message { return skytraqMessage(string(body)) }

// sentence frames a text command: '$', the text, '*', the XOR of the text in two
// hexadecimal digits, CR LF (NMEA 0183).
func sentence(text string) []byte {
	return fmt.Appendf(nil, "$%s*%02X\r\n", text, xor(text))
}

// ubxMessage frames a u-blox message. The body is class, ID and payload. The payload's
// length is inserted before the payload, little endian. The end is Fletcher's checksum of
// all bytes but the sync characters (u-blox 8 / M8 receiver description).
func ubxMessage(body string) []byte {
	length := len(body) - 2
	message := []byte("\xB5\x62" + body[:2] + string([]byte{byte(length), byte(length >> 8)}) + body[2:])
	var a, b byte
	for _, c := range message[2:] {
		a += c
		b += a
	}
	return append(message, a, b)
}

// skytraqMessage frames a SkyTraq message. The body is ID and payload. Its length is big
// endian, and the checksum is its XOR (SkyTraq AN0028).
func skytraqMessage(body string) []byte {
	return []byte("\xA0\xA1" + string([]byte{byte(len(body) >> 8), byte(len(body))}) + body + string([]byte{xor(body), '\r', '\n'}))
}

func xor(text string) (sum byte) {
	for i := range len(text) {
		sum ^= text[i]
	}
	return sum
}

// Shell returns a POSIX shell command that prints exactly these bytes.
func Shell(message []byte) string {
	var b strings.Builder
	for i, c := range message {
		format := `\%o`
		switch {
		case c == '\r' || c == '\n':
			b.WriteString(strings.Trim(strconv.QuoteRune(rune(c)), "'"))
			continue
		case c >= ' ' && c <= '~' && c != '\'' && c != '\\' && c != '%':
			format = "%c"
		case i+1 < len(message) && message[i+1] >= '0' && message[i+1] <= '7':
			format = `\%03o` // three digits, because the next byte is a digit, too
		}
		fmt.Fprintf(&b, format, c)
	}
	return "printf '" + b.String() + "'"
}
