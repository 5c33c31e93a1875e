package pps

import "errors"

// What a caller decides on, by errors.Is. Where the kernel refuses, its own error
// is wrapped too: fs.ErrPermission, fs.ErrNotExist, syscall.EBUSY.
var (
	// ErrClosed: the source was closed.
	ErrClosed = errors.New("source is closed")

	// ErrSyntax: the text names no source.
	ErrSyntax = errors.New("no name of a source")

	// ErrKtimer: the device is the kernel's own timer, a fake pulse that knows nothing
	// of the time. See [WithKtimer].
	ErrKtimer = errors.New("it is the kernel's timer (pps-ktimer), not a receiver's pulse")

	// ErrNoPPS: the file is there, and is no PPS device.
	ErrNoPPS = errors.New("not a PPS device")

	// ErrNoCapture: the PPS device captures neither edge.
	ErrNoCapture = errors.New("it captures neither edge")

	// ErrNoChip: this machine has no such GPIO chip, or several to which the name fits.
	ErrNoChip = errors.New("no such GPIO chip")

	// ErrNoLine: no GPIO chip has such a line.
	ErrNoLine = errors.New("no such GPIO line")

	// ErrKernel: the running kernel is too old.
	ErrKernel = errors.New("the kernel is too old")

	// ErrNoModem: the port has no modem lines, or cannot tell when they change.
	ErrNoModem = errors.New("no modem lines")

	// ErrNoDiscipline: the PPS line discipline cannot be put on the port.
	ErrNoDiscipline = errors.New("no PPS line discipline")

	// ErrGone: the device was removed.
	ErrGone = errors.New("the device is gone")
)
