//go:build linux

package pps

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
	"slices"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The constants in rfc2783.go must equal those in x/sys, which are generated from the
// kernel's headers for each architecture.
var (
	_ = [1]struct{}{}[getParams-unix.PPS_GETPARAMS]
	_ = [1]struct{}{}[setParams-unix.PPS_SETPARAMS]
	_ = [1]struct{}{}[getCap-unix.PPS_GETCAP]
	_ = [1]struct{}{}[fetch-unix.PPS_FETCH]

	_ [paramsMode]byte     = [unsafe.Offsetof(unix.PPSKParams{}.Mode)]byte{}
	_ [paramsSize]byte     = [unsafe.Sizeof(unix.PPSKParams{})]byte{}
	_ [fdataClearSeq]byte  = [unsafe.Offsetof(unix.PPSKInfo{}.Clear_sequence)]byte{}
	_ [fdataAssert]byte    = [unsafe.Offsetof(unix.PPSKInfo{}.Assert_tu)]byte{}
	_ [fdataClear]byte     = [unsafe.Offsetof(unix.PPSKInfo{}.Clear_tu)]byte{}
	_ [ktimeNsec]byte      = [unsafe.Offsetof(unix.PPSKTime{}.Nsec)]byte{}
	_ [captureBoth]byte    = [3]byte{}
	_ [paramsVersion]byte  = [unsafe.Offsetof(unix.PPSKParams{}.Api_version)]byte{}
	_ [fdataAssertSeq]byte = [unsafe.Offsetof(unix.PPSKInfo{}.Assert_sequence)]byte{}
)

func TestTimeoutOffset(t *testing.T) {
	for _, c := range []struct {
		goarch, machine string
		want            int
	}{
		{"arm", "aarch64", 44}, {"arm", "armv8l", 44}, {"arm", "armv7l", 48}, {"arm", "armv6l", 48}, {"arm", "", 48},
		{"386", "i686", 44}, {"386", "x86_64", 44}, {"amd64", "x86_64", 48}, {"arm64", "aarch64", 48}, {"riscv64", "riscv64", 48},
	} {
		if got := timeoutOffset(c.goarch, c.machine); got != c.want {
			t.Errorf("%s on %s: %d, want %d", c.goarch, c.machine, got, c.want)
		}
	}
	if unsafe.Sizeof(fdata{}) < unsafe.Sizeof(unix.PPSFData{}) {
		t.Error("the kernel would write past the end")
	}
}

// filled returns a struct pps_fdata as from the kernel.
func filled(assertSeq, clearSeq uint32, assert, clear int64) *fdata {
	var f fdata
	f.fill(assertSeq, clearSeq, assert, clear)
	return &f
}

func (f *fdata) fill(assertSeq, clearSeq uint32, assert, clear int64) {
	n := binary.NativeEndian
	n.PutUint32(f[0:], assertSeq)
	n.PutUint32(f[4:], clearSeq)
	n.PutUint64(f[8:], uint64(assert/1e9))
	n.PutUint32(f[16:], uint32(assert%1e9))
	n.PutUint64(f[24:], uint64(clear/1e9))
	n.PutUint32(f[32:], uint32(clear%1e9))
	n.PutUint32(f[40:], captureBoth) // current_mode
}

