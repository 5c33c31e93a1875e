package receiver

import (
	"fmt"
	"strconv"
	"strings"
)

// A form is how a command is framed.
type form uint8

const (
	formNMEA form = iota
	formUBX
	formSkyTraq
)

// frame makes the bytes of a command of its body.
func (f form) frame(body string) []byte {
	switch f {
	case formUBX:
		return ubxMessage(body)
	case formSkyTraq:
		return skytraqMessage(body)
	}
	return sentence(body)
}

// sentence frames a command that is text: '$', the text, '*', the XOR of the text in
// two hexadecimal digits, CR LF (NMEA 0183).
func sentence(text string) []byte {
	return fmt.Appendf(nil, "$%s*%02X\r\n", text, xor(text))
}

// ubxMessage frames a message of u-blox. The body is class, ID and payload; between
// them comes the payload's length, little endian, and at the end Fletcher's checksum of
// all but the sync characters (u-blox 8 / M8 receiver description).
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

// skytraqMessage frames a message of SkyTraq: the length of the body, which is ID and
// payload, is big endian, the checksum is the body's XOR (SkyTraq AN0028).
func skytraqMessage(body string) []byte {
	return []byte("\xA0\xA1" + string([]byte{byte(len(body) >> 8), byte(len(body))}) + body + string([]byte{xor(body), '\r', '\n'}))
}

func xor(text string) (sum byte) {
	for i := range len(text) {
		sum ^= text[i]
	}
	return sum
}

// Shell is the command line of a POSIX shell that prints the bytes, and nothing else.
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
			format = `\%03o` // all three digits, or the next byte would be read as one of them
		}
		fmt.Fprintf(&b, format, c)
	}
	return "printf '" + b.String() + "'"
}
