package shm

import "fmt"

// A Layout is a set of offsets for the fields of struct shmTime. There are three, of
// different sizes, so that the size of a segment determines its layout. Which one
// it is depends on the C library that the consumer was compiled for:
//
//	96 bytes   all 64-bit machines; 32-bit ARM with 64-bit time_t (Debian 13)
//	88 bytes   32-bit x86 with 64-bit time_t
//	80 bytes   32-bit machines with 32-bit time_t (Debian 12 and older)
//
// The zero Layout is not a layout: its size is 0.
type Layout uint8

const (
	// Layout96 is the struct where time_t has 64 bits and is aligned to 8 bytes:
	// 4 bytes of padding before receiveTimeStampSec and 4 at the end.
	Layout96 Layout = iota + 1

	// Layout88 is the struct where time_t has 64 bits but is aligned to only 4 bytes,
	// as in the i386 ABI. There is no padding, and receiveTimeStampSec is not aligned
	// to 8 bytes.
	Layout88

	// Layout80 is the struct where time_t has 32 bits.
	//
	// Its seconds end at 2038-01-19 03:14:07 UTC. After that, the low 32 bits are
	// written, and read as a time after 1901, as the consumer's own clock is. The
	// difference of the two stamps stays right, and consumers use only that.
	Layout80
)

// A table holds the sizes and offsets of a layout, in bytes.
type table struct {
	size    int
	seconds int // size of time_t
	offset  [fieldCount]uint8
}

var tables = [...]table{
	Layout96: {size: 96, seconds: 8, offset: [fieldCount]uint8{
		FieldMode:                 0,
		FieldCount:                4,
		FieldClockTimeStampSec:    8,
		FieldClockTimeStampUSec:   16,
		FieldReceiveTimeStampSec:  24,
		FieldReceiveTimeStampUSec: 32,
		FieldLeap:                 36,
		FieldPrecision:            40,
		FieldNSamples:             44,
		FieldValid:                48,
		FieldClockTimeStampNSec:   52,
		FieldReceiveTimeStampNSec: 56,
	}},
	Layout88: {size: 88, seconds: 8, offset: [fieldCount]uint8{
		FieldMode:                 0,
		FieldCount:                4,
		FieldClockTimeStampSec:    8,
		FieldClockTimeStampUSec:   16,
		FieldReceiveTimeStampSec:  20,
		FieldReceiveTimeStampUSec: 28,
		FieldLeap:                 32,
		FieldPrecision:            36,
		FieldNSamples:             40,
		FieldValid:                44,
		FieldClockTimeStampNSec:   48,
		FieldReceiveTimeStampNSec: 52,
	}},
	Layout80: {size: 80, seconds: 4, offset: [fieldCount]uint8{
		FieldMode:                 0,
		FieldCount:                4,
		FieldClockTimeStampSec:    8,
		FieldClockTimeStampUSec:   12,
		FieldReceiveTimeStampSec:  16,
		FieldReceiveTimeStampUSec: 20,
		FieldLeap:                 24,
		FieldPrecision:            28,
		FieldNSamples:             32,
		FieldValid:                36,
		FieldClockTimeStampNSec:   40,
		FieldReceiveTimeStampNSec: 44,
	}},
}

func (l Layout) known() bool { return l == Layout96 || l == Layout88 || l == Layout80 }

// table returns the table of the layout, with the size 0 if the layout is unknown.
func (l Layout) table() *table {
	if !l.known() {
		l = 0
	}
	return &tables[l]
}

// LayoutOfSize returns the layout of a segment of n bytes. It returns ErrSize if n
// is not 80, 88 or 96.
func LayoutOfSize(n int) (Layout, error) {
	switch n {
	case 80:
		return Layout80, nil
	case 88:
		return Layout88, nil
	case 96:
		return Layout96, nil
	}
	return 0, fmt.Errorf("%w: %d bytes, expected 80, 88 or 96", ErrSize, n)
}

// Size returns sizeof(struct shmTime) in bytes.
func (l Layout) Size() int { return l.table().size }

// Offset returns offsetof(struct shmTime, f) in bytes. It panics if the field or the
// layout is unknown.
func (l Layout) Offset(f Field) int {
	if !l.known() {
		panic("shm: unknown layout")
	}
	return int(l.table().offset[f])
}

// Width returns the size of the field in bytes: 4, or 8 for seconds where time_t has
// 64 bits.
func (l Layout) Width(f Field) int {
	if f == FieldClockTimeStampSec || f == FieldReceiveTimeStampSec {
		return l.table().seconds
	}
	return 4
}

// String returns, for example, "96 bytes, 64-bit time_t".
func (l Layout) String() string {
	if !l.known() {
		return "unknown layout"
	}
	return fmt.Sprintf("%d bytes, %d-bit time_t", l.table().size, 8*l.table().seconds)
}
