// Package streamtest generates NMEA streams for tests: sentences at set places in each
// second, carried over a serial line, with or without a pulse.
//
// A stream is deterministic. Positions are 0000.0000 and satellites are made up. The
// package also has the test streams of the gps clock with their expected results: see
// [Cases], [Grid], [Touching] and [Random].
package streamtest

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"
)

// A Kind is the kind of an Event.
type Kind uint8

// The kinds of events.
const (
	Bytes   Kind = iota // a read returned bytes
	Rising              // the pulse line rose
	Falling             // the pulse line fell
)

// An Event is what a machine observes of a receiver.
type Event struct {
	At   time.Duration // since the time that Zero returns
	Kind Kind
	Data []byte // of Bytes
}

// A Block is bytes that the receiver sends back to back.
type Block struct {
	At   time.Duration // from the start of the burst to the first start bit
	Data []byte
}

// DefaultStart is the first second of a stream that sets none.
var DefaultStart = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

const (
	// defaultFIFO is how many bytes a UART usually collects before it interrupts.
	defaultFIFO = 8

	// readLatency is how long after the last byte of a chunk the read returns.
	readLatency = 100 * time.Microsecond

	// pulseWidth is how long the pulse line stays high.
	pulseWidth = 100 * time.Millisecond
)

// A Stream is a receiver and its serial line.
type Stream struct {
	Name   string
	Baud   int           // 0: bytes take no wire time, as on native USB
	Delay  time.Duration // from a second to the start of its burst
	Jitter time.Duration // the maximum that is added to Delay, evenly distributed
	Seed   uint64        // of the jitter
	FIFO   int           // bytes in a chunk; 0: 8
	Start  time.Time     // the first second; zero: DefaultStart

	// Second returns what the receiver sends in a second. The time is UTC, and k counts
	// the seconds from 0. A block that begins while the line is busy waits.
	Second func(t time.Time, k int) []Block
}

// Zero returns the time at which the stream begins: a second before its first second.
func (s Stream) Zero() time.Time { return s.start().Add(-time.Second) }

func (s Stream) start() time.Time {
	if s.Start.IsZero() {
		return DefaultStart
	}
	return s.Start
}

// Events returns what a machine observes in this many seconds, sorted by time.
func (s Stream) Events(seconds int, pulse bool) []Event {
	random := rand.New(rand.NewPCG(s.Seed, 1))
	line := wire{baud: s.Baud, fifo: cmp.Or(s.FIFO, defaultFIFO), events: make([]Event, 0, 64*seconds)}
	for k := range seconds {
		edge := time.Duration(k+1) * time.Second
		burst := edge + s.Delay
		if s.Jitter > 0 {
			burst += time.Duration(random.Int64N(int64(s.Jitter)))
		}
		blocks := s.Second(s.start().Add(time.Duration(k)*time.Second), k)
		slices.SortStableFunc(blocks, func(a, b Block) int { return cmp.Compare(a.At, b.At) })
		for _, b := range blocks {
			line.send(burst+b.At, b.Data)
		}
		if pulse {
			line.events = append(line.events, Event{At: edge, Kind: Rising}, Event{At: edge + pulseWidth, Kind: Falling})
		}
	}
	slices.SortStableFunc(line.events, func(a, b Event) int { return cmp.Compare(a.At, b.At) })
	return line.events
}

// A wire carries blocks one after another, and cuts them into chunks.
type wire struct {
	baud   int
	fifo   int
	free   time.Duration // when the previous block is sent
	events []Event
}

func (w *wire) send(at time.Duration, data []byte) {
	at = max(at, w.free)
	for from := 0; from < len(data); from += w.fifo {
		to := min(from+w.fifo, len(data))
		w.events = append(w.events, Event{At: at + WireTime(to, w.baud) + readLatency, Data: data[from:to:to]})
	}
	w.free = at + WireTime(len(data), w.baud)
}

// WireTime returns how long the line is busy with n bytes at 8N1.
func WireTime(n, baud int) time.Duration {
	if baud == 0 {
		return 0
	}
	const bitsPerByte = 10
	return time.Duration(n) * bitsPerByte * time.Second / time.Duration(baud)
}

// one returns the blocks of a second with a single block.
func one(parts ...[]byte) []Block {
	data := join(parts...)
	if len(data) == 0 {
		return nil
	}
	return []Block{{Data: data}}
}

// at returns a block this many seconds after the start of the burst.
func at(seconds float64, parts ...[]byte) Block {
	return Block{At: inSeconds(seconds), Data: join(parts...)}
}

func inSeconds(s float64) time.Duration {
	return time.Duration(s * float64(time.Second)).Round(time.Microsecond)
}

func join(parts ...[]byte) []byte { return slices.Concat(parts...) }
