package pps

import "errors"

// Errors to test for with errors.Is. Errors of the kernel are wrapped too:
// fs.ErrPermission, fs.ErrNotExist, syscall.EBUSY.
var (
	// ErrClosed means that the source was closed.
	ErrClosed = errors.New("source is closed")

	// ErrSyntax means that the text is not the name of a source.
	ErrSyntax = errors.New("invalid source")

	// ErrKtimer means that the device is the kernel's own timer, a fake pulse unrelated
	// to true time. See [WithKtimer].
	ErrKtimer = errors.New("this is the kernel's timer (pps-ktimer), not a receiver's pulse")

	// ErrNoPPS means that the file is not a PPS device.
	ErrNoPPS = errors.New("not a PPS device")

	// ErrNoCapture means that the PPS device captures neither edge.
	ErrNoCapture = errors.New("device captures neither edge")

	// ErrNoChip means that no GPIO chip, or more than one, has this name.
	ErrNoChip = errors.New("no such GPIO chip")

	// ErrNoLine means that no GPIO chip has this line.
	ErrNoLine = errors.New("no such GPIO line")

	// ErrKernel means that the kernel is too old.
	ErrKernel = errors.New("kernel is too old")

	// ErrNoModem means that the port has no modem lines.
	ErrNoModem = errors.New("no modem lines")

	// ErrNoDiscipline means that the PPS line discipline cannot be set on the port.
	ErrNoDiscipline = errors.New("no PPS line discipline")

	// ErrNoPHC means that the network interface has no PTP hardware clock.
	ErrNoPHC = errors.New("no PTP hardware clock")

	// ErrNoExternal means that a PTP hardware clock cannot stamp external edges.
	ErrNoExternal = errors.New("no external timestamps")

	// ErrNoPin means that a network card has no such pin, or that the pin cannot stamp edges.
	ErrNoPin = errors.New("no such pin")

	// ErrGone means that the device was removed.
	ErrGone = errors.New("device is gone")
)
