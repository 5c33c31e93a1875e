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

// A Device is a PPS device of the kernel, /dev/ppsN: a GPIO line of pps-gpio, DCD
// of a port with the PPS line discipline, or a clock of a network card.
type Device struct {
	source string // as the user named it
	path   string // without symbolic links
	node   os.FileInfo
	info   deviceInfo
	handle *handle
	mode   uint32 // what it captures
	offset int    // of the time-out in struct pps_fdata

	unasked int // edges in a row that were found and of which the poller had not told

	assert, clear numbering
	pending       []Edge // read and not yet given; at most one of each kind
	silent        Stamp  // when it was last seen to be there
	raw           fdata  // here, lest each fetch allocate one

	attached *attachment // by OpenDiscipline; else nil
}

// OpenDevice opens a /dev/ppsN. It captures both edges where the device can and
// this process may switch that on (CAP_SYS_TIME); else those that it already
// captures, mostly the rising ones. Captures tells which.
//
// Errors wrap fs.ErrNotExist, fs.ErrPermission, ErrNoPPS, ErrNoCapture or, unless
// WithKtimer is given, ErrKtimer, and say what to do. Linux 2.6.34 or later.
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
	info := sysInfo(sysClass, filepath.Base(real))
	if info.ktimer() && !o.ktimer {
		return nil, ErrKtimer
	}
	h, err := openHandle(real, syscall.O_RDWR)
	if errors.Is(err, syscall.EACCES) { // all but switching captures on can be done without writing
		h, err = openHandle(real, syscall.O_RDONLY)
	}
	if err != nil {
		return nil, err
	}
	d := &Device{source: path, path: real, info: info, handle: h, offset: timeoutOffset(runtime.GOARCH, machine())}
	d.node, err = h.file.Stat()
	if err == nil {
		err = h.control(d.setUp)
	}
	if err != nil {
		h.close()
		return nil, err
	}
	return d, nil
}

// setUp switches captures on, and takes note of the edges that are already past.
func (d *Device) setUp(fd uintptr) error {
	var err error
	if d.mode, err = capturing(fd); err != nil {
		return err
	}
	now, err := d.fetch(fd, 0)
	if err != nil {
		return err
	}
	d.assert.see(now.assert.seq)
	d.clear.see(now.clear.seq)
	return nil
}

// String is the source as it was opened: the path, or such as "ldisc:/dev/ttyS0".
func (d *Device) String() string { return d.source }

// Path is the device's path, without symbolic links: the one to name to others,
// such as "/dev/pps1" for a source of OpenDiscipline.
func (d *Device) Path() string { return d.path }

// Name is what the device's driver calls it, such as "pps@12.-1"; empty where
// sysfs does not tell.
func (d *Device) Name() string { return d.info.name }

// TTY is the port on whose DCD the pulse is, such as "/dev/ttyS0"; empty where it
// comes by another way.
func (d *Device) TTY() string { return d.info.path }

// Captures tells which of the two edges the device captures.
func (d *Device) Captures() (rising, falling bool) {
	return d.mode&captureAssert != 0, d.mode&captureClear != 0
}

// Missed counts the edges that a later one of the same kind had overwritten before
// they were read: the kernel keeps one of each.
func (d *Device) Missed() uint64 { return d.assert.missed + d.clear.missed }

const (
	// relook is after what time Next looks again unasked. The kernel marks an event
	// as seen for all who have the device open, so that another reader can make our
	// wake-up void. The edge is still there to fetch, with the kernel's stamp. Most
	// pulses last for some tenths of a second: were it a tenth, the look would coincide
	// with the wake-up again and again, and be taken for one that nobody had asked for.
	relook = 130 * time.Millisecond

	// bounded is how long one PPS_FETCH may wait, where others read the device, too,
	// or the runtime's poller does not take it. Nobody else can end that wait; it
	// costs a thread, and bounds how late a cancellation is.
	bounded = 50 * time.Millisecond
)

