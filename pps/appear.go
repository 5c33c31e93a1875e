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

// ttyName is what the kernel calls the tty of a descriptor, such as "/dev/ttyS0",
// whatever the file is called that was opened.
func ttyName(fd int) (string, error) {
	var stat unix.Stat_t
	if err := unix.Fstat(fd, &stat); err != nil {
		return "", err
	}
	number := uint64(stat.Rdev)
	return charName(sysChar, unix.Major(number), unix.Minor(number))
}

// charName is the name of the character device of these numbers.
func charName(list string, major, minor uint32) (string, error) {
	to, err := os.Readlink(filepath.Join(list, fmt.Sprintf("%d:%d", major, minor)))
	if err != nil {
		return "", fmt.Errorf("no name for device %d:%d; is /sys mounted? %w", major, minor, bare(err))
	}
	return "/dev/" + filepath.Base(to), nil
}

// deviceOf finds the PPS device that the kernel has made for a tty. There is no
// other that names this tty: a tty has one discipline at a time.
func deviceOf(class, tty string) (string, error) {
	entries, err := os.ReadDir(class)
	if err != nil {
		return "", fmt.Errorf("no list of PPS devices; is /sys mounted? %w", bare(err))
	}
	for _, e := range entries {
		if sysInfo(class, e.Name()).path == tty {
			return "/dev/" + e.Name(), nil
		}
	}
	return "", fmt.Errorf("%w: the kernel has made no PPS device for %s", ErrNoDiscipline, tty)
}

const (
	// appearing is for how long a new device may be missing, or closed to us, as long
	// as udev has not given it to a group.
	appearing  = time.Second
	appearLook = 20 * time.Millisecond
)

// openAppearing opens a PPS device that has only just been made.
func openAppearing(path string, o options) (*Device, error) {
	for start := time.Now(); ; time.Sleep(appearLook) {
		d, err := openDevice(path, o)
		early := errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission)
		if !early || time.Since(start) > appearing {
			return d, err
		}
	}
}
