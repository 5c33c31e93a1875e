// Package serialport opens a receiver's serial port, and says what to do where
// that fails.
package serialport

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"go.bug.st/serial"
)

// ErrNoTTY is wrapped by the error of a device that is there, and is no serial port.
var ErrNoTTY = errors.New("not a serial port")

// Bauds are the rates that GNSS receivers are sold with or can be set to.
var Bauds = []int{4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600}

// Likely are the rates in the order in which to look for a receiver's: what their makers set,
// then what their owners do.
var Likely = []int{9600, 115200, 38400, 4800, 57600, 19200, 230400, 460800, 921600}

// CheckBaud refuses a rate that no receiver has: mostly a slip of the finger.
func CheckBaud(baud int) error {
	if slices.Contains(Bauds, baud) {
		return nil
	}
	return fmt.Errorf("baud rate %d: expected one of %s; most receivers come with 9600",
		baud, strings.Trim(fmt.Sprint(Bauds), "[]"))
}

// explain adds to an error what to do about it, and gives the library's errors
// the names that the rest of Go knows them by.
func explain(device string, err error) error {
	var port *serial.PortError
	if errors.As(err, &port) {
		switch port.Code() {
		case serial.PortNotFound:
			err = fs.ErrNotExist
		case serial.PermissionDenied:
			err = fs.ErrPermission
		case serial.PortBusy:
			err = syscall.EBUSY
		case serial.InvalidSerialPort:
			err = ErrNoTTY
		}
	}
	if errors.Is(err, syscall.EISDIR) {
		err = ErrNoTTY
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w; %s", err, present())
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w; ports mostly belong to a group: sudo usermod -aG dialout $USER, then log in again", err)
	case errors.Is(err, syscall.EBUSY) && Rivals(device) != "":
		return fmt.Errorf("%w: %s has it; stop that program, or name another port", err, Rivals(device))
	case errors.Is(err, syscall.EBUSY):
		return fmt.Errorf("%w: another program has it; find it with: sudo fuser -v %s", err, device)
	case errors.Is(err, ErrNoTTY):
		return fmt.Errorf("%w; %s", err, present())
	}
	return err
}

// WireBaud is the baud rate at which bytes really travel to the port: 0 for a
// receiver's native USB, where the rate is a number without a meaning.
func WireBaud(device string, baud int) int {
	path, err := filepath.EvalSymlinks(device) // /dev/serial/by-id/..., /dev/gps0
	if err != nil {
		path = device
	}
	// The CDC ACM driver names its ports so (Documentation/admin-guide/devices.txt,
	// major 166); UARTs behind a USB bridge are ttyUSB and have a wire.
	if strings.HasPrefix(filepath.Base(path), "ttyACM") {
		return 0
	}
	return baud
}