// Next waits for the next edge; see [Source].
func (d *Device) Next(ctx context.Context) (Edge, error) {
	for len(d.pending) == 0 {
		if err := d.wait(ctx); err != nil {
			return Edge{}, failed("read", d.source, err)
		}
	}
	return d.give(), nil
}

// give takes the first edge out of those that are pending.
func (d *Device) give() Edge {
	edge := d.pending[0]
	d.pending = append(d.pending[:0], d.pending[1:]...)
	return edge
}

// wait waits for an edge by the poller, or in PPS_FETCH where that is of no use.
func (d *Device) wait(ctx context.Context) error {
	if d.shared() {
		return d.handle.repeat(ctx, d.waitBounded)
	}
	unasked, err := d.handle.wait(ctx, relook, d.look)
	return d.weigh(unasked, err)
}

// shared tells whether another reader takes the wake-ups away, or there are none: not
// before sharedAfter edges in a row, since a busy machine may be late with one.
func (d *Device) shared() bool { return d.unasked >= sharedAfter }

const sharedAfter = 3

// weigh takes what the poller has told of an edge, and gives the error that is left.
func (d *Device) weigh(unasked bool, err error) error {
	switch {
	case errors.Is(err, os.ErrNoDeadline):
		d.unasked = sharedAfter
		return nil
	case err != nil: // of no edge
	case unasked:
		d.unasked++
	default:
		d.unasked = 0
	}
	return err
}

// look fetches what is new, and tells whether anything was.
func (d *Device) look(fd uintptr) (bool, error) {
	last, err := d.fetch(fd, 0)
	if err != nil {
		return false, err
	}
	now := Now()
	if d.take(last, now); len(d.pending) > 0 {
		d.silent = now
		return true, nil
	}
	return false, d.gone(now)
}

// gone fails with ENODEV once the device was removed. The kernel does not tell: on
// a descriptor that is still open there is merely never an edge again. So what was
// opened is compared with what has its path now, once in every second of silence.
func (d *Device) gone(now Stamp) error {
	if now.Sub(d.silent) < time.Second {
		return nil
	}
	d.silent = now
	if removed(d.path, d.node) {
		return syscall.ENODEV
	}
	return nil
}

// removed tells whether a path no longer leads to what it once did.
func removed(path string, was os.FileInfo) bool {
	is, err := os.Stat(path)
	if err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	return !os.SameFile(is, was)
}

// waitBounded waits in PPS_FETCH for something new. An edge that comes between the
// two calls is seen by the next look.
func (d *Device) waitBounded(fd uintptr) (bool, error) {
	if found, err := d.look(fd); found || err != nil {
		return found, err
	}
	last, err := d.fetch(fd, bounded)
	switch {
	case errors.Is(err, syscall.ETIMEDOUT):
		return false, nil
	case err != nil:
		return false, err
	}
	d.take(last, Now())
	return len(d.pending) > 0, nil
}

// take makes edges of the events that are new since the last look, the older first.
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

// fetch reads the last events; with a time-out it waits for a new one first, or
// fails with ETIMEDOUT.
func (d *Device) fetch(fd uintptr, timeout time.Duration) (capture, error) {
	d.raw = fdata{}
	if timeout > 0 {
		d.raw.setTimeout(d.offset, timeout)
	}
	if err := ioctl(fd, fetch, unsafe.Pointer(&d.raw)); err != nil {
		return capture{}, err
	}
	return d.raw.decode(), nil
}

// Close closes the device. It goes on capturing, but for one of OpenDiscipline.
func (d *Device) Close() error {
	// It returns only when no PPS_FETCH runs any more and the descriptor is closed,
	// so that the device is free to go.
	err := d.handle.close()
	if d.attached != nil {
		err = errors.Join(err, d.attached.detach())
	}
	if err != nil {
		return fmt.Errorf("close %s: %w", d.source, err)
	}
	return nil
}
