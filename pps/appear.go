//go:build linux

package pps

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// sysChar is where the kernel lists character devices by their numbers.
const sysChar = "/sys/dev/char"

// ttyName returns the kernel's name of the tty of a descriptor, such as "/dev/ttyS0". The
// file that was opened may have another name.
func ttyName(fd int) (string, error) {
	var stat unix.Stat_t
	if err := unix.Fstat(fd, &stat); err != nil {
		return "", err
	}
	number := uint64(stat.Rdev)
	return charName(sysChar, unix.Major(number), unix.Minor(number))
}

// charName returns the name of the character device with these numbers.
func charName(list string, major, minor uint32) (string, error) {
	to, err := os.Readlink(filepath.Join(list, fmt.Sprintf("%d:%d", major, minor)))
	if err != nil {
		return "", fmt.Errorf("no name for device %d:%d; is /sys mounted? %w", major, minor, bare(err))
	}
	return "/dev/" + filepath.Base(to), nil
}

// deviceOf finds the PPS device that the kernel created for a tty. There is at most one,
// since a tty has one line discipline at a time.
func deviceOf(class, tty string) (string, error) {
	devices, err := Devices(os.DirFS(class))
	if err != nil {
		return "", fmt.Errorf("cannot list PPS devices; is /sys mounted? %w", bare(err))
	}
	for _, d := range devices {
		if d.TTY == tty {
			return d.Path, nil
		}
	}
	return "", fmt.Errorf("%w: the kernel created no PPS device for %s", ErrNoDiscipline, tty)
}

const (
	// appearTimeout is how long to wait for a new device to appear, and for udev to
	// assign it to a group.
	appearTimeout = time.Second
	appearPoll    = 20 * time.Millisecond
)

// openAppearing opens a PPS device that was created just now.
func openAppearing(path string, o options) (*Device, error) {
	for start := time.Now(); ; time.Sleep(appearPoll) {
		d, err := openDevice(path, o)
		early := errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission)
		if !early || time.Since(start) > appearTimeout {
			return d, err
		}
	}
}
