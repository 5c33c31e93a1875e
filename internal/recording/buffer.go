package recording

import (
	"encoding/binary"
	"sync/atomic"
)

// A buffer carries events from one goroutine, which never waits, to the one that writes
// them. An event for which there is no room is counted as lost.
type buffer struct {
	ring    []byte        // a power of two
	written atomic.Uint64 // bytes since the start
	read    atomic.Uint64 // likewise
	lost    atomic.Uint64 // events

	event []byte // one event, for put
	taken []byte // likewise, for take
}

const (
	portBuffer  = 64 << 10 // 0.7 s of the highest rate, 921600 baud
	pulseBuffer = 16 << 10 // some hundred edges

	// Before an event in a buffer are its whole length, the length of its data, its number,
	// and its data.
	frameLength = 4 + 4 + 8
)

func newBuffer(size int) *buffer {
	return &buffer{ring: make([]byte, size), event: make([]byte, 0, 8<<10), taken: make([]byte, 0, 8<<10)}
}

// put adds an event with the next number of an order. Only one goroutine may call it. It
// does not allocate, unless a text is longer than any that a clock has.
func (b *buffer) put(e *Event, order *atomic.Uint64) {
	var absolute codec
	b.event = append(b.event[:frameLength], e.Data...)
	b.event = absolute.append(b.event, e)
	at := b.written.Load()
	if uint64(len(b.event)) > uint64(len(b.ring))-(at-b.read.Load()) {
		b.lost.Add(1)
		return
	}
	binary.LittleEndian.PutUint32(b.event, uint32(len(b.event)))
	binary.LittleEndian.PutUint32(b.event[4:], uint32(len(e.Data)))
	binary.LittleEndian.PutUint64(b.event[8:], order.Add(1))
	first := copy(b.ring[at%uint64(len(b.ring)):], b.event)
	copy(b.ring, b.event[first:])
	b.written.Store(at + uint64(len(b.event)))
}

// take removes and returns the first event if it has this number. Only one goroutine may
// call it. The event is valid until the next call.
func (b *buffer) take(number uint64) (e Event, ok bool) {
	at := b.read.Load()
	if b.written.Load() == at {
		return e, false
	}
	var frame [frameLength]byte
	b.copy(frame[:], at)
	if binary.LittleEndian.Uint64(frame[8:]) != number {
		return e, false
	}
	length := int(binary.LittleEndian.Uint32(frame[:]))
	if cap(b.taken) < length {
		b.taken = make([]byte, 0, length)
	}
	b.taken = b.taken[:length]
	b.copy(b.taken, at)
	b.read.Store(at + uint64(length))
	var absolute codec
	data := b.taken[frameLength:]
	encoded := data[binary.LittleEndian.Uint32(frame[4:]):]
	e, _, _ = absolute.next(encoded, &data) // encoded by put
	return e, true
}

// copy copies what the ring has from a place on.
func (b *buffer) copy(to []byte, at uint64) {
	first := copy(to, b.ring[at%uint64(len(b.ring)):])
	copy(to[first:], b.ring)
}
