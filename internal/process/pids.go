// Package process finds the processes in a listing of /proc.
package process

import (
	"io/fs"
	"slices"
	"strconv"
)

// PIDs returns the process IDs among the entries of /proc, in ascending order.
func PIDs(proc []fs.DirEntry) []int {
	var list []int
	for _, entry := range proc {
		if pid, err := strconv.Atoi(entry.Name()); err == nil {
			list = append(list, pid)
		}
	}
	slices.Sort(list) // entries are sorted by name: 10 before 9
	return list
}
