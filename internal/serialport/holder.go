package serialport

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A Holder is a process that has a port open.
type Holder struct {
	PID  int
	Name string // as the kernel shortens it, to 15 characters
}

func (h Holder) String() string { return fmt.Sprintf("%s (pid %d)", h.Name, h.PID) }

// Holders finds the processes that have a port open, this one aside: those that the
// caller may look into, which are all of them for root, else the user's own.
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
	for _, p := range processes {
		pid, err := strconv.Atoi(p.Name())
		if err != nil || pid == os.Getpid() || !holds(filepath.Join(proc, p.Name(), "fd"), path) {
			continue
		}
		name, _ := os.ReadFile(filepath.Join(proc, p.Name(), "comm"))
		found = append(found, Holder{pid, string(bytes.TrimSpace(name))})
	}
	slices.SortFunc(found, func(a, b Holder) int { return a.PID - b.PID })
	return found
}

// holds tells whether one of the descriptors in a folder of /proc is the path's.
func holds(folder, path string) bool {
	descriptors, _ := os.ReadDir(folder)
	for _, d := range descriptors {
		if to, err := os.Readlink(filepath.Join(folder, d.Name())); err == nil && to == path {
			return true
		}
	}
	return false
}

// Rivals says in words who else has a port open; nothing if nobody is seen to.
func Rivals(device string) string {
	var names []string
	for _, h := range Holders(device) {
		names = append(names, h.String())
	}
	return strings.Join(names, ", ")
}
