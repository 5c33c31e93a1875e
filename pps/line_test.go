//go:build linux

package pps

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
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

// Next returns the events of the kernel. While there is none, it checks the chip.
func TestLineNext(t *testing.T) {
	chip := filepath.Join(t.TempDir(), "gpiochip0")
	if err := os.WriteFile(chip, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	node, err := os.Stat(chip)
	if err != nil {
		t.Fatal(err)
	}
	h, w := pipe(t)
	l := newLine(place{"gpiochip0", 18})
	l.handle, l.chip, l.node = h, chip, node
	look := func() (found bool, err error) {
		if e := h.control(func(fd uintptr) error { found, err = l.look(fd); return nil }); e != nil {
			t.Fatal(e)
		}
		return found, err
	}
	if found, err := look(); found || err != nil {
		t.Errorf("no event: %v, %v", found, err)
	}
	for seq, id := range []uapi.LineEventID{1: uapi.LineEventRisingEdge, 2: uapi.LineEventFallingEdge} {
		if seq == 0 {
			continue
		}
		sent := uapi.LineEvent{Timestamp: 1790000000_123456789, ID: id, LineSeqno: uint32(seq)}
		w.Write((*[lineEventSize]byte)(unsafe.Pointer(&sent))[:])
		if e, err := l.Next(t.Context()); err != nil || e.Seq != uint32(seq) || e.Rising != (seq == 1) || e.Stamp.Real != int64(sent.Timestamp) {
			t.Errorf("%+v, %v; want the event %+v", e, err, sent)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := l.Next(ctx); !errors.Is(err, context.DeadlineExceeded) || l.Missed() != 0 {
		t.Errorf("no event: %v, %d missed; want the error of the context", err, l.Missed())
	}
	os.Remove(chip)
	if found, err := look(); found || !errors.Is(err, unix.ENODEV) {
		t.Errorf("a chip that was removed: %v, %v; want ENODEV", found, err)
	}
	if _, err := l.Next(t.Context()); !errors.Is(err, ErrGone) {
		t.Errorf("%v, want ErrGone", err)
	}
	l.Close()
	if _, err := l.Next(t.Context()); !errors.Is(err, ErrClosed) {
		t.Errorf("closed: %v, want ErrClosed", err)
	}
}

// A device that is not a chip refuses the request, and no descriptor remains.
func TestLineRequestOfAnotherDevice(t *testing.T) {
	l := newLine(place{"null", 0})
	if err := l.request(l.place, options{}); errors.Is(err, unix.ENOSYS) {
		t.Skip("the emulator does not know the request of ioctl")
	} else if !errors.Is(err, ErrKernel) || l.chip != "/dev/null" || l.node == nil {
		t.Errorf("%v for %s, %v; want ErrKernel for /dev/null", err, l.chip, l.node)
	}
	if err := l.request(place{"gpiochip999", 0}, options{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v, want ErrNotExist", err)
	}
	if _, err := l.Register(); err == nil {
		t.Error("/dev/null has a register")
	}
	leaks(t, "a request", func() {
		l.request(l.place, options{})
		l.Register()
	})
}

// A machine without GPIO chips.
func TestNoChips(t *testing.T) {
	if found, _ := filepath.Glob("/dev/gpiochip*"); len(found) > 0 {
		t.Skipf("this machine has %v", found)
	}
	const want = "this machine has no /dev/gpiochip*"
	if p, err := findLine("", "GPIO18"); !errors.Is(err, ErrNoChip) || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, %v; want ErrNoChip and %q", p, err, want)
	}
	a := Address{Kind: KindLine, Chip: "0", Line: "18"}
	if got, err := a.Resolve(); got != a || !errors.Is(err, ErrNoChip) {
		t.Errorf("%+v, %v; want it unchanged and ErrNoChip", got, err)
	}
}

// A network card is named by its clock, and the address of anything but a line is unchanged.
func TestResolve(t *testing.T) {
	for _, a := range []Address{
		{Kind: KindDevice, Path: "/dev/pps0"}, {Kind: KindModem, Path: "/dev/ttyS0", Signal: CTS}, {Kind: KindDiscipline, Path: "/dev/ttyS0"},
		{Kind: KindPHC, Path: "/dev/ptp0", Pin: "SDP0", Channel: 1},
	} {
		if got, err := a.Resolve(); got != a || err != nil {
			t.Errorf("%+v, %v; want %+v", got, err, a)
		}
	}
	a := Address{Kind: KindPHC, Interface: "nocard", Pin: "SDP0"}
	if got, err := a.Resolve(); got != a || err == nil {
		t.Errorf("%+v, %v; want it unchanged and an error", got, err)
	}
}

// Linux 5.11 and later has stamps of CLOCK_REALTIME.
func TestHasRealtime(t *testing.T) {
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		t.Fatal(err)
	}
	release := unix.ByteSliceToString(u.Release[:])
	if got, want := (openedChip{}).hasRealtime(), !older(release, 5, 11); got != want {
		t.Errorf("Linux %s: %v, want %v", release, got, want)
	}
}
