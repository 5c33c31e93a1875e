package sock

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"strings"
	"testing"
	"time"
	"unsafe"
)

var layouts = []Layout{Layout40, Layout32}

func each(t *testing.T, test func(t *testing.T, l Layout)) {
	for _, l := range layouts {
		t.Run(l.String(), func(t *testing.T) { test(t, l) })
	}
}

func encode(t *testing.T, l Layout, s Sample) []byte {
	t.Helper()
	b, err := l.Encode(nil, s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The bytes of a datagram on a little-endian machine.
func TestBytes(t *testing.T) {
	if binary.NativeEndian.Uint16([]byte{1, 0}) != 1 {
		t.Skip("a big-endian machine")
	}
	s := Sample{
		Clock:   time.Unix(0x6b049d7e, 123_456_789),
		Receive: time.Unix(0x6b049d7e, 623_456_789),
		Leap:    LeapDelete,
		Pulse:   true,
	}
	const (
		half = "\x00\x00\x00\x00\x00\x00\xe0\xbf" // -0.5
		tail = half + "\x01\x00\x00\x00" + "\x02\x00\x00\x00" + "\x00\x00\x00\x00" + "KCOS"
	)
	for l, want := range map[Layout]string{
		Layout40: "\x7e\x9d\x04\x6b\x00\x00\x00\x00" + "\x60\x83\x09\x00\x00\x00\x00\x00" + tail, // 623456 us
		Layout32: "\x7e\x9d\x04\x6b" + "\x60\x83\x09\x00" + tail,
	} {
		if got := encode(t, l, s); string(got) != want {
			t.Errorf("%v:\n% x, expected\n% x", l, got, want)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	each(t, func(t *testing.T, l Layout) {
		receive := time.Unix(1795386302, 123_456_000)
		for _, offset := range []time.Duration{0, 1, -1, 777, -999_999_999, time.Second, -20_000*time.Second + 1, 1 << 52} {
			for leap := LeapNone; leap <= LeapDelete; leap++ {
				want := Sample{Clock: receive.Add(offset).UTC(), Receive: receive.UTC(), Leap: leap, Pulse: leap == LeapAdd}
				got, err := Decode(encode(t, l, want))
				if err != nil || got != want {
					t.Errorf("offset %v: %+v, %v, expected %+v", offset, got, err, want)
				}
			}
		}
	})
}

// The stamp is rounded down to microseconds. The offset is not.
func TestOffsetIsExactBelowMicroseconds(t *testing.T) {
	each(t, func(t *testing.T, l Layout) {
		for _, nsec := range []int64{0, 1, 499, 999, 1001, 999_999_999} {
			receive := time.Unix(1795386302, nsec)
			got, err := Decode(encode(t, l, Sample{Clock: receive.Add(777), Receive: receive}))
			if err != nil || got.Offset() != 777 || !got.Receive.Equal(receive.Truncate(time.Microsecond)) {
				t.Errorf("%d ns: offset %v, received %v, %v", nsec, got.Offset(), got.Receive, err)
			}
		}
	})
}

// A machine without a clock battery starts in 1970. The reference may be earlier.
func TestBefore1970(t *testing.T) {
	each(t, func(t *testing.T, l Layout) {
		receive := time.Unix(-1, 300_000_000)
		got, err := Decode(encode(t, l, Sample{Clock: receive.Add(-time.Second), Receive: receive}))
		if err != nil || got.Offset() != -time.Second || !got.Receive.Equal(receive) {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestAfter2038(t *testing.T) {
	receive := time.Date(2038, 1, 19, 3, 14, 9, 0, time.UTC)
	for l, want := range map[Layout]time.Time{Layout40: receive, Layout32: receive.Add(-1 << 32 * time.Second)} {
		got, err := Decode(encode(t, l, Sample{Clock: receive.Add(time.Millisecond), Receive: receive}))
		if err != nil || got.Offset() != time.Millisecond || !got.Receive.Equal(want) {
			t.Errorf("%v: offset %v, received %v, %v, expected %v", l, got.Offset(), got.Receive, err, want)
		}
	}
}

func TestEncodeErrors(t *testing.T) {
	now := time.Unix(1795386302, 0)
	for name, s := range map[string]Sample{
		"no clock":           {Receive: now},
		"no receive":         {Clock: now},
		"leap 3: not synced": {Clock: now, Receive: now, Leap: 3},
		"leap -1":            {Clock: now, Receive: now, Leap: -1},
	} {
		b, err := Layout40.Encode([]byte("unchanged"), s)
		if !errors.Is(err, ErrRange) || string(b) != "unchanged" {
			t.Errorf("%s: %q, %v, expected ErrRange", name, b, err)
		}
	}
}

func TestDecodeErrors(t *testing.T) {
	now := time.Unix(1795386302, 0)
	withValue := func(l Layout, at int, value uint32) []byte {
		b := encode(t, l, Sample{Clock: now, Receive: now})
		binary.NativeEndian.PutUint32(b[at:], value)
		return b
	}
	nan := encode(t, Layout40, Sample{Clock: now, Receive: now})
	binary.NativeEndian.PutUint64(nan[Layout40.table().offset:], math.Float64bits(math.NaN()))
	huge := bytes.Clone(nan)
	binary.NativeEndian.PutUint64(huge[Layout40.table().offset:], math.Float64bits(-1e10))
	for _, c := range []struct {
		name     string
		datagram []byte
		want     error
	}{
		{"nothing", nil, ErrSize},
		{"36 bytes", make([]byte, 36), ErrSize},
		{"41 bytes", make([]byte, 41), ErrSize},
		{"40 zeros", make([]byte, 40), ErrMagic},
		{"32 zeros", make([]byte, 32), ErrMagic},
		{"leap 3", withValue(Layout40, Layout40.table().leap, 3), ErrRange},
		{"leap -1", withValue(Layout32, Layout32.table().leap, 1<<32-1), ErrRange},
		{"a second of microseconds", withValue(Layout32, Layout32.table().usec, 1_000_000), ErrRange},
		{"offset NaN", nan, ErrRange},
		{"offset -1e10", huge, ErrRange},
	} {
		if _, err := Decode(c.datagram); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, expected %v", c.name, err, c.want)
		}
	}
}

func TestLayoutOf(t *testing.T) {
	for _, l := range layouts {
		if got, err := LayoutOfSize(l.Size()); got != l || err != nil {
			t.Errorf("%d bytes: %v, %v", l.Size(), got, err)
		}
		if got, err := LayoutOfTime(8 * l.table().seconds); got != l || err != nil {
			t.Errorf("%d bits: %v, %v", 8*l.table().seconds, got, err)
		}
	}
	for _, l := range []Layout{0, 3} {
		if b, err := l.Encode(nil, Sample{Clock: time.Unix(1, 0), Receive: time.Unix(1, 0)}); !errors.Is(err, ErrRange) || b != nil {
			t.Errorf("Layout(%d): %v, %v, expected ErrRange", uint8(l), b, err)
		}
		if l.Size() != 0 || l.String() != "unknown layout" {
			t.Errorf("Layout(%d): %d bytes, %v", uint8(l), l.Size(), l)
		}
	}
	if _, err := LayoutOfTime(16); !errors.Is(err, ErrSize) {
		t.Errorf("16 bits: %v", err)
	}
}

func TestLeapNames(t *testing.T) {
	for leap, want := range map[Leap]string{LeapNone: "none", LeapAdd: "add", LeapDelete: "delete", 3: "3"} {
		if leap.String() != want {
			t.Errorf("%q, expected %q", leap, want)
		}
	}
}

// Any program may send anything to a socket.
func FuzzDecode(f *testing.F) {
	now := time.Unix(1795386302, 123_456_789)
	for _, l := range layouts {
		for _, s := range []Sample{
			{Clock: now, Receive: now},
			{Clock: now.Add(-time.Second), Receive: now, Leap: LeapAdd},
			{Clock: now, Receive: time.Unix(0, 0), Leap: LeapDelete, Pulse: true},
		} {
			b, err := l.Encode(nil, s)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(b)
			f.Add(b[:len(b)-1])
		}
		f.Add([]byte(strings.Repeat("KCOS", l.Size()/4)))
	}
	f.Fuzz(func(t *testing.T, datagram []byte) {
		s, err := Decode(datagram)
		if err != nil {
			return
		}
		l, err := LayoutOfSize(len(datagram))
		if err != nil {
			t.Fatalf("decoded, but: %v", err)
		}
		b, err := l.Encode(nil, s)
		if err != nil {
			t.Fatalf("%+v: %v", s, err)
		}
		again, err := Decode(b)
		if err != nil {
			t.Fatalf("%+v: %v", s, err)
		}
		if !again.Receive.Equal(s.Receive) || again.Leap != s.Leap || again.Pulse != s.Pulse {
			t.Errorf("%+v, then %+v", s, again)
		}
		// A float64 is exact to the nanosecond for offsets up to a hundred days.
		if diff := again.Offset() - s.Offset(); s.Offset().Abs() < 1<<53 && diff != 0 {
			t.Errorf("offset %v, then %v", s.Offset(), again.Offset())
		}
	})
}

// The layout of this program's own processor.
func TestDefaultLayout(t *testing.T) {
	want := Layout32
	if unsafe.Sizeof(uintptr(0)) == 8 {
		want = Layout40
	}
	if got := DefaultLayout(); got != want {
		t.Errorf("%v, want %v", got, want)
	}
}
