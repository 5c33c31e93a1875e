//go:build linux

package pps

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
	"unsafe"
)

// A Device is a PPS device of the kernel, /dev/ppsN: a GPIO line of pps-gpio, DCD of a
// port with the PPS line discipline, or the clock of a network card.
type Device struct {
	source string // as the caller named it
	path   string // without symbolic links
	node   os.FileInfo
	info   DeviceInfo
	handle *handle
	mode   uint32 // edges that it captures
	offset int    // of the timeout in struct pps_fdata

	unasked int // edges in a row that were found without a wake-up

	assert, clear numbering
	pending       []Edge // read but not returned yet; at most one of each kind
	checked       Stamp  // when the device last had an edge or was found present
	raw           fdata  // a field, so that fetch does not allocate

	fetchRaw func(fd uintptr, raw *fdata) error // fetchRaw, or that of a test

	attached *attachment // of OpenDiscipline, else nil
}

// OpenDevice opens a /dev/ppsN. It captures both edges if the device supports it and
// this process may enable it (CAP_SYS_TIME). Otherwise it captures the edges that are
// enabled already, usually the rising ones; see Captures.
//
// Errors wrap fs.ErrNotExist, fs.ErrPermission, ErrNoPPS, ErrNoCapture or, without
// WithKtimer, ErrKtimer, and explain what to do. It needs Linux 2.6.34.
func OpenDevice(path string, options ...Option) (*Device, error) {
	d, err := openDevice(path, collect(options))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, explainDevice(path, err))
	}
	return d, nil
}

func openDevice(path string, o options) (*Device, error) {
	real, err := filepath.EvalSymlinks(path) // such as /dev/gpspps0
	if err != nil {
		return nil, bare(err)
	}
	info := ReadDevice(os.DirFS(SysClass), filepath.Base(real))
	if info.IsTimer() && !o.ktimer {
		return nil, ErrKtimer
	}
	h, err := openHandle(real, syscall.O_RDWR)
	if errors.Is(err, syscall.EACCES) { // only enableCapture needs to write
		h, err = openHandle(real, syscall.O_RDONLY)
	}
	if err != nil {
		return nil, err
	}
	d := &Device{source: path, path: real, info: info, handle: h, offset: timeoutOffset(runtime.GOARCH, machine()), fetchRaw: fetchRaw}
	d.node, err = h.file.Stat()
	if err == nil {
		err = h.control(d.setUp)
	}
	if err == nil {
		err = h.prepare(o)
	}
	if err != nil {
		h.close()
		return nil, err
	}
	return d, nil
}

// setUp prepares the device for Next.
func (d *Device) setUp(fd uintptr) error {
	var err error
	if d.mode, err = enableCapture(fd, ioctl); err != nil {
		return err
	}
	return d.skipPast(fd)
}

// skipPast skips the edges that are already past.
func (d *Device) skipPast(fd uintptr) error {
	now, err := d.fetch(fd, 0)
	if err != nil {
		return err
	}
	d.assert.see(now.assert.seq)
	d.clear.see(now.clear.seq)
	return nil
}

// String returns the source as it was opened: a path, or a name such as
// "ldisc:/dev/ttyS0".
func (d *Device) String() string { return d.source }

// Path returns the device's path without symbolic links, such as "/dev/pps1" for a source
// of OpenDiscipline.
func (d *Device) Path() string { return d.path }

// Name returns the driver's name for the device, such as "pps@12.-1", or "" if sysfs does
// not have it.
func (d *Device) Name() string { return d.info.Name }

// TTY returns the port whose DCD carries the pulse, such as "/dev/ttyS0", or "" for other
// devices.
func (d *Device) TTY() string { return d.info.TTY }

// Captures reports which of the two edges the device captures.
func (d *Device) Captures() (rising, falling bool) {
	return d.mode&captureAssert != 0, d.mode&captureClear != 0
}

// Missed returns the number of edges that the kernel overwrote before they were read: it
// keeps only the last edge of each kind.
func (d *Device) Missed() uint64 { return d.assert.missed + d.clear.missed }

const (
	// recheck is how long Next waits for a wake-up before it fetches anyway. The kernel
	// marks an event as seen for all readers of the device, so another reader can take
	// our wake-up. The edge can still be fetched, with the kernel's stamp. Most pulses
	// last some tenths of a second: with 100 ms, the fetch would often coincide with the
	// wake-up, and the edge would be counted as found without a wake-up.
	recheck = 130 * time.Millisecond

	// maxFetch is how long one PPS_FETCH may wait if there are other readers, or the
	// runtime's poller does not support the device. The wait cannot be ended earlier: it
	// blocks a thread and delays cancellation.
	maxFetch = 50 * time.Millisecond
)

