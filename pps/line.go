//go:build linux

package pps

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"

	"github.com/warthog618/go-gpiocdev"
	"github.com/warthog618/go-gpiocdev/uapi"
	"golang.org/x/sys/unix"
)

// A Line is a line of a GPIO chip by the GPIO character device, which needs neither an
// overlay nor a reboot.
//
// It uses go-gpiocdev to find and request lines, but not to watch for events: that
// watcher runs in a goroutine whose panic cannot be caught, and it spins if a chip is
// removed.
type Line struct {
	name      string
	place     place
	activeLow bool
	handle    *handle
	chip      string      // path of the chip's device
	node      os.FileInfo // that device when the line was requested
	monotonic bool        // the kernel's stamps are of CLOCK_MONOTONIC
	numbers   numbering
	event     uapi.LineEvent // the last event
}

// consumer is the name of the line's user that the kernel shows.
const consumer = "refclock"

// OpenLine requests a line as an input and watches both edges. If chip is empty, line is
// the name of a line on any chip, such as "GPIO18". Otherwise chip is a number ("0"), a
// name ("gpiochip0") or a label ("pinctrl-bcm2711"), and line is the offset in the chip
// as a decimal number.
//
// Errors wrap ErrNoChip, ErrNoLine, ErrKernel, fs.ErrPermission, or syscall.EBUSY with
// the name of the line's user, and explain what to do. Since Linux 5.11 stamps are of
// CLOCK_REALTIME. Linux 5.10 stamps with CLOCK_MONOTONIC, from which Real is calculated;
// see Converted. Older kernels are not supported.
func OpenLine(chip, line string, list ...Option) (*Line, error) {
	place, err := findLine(chip, line)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", lineName(chip, line), err)
	}
	l, options := newLine(place), collect(list)
	l.activeLow = options.activeLow
	if err := l.request(place, options); err != nil {
		return nil, fmt.Errorf("open %s: %w", l.name, err)
	}
	return l, nil
}

// newLine returns a Line that counts from 0, as the kernel does after a request.
func newLine(p place) *Line {
	l := &Line{name: p.String(), place: p}
	l.numbers.see(0)
	return l
}

// lineName returns the source as the caller named it.
func lineName(chip, line string) string {
	if chip == "" {
		return "gpio:" + line
	}
	return "gpio:" + chip + ":" + line
}

// request requests the line from its chip.
func (l *Line) request(p place, o options) error {
	chip, err := openChip(p.chip)
	if err != nil {
		return err
	}
	defer chip.close()
	l.chip = chip.file.Name()
	if l.node, err = chip.file.Stat(); err != nil {
		return err
	}
	request := newRequest(p.offset, o)
	err = l.ask(&request, chip.hasRealtime, func() (errno syscall.Errno) {
		if err := uapi.GetLine(chip.fd(), &request); err != nil && !errors.As(err, &errno) {
			return unix.EIO
		}
		return errno
	})
	if err != nil {
		return explainLine(p, o, err)
	}
	fd := int(request.Fd)
	if err := unix.SetNonblock(fd, true); err != nil {
		unix.Close(fd)
		return err
	}
	if l.handle, err = newHandle(fd, l.name); err != nil {
		return err
	}
	return l.handle.prepare(o)
}

// ask makes the request of the kernel with get, which a test replaces: without stamps of
// CLOCK_REALTIME if the kernel does not support them.
func (l *Line) ask(request *uapi.LineRequest, hasRealtime func() bool, get func() syscall.Errno) error {
	err := repeated(get)
	if errors.Is(err, unix.EINVAL) && !hasRealtime() {
		l.monotonic = true
		request.Config.Flags &^= uapi.LineFlagV2EventClockRealtime
		err = repeated(get)
	}
	return err
}

