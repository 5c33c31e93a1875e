package tune

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
)

// A protocol is the framing of a message.
type protocol uint8

const (
	nmeaText protocol = iota
	ubxBinary
	skytraqBinary
)

// A frame is a message from the receiver whose checksum is right.
type frame struct {
	protocol protocol
	text     string // nmeaText: without '$' and checksum
	class    byte   // ubxBinary
	id       byte   // ubxBinary, skytraqBinary
	payload  []byte // ubxBinary, skytraqBinary: what follows the ID
}

const (
	maxText = 512 // bytes of a sentence; the longest known reply has 120

	// maxPayload limits a binary message. The longest reply is UBX-MON-VER, with 40 bytes
	// and 30 for each of about ten texts. A length beyond the limit is noise.
	maxPayload = 1024

	ubxHead, ubxTail         = 6, 2 // sync, class, ID, length; checksum
	skytraqHead, skytraqTail = 4, 3 // sync, length; checksum, CR, LF
)

// A splitter finds the messages in a stream of bytes. The zero splitter is ready. It is
// not safe for concurrent use.
type splitter struct {
	buf []byte
	bad int // messages with a wrong checksum
}

// push adds bytes.
func (s *splitter) push(data []byte) { s.buf = append(s.buf, data...) }

// next returns the next message, and false if more bytes are needed.
func (s *splitter) next() (frame, bool) {
	for {
		start := s.start()
		s.buf = s.buf[start:]
		f, n, state := cut(s.buf)
		switch state {
		case cutMore:
			return frame{}, false
		case cutGood:
			s.buf = s.buf[n:]
			return f, true
		case cutBad:
			s.bad++
		}
		s.buf = s.buf[1:] // another message may begin inside
	}
}

// start returns the index of the first byte that may begin a message.
func (s *splitter) start() int {
	for i, c := range s.buf {
		if c == '$' || c == 0xB5 || c == 0xA0 {
			return i
		}
	}
	return len(s.buf)
}

// A cutState is what became of an attempt to cut a message off.
type cutState uint8

const (
	cutMore cutState = iota // more bytes are needed
	cutGood
	cutBad   // a whole message with a wrong checksum
	cutNoise // not the beginning of a message
)

// cut cuts a message off the beginning of buf, n bytes long.
func cut(buf []byte) (f frame, n int, state cutState) {
	if len(buf) < 2 {
		return frame{}, 0, cutMore
	}
	switch {
	case buf[0] == '$':
		return cutText(buf)
	case buf[0] == 0xB5 && buf[1] == 0x62:
		return cutUBX(buf)
	case buf[0] == 0xA0 && buf[1] == 0xA1:
		return cutSkyTraq(buf)
	}
	return frame{}, 0, cutNoise
}

func cutText(buf []byte) (frame, int, cutState) {
	limit := min(len(buf), maxText)
	end := bytes.IndexFunc(buf[1:limit], func(r rune) bool { return r < ' ' || r > '~' || r == '$' })
	switch {
	case end < 0 && limit == maxText:
		return frame{}, 0, cutNoise
	case end < 0:
		return frame{}, 0, cutMore
	}
	line := buf[1 : 1+end]
	if next := buf[1+end]; next != '\r' && next != '\n' || len(line) < 3 || line[len(line)-3] != '*' {
		return frame{}, 0, cutNoise
	}
	text := line[:len(line)-3]
	var sum byte
	for _, c := range text {
		sum ^= c
	}
	if want, err := hex.DecodeString(string(line[len(line)-2:])); err != nil || want[0] != sum {
		return frame{}, 0, cutBad
	}
	return frame{protocol: nmeaText, text: string(text)}, 1 + end, cutGood
}

func cutUBX(buf []byte) (frame, int, cutState) {
	if len(buf) < ubxHead {
		return frame{}, 0, cutMore
	}
	length := int(binary.LittleEndian.Uint16(buf[4:]))
	if length > maxPayload {
		return frame{}, 0, cutNoise
	}
	n := ubxHead + length + ubxTail
	if len(buf) < n {
		return frame{}, 0, cutMore
	}
	var a, b byte
	for _, c := range buf[2 : n-ubxTail] {
		a += c
		b += a
	}
	if a != buf[n-2] || b != buf[n-1] {
		return frame{}, 0, cutBad
	}
	return frame{protocol: ubxBinary, class: buf[2], id: buf[3], payload: bytes.Clone(buf[ubxHead : n-ubxTail])}, n, cutGood
}

func cutSkyTraq(buf []byte) (frame, int, cutState) {
	if len(buf) < skytraqHead {
		return frame{}, 0, cutMore
	}
	length := int(binary.BigEndian.Uint16(buf[2:]))
	if length == 0 || length > maxPayload {
		return frame{}, 0, cutNoise
	}
	n := skytraqHead + length + skytraqTail
	if len(buf) < n {
		return frame{}, 0, cutMore
	}
	body := buf[skytraqHead : n-skytraqTail]
	var sum byte
	for _, c := range body {
		sum ^= c
	}
	if sum != buf[n-3] || buf[n-2] != '\r' || buf[n-1] != '\n' {
		return frame{}, 0, cutBad
	}
	return frame{protocol: skytraqBinary, id: body[0], payload: bytes.Clone(body[1:])}, n, cutGood
}
