package pps

import (
	"context"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// A call that signals interrupt again and again does not occupy a processor. A few
// interruptions cost no time.
func TestInterruptedCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began, calls := time.Now(), 0
		interrupted := func(until func() bool) func() syscall.Errno {
			calls = 0
			return func() syscall.Errno {
				if calls++; calls == 10_000 {
					return syscall.EBADF
				} else if until() {
					return 0
				}
				return syscall.EINTR
			}
		}
		if err := repeated(interrupted(func() bool { return calls == 4 })); err != nil || time.Since(began) != 0 {
			t.Errorf("three signals: %v after %v", err, time.Since(began))
		}
		if err := repeated(interrupted(func() bool { return calls == fewSignals })); err != nil || time.Since(began) != 0 {
			t.Errorf("%d calls: %v after %v", fewSignals, err, time.Since(began))
		}
		err := repeated(interrupted(func() bool { return time.Since(began) >= time.Second }))
		if most := fewSignals + int(time.Second/signalPause); err != nil || calls > most {
			t.Errorf("a second of signals: %v after %d calls, want at most %d", err, calls, most)
		}
		if err := repeated(func() syscall.Errno { return syscall.ENODEV }); err != syscall.ENODEV {
			t.Errorf("%v, want ENODEV unchanged", err)
		}
	})
}

// deviceBy returns a shared device, whose Next waits in PPS_FETCH, with results of a test.
func deviceBy(t *testing.T, fetch func(raw *fdata) error) *Device {
	t.Helper()
	h, _ := pipe(t)
	node, err := os.Stat(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	return &Device{
		source: "/dev/pps7", path: os.Args[0], node: node, handle: h, offset: timeoutAligned, unasked: sharedAfter,
		fetchRaw: func(_ uintptr, raw *fdata) error { return fetch(raw) },
	}
}

// PPS_FETCH that does not wait does not occupy a processor: a kernel may not find the timeout
// where this one expects it.
func TestFetchThatDoesNotWait(t *testing.T) {
	for _, result := range []error{nil, syscall.ETIMEDOUT} {
		calls := 0
		d := deviceBy(t, func(raw *fdata) error {
			if calls++; calls == 10_000 {
				return syscall.EBADF
			}
			if binary.NativeEndian.Uint32(raw[timeoutAligned+ktimeNsec:]) > 0 {
				return result
			}
			return nil
		})
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			if e, err := d.Next(ctx); !errors.Is(err, context.DeadlineExceeded) || calls > 100 {
				t.Errorf("%v: edge %v, %v after %d calls, want at most 100 a second", result, e, err, calls)
			}
		})
	}
}

// An edge that ends PPS_FETCH is returned at once.
func TestFetchThatWaits(t *testing.T) {
	d := deviceBy(t, func(raw *fdata) error {
		if binary.NativeEndian.Uint32(raw[timeoutAligned+ktimeNsec:]) > 0 {
			raw.fill(5, 0, 1_795_386_302*int64(time.Second), 0)
		}
		return nil
	})
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		if e, err := d.Next(t.Context()); err != nil || e.Seq != 5 || time.Since(began) != 0 {
			t.Errorf("%+v, %v after %v; want edge 5 at once", e, err, time.Since(began))
		}
	})
}

// An edge that is there already is returned without a wait in PPS_FETCH.
func TestFetchWithoutWait(t *testing.T) {
	d := deviceBy(t, func(raw *fdata) error {
		if binary.NativeEndian.Uint32(raw[timeoutAligned+ktimeNsec:]) > 0 {
			t.Error("PPS_FETCH waits")
		}
		raw.fill(5, 0, 1_795_386_302*int64(time.Second), 0)
		return nil
	})
	if e, err := d.Next(t.Context()); err != nil || e.Seq != 5 {
		t.Errorf("%+v, %v; want edge 5", e, err)
	}
}

