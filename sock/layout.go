package sock

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"time"
)

// magic identifies a datagram as a sample.
//
//	#define SOCK_MAGIC 0x534f434b
const magic = 0x534f434b

// A Layout is a set of offsets for the fields of struct sock_sample. There are two,
// because the two halves of struct timeval have 64 or 32 bits:
//
//	40 bytes   all 64-bit machines; 32-bit ones with 64-bit time_t (Debian 13 on ARM)
//	32 bytes   32-bit machines with 32-bit time_t (Debian 12 and older; i386)
//
// A consumer on a 64-bit machine accepts only 40 bytes, and drops other sizes silently.
// On 32-bit machines, chronyd 4.4 or later with glibc 2.34 or later accepts both; other
// versions accept the size of their C library. ntpd-rs accepts 40 bytes everywhere.
//
// The zero Layout is not a layout: its size is 0, and Encode returns ErrRange.
type Layout uint8

const (
	// Layout40 is the struct where time_t has 64 bits. The offset of the double is a
	// multiple of 8, so that the i386 ABI, which aligns it to only 4, has the same layout.
	//
	//	struct timeval { int64_t tv_sec; int64_t tv_usec; };
	Layout40 Layout = iota + 1

	// Layout32 is the struct where time_t has 32 bits.
	//
	//	struct timeval { int32_t tv_sec; int32_t tv_usec; };
	//
	// Its seconds end at 2038-01-19 03:14:07 UTC. After that, the low 32 bits are sent,
	// as the consumer's own clock has them.
	Layout32
)

// A table holds the sizes and offsets of a layout, in bytes.
type table struct {
	size    int
	seconds int // size of time_t, and of tv_usec

	sec, usec, offset, pulse, leap, pad, magic int
}

var tables = [...]table{
	Layout40: {size: 40, seconds: 8, sec: 0, usec: 8, offset: 16, pulse: 24, leap: 28, pad: 32, magic: 36},
	Layout32: {size: 32, seconds: 4, sec: 0, usec: 4, offset: 8, pulse: 16, leap: 20, pad: 24, magic: 28},
}

func (l Layout) known() bool { return l == Layout40 || l == Layout32 }

// table returns the table of the layout, with the size 0 if the layout is unknown.
func (l Layout) table() *table {
	if !l.known() {
		l = 0
	}
	return &tables[l]
}

// LayoutOfSize returns the layout of a datagram of n bytes. It returns ErrSize if n
// is not 32 or 40.
func LayoutOfSize(n int) (Layout, error) {
	switch n {
	case 40:
		return Layout40, nil
	case 32:
		return Layout32, nil
	}
	return 0, fmt.Errorf("%w: %d bytes, expected 40 or 32", ErrSize, n)
}

// LayoutOfTime returns the layout where time_t has the given number of bits. It
// returns ErrSize if that is not 32 or 64.
func LayoutOfTime(bits int) (Layout, error) {
	switch bits {
	case 64:
		return Layout40, nil
	case 32:
		return Layout32, nil
	}
	return 0, fmt.Errorf("%w: time_t of %d bits, expected 64 or 32", ErrSize, bits)
}

// DefaultLayout returns the layout that the consumer on this machine most likely
// accepts: Layout40 in a 64-bit program, otherwise Layout32. It is wrong for a 64-bit
// program with a 32-bit consumer, and for 32-bit consumers with 64-bit time_t.
func DefaultLayout() Layout {
	if strconv.IntSize == 64 {
		return Layout40
	}
	return Layout32
}

// Size returns sizeof(struct sock_sample) in bytes.
func (l Layout) Size() int { return l.table().size }

// String returns, for example, "40 bytes, 64-bit time_t".
func (l Layout) String() string {
	if !l.known() {
		return "unknown layout"
	}
	return fmt.Sprintf("%d bytes, %d-bit time_t", l.table().size, 8*l.table().seconds)
}

// Encode appends the bytes of the sample to b. It returns b unchanged and ErrRange if
// no consumer accepts the values of the sample, or if the layout is unknown.
func (l Layout) Encode(b []byte, s Sample) ([]byte, error) {
	if !l.known() {
		return b, fmt.Errorf("%w: %v", ErrRange, l)
	}
	if err := s.check(); err != nil {
		return b, err
	}
	t := l.table()
	var zeros [40]byte
	b = append(b, zeros[:t.size]...)
	d := b[len(b)-t.size:]
	t.putLong(d[t.sec:], s.Receive.Unix())
	// Rounding down moves the instant of the comparison, but not the offset, which is
	// computed from the nanoseconds.
	t.putLong(d[t.usec:], int64(s.Receive.Nanosecond()/1000))
	binary.NativeEndian.PutUint64(d[t.offset:], math.Float64bits(float64(s.Offset())/1e9))
	if s.Pulse {
		binary.NativeEndian.PutUint32(d[t.pulse:], 1)
	}
	binary.NativeEndian.PutUint32(d[t.leap:], uint32(s.Leap))
	binary.NativeEndian.PutUint32(d[t.magic:], magic)
	return b, nil
}

// putLong writes one half of a timeval, a C long.
func (t *table) putLong(b []byte, v int64) {
	if t.seconds == 4 {
		binary.NativeEndian.PutUint32(b, uint32(v))
		return
	}
	binary.NativeEndian.PutUint64(b, uint64(v))
}

// long reads one half of a timeval.
func (t *table) long(b []byte) int64 {
	if t.seconds == 4 {
		return int64(int32(binary.NativeEndian.Uint32(b)))
	}
	return int64(binary.NativeEndian.Uint64(b))
}

// Decode decodes a datagram as a consumer does. Its size determines the layout.
// Receive has the microseconds that were sent, and the offset is exact to the
// nanosecond. Errors: ErrSize, ErrMagic, and ErrRange for values that no consumer
// accepts.
func Decode(datagram []byte) (Sample, error) {
	l, err := LayoutOfSize(len(datagram))
	if err != nil {
		return Sample{}, err
	}
	t := l.table()
	if m := binary.NativeEndian.Uint32(datagram[t.magic:]); m != magic {
		return Sample{}, fmt.Errorf("%w %#x, expected %#x", ErrMagic, m, uint32(magic))
	}
	usec := t.long(datagram[t.usec:])
	if usec < 0 || usec > 999_999 {
		return Sample{}, fmt.Errorf("%w: %d us, expected 0..999999", ErrRange, usec)
	}
	offset := math.Float64frombits(binary.NativeEndian.Uint64(datagram[t.offset:])) * 1e9
	if !(math.Abs(offset) < math.MaxInt64) { // also true for NaN
		return Sample{}, fmt.Errorf("%w: offset %g s, expected less than 292 years", ErrRange, offset/1e9)
	}
	receive := time.Unix(t.long(datagram[t.sec:]), usec*1000).UTC()
	s := Sample{
		Clock:   receive.Add(time.Duration(math.Round(offset))),
		Receive: receive,
		Leap:    Leap(int32(binary.NativeEndian.Uint32(datagram[t.leap:]))),
		Pulse:   binary.NativeEndian.Uint32(datagram[t.pulse:]) != 0,
	}
	return s, s.check()
}