// newRequest is for both edges of a line. The kernel then buffers 16 events.
func newRequest(offset int, o options) uapi.LineRequest {
	flags := uapi.LineFlagV2Input | uapi.LineFlagV2EdgeBoth | uapi.LineFlagV2EventClockRealtime
	if o.activeLow {
		flags |= uapi.LineFlagV2ActiveLow
	}
	switch o.bias {
	case BiasDisabled:
		flags |= uapi.LineFlagV2BiasDisabled
	case BiasPullUp:
		flags |= uapi.LineFlagV2BiasPullUp
	case BiasPullDown:
		flags |= uapi.LineFlagV2BiasPullDown
	}
	request := uapi.LineRequest{Lines: 1, Config: uapi.LineConfig{Flags: flags}}
	request.Offsets[0] = uint32(offset)
	copy(request.Consumer[:len(request.Consumer)-1], consumer)
	return request
}

// String returns the source in full, such as "gpio:gpiochip0:18".
func (l *Line) String() string { return l.name }

// Converted reports whether the kernel stamps with CLOCK_MONOTONIC. Stamp.Real is then
// calculated, which adds an error of some microseconds.
func (l *Line) Converted() bool { return l.monotonic }

// Missed returns the number of events for which the kernel's buffer was full.
func (l *Line) Missed() uint64 { return l.numbers.missed }

// checkChip is how often Next checks that the chip is present while there is no edge.
// Linux 6.12 ends a wait for a line when its chip is removed; 6.1 does not.
const checkChip = time.Second

// Next waits for the next edge; see [Source].
func (l *Line) Next(ctx context.Context) (Edge, error) {
	if _, err := l.handle.wait(ctx, checkChip, l.look); err != nil {
		return Edge{}, failed("read", l.name, err)
	}
	return l.take(), nil
}

// look reads the next event, and reports whether there was one.
func (l *Line) look(fd uintptr) (bool, error) {
	if found, err := readEvent(fd, &l.event); found || err != nil {
		return found, err
	}
	if removed(l.chip, l.node) {
		return false, syscall.ENODEV
	}
	return false, nil
}

// take returns the edge of the event that was read last.
func (l *Line) take() Edge {
	l.numbers.see(l.event.LineSeqno)
	return l.edge(l.event)
}

// edge converts the kernel's event to an edge.
func (l *Line) edge(event uapi.LineEvent) Edge {
	complete := fromReal
	if l.monotonic {
		complete = fromMono
	}
	stamp := complete(int64(event.Timestamp), Now())
	return Edge{Stamp: stamp, Seq: event.LineSeqno, Rising: event.ID == uapi.LineEventRisingEdge}
}

// Close releases the line.
func (l *Line) Close() error { return l.handle.close() }

// explainLine adds a hint to an error of requesting a line.
func explainLine(p place, o options, err error) error {
	switch {
	case errors.Is(err, syscall.EBUSY):
		return busy(p, err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w; %s", err, joinGPIO)
	case errors.Is(err, syscall.ENOTTY), errors.Is(err, syscall.EINVAL) && o.bias == BiasAsIs:
		return fmt.Errorf("%w for GPIO events, or the chip has no interrupt for this line: %w; use Linux 5.10 or later, "+
			"or the pps-gpio overlay and /dev/pps0", ErrKernel, err)
	case errors.Is(err, syscall.ENXIO), errors.Is(err, syscall.EOPNOTSUPP), errors.Is(err, syscall.EINVAL):
		return fmt.Errorf("%w: the chip does not support edges on this line, or this pull resistor", err)
	}
	return explainFiles(err)
}

// busy adds the user of the line to an error.
func busy(p place, err error) error {
	who := "another program"
	if chip, e := gpiocdev.NewChip(p.chip); e == nil {
		defer chip.Close()
		if info, e := chip.LineInfo(p.offset); e == nil && info.Consumer != "" {
			who = fmt.Sprintf("%q", info.Consumer)
		}
	}
	return fmt.Errorf("%w: the line is used by %s; if that is the kernel's pps-gpio, use /dev/pps0 instead; %s", err, who, presentDevices())
}
