//go:build linux

package pps

import (
	"bytes"
	"errors"
	"os"
	"testing"
	"time"
	"unsafe"

	"github.com/warthog618/go-gpiocdev/uapi"
	"golang.org/x/sys/unix"
)

// The kernel's event is read unchanged.
func TestReadEvent(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	sent := uapi.LineEvent{Timestamp: 1790000000_123456789, ID: uapi.LineEventFallingEdge, Offset: 18, Seqno: 9, LineSeqno: 9}
	w.Write(bytes.Clone((*[lineEventSize]byte)(unsafe.Pointer(&sent))[:]))
	w.Close()
	var got uapi.LineEvent
	if found, err := readEvent(r.Fd(), &got); !found || err != nil || got != sent {
		t.Errorf("%v, %v, %+v; want %+v", found, err, got, sent)
	}
	if _, err := readEvent(r.Fd(), &got); !errors.Is(err, unix.ENODEV) {
		t.Errorf("the end: %v, want ENODEV", err)
	}
}

func TestLineEdge(t *testing.T) {
	const stamp int64 = 1790000000_123456789
	event := uapi.LineEvent{Timestamp: uint64(stamp), ID: uapi.LineEventRisingEdge, LineSeqno: 5}
	if e := (&Line{}).edge(event); e.Stamp.Real != stamp || !e.Rising || e.Seq != 5 || e.Coarse {
		t.Errorf("%+v: want the kernel's stamp %d", e, stamp)
	}
}

// The kernel's buffer may overflow before the first edge is read.
func TestLineCountsFromOpen(t *testing.T) {
	l := newLine(place{"gpiochip0", 18})
	l.event.LineSeqno = 5
	if l.take(); l.Missed() != 4 {
		t.Errorf("%d missed before number 5, want 4", l.Missed())
	}
}

// Linux 5.10 stamps with the monotonic clock: Mono is exact, Real is calculated.
func TestLineConverts(t *testing.T) {
	now := Now()
	mono := now.Mono - int64(time.Second)
	e := (&Line{monotonic: true}).edge(uapi.LineEvent{Timestamp: uint64(mono)})
	if d := now.Real - e.Stamp.Real - int64(time.Second); e.Stamp.Mono != mono || max(d, -d) > int64(50*time.Millisecond) {
		t.Errorf("%+v is %d ns off, want Mono %d", e, d, mono)
	}
}

// The kernel is asked for both edges of one line, as the options say.
func TestLineRequest(t *testing.T) {
	always := uapi.LineFlagV2Input | uapi.LineFlagV2EdgeBoth | uapi.LineFlagV2EventClockRealtime
	for _, c := range []struct {
		options []Option
		want    uapi.LineFlagV2
	}{
		{nil, always},
		{[]Option{WithActiveLow()}, always | uapi.LineFlagV2ActiveLow},
		{[]Option{WithBias(BiasAsIs)}, always},
		{[]Option{WithBias(BiasDisabled)}, always | uapi.LineFlagV2BiasDisabled},
		{[]Option{WithBias(BiasPullUp)}, always | uapi.LineFlagV2BiasPullUp},
		{[]Option{WithBias(BiasPullDown), WithActiveLow()}, always | uapi.LineFlagV2BiasPullDown | uapi.LineFlagV2ActiveLow},
	} {
		r := newRequest(18, collect(c.options))
		if r.Config.Flags != c.want || r.Lines != 1 || r.Offsets[0] != 18 || unix.ByteSliceToString(r.Consumer[:]) != "refclock" {
			t.Errorf("%d options: flags %#x, %d lines, line %d, consumer %q; want flags %#x", len(c.options), r.Config.Flags, r.Lines, r.Offsets[0], r.Consumer, c.want)
		}
	}
}

// The level is that of the requested line. A failed read is not a level.
func TestLineLevel(t *testing.T) {
	h, _ := pipe(t)
	line := &Line{name: "gpio:gpiochip0:18", handle: h}
	for _, c := range []struct {
		level uapi.LineBitmap
		err   error
		want  bool
	}{{level: 1, want: true}, {level: 0}, {level: 1, err: unix.ENODEV}, {level: 1, want: true}} {
		v := &lineLevel{line: line}
		v.read = func(uintptr) { v.values.Bits, v.err = v.values.Mask&c.level, c.err }
		if high, err := v.High(); high != c.want || !errors.Is(err, c.err) {
			t.Errorf("level %d, %v: %v, %v", c.level, c.err, high, err)
		}
	}
	v := line.Level()
	if _, err := v.High(); err == nil {
		t.Error("a pipe has a level")
	}
	h.close()
	if _, err := v.High(); !errors.Is(err, ErrClosed) {
		t.Errorf("closed: %v, want ErrClosed", err)
	}
}
