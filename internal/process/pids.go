// Package process finds the processes in a listing of /proc.
package process

import (
	"io/fs"
	"slices"
	"strconv"
)

// PIDs are the numbers of the processes among the entries of /proc, the lowest first.
// The other entries, which bear names, are left out.
func PIDs(proc []fs.DirEntry) []int {
	var list []int
	for _, entry := range proc {
		if pid, err := strconv.Atoi(entry.Name()); err == nil {
			list = append(list, pid)
		}
	}
	slices.Sort(list) // a folder is listed in the order of its names: 10 before 9
	return list
}