// PPS_FETCH cannot be cancelled, so it waits for so short a time that Next returns within 100 ms
// after its context.
func TestFetchCancels(t *testing.T) {
	d := deviceBy(t, func(raw *fdata) error {
		wait := time.Duration(binary.NativeEndian.Uint32(raw[timeoutAligned+ktimeNsec:]))
		if time.Sleep(wait); wait > 0 {
			return syscall.ETIMEDOUT
		}
		return nil
	})
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
		defer cancel()
		began := time.Now()
		if _, err := d.Next(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) >= 100*time.Millisecond {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}

// What Next returns for each error of PPS_FETCH. An edge that was fetched before is not lost or
// repeated.
func TestFetchErrorsOfKernel(t *testing.T) {
	for _, c := range []struct {
		err  error
		gone bool
	}{
		{syscall.ENODEV, true}, {syscall.ENXIO, true}, {syscall.EIO, true}, {syscall.EIDRM, true},
		{syscall.ENOMEM, false}, {syscall.EFAULT, false}, {syscall.ENOTTY, false}, {syscall.EBADF, false},
	} {
		failed := error(nil)
		d := deviceBy(t, func(raw *fdata) error {
			binary.NativeEndian.PutUint32(raw[fdataAssertSeq:], 5)
			binary.NativeEndian.PutUint64(raw[fdataAssert:], 1_795_386_302)
			return failed
		})
		d.assert.see(4)
		if e, err := d.Next(t.Context()); err != nil || e.Seq != 5 || !e.Rising || e.Stamp.Real != 1_795_386_302*int64(time.Second) {
			t.Errorf("edge %+v, %v", e, err)
		}
		failed = c.err
		_, err := d.Next(t.Context())
		if !errors.Is(err, c.err) || errors.Is(err, ErrGone) != c.gone || !strings.HasPrefix(err.Error(), "read /dev/pps7: ") {
			t.Errorf("%v: %v, gone %v, want %v", c.err, err, errors.Is(err, ErrGone), c.gone)
		}
	}
}

// A fakePort is a modem line whose wait ends at once.
type fakePort struct {
	err   error
	every int // one wait in so many ends with a change; 0: none
	waits int
	n     uint32
}

func (p *fakePort) change() error {
	if p.waits++; p.every > 0 && p.waits%p.every == 0 {
		p.n++
	}
	return p.err
}
func (p *fakePort) count() (uint32, error) { return p.n, nil }
func (p *fakePort) level() (bool, error)   { return true, nil }

// A port whose TIOCMIWAIT returns without a change cannot report changes: it is polled, as one
// that refuses the call. Some returns without a change, as after signals, do not count.
func TestModemWaitThatDoesNotWait(t *testing.T) {
	p := &fakePort{every: 10}
	w := &modemWatch{key: modemKey{signal: DCD}, port: p, members: map[*Modem]bool{}}
	for range 10_000 {
		if err := w.wait(); err != nil {
			t.Fatalf("a change now and then: %v", err)
		}
	}
	p.every = 0
	for i := range fewIdle {
		if err := w.wait(); err != nil {
			t.Fatalf("wait %d without a change: %v", i+1, err)
		}
	}
	if err := w.wait(); !errors.Is(err, errNoReports) {
		t.Fatalf("%v after %d waits without a change, want errNoReports", err, fewIdle+1)
	}
}

// Which errors of the wait make the port polled, and which end the source.
func TestModemWaitErrorsOfKernel(t *testing.T) {
	for _, c := range []struct {
		err, want error
	}{
		{noReports(syscall.ENOTTY), errNoReports}, {noReports(syscall.Errno(515)), errNoReports},
		{noReports(syscall.EIO), syscall.EIO}, {noReports(syscall.ENODEV), syscall.ENODEV}, {noReports(syscall.ENOMEM), syscall.ENOMEM},
	} {
		w := &modemWatch{port: &fakePort{err: c.err}}
		if err := w.wait(); !errors.Is(err, c.want) {
			t.Errorf("%v, want %v", err, c.want)
		}
	}
}

// Each kind of source explains that no descriptor is left.
func TestNoDescriptors(t *testing.T) {
	for _, limit := range []struct {
		err  error
		says string
	}{{syscall.EMFILE, "LimitNOFILE="}, {syscall.ENFILE, "fs.file-max"}} {
		for _, err := range []error{
			explainDevice("/dev/pps0", limit.err), explainModem("/dev/ttyS0", limit.err), explainDiscipline("/dev/ttyS0", limit.err),
			explainLine(place{}, options{}, limit.err),
		} {
			if !errors.Is(err, limit.err) || !strings.Contains(err.Error(), limit.says) || errors.Is(err, fs.ErrPermission) {
				t.Errorf("%v, want %q", err, limit.says)
			}
		}
	}
}
