package shm

import (
	"fmt"
	"math"
	"time"
)

// A Segment is a struct shmTime in some memory: in that of a [Unit], or in the
// program's own, see [NewMemory] and [View].
//
// It is for one goroutine at a time.
type Segment struct {
	mem    []byte
	layout Layout
	name   string // for error texts

	readOnly bool
	gone     error // why there is no segment: mem is a blank then

	counters Counters
	pending  bool  // our sample has not been looked after yet
	left     int32 // count as our last write left it
}

// View takes mem, which somebody else may also be reading and writing, as a
// segment. Its length decides on the layout: ErrSize unless it is 80, 88 or 96
// bytes. It must be aligned to 4 bytes, as shared and allocated memory always is.
// Nothing is written, and mem is neither copied nor ever freed.
func View(mem []byte) (*Segment, error) {
	layout, err := LayoutOfSize(len(mem))
	if err != nil {
		return nil, fmt.Errorf("view: memory: %w", err)
	}
	if !aligned(mem) {
		return nil, fmt.Errorf("view: memory: not aligned to 4 bytes")
	}
	return &Segment{mem: mem, layout: layout, name: "memory"}, nil
}

// NewMemory returns a segment in memory of its own, all fields 0, as the kernel
// hands out a new one. It behaves as a unit does and needs neither a kernel nor
// rights: it is for the tests of whatever publishes samples. [Segment.Take] plays the daemon.
// NewMemory panics if the layout is unknown.
func NewMemory(layout Layout) *Segment {
	if !layout.known() {
		panic("shm: unknown layout")
	}
	return &Segment{mem: words(layout.Size()), layout: layout, name: "memory"}
}

// Layout returns where the fields lie. That of a [Unit] may change by [Unit.Check].
func (s *Segment) Layout() Layout { return s.layout }

// Get reads one field as it is, without regard to valid and count. A field of 32
// bits comes sign-extended, or zero-extended where C declares it unsigned. A unit
// that is closed or absent reads as 0. Get panics if there is no such field.
func (s *Segment) Get(f Field) int64 {
	offset := s.layout.Offset(f)
	switch {
	case s.layout.Width(f) == 8:
		return load64(s.mem, offset)
	case f.unsigned():
		return int64(load32(s.mem, offset))
	}
	return int64(int32(load32(s.mem, offset)))
}

// Set writes one field as it is, without the order that protects a reader: it
// is for tests and experiments, [Segment.Update] for publishing. A value that
// does not fit the field, or a field that does not exist, gives ErrRange and
// writes nothing. Other errors: ErrReadOnly, ErrAbsent, ErrClosed.
func (s *Segment) Set(f Field, value int64) error {
	if err := s.writable(); err != nil {
		return fmt.Errorf("set %v: %s: %w", f, s.name, err)
	}
	if !f.known() {
		return fmt.Errorf("set: %s: field %d: %w, expected 0..%d", s.name, uint8(f), ErrRange, fieldCount-1)
	}
	if low, high := s.limits(f); value < low || value > high {
		return fmt.Errorf("set %v: %s: %d: %w, expected %d..%d", f, s.name, value, ErrRange, low, high)
	}
	s.put(f, value)
	return nil
}

// Clock returns the reference clock's stamp, in UTC, read as the daemons read it
// but without regard to valid and count.
func (s *Segment) Clock() time.Time {
	f := s.copyFields()
	return f.sample().Clock
}

// Receive returns the system clock's stamp, in UTC, read as the daemons read it
// but without regard to valid and count.
func (s *Segment) Receive() time.Time {
	f := s.copyFields()
	return f.sample().Receive
}

// SetClock writes seconds, microseconds and nanoseconds of the reference clock's
// stamp, and nothing else; see [Segment.Set]. Errors: ErrReadOnly, ErrAbsent, ErrClosed.
func (s *Segment) SetClock(t time.Time) error {
	if err := s.writable(); err != nil {
		return fmt.Errorf("set clock: %s: %w", s.name, err)
	}
	s.putClock(stampOf(t))
	return nil
}

// SetReceive writes seconds, microseconds and nanoseconds of the system clock's
// stamp, and nothing else; see [Segment.Set]. Errors: ErrReadOnly, ErrAbsent, ErrClosed.
func (s *Segment) SetReceive(t time.Time) error {
	if err := s.writable(); err != nil {
		return fmt.Errorf("set receive: %s: %w", s.name, err)
	}
	s.putReceive(stampOf(t))
	return nil
}

// put writes the low bits of value, as many as the field has.
func (s *Segment) put(f Field, value int64) {
	offset := s.layout.Offset(f)
	if s.layout.Width(f) == 8 {
		store64(s.mem, offset, value)
		return
	}
	store32(s.mem, offset, uint32(value))
}

// swap writes a field of 32 bits and returns what it held, in one step.
func (s *Segment) swap(f Field, value int32) int32 {
	return int32(swap32(s.mem, s.layout.Offset(f), uint32(value)))
}

func (s *Segment) putClock(t stamp) {
	s.put(FieldClockTimeStampSec, t.sec)
	s.put(FieldClockTimeStampUSec, t.usec())
	s.put(FieldClockTimeStampNSec, t.nsec)
}

func (s *Segment) putReceive(t stamp) {
	s.put(FieldReceiveTimeStampSec, t.sec)
	s.put(FieldReceiveTimeStampUSec, t.usec())
	s.put(FieldReceiveTimeStampNSec, t.nsec)
}

func (s *Segment) limits(f Field) (low, high int64) {
	switch {
	case s.layout.Width(f) == 8:
		return math.MinInt64, math.MaxInt64
	case f.unsigned():
		return 0, math.MaxUint32
	}
	return math.MinInt32, math.MaxInt32
}

// writable says why nothing can be written: a store into a read-only mapping
// would end the program.
func (s *Segment) writable() error {
	if s.gone != nil {
		return s.gone
	}
	if s.readOnly {
		return ErrReadOnly
	}
	return nil
}