// Next waits for the next edge; see [Source].
func (d *Device) Next(ctx context.Context) (Edge, error) {
	for len(d.pending) == 0 {
		if err := d.wait(ctx); err != nil {
			return Edge{}, failed("read", d.source, err)
		}
	}
	return d.shift(), nil
}

// shift removes and returns the first pending edge.
func (d *Device) shift() Edge {
	edge := d.pending[0]
	d.pending = append(d.pending[:0], d.pending[1:]...)
	return edge
}

// wait waits for an edge by the poller, or in PPS_FETCH if the poller does not work.
func (d *Device) wait(ctx context.Context) error {
	if d.shared() {
		return d.handle.repeat(ctx, d.waitBounded)
	}
	unasked, err := d.handle.wait(ctx, recheck, d.look)
	return d.countUnasked(unasked, err)
}

// shared reports whether another reader takes the wake-ups, or there are none. It needs
// sharedAfter edges in a row, since a busy machine may be late with one.
func (d *Device) shared() bool { return d.unasked >= sharedAfter }

const sharedAfter = 3

// countUnasked counts edges without a wake-up, and returns the error that remains.
func (d *Device) countUnasked(unasked bool, err error) error {
	switch {
	case errors.Is(err, os.ErrNoDeadline):
		d.unasked = sharedAfter
		return nil
	case err != nil: // no edge
	case unasked:
		d.unasked++
	default:
		d.unasked = 0
	}
	return err
}

// look fetches new edges, and reports whether there were any.
func (d *Device) look(fd uintptr) (bool, error) {
	last, err := d.fetch(fd, 0)
	if err != nil {
		return false, err
	}
	now := Now()
	if d.take(last, now); len(d.pending) > 0 {
		d.checked = now
		return true, nil
	}
	return false, d.gone(now)
}

// gone returns ENODEV if the device was removed. The kernel does not report it: an open
// descriptor just never has another edge. So once per second of silence, the opened file
// is compared with the one that has its path now.
func (d *Device) gone(now Stamp) error {
	if now.Sub(d.checked) < time.Second {
		return nil
	}
	d.checked = now
	if removed(d.path, d.node) {
		return syscall.ENODEV
	}
	return nil
}

// removed reports whether a path no longer leads to the same file.
func removed(path string, was os.FileInfo) bool {
	is, err := os.Stat(path)
	if err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	return !os.SameFile(is, was)
}

// waitBounded waits in PPS_FETCH for a new edge. The next look finds an edge between the
// two calls.
func (d *Device) waitBounded(fd uintptr) (bool, error) {
	if found, err := d.look(fd); found || err != nil {
		return found, err
	}
	began := time.Now()
	last, err := d.fetch(fd, maxFetch)
	switch {
	case errors.Is(err, syscall.ETIMEDOUT):
	case err != nil:
		return false, err
	default:
		d.take(last, Now())
	}
	if len(d.pending) > 0 {
		return true, nil
	}
	// A kernel that expects the timeout elsewhere does not wait. The kernel keeps the next
	// edge and its stamp meanwhile.
	time.Sleep(maxFetch - time.Since(began))
	return false, nil
}

// take appends the events that are new since the last look, the older first.
func (d *Device) take(last capture, now Stamp) {
	add := func(n *numbering, e event, rising bool) {
		if e.seq != n.last {
			n.see(e.seq)
			d.pending = append(d.pending, Edge{Stamp: fromReal(e.real, now), Seq: e.seq, Rising: rising})
		}
	}
	add(&d.assert, last.assert, true)
	add(&d.clear, last.clear, false)
	if p := d.pending; len(p) == 2 && p[1].Stamp.Real < p[0].Stamp.Real {
		p[0], p[1] = p[1], p[0]
	}
}

// fetch reads the last events. With a timeout, it first waits for a new one, or fails
// with ETIMEDOUT.
func (d *Device) fetch(fd uintptr, timeout time.Duration) (capture, error) {
	d.raw = fdata{}
	if timeout > 0 {
		d.raw.setTimeout(d.offset, timeout)
	}
	if err := d.fetchRaw(fd, &d.raw); err != nil {
		return capture{}, err
	}
	return d.raw.decode(), nil
}

func fetchRaw(fd uintptr, raw *fdata) error { return ioctl(fd, fetch, unsafe.Pointer(raw)) }

// Close closes the device. The kernel continues to capture, except for OpenDiscipline.
func (d *Device) Close() error {
	// It returns when no PPS_FETCH is running and the descriptor is closed, so that the
	// device can be removed.
	err := d.handle.close()
	if d.attached != nil {
		err = errors.Join(err, d.attached.detach())
	}
	if err != nil {
		return fmt.Errorf("close %s: %w", d.source, err)
	}
	return nil
}
