// Package serialport opens a receiver's serial port. Its errors say what to do.
package serialport

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"go.bug.st/serial"
)

// ErrNoTTY is wrapped by the error for a device that exists but is not a serial port.
// It is also syscall.ENOTTY for errors.Is, by which packages that do not import this one know it.
var ErrNoTTY error = noTTY{}

type noTTY struct{}

func (noTTY) Error() string { return "not a serial port" }

func (noTTY) Is(target error) bool { return target == syscall.ENOTTY }

// Bauds are the rates that GNSS receivers can have.
var Bauds = []int{4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600}

// Likely are the rates in the order in which to try them: factory settings first, then
// what users set.
var Likely = []int{9600, 115200, 38400, 4800, 57600, 19200, 230400, 460800, 921600}

// CheckBaud returns an error for a rate that no receiver has, which is usually a typo.
func CheckBaud(baud int) error {
	if slices.Contains(Bauds, baud) {
		return nil
	}
	return fmt.Errorf("baud rate %d: expected one of %s; most receivers use 9600",
		baud, strings.Trim(fmt.Sprint(Bauds), "[]"))
}

// explain adds to an error what to do, and replaces the library's errors by those of
// the standard library.
func explain(device string, err error) error {
	if port, ok := errors.AsType[*serial.PortError](err); ok {
		switch port.Code() {
		case serial.PermissionDenied:
			err = fs.ErrPermission
		case serial.PortBusy:
			err = syscall.EBUSY
		case serial.InvalidSerialPort:
			err = ErrNoTTY
		}
	}
	if errors.Is(err, syscall.ENOTTY) || !errors.Is(err, fs.ErrPermission) && isNoDevice(device) {
		err = ErrNoTTY
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w; %s", err, present())
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w: %s", err, permit(device))
	case errors.Is(err, syscall.EBUSY) && openedHere(device) > 1: // 1 is that of this attempt
		return fmt.Errorf("%w: another clock of this refclock has it open; name another port for one of them", err)
	case errors.Is(err, syscall.EBUSY) && OtherHolders(device) != "":
		return fmt.Errorf("%w: %s has it open; stop that program, or name another port", err, OtherHolders(device))
	case errors.Is(err, syscall.EBUSY):
		return fmt.Errorf("%w: another program has it open; find it with: sudo fuser -v %s", err, device)
	case errors.Is(err, syscall.EMFILE):
		return fmt.Errorf("%w: %s", err, noDescriptors(FileLimit()))
	case errors.Is(err, syscall.ENFILE):
		return fmt.Errorf("%w: the machine has reached its limit of open files; raise it with: sudo sysctl fs.file-max=1000000", err)
	case errors.Is(err, ErrNoTTY):
		return fmt.Errorf("%w; %s", err, present())
	}
	return err
}

// isNoDevice reports whether a name is that of a file, a folder or a socket.
func isNoDevice(name string) bool {
	var file syscall.Stat_t
	return syscall.Stat(name, &file) == nil && file.Mode&syscall.S_IFMT != syscall.S_IFCHR
}

const (
	// EnoughFiles is a limit of open files with which refclock can run a hundred clocks.
	EnoughFiles = 1024

	// FilesPerClock is how many files a clock has open at most.
	FilesPerClock = 10
)

// noDescriptors explains that this process has reached its limit of open files. The Go
// runtime has already raised it to the hard limit, so in a shell only root can raise it.
func noDescriptors(limit int) string {
	if limit < EnoughFiles {
		return fmt.Sprintf("refclock has reached its limit of open files, %d; raise it with LimitNOFILE=%d in the service file, or in a shell with: sudo prlimit --nofile=%[2]d:%[2]d --pid $$", limit, EnoughFiles)
	}
	return fmt.Sprintf("refclock has reached its limit of open files, %d; with more than %d clocks, raise it with LimitNOFILE=%d in the service file; with fewer, restart refclock and report this as a bug", limit, limit/FilesPerClock, 2*limit)
}

// FileLimit returns the limit of open files of this process.
func FileLimit() int {
	var limit syscall.Rlimit
	_ = syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) // fails only for a wrong argument
	return int(min(limit.Cur, math.MaxInt32))
}

// WireBaud returns the baud rate on the wire: 0 for a receiver's native USB, where the
// rate has no meaning.
func WireBaud(device string, baud int) int {
	path, err := filepath.EvalSymlinks(device) // /dev/serial/by-id/..., /dev/gps0
	if err != nil {
		path = device
	}
	// ttyACM is the CDC ACM driver (Documentation/admin-guide/devices.txt, major 166).
	// UARTs behind a USB bridge are ttyUSB and have a wire.
	if strings.HasPrefix(filepath.Base(path), "ttyACM") {
		return 0
	}
	return baud
}
