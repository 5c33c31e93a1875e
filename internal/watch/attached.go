package watch

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A Process is one that has a unit mapped.
type Process struct {
	PID  int
	Name string // as the kernel shortens it, to 15 characters
}

func (p Process) String() string { return fmt.Sprintf("%s(%d)", p.Name, p.PID) }

// Attached finds the processes that have the segment with this key and id mapped,
// this one aside. The kernel says how many there are, but not which; their maps
// do, for processes that the caller may look into: all of them for root, else the
// user's own. Those that it may not are left out.
func Attached(key uint32, id int) []Process { return attached("/proc", key, id) }

func attached(proc string, key uint32, id int) []Process {
	// As fs/proc/task_mmu.c prints a mapping of ipc/shm.c:
	// 7f3c1a5d2000-7f3c1a5d3000 rw-s 00000000 00:01 32770   /SYSV4e545032 (deleted)
	// where the inode is the segment's id.
	name := []byte(fmt.Sprintf("/SYSV%08x", key))
	inode := strconv.Itoa(id)
	maps, _ := filepath.Glob(filepath.Join(proc, "[0-9]*", "maps"))
	ours, _ := os.Readlink(filepath.Join(proc, "self/ns/ipc"))
	var found []Process
	for _, path := range maps {
		// Another IPC namespace, as of a container, has the same keys and ids.
		if theirs, err := os.Readlink(filepath.Join(filepath.Dir(path), "ns/ipc")); err == nil && theirs != ours {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(text, name) {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err != nil || pid == os.Getpid() || !mapsSegment(text, name, inode) {
			continue
		}
		comm, _ := os.ReadFile(filepath.Join(filepath.Dir(path), "comm"))
		found = append(found, Process{pid, strings.TrimSpace(string(comm))})
	}
	slices.SortFunc(found, func(a, b Process) int { return a.PID - b.PID })
	return found
}

// mapsSegment tells whether one of the lines maps the segment of that name and inode.
func mapsSegment(text, name []byte, inode string) bool {
	for line := range bytes.Lines(text) {
		fields := bytes.Fields(line)
		if len(fields) > 5 && bytes.Equal(fields[5], name) && string(fields[4]) == inode {
			return true
		}
	}
	return false
}