func TestDecode(t *testing.T) {
	got := filled(7, 6, 1790000000_123456789, 1790000000_023456788).decode()
	want := capture{event{7, 1790000000_123456789}, event{6, 1790000000_023456788}}
	if got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestSetTimeout(t *testing.T) {
	for _, offset := range []int{timeoutAligned, timeoutPacked} {
		var f fdata
		f.setTimeout(offset, 3*time.Second+5)
		if n := binary.NativeEndian; n.Uint64(f[offset:]) != 3 || n.Uint32(f[offset+8:]) != 5 || n.Uint32(f[offset+12:]) != 0 {
			t.Errorf("at %d: % x", offset, f)
		}
	}
}

// FuzzFetch decodes results of PPS_FETCH: no edge is returned twice, each has the kernel's
// stamp, and the older is first.
func FuzzFetch(f *testing.F) {
	f.Add(filled(7, 6, 1790000000_123456789, 1790000000_023456788)[:], filled(8, 6, 1790000001_123456789, 1790000000_023456788)[:])
	f.Add(filled(0, 0, 0, 0)[:], filled(0xffffffff, 1, -5, 1<<62)[:])
	f.Fuzz(func(t *testing.T, before, after []byte) {
		var d Device
		var raw fdata
		copy(raw[:], before)
		d.take(raw.decode(), Stamp{})
		d.pending = nil
		missed := d.Missed()
		clear(raw[:])
		copy(raw[:], after)
		last := raw.decode()
		d.take(last, Stamp{Real: 1, Mono: 2})
		for _, e := range d.pending {
			want := last.clear
			if e.Rising {
				want = last.assert
			}
			if e.Stamp.Real != want.real || e.Seq != want.seq || e.Stamp.Mono != want.real+1 || e.Coarse {
				t.Errorf("%+v of %+v", e, want)
			}
		}
		if !slices.IsSortedFunc(d.pending, func(a, b Edge) int {
			if a.Stamp.Real < b.Stamp.Real {
				return -1
			}
			return 0
		}) || len(d.pending) > 2 || d.Missed() < missed {
			t.Errorf("%+v", d)
		}
		d.pending = nil
		if d.take(last, Stamp{}); len(d.pending) > 0 {
			t.Errorf("returned twice: %+v", d.pending)
		}
	})
}

// Both edges of a pulse in one look are returned in their order, whatever the polarity.
func TestDeviceTakesTheOlderFirst(t *testing.T) {
	for _, c := range []struct{ assert, clear int64 }{{100, 200}, {200, 100}} {
		var d Device
		d.assert.see(7)
		d.clear.see(7)
		d.take(capture{assert: event{8, c.assert}, clear: event{8, c.clear}}, Stamp{})
		want := []Edge{{Stamp: Stamp{100, 100}, Seq: 8, Rising: c.assert == 100}, {Stamp: Stamp{200, 200}, Seq: 8, Rising: c.assert == 200}}
		if !slices.Equal(d.pending, want) {
			t.Errorf("%+v: %+v, want %+v", c, d.pending, want)
		}
	}
}

func TestDeviceTakesNewEvents(t *testing.T) {
	const s = int64(time.Second)
	var d Device
	d.assert.see(10)
	d.clear.see(0xffffffff)
	now := Stamp{Real: 100*s + 300, Mono: 5 * s}
	d.take(capture{assert: event{11, 100*s + 7}, clear: event{0xffffffff, 99 * s}}, now)
	d.take(capture{assert: event{14, 103 * s}, clear: event{0, 102 * s}}, now)
	want := []Edge{
		{Stamp: Stamp{100*s + 7, 5*s - 293}, Seq: 11, Rising: true},
		{Stamp: Stamp{102 * s, 7*s - 300}, Seq: 0},
		{Stamp: Stamp{103 * s, 8*s - 300}, Seq: 14, Rising: true},
	}
	got := d.pending
	if len(got) == 3 {
		got = []Edge{got[0], got[1], got[2]}
		slices.SortFunc(got, func(a, b Edge) int { return int((a.Stamp.Real - b.Stamp.Real) / 1000) })
	}
	if !slices.Equal(got, want) || d.Missed() != 2 {
		t.Errorf("%+v, %d missed; want %+v, 2", got, d.Missed(), want)
	}
}

// A single fetch just before its wake-up does not make the device shared.
func TestDeviceIsSharedAfterThree(t *testing.T) {
	type event struct {
		unasked bool
		err     error
	}
	asked, unasked, cancelled, noPoller := event{}, event{unasked: true}, event{err: context.Canceled}, event{err: os.ErrNoDeadline}
	for name, c := range map[string]struct {
		events []event
		shared bool
	}{
		"a coincidence":               {events: []event{asked, unasked, asked, asked}},
		"sometimes one":               {events: []event{unasked, unasked, asked, unasked, unasked, asked}},
		"another reader":              {events: []event{unasked, unasked, unasked}, shared: true},
		"another reader, interrupted": {events: []event{unasked, cancelled, unasked, unasked}, shared: true},
		"cancelled repeatedly":        {events: []event{unasked, cancelled, cancelled, cancelled}},
		"a device without poll":       {events: []event{noPoller}, shared: true},
	} {
		var d Device
		for _, e := range c.events {
			want := e.err
			if want == os.ErrNoDeadline {
				want = nil
			}
			if err := d.countUnasked(e.unasked, e.err); err != want {
				t.Errorf("%s: %v, want %v", name, err, want)
			}
		}
		if d.shared() != c.shared {
			t.Errorf("%s: shared %v, want %v", name, d.shared(), c.shared)
		}
	}
}

func TestNumbering(t *testing.T) {
	var n numbering
	for _, c := range []struct {
		seq    uint32
		missed uint64
	}{{4294967294, 0}, {4294967295, 0}, {0, 0}, {3, 2}, {4, 2}, {4, 2}} {
		if n.see(c.seq); n.missed != c.missed {
			t.Errorf("%d: %d missed, want %d", c.seq, n.missed, c.missed)
		}
	}
}

func FuzzSysfs(f *testing.F) {
	f.Add([]byte("ktimer\n"))
	f.Add([]byte("pps@12.-1\n\x00"))
	f.Add([]byte("\x1b[2J\xff"))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, r := range attributeText(text) {
			if r < ' ' || r == 0x7f {
				t.Errorf("%q: a control character in %q", text, attributeText(text))
			}
		}
	})
}

