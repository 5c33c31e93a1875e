package recording

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/shm"
)

// A codec encodes events as varints. Stamps are differences from the last stamp, so that
// they are short: an event refers to those before it, back to the start of its block. The
// zero codec is at the start of a block.
//
// The data of reads are kept apart, since both compress better then.
type codec struct{ last nmea.Stamp }

// pulseBit marks the kind of an event of the pulse.
const pulseBit = 0x80

// append appends an event, without its data.
func (c *codec) append(b []byte, e *Event) []byte {
	kind, l := byte(e.Kind), &layouts[e.Kind]
	if e.Pulse {
		kind |= pulseBit
	}
	b = append(b, kind)
	if l.stamp {
		mono := e.Stamp.Mono - c.last.Mono
		b = binary.AppendVarint(b, mono)
		b = binary.AppendVarint(b, e.Stamp.Real-c.last.Real-mono)
		b = binary.AppendVarint(b, e.Stamp.Slew-c.last.Slew)
		c.last = e.Stamp
	}
	for i, n := range e.Numbers[:l.numbers] {
		b = binary.AppendVarint(b, n-c.near(l, i))
	}
	for _, text := range e.Texts[:l.texts] {
		b = binary.AppendUvarint(b, uint64(len(text)))
		b = append(b, text...)
	}
	if l.data {
		b = binary.AppendUvarint(b, uint64(len(e.Data)))
	}
	return b
}

// near returns the number from which number i of an event counts.
func (c *codec) near(l *layout, i int) int64 {
	switch {
	case !l.near || i > 1:
		return 0
	case i == 0:
		return c.last.Real
	}
	return c.last.Mono
}

var (
	errShort = errors.New("an event ends with the block")
	errLong  = errors.New("a text or a read is longer than its block")
)

// next decodes the first event, and returns the bytes after it. It removes the
// event's data from the start of data.
func (c *codec) next(b []byte, data *[]byte) (e Event, rest []byte, err error) {
	e.Kind, e.Pulse = Kind(b[0]&^pulseBit), b[0]&pulseBit != 0
	if !e.Kind.valid() {
		return e, nil, fmt.Errorf("an event of unknown %v", e.Kind)
	}
	d := decoder{rest: b[1:]}
	l := &layouts[e.Kind]
	if l.stamp {
		mono := d.varint()
		c.last.Mono += mono
		c.last.Real += d.varint() + mono
		c.last.Slew += d.varint()
		e.Stamp = c.last
	}
	for i := range l.numbers {
		e.Numbers[i] = d.varint() + c.near(l, i)
	}
	for i := range l.texts {
		e.Texts[i] = string(d.bytes())
	}
	if l.data {
		e.Data = d.take(d.uvarint(), data)
	}
	return e, d.rest, d.err
}

// A decoder takes values from bytes until one is damaged.
type decoder struct {
	rest []byte
	err  error
}

func (d *decoder) varint() int64 {
	v, n := binary.Varint(d.rest)
	d.skip(n)
	return v
}

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.rest)
	d.skip(n)
	return v
}

func (d *decoder) bytes() []byte { return d.take(d.uvarint(), &d.rest) }

// take removes length bytes from the start of from, and returns them.
func (d *decoder) take(length uint64, from *[]byte) []byte {
	if length > uint64(len(*from)) {
		d.rest, d.err = nil, errLong
		return nil
	}
	b := (*from)[:length]
	*from = (*from)[length:]
	return b
}

func (d *decoder) skip(n int) {
	if n <= 0 {
		d.rest, d.err = nil, errShort
		return
	}
	d.rest = d.rest[n:]
}

// leapOf returns a leap indicator of a file; none if it is invalid.
func leapOf(n int64) shm.Leap {
	if n < 0 || n > 3 {
		return 0
	}
	return shm.Leap(n)
}
