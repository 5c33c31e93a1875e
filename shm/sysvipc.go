//go:build linux

package shm

import (
	"fmt"
	"strconv"
	"strings"
)

// parseSysvipc parses the content of /proc/sysvipc/shm. The first line is the header
// (the lines are printed by sysvipc_shm_proc_show in the kernel's ipc/shm.c):
//
//	key shmid perms size cpid lpid nattch uid gid cuid cgid atime dtime ctime rss swap
//
// The key is a signed decimal number; perms is octal.
func parseSysvipc(text []byte) ([]Info, error) {
	_, rows, _ := strings.Cut(string(text), "\n")
	var list []Info
	for row := range strings.Lines(rows) {
		f := strings.Fields(row)
		if len(f) < 14 {
			return nil, fmt.Errorf("read %s: %d columns in %q, expected 14 or more", sysvipc, len(f), row)
		}
		var n [14]int64
		for i := range n {
			base := 10
			if i == 2 {
				base = 8
			}
			var err error
			if n[i], err = strconv.ParseInt(f[i], base, 64); err != nil {
				return nil, fmt.Errorf("read %s: %w", sysvipc, err)
			}
		}
		list = append(list, Info{
			Key: uint32(n[0]), ID: int(n[1]), Size: int(n[3]), Perm: uint32(n[2]) & rights, Removed: n[2]&shmDest != 0,
			CreatorPID: int(n[4]), LastPID: int(n[5]), Attached: int(n[6]), UID: int(n[7]), GID: int(n[8]),
			AttachedAt: instant(n[11]), DetachedAt: instant(n[12]), ChangedAt: instant(n[13]),
		})
	}
	return list, nil
}
