package serialport

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/internal/process"
)

// A Holder is a process that has a port open.
type Holder struct {
	PID  int
	Name string // which the kernel shortens to 15 characters
}

func (h Holder) String() string { return fmt.Sprintf("%s (pid %d)", h.Name, h.PID) }

// Holders returns the processes that have a port open, except this one. Root sees all
// processes, other users only their own. The other end of a pseudo-terminal, such as a
// simulator, does not count: it sends what the port receives.
func Holders(device string) []Holder {
	path, err := filepath.EvalSymlinks(device)
	if err != nil {
		return nil
	}
	return holders("/proc", path)
}

func holders(proc, path string) []Holder {
	var found []Holder
	processes, _ := os.ReadDir(proc)
	for _, pid := range process.PIDs(processes) {
		folder := filepath.Join(proc, strconv.Itoa(pid))
		if pid == os.Getpid() || readers(folder, path) == 0 {
			continue
		}
		name, _ := os.ReadFile(filepath.Join(folder, "comm"))
		found = append(found, Holder{pid, string(bytes.TrimSpace(name))})
	}
	return found
}

// readers returns how many descriptors of a process refer to the device, without the one
// that a simulator needs to keep its pseudo-terminal alive.
func readers(folder, path string) int {
	n := descriptors(folder, path)
	if n > 0 && isMaster(folder, path) {
		n--
	}
	return n
}

// descriptors returns how many descriptors of a process, given by its folder of /proc,
// refer to the device.
func descriptors(folder, path string) (n int) {
	var device syscall.Stat_t
	known := syscall.Stat(path, &device) == nil && device.Mode&syscall.S_IFMT == syscall.S_IFCHR
	list, _ := os.ReadDir(filepath.Join(folder, "fd"))
	for _, d := range list {
		name := filepath.Join(folder, "fd", d.Name())
		var file syscall.Stat_t
		if known && syscall.Stat(name, &file) == nil {
			if file.Mode&syscall.S_IFMT == syscall.S_IFCHR && sameDevice(&file, &device) {
				n++
			}
			continue // whatever its path is: that may be of another container
		}
		if to, err := os.Readlink(name); err == nil && to == path {
			n++
		}
	}
	return n
}

// sameDevice reports whether two device files are one device: a container may have it
// under another name. Pseudo-terminals of different containers have the same numbers, so
// theirs must be one file.
func sameDevice(a, b *syscall.Stat_t) bool {
	// Documentation/admin-guide/devices.txt: 136-143 char Unix98 PTY slaves
	if major := unix.Major(uint64(a.Rdev)); major >= 136 && major <= 143 {
		return a.Dev == b.Dev && a.Ino == b.Ino
	}
	return a.Rdev == b.Rdev
}

// isMaster reports whether a process has the other end of a pseudo-terminal open. Its
// descriptor of /dev/ptmx has the number in /proc/PID/fdinfo:
//
//	tty-index:	3
func isMaster(folder, path string) bool {
	number, ok := strings.CutPrefix(path, "/dev/pts/")
	if !ok {
		return false
	}
	list, _ := os.ReadDir(filepath.Join(folder, "fdinfo"))
	for _, d := range list {
		text, _ := os.ReadFile(filepath.Join(folder, "fdinfo", d.Name()))
		for line := range strings.Lines(string(text)) {
			if index, ok := strings.CutPrefix(line, "tty-index:"); ok && strings.TrimSpace(index) == number {
				return true
			}
		}
	}
	return false
}

// OtherHolders returns the names of the other processes that have a port open; "" if
// none is visible.
func OtherHolders(device string) string {
	var names []string
	for _, h := range Holders(device) {
		names = append(names, h.String())
	}
	return strings.Join(names, ", ")
}

// openedHere returns how many descriptors of this process read the port.
func openedHere(device string) int {
	path, err := filepath.EvalSymlinks(device)
	if err != nil {
		return 0
	}
	return readers("/proc/self", path)
}
