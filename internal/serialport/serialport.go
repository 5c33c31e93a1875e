// Package serialport opens a receiver's serial port, and says what to do where
// that fails.
package serialport

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"go.bug.st/serial"
)

// Bauds are the rates that GNSS receivers are sold with or can be set to.
var Bauds = []int{4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600}

// CheckBaud refuses a rate that no receiver has: mostly a slip of the finger.
func CheckBaud(baud int) error {
	if slices.Contains(Bauds, baud) {
		return nil
	}
	return fmt.Errorf("baud rate %d: expected one of %s; most receivers come with 9600",
		baud, strings.Trim(fmt.Sprint(Bauds), "[]"))
}

// Open opens a port at 8N1 and drops what has piled up in it: nobody knows when
// those bytes came. The port is taken for this process alone, since a second
// reader would steal half the bytes. A pseudo-terminal will do.
//
// The error wraps fs.ErrNotExist, fs.ErrPermission or syscall.EBUSY where it is
// one of these, and says what to do.
func Open(device string, baud int) (serial.Port, error) {
	if err := CheckBaud(baud); err != nil {
		return nil, err
	}
	port, err := serial.Open(device, &serial.Mode{BaudRate: baud})
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", device, explain(device, err))
	}
	if err := port.ResetInputBuffer(); err != nil {
		port.Close()
		return nil, fmt.Errorf("flush %s: %w", device, err)
	}
	return port, nil
}

// explain turns the library's error into one that names the errno and the cure.
func explain(device string, err error) error {
	var port *serial.PortError
	if !errors.As(err, &port) {
		return err
	}
	switch port.Code() {
	case serial.PortNotFound:
		return fmt.Errorf("%w; %s", fs.ErrNotExist, present())
	case serial.PermissionDenied:
		return fmt.Errorf("%w; ports mostly belong to a group: sudo usermod -aG dialout $USER, then log in again", fs.ErrPermission)
	case serial.PortBusy:
		return fmt.Errorf("%w: another program has it; find it with: sudo fuser -v %s", syscall.EBUSY, device)
	case serial.InvalidSerialPort:
		return fmt.Errorf("not a serial port; %s", present())
	}
	return err
}

// present tells which serial ports the machine has.
func present() string {
	ports, err := serial.GetPortsList()
	if err != nil || len(ports) == 0 {
		return "this machine has no serial port now; is the receiver plugged in, or the UART switched on?"
	}
	slices.Sort(ports)
	return "this machine has " + strings.Join(ports, ", ")
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

// Exists tells whether there is something at the device's path.
func Exists(device string) bool {
	_, err := os.Stat(device)
	return err == nil
}
