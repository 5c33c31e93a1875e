package serialport

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/refclock/refclock/internal/process"
)

// A Holder is a process that has a port open.
type Holder struct {
	PID  int
	Name string // which the kernel shortens to 15 characters
}

func (h Holder) String() string { return fmt.Sprintf("%s (pid %d)", h.Name, h.PID) }

// Holders returns the processes that have a port open, except this one. Root sees all
// processes, other users only their own.
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
		if pid == os.Getpid() || !holds(filepath.Join(folder, "fd"), path) {
			continue
		}
		name, _ := os.ReadFile(filepath.Join(folder, "comm"))
		found = append(found, Holder{pid, string(bytes.TrimSpace(name))})
	}
	return found
}

// holds reports whether a descriptor in a folder of /proc refers to the path.
func holds(folder, path string) bool {
	descriptors, _ := os.ReadDir(folder)
	for _, d := range descriptors {
		if to, err := os.Readlink(filepath.Join(folder, d.Name())); err == nil && to == path {
			return true
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
