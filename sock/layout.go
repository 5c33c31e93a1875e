package sock

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"time"
)

// magic marks a datagram as a sample.
//
//	#define SOCK_MAGIC 0x534f434b
const magic = 0x534f434b

// A Layout says at which byte each field of struct sock_sample lies. There are two,
// by the width of the two halves of struct timeval:
//
//	40 bytes   all 64-bit machines; 32-bit ones with 64-bit time_t (Debian 13 on ARM)
//	32 bytes   32-bit machines with 32-bit time_t (Debian 12 and older; i386)
//
// A daemon of a 64-bit machine takes 40 bytes alone, and drops others without a
// word. chronyd from 4.4 on takes both on 32-bit machines with glibc 2.34 or later;
// before that, what its own C library has. ntpd-rs takes 40 everywhere.
//
// A Layout is immutable.
type Layout struct {
	size                           int
	seconds                        int // sizeof(time_t), and of tv_usec
	sec, usec                      int // offsets, as all that follow
	offset, pulse, leap, pad, mark int
}

// Layout40 is the struct where time_t has 64 bits. The double is at a multiple of
// 8, so that the i386 ABI, which asks for 4 only, has no other layout.
//
//	struct timeval { int64_t tv_sec; int64_t tv_usec; };
var Layout40 = &Layout{size: 40, seconds: 8, sec: 0, usec: 8, offset: 16, pulse: 24, leap: 28, pad: 32, mark: 36}

// Layout32 is the struct where time_t has 32 bits.
//
//	struct timeval { int32_t tv_sec; int32_t tv_usec; };
//
// Its seconds end at 2038-01-19 03:14:07 UTC. After that their low 32 bits are sent,
// which is what the daemon's own clock shows by then.
var Layout32 = &Layout{size: 32, seconds: 4, sec: 0, usec: 4, offset: 8, pulse: 16, leap: 20, pad: 24, mark: 28}

// LayoutOfSize returns the layout of a datagram of n bytes. Any n but 32 and 40
// gives ErrSize.
func LayoutOfSize(n int) (*Layout, error) {
	switch n {
	case Layout40.size:
		return Layout40, nil
	case Layout32.size:
		return Layout32, nil
	}
	return nil, fmt.Errorf("%w: %d bytes, expected 40 or 32", ErrSize, n)
}

// LayoutOfTime returns the layout where time_t has so many bits. Any but 32 and 64
// gives ErrSize.
func LayoutOfTime(bits int) (*Layout, error) {
	switch bits {
	case 64:
		return Layout40, nil
	case 32:
		return Layout32, nil
	}
	return nil, fmt.Errorf("%w: time_t of %d bits, expected 64 or 32", ErrSize, bits)
}

// DefaultLayout is what the daemon of this machine most likely takes: 40 bytes for
// a 64-bit program, else 32. It is wrong where a 64-bit program runs beside a
// 32-bit daemon, and for 32-bit daemons with musl instead of glibc.
func DefaultLayout() *Layout {
	if strconv.IntSize == 64 {
		return Layout40
	}
	return Layout32
}

// Size is sizeof(struct sock_sample) in bytes.
func (l *Layout) Size() int { return l.size }

// String returns, for example, "40 bytes, 64-bit time_t".
func (l *Layout) String() string { return fmt.Sprintf("%d bytes, %d-bit time_t", l.size, 8*l.seconds) }

// Encode appends the sample's bytes to b. A value that no daemon takes gives
// ErrRange, and b unchanged.
func (l *Layout) Encode(b []byte, s Sample) ([]byte, error) {
	if err := s.check(); err != nil {
		return b, err
	}
	var zeros [40]byte
	b = append(b, zeros[:l.size]...)
	d := b[len(b)-l.size:]
	l.putLong(d[l.sec:], s.Receive.Unix())
	// Rounded down, which moves the instant of the comparison and not its outcome: the
	// offset is that of the whole nanoseconds.
	l.putLong(d[l.usec:], int64(s.Receive.Nanosecond()/1000))
	binary.NativeEndian.PutUint64(d[l.offset:], math.Float64bits(float64(s.Offset())/1e9))
	if s.Pulse {
		binary.NativeEndian.PutUint32(d[l.pulse:], 1)
	}
	binary.NativeEndian.PutUint32(d[l.leap:], uint32(s.Leap))
	binary.NativeEndian.PutUint32(d[l.mark:], magic)
	return b, nil
}

// putLong writes one half of a timeval.
func (l *Layout) putLong(b []byte, v int64) {
	if l.seconds == 4 {
		binary.NativeEndian.PutUint32(b, uint32(v))
		return
	}
	binary.NativeEndian.PutUint64(b, uint64(v))
}

func (l *Layout) long(b []byte) int64 {
	if l.seconds == 4 {
		return int64(int32(binary.NativeEndian.Uint32(b)))
	}
	return int64(binary.NativeEndian.Uint64(b))
}

// Decode reads a datagram as a daemon does: its size tells the layout. Receive is
// exact to the microsecond that was sent; the offset is to the nanosecond. Errors:
// ErrSize, ErrMagic, and ErrRange for a value that no daemon takes.
func Decode(datagram []byte) (Sample, error) {
	l, err := LayoutOfSize(len(datagram))
	if err != nil {
		return Sample{}, err
	}
	if m := binary.NativeEndian.Uint32(datagram[l.mark:]); m != magic {
		return Sample{}, fmt.Errorf("%w %#x, expected %#x", ErrMagic, m, uint32(magic))
	}
	usec := l.long(datagram[l.usec:])
	if usec < 0 || usec > 999_999 {
		return Sample{}, fmt.Errorf("%w: %d us, expected 0..999999", ErrRange, usec)
	}
	offset := math.Float64frombits(binary.NativeEndian.Uint64(datagram[l.offset:])) * 1e9
	if !(math.Abs(offset) < math.MaxInt64) { // nor a NaN
		return Sample{}, fmt.Errorf("%w: offset %g s, expected less than 292 years", ErrRange, offset/1e9)
	}
	receive := time.Unix(l.long(datagram[l.sec:]), usec*1000).UTC()
	s := Sample{
		Clock:   receive.Add(time.Duration(math.Round(offset))),
		Receive: receive,
		Leap:    Leap(int32(binary.NativeEndian.Uint32(datagram[l.leap:]))),
		Pulse:   binary.NativeEndian.Uint32(datagram[l.pulse:]) != 0,
	}
	return s, s.check()
}
