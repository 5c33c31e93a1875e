package watch

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/refclock/refclock/internal/process"
	"github.com/refclock/refclock/shm"
)

// A Process is a process that has a unit mapped.
type Process struct {
	PID  int
	Name string // which the kernel shortens to 15 characters
}

func (p Process) String() string { return fmt.Sprintf("%s(%d)", p.Name, p.PID) }

// Attached returns the processes that have the segment with this key and id mapped,
// except this one. The kernel reports only their number, so Attached reads their maps.
// Root may read the maps of all processes, other users only those of their own.
func Attached(key uint32, id int) []Process {
	return AttachedTo([]shm.Info{{Key: key, ID: id}})[0]
}

// AttachedTo returns what Attached returns, for each of several units. It reads the maps of each
// process only once, since there may be hundreds of both.
func AttachedTo(units []shm.Info) [][]Process { return attached("/proc", os.ReadFile, units, false) }

// attached returns for each unit the processes that have it mapped, or only those that may write it.
func attached(proc string, read func(name string) ([]byte, error), units []shm.Info, writing bool) [][]Process {
	processes, _ := os.ReadDir(proc)
	ours, _ := os.Readlink(filepath.Join(proc, "self/ns/ipc"))
	found := make([][]Process, len(units))
	for _, pid := range process.PIDs(processes) {
		folder := filepath.Join(proc, strconv.Itoa(pid))
		// A container's IPC namespace may have the same keys and ids.
		if theirs, err := os.Readlink(filepath.Join(folder, "ns/ipc")); pid == os.Getpid() || err == nil && theirs != ours {
			continue
		}
		text, err := read(filepath.Join(folder, "maps"))
		if err != nil || !bytes.Contains(text, []byte(mappedName)) {
			continue
		}
		var name string
		for i, unit := range units {
			if mapped, writable := Mapping(text, unit.Key, unit.ID); !mapped || writing && !writable {
				continue
			}
			if name == "" {
				comm, _ := read(filepath.Join(folder, "comm"))
				name = strings.TrimSpace(string(comm))
			}
			found[i] = append(found[i], Process{pid, name})
		}
	}
	return found
}

// mappedName begins the name of a mapped segment.
const mappedName = "/SYSV"

// consumers are the programs that read units, and write none.
var consumers = []string{"chronyd", "ntpd"}

// IsConsumer reports whether a program of this name reads units, and writes none.
func IsConsumer(name string) bool { return slices.Contains(consumers, name) }

// Writers returns the processes that may write a unit, except this one: those that have it
// attached and are not consumers. If the maps of other users cannot be read, they are the
// process that last attached or detached the unit, and the one that created it.
func Writers(unit shm.Info) []Process { return writers("/proc", unit) }

func writers(proc string, unit shm.Info) (list []Process) {
	attached := attached(proc, os.ReadFile, []shm.Info{unit}, true)[0]
	if len(attached) == 0 { // or hidden from this user
		for _, pid := range []int{unit.LastPID, unit.CreatorPID} {
			if comm, err := os.ReadFile(filepath.Join(proc, strconv.Itoa(pid), "comm")); err == nil && pid != os.Getpid() {
				attached = append(attached, Process{pid, strings.TrimSpace(string(comm))})
			}
		}
	}
	for _, p := range attached {
		if !IsConsumer(p.Name) && !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	return list
}

// Mapping reports whether a process with these maps, of /proc/PID/maps, has the segment with
// this key and id mapped, and whether it may write it.
func Mapping(maps []byte, key uint32, id int) (mapped, writable bool) {
	// The format of fs/proc/task_mmu.c for a mapping of ipc/shm.c:
	// 7f3c1a5d2000-7f3c1a5d3000 rw-s 00000000 00:01 32770   /SYSV4e545032 (deleted)
	// The inode is the segment's id.
	name := []byte(fmt.Sprintf(mappedName+"%08x", key))
	if !bytes.Contains(maps, name) {
		return false, false // nearly all processes
	}
	inode := strconv.Itoa(id)
	for line := range bytes.Lines(maps) {
		f := bytes.Fields(line)
		if len(f) > 5 && bytes.Equal(f[5], name) && string(f[4]) == inode {
			mapped = true
			writable = writable || bytes.HasPrefix(f[1], []byte("rw"))
		}
	}
	return mapped, writable
}
