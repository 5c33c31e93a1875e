package textclock

import (
	"bytes"
	"time"

	"github.com/refclock/refclock/nmea"
)

const (
	// maxLine limits a line, without its newline. Two times in RFC 3339 and both options
	// have less than 120 bytes.
	maxLine = 512

	// maxLineTime is how long a line may take from its first byte to its newline. A program
	// that ended within a line would otherwise be continued by the next one. A program that
	// prints the newline first ends each line when it prints the next one: a second late. The
	// limit is far below half a second, which confuses a second with another.
	maxLineTime = 250 * time.Millisecond
)

// A flaw is why a line was cut out of the bytes, but is not complete.
type flaw int

const (
	flawless flaw = iota
	overlong      // more than maxLine bytes, without a newline so far
	unended       // no newline within maxLineTime
)

// A cutter splits chunks into lines. Its memory is bounded, however long a line is.
type cutter struct {
	held    []byte     // the beginning of a line, at most maxLine bytes
	began   nmea.Stamp // when it arrived
	skip    bool       // until the next newline
	number  uint64     // of the line that arrives, from 1
	comment bool       // the line that is skipped is one
}

// A cutLine is a line without its newline. Its text is valid until the next call.
type cutLine struct {
	text   []byte
	number uint64
	flaw   flaw
}

func newCutter() *cutter { return &cutter{held: make([]byte, 0, maxLine), number: 1} }

// next returns the first line in the bytes of a chunk, and the rest. It is not ok if no line
// ends in the rest, which is held then.
func (c *cutter) next(chunk []byte, at nmea.Stamp) (l cutLine, rest []byte, ok bool) {
	for len(chunk) > 0 {
		text, rest, ended := bytes.Cut(chunk, []byte{'\n'})
		chunk = rest
		switch {
		case c.skip && ended:
			c.begin()
			continue
		case c.skip:
			return l, nil, false
		case len(c.held)+len(text) > maxLine:
			if l, ok = c.overlong(text), !c.comment; ended {
				c.begin()
			}
			if ok {
				return l, chunk, true
			}
			continue
		}
		if len(c.held) == 0 {
			c.began = at
		}
		c.held = append(c.held, text...)
		if !ended {
			return l, nil, false
		}
		l = cutLine{text: c.held, number: c.number}
		c.begin()
		return l, chunk, true
	}
	return l, nil, false
}

// begin begins a new line. The text of the last one stays until more bytes are held.
func (c *cutter) begin() {
	c.held, c.skip, c.comment = c.held[:0], false, false
	c.number++
}

// overlong begins to skip a line that is too long, and returns its beginning.
func (c *cutter) overlong(text []byte) cutLine {
	c.held = append(c.held, text[:maxLine-len(c.held)]...)
	l := cutLine{text: c.held, number: c.number, flaw: overlong}
	c.comment = IsBlank(string(c.held))
	c.held, c.skip = c.held[:0], true
	return l
}

// end ends a line without a newline, at the end of a datagram, or where it was cut off.
func (c *cutter) end(cutOff bool) (l cutLine, ok bool) {
	l = cutLine{text: c.held, number: c.number}
	if cutOff {
		l.flaw = overlong
	}
	ok = (len(c.held) > 0 || cutOff) && !c.skip
	if ok || c.skip {
		c.begin()
	}
	return l, ok
}

// expire returns the held beginning of a line whose newline is late. The rest until the next
// newline is skipped.
func (c *cutter) expire(now nmea.Stamp) (l cutLine, ok bool) {
	if len(c.held) == 0 || now.Sub(c.began) < maxLineTime {
		return l, false
	}
	l = cutLine{text: c.held, number: c.number, flaw: unended}
	c.held, c.skip = c.held[:0], true
	return l, !IsBlank(string(l.text))
}
