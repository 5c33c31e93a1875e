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

// A Line is a line of a GPIO chip, taken by the GPIO character device, which wants
// neither an overlay nor a reboot.
//
// Of go-gpiocdev it uses what finds and requests lines, and not the watcher that
// would read their events: that one runs in a goroutine whose panic nobody can
// catch, and spins where a chip is removed.
type Line struct {
	name      string
	handle    *handle
	chip      string      // its device
	node      os.FileInfo // which it was when the line was taken
	monotonic bool        // the kernel's stamps are
	numbers   numbering
	event     uapi.LineEvent // the last
}

// consumer is what the kernel tells others who ask who has the line.
const consumer = "refclock"

// OpenLine takes a line as an input and watches both of its edges. The chip is
// named by number ("0"), name ("gpiochip0") or label ("pinctrl-bcm2711"); where it
// is empty, the line is the one of that name ("GPIO18") on any chip, else the
// offset within the chip, as a decimal number.
//
// Errors wrap ErrNoChip, ErrNoLine, ErrKernel, fs.ErrPermission, or syscall.EBUSY
// with the name of who has the line, and say what to do. Stamps are of
// CLOCK_REALTIME from Linux 5.11. Linux 5.10 stamps with CLOCK_MONOTONIC; these are
// converted by one look at both clocks, see Converted. Older kernels are refused.
func OpenLine(chip, line string, list ...Option) (*Line, error) {
	place, err := findLine(chip, line)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", lineName(chip, line), err)
	}
	l := newLine(place)
	if err := l.request(place, collect(list)); err != nil {
		return nil, fmt.Errorf("open %s: %w", l.name, err)
	}
	return l, nil
}

// newLine counts from 0, as the kernel does when the line is requested.
func newLine(p place) *Line {
	l := &Line{name: p.String()}
	l.numbers.see(0)
	return l
}

// lineName is the source as the user named it.
func lineName(chip, line string) string {
	if chip == "" {
		return "gpio:" + line
	}
	return "gpio:" + chip + ":" + line
}

// request takes the line from its chip.
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
	err = uapi.GetLine(chip.fd(), &request)
	if errors.Is(err, unix.EINVAL) && !chip.knowsRealtime() {
		l.monotonic = true
		request.Config.Flags &^= uapi.LineFlagV2EventClockRealtime
		err = uapi.GetLine(chip.fd(), &request)
	}
	if err != nil {
		return explainLine(p, o, err)
	}
	fd := int(request.Fd)
	if err := unix.SetNonblock(fd, true); err != nil {
		unix.Close(fd)
		return err
	}
	l.handle, err = newHandle(fd, l.name)
	return err
}

// newRequest asks for both edges of a line. The kernel then keeps 16 events for us.
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

// String is the source in full, such as "gpio:gpiochip0:18".
func (l *Line) String() string { return l.name }

// Converted tells that the kernel stamps by CLOCK_MONOTONIC, which was converted:
// the stamps are some microseconds less certain than the kernel's own.
func (l *Line) Converted() bool { return l.monotonic }

// Missed counts the events for which the kernel had no more room.
func (l *Line) Missed() uint64 { return l.numbers.missed }

// chipLook is how often Next looks whether the chip is still there, while there is no
// edge. Linux 6.12 wakes who waits for a line of a chip that goes; 6.1 leaves him
// to wait for ever.
const chipLook = time.Second

// Next waits for the next edge; see [Source].
func (l *Line) Next(ctx context.Context) (Edge, error) {
	if _, err := l.handle.wait(ctx, chipLook, l.look); err != nil {
		return Edge{}, failed("read", l.name, err)
	}
	return l.take(), nil
}

// look reads the next event, and tells whether there was one.
func (l *Line) look(fd uintptr) (bool, error) {
	if found, err := readEvent(fd, &l.event); found || err != nil {
		return found, err
	}
	if removed(l.chip, l.node) {
		return false, syscall.ENODEV
	}
	return false, nil
}

// take makes an edge of the event that was read.
func (l *Line) take() Edge {
	l.numbers.see(l.event.LineSeqno)
	return l.edge(l.event)
}

// edge gives the kernel's event as an edge.
func (l *Line) edge(event uapi.LineEvent) Edge {
	complete := fromReal
	if l.monotonic {
		complete = fromMono
	}
	stamp := complete(int64(event.Timestamp), Now())
	return Edge{Stamp: stamp, Seq: event.LineSeqno, Rising: event.ID == uapi.LineEventRisingEdge}
}

// Close gives the line back to the kernel.
func (l *Line) Close() error { return l.handle.close() }

// explainLine adds to an error of taking a line what to do about it.
func explainLine(p place, o options, err error) error {
	switch {
	case errors.Is(err, syscall.EBUSY):
		return busy(p, err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w; %s", err, joinGPIO)
	case errors.Is(err, syscall.ENOTTY), errors.Is(err, syscall.EINVAL) && o.bias == BiasAsIs:
		return fmt.Errorf("%w for events of GPIO lines, or the chip has no interrupt for this line: %w; expected Linux 5.10 or later, "+
			"else use the pps-gpio overlay and /dev/pps0", ErrKernel, err)
	case errors.Is(err, syscall.ENXIO), errors.Is(err, syscall.EOPNOTSUPP), errors.Is(err, syscall.EINVAL):
		return fmt.Errorf("%w: the chip cannot watch this line's edges, or has no such pull resistor", err)
	}
	return err
}

// busy names who has the line.
func busy(p place, err error) error {
	who := "another user"
	if chip, e := gpiocdev.NewChip(p.chip); e == nil {
		defer chip.Close()
		if info, e := chip.LineInfo(p.offset); e == nil && info.Consumer != "" {
			who = fmt.Sprintf("%q", info.Consumer)
		}
	}
	return fmt.Errorf("%w: the line is held by %s; if that is the kernel's pps-gpio, use /dev/pps0 instead; %s", err, who, presentDevices())
}
