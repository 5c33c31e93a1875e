package shm

import (
	"fmt"
	"math"
	"time"
)

// A Segment is a struct shmTime in memory: that of a [Unit], or memory of the program,
// see [NewMemory] and [View].
//
// A Segment is not safe for concurrent use.
type Segment struct {
	mem    []byte
	layout Layout
	name   string // in errors

	readOnly bool
	gone     error // why there is no segment; mem is zeroed memory then

	counters Counters
	pending  bool // what became of the last sample is not counted yet

	left    [maxWords]uint32 // what mem had after the last own write, or the last comparison
	foreign bool             // another producer has written mem; ForeignWrite has not reported it yet
}

// View returns a Segment in mem, which other programs may read and write at the same
// time. The length of mem determines the layout: View returns ErrSize if it is not
// 80, 88 or 96. The memory must be aligned to 4 bytes, as shared and allocated memory
// always is. View does not write, copy or free mem.
func View(mem []byte) (*Segment, error) {
	layout, err := LayoutOfSize(len(mem))
	if err != nil {
		return nil, fmt.Errorf("view: memory: %w", err)
	}
	if !aligned(mem) {
		return nil, fmt.Errorf("view: memory: not aligned to 4 bytes")
	}
	s := &Segment{mem: mem, layout: layout, name: "memory"}
	s.begin()
	return s, nil
}

// NewMemory returns a Segment in new memory. All fields are 0, as in a new unit. It
// behaves like a unit, and needs no kernel support or permission. Use it in tests of
// programs that publish samples, with [Segment.Take] as the consumer. NewMemory
// panics if the layout is unknown.
func NewMemory(layout Layout) *Segment {
	if !layout.known() {
		panic("shm: unknown layout")
	}
	return &Segment{mem: words(layout.Size()), layout: layout, name: "memory"}
}

// Layout returns the layout. [Unit.Check] may change that of a [Unit].
func (s *Segment) Layout() Layout { return s.layout }

// Get returns one field, whatever valid and count are. It extends 32-bit fields with
// their sign, or with zeros where C declares them unsigned. All fields of a closed or
// absent unit are 0. Get panics if there is no such field.
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

// Set writes one field, without the order of writes that protects a reader. It is
// for tests and experiments; use [Segment.Update] to publish. Set returns ErrRange,
// and writes nothing, if the value does not fit the field or there is no such field.
// Other errors: ErrReadOnly, ErrAbsent, ErrClosed.
func (s *Segment) Set(f Field, value int64) error {
	if err := s.checkWritable(); err != nil {
		return fmt.Errorf("set %v: %s: %w", f, s.name, err)
	}
	if !f.known() {
		return fmt.Errorf("set: %s: field %d: %w, expected 0..%d", s.name, uint8(f), ErrRange, fieldCount-1)
	}
	if minValue, maxValue := s.limits(f); value < minValue || value > maxValue {
		return fmt.Errorf("set %v: %s: %d: %w, expected %d..%d", f, s.name, value, ErrRange, minValue, maxValue)
	}
	s.asAnother().put(f, value)
	return nil
}

// Clock returns the stamp of the reference clock in UTC, decoded as consumers do,
// whatever valid and count are.
func (s *Segment) Clock() time.Time {
	f := s.copyFields()
	return f.sample().Clock
}

// Receive returns the stamp of the system clock in UTC, decoded as consumers do,
// whatever valid and count are.
func (s *Segment) Receive() time.Time {
	f := s.copyFields()
	return f.sample().Receive
}

// SetClock writes seconds, microseconds and nanoseconds of the stamp of the reference
// clock, and no other field; see [Segment.Set]. Errors: ErrReadOnly, ErrAbsent, ErrClosed.
func (s *Segment) SetClock(t time.Time) error {
	if err := s.checkWritable(); err != nil {
		return fmt.Errorf("set clock: %s: %w", s.name, err)
	}
	s.asAnother().putClock(stampOf(t))
	return nil
}

// SetReceive writes seconds, microseconds and nanoseconds of the stamp of the system
// clock, and no other field; see [Segment.Set]. Errors: ErrReadOnly, ErrAbsent, ErrClosed.
func (s *Segment) SetReceive(t time.Time) error {
	if err := s.checkWritable(); err != nil {
		return fmt.Errorf("set receive: %s: %w", s.name, err)
	}
	s.asAnother().putReceive(stampOf(t))
	return nil
}

// put writes the low 32 or 64 bits of value, as many as the field has.
func (s *Segment) put(f Field, value int64) {
	offset := s.layout.Offset(f)
	if s.layout.Width(f) == 8 {
		s.store(offset+highHalf, uint32(value>>32))
		s.store(offset+lowHalf, uint32(value))
		return
	}
	s.store(offset, uint32(value))
}

// swap atomically writes a 32-bit field and returns its previous value.
func (s *Segment) swap(f Field, value int32) int32 {
	offset := s.layout.Offset(f)
	s.left[offset/4] = uint32(value)
	return int32(swap32(s.mem, offset, uint32(value)))
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

func (s *Segment) limits(f Field) (minValue, maxValue int64) {
	switch {
	case s.layout.Width(f) == 8:
		return math.MinInt64, math.MaxInt64
	case f.unsigned():
		return 0, math.MaxUint32
	}
	return math.MinInt32, math.MaxInt32
}

// checkWritable returns an error if the segment cannot be written. A store to a
// read-only mapping would crash the program.
func (s *Segment) checkWritable() error {
	if s.gone != nil {
		return s.gone
	}
	if s.readOnly {
		return ErrReadOnly
	}
	return nil
}
