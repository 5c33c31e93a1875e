package watch

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/refclock/refclock/internal/process"
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
func Attached(key uint32, id int) []Process { return attached("/proc", key, id) }

func attached(proc string, key uint32, id int) []Process {
	// The format of fs/proc/task_mmu.c for a mapping of ipc/shm.c:
	// 7f3c1a5d2000-7f3c1a5d3000 rw-s 00000000 00:01 32770   /SYSV4e545032 (deleted)
	// The inode is the segment's id.
	name := []byte(fmt.Sprintf("/SYSV%08x", key))
	inode := strconv.Itoa(id)
	processes, _ := os.ReadDir(proc)
	ours, _ := os.Readlink(filepath.Join(proc, "self/ns/ipc"))
	var found []Process
	for _, pid := range process.PIDs(processes) {
		folder := filepath.Join(proc, strconv.Itoa(pid))
		// A container's IPC namespace may have the same keys and ids.
		if theirs, err := os.Readlink(filepath.Join(folder, "ns/ipc")); err == nil && theirs != ours {
			continue
		}
		text, err := os.ReadFile(filepath.Join(folder, "maps"))
		if err != nil || !bytes.Contains(text, name) || pid == os.Getpid() || !mapsSegment(text, name, inode) {
			continue
		}
		comm, _ := os.ReadFile(filepath.Join(folder, "comm"))
		found = append(found, Process{pid, strings.TrimSpace(string(comm))})
	}
	return found
}

// mapsSegment reports whether a line maps the segment with that name and inode.
func mapsSegment(text, name []byte, inode string) bool {
	for line := range bytes.Lines(text) {
		fields := bytes.Fields(line)
		if len(fields) > 5 && bytes.Equal(fields[5], name) && string(fields[4]) == inode {
			return true
		}
	}
	return false
}