func TestErrorsOfReading(t *testing.T) {
	err := failed("read", "/dev/pps0", unix.ENODEV)
	if !errors.Is(err, ErrGone) || !errors.Is(err, unix.ENODEV) {
		t.Errorf("%v: want ErrGone and ENODEV", err)
	}
}

// A device may capture one edge only.
func TestDeviceCaptures(t *testing.T) {
	for mode, want := range map[uint32][2]bool{0: {}, captureAssert: {true, false}, captureClear: {false, true}, captureBoth: {true, true}} {
		if rising, falling := (&Device{mode: mode}).Captures(); rising != want[0] || falling != want[1] {
			t.Errorf("mode %#x: rising %v, falling %v; want %v", mode, rising, falling, want)
		}
	}
}

// Both edges are captured if the device can and this process may enable them; else those that are
// enabled already, if any.
func TestEnableCapture(t *testing.T) {
	const other = 0x1000 // another flag of the mode, which must remain
	for name, c := range map[string]struct {
		can, mode              uint32
		getCap, getParams, set error
		want, sets             uint32
		err                    error
	}{
		"enabled already":         {can: captureBoth, mode: other | captureBoth, want: captureBoth},
		"one was enabled":         {can: captureBoth, mode: other | captureAssert, want: captureBoth, sets: other | captureBoth},
		"none was enabled":        {can: captureBoth, want: captureBoth, sets: captureBoth},
		"only one is possible":    {can: captureAssert | other, mode: 0, want: captureAssert, sets: captureAssert},
		"not permitted":           {can: captureBoth, mode: captureAssert, set: unix.EPERM, want: captureAssert, sets: captureBoth},
		"not permitted, and none": {can: captureBoth, set: unix.EPERM, err: ErrNoCapture, sets: captureBoth},
		"not possible":            {mode: other, err: ErrNoCapture},
		"not a PPS device":        {getCap: unix.ENOTTY, err: ErrNoPPS},
		"an old one":              {can: captureBoth, getParams: unix.EINVAL, err: ErrNoPPS},
		"removed":                 {getCap: unix.ENODEV, err: unix.ENODEV},
		"removed meanwhile":       {can: captureBoth, getParams: unix.ENODEV, err: unix.ENODEV},
	} {
		var sets uint32
		got, err := enableCapture(7, func(fd uintptr, request uint32, argument unsafe.Pointer) error {
			if request == unix.PPS_GETCAP {
				*(*uint32)(argument) = c.can
				return c.getCap
			}
			params := (*unix.PPSKParams)(argument)
			switch {
			case fd != 7:
				t.Errorf("%s: descriptor %d, want 7", name, fd)
			case request == unix.PPS_GETPARAMS:
				params.Mode = int32(c.mode)
				return c.getParams
			case request == unix.PPS_SETPARAMS && params.Api_version == 1:
				sets = uint32(params.Mode)
				return c.set
			default:
				t.Errorf("%s: request %#x, %+v", name, request, params)
			}
			return nil
		})
		if got != c.want || !errors.Is(err, c.err) || sets != c.sets {
			t.Errorf("%s: captures %#x, %v, after setting %#x; want %#x, %v, %#x", name, got, err, sets, c.want, c.err, c.sets)
		}
	}
}

// An edge before the device was opened is not returned, nor is it missed.
func TestDeviceSkipsThePast(t *testing.T) {
	assert, clear, fails := uint32(7), uint32(0), error(unix.EIO)
	d := Device{fetchRaw: func(_ uintptr, raw *fdata) error {
		raw.fill(assert, clear, 5*s1, 4*s1)
		return fails
	}}
	if err := d.skipPast(0); !errors.Is(err, unix.EIO) {
		t.Errorf("%v, want EIO", err)
	}
	fails = nil
	if err := d.skipPast(0); err != nil {
		t.Fatal(err)
	}
	if found, _ := d.look(0); found {
		t.Errorf("an edge of before: %+v", d.pending)
	}
	assert, clear = 9, 1
	if found, err := d.look(0); !found || err != nil || len(d.pending) != 2 || d.Missed() != 1 {
		t.Errorf("%v, %v: %+v, %d missed; want both edges, 1 missed", found, err, d.pending, d.Missed())
	}
}
