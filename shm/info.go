package shm

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Info is what the kernel knows of a unit.
type Info struct {
	Unit int
	Key  uint32
	ID   int // names the segment among all of this boot

	Size     int    // in bytes, as it was asked for
	Perm     uint32 // the rights, such as 0600
	UID, GID int    // whose it is

	CreatorPID int // of the process that created it
	LastPID    int // of the one that attached or detached it last
	Attached   int // how many attachments there are at present

	AttachedAt time.Time // the last attachment; zero if none
	DetachedAt time.Time // the last detachment; zero if none
	ChangedAt  time.Time // when it was created, or its rights changed
}

// sysvipc lists all segments, for everybody to see. Services that systemd runs
// with ProcSubset=pid do not have it.
const sysvipc = "/proc/sysvipc/shm"

// List tells which units exist on this machine, in the order of their numbers,
// whether or not the caller may use them. Those of other key bases are not seen.
// Without /proc/sysvipc/shm the ones that the caller may not read are left out.
func List(keyBase uint32) ([]Info, error) {
	text, err := os.ReadFile(sysvipc)
	if err != nil {
		return probe(keyBase), nil
	}
	var units [MaxUnit + 1]*Info
	all, err := parseSysvipc(text)
	if err != nil {
		return nil, err
	}
	for _, info := range all {
		if n := info.Key - keyBase; n <= MaxUnit {
			info.Unit = int(n)
			units[n] = &info
		}
	}
	var list []Info
	for _, info := range units {
		if info != nil {
			list = append(list, *info)
		}
	}
	return list, nil
}

// probe asks for one unit after the other.
func probe(keyBase uint32) (list []Info) {
	for n := range uint32(MaxUnit + 1) {
		id, err := lookUp(keyBase + n)
		if err != nil {
			continue
		}
		if info, err := stat(id); err == nil {
			info.Unit, info.Key = int(n), keyBase+n
			list = append(list, info)
		}
	}
	return list
}

// infoOf tells what can be known of one unit.
func infoOf(unit int, key uint32) (Info, bool) {
	list, err := List(key - uint32(unit))
	if err == nil {
		for _, info := range list {
			if info.Unit == unit {
				return info, true
			}
		}
	}
	return Info{}, false
}

// Info tells what the kernel knows of the unit now.
func (u *Unit) Info() (Info, error) {
	if u.gone != nil {
		return Info{}, fmt.Errorf("info: unit %d: %w", u.number, u.gone)
	}
	info, err := stat(u.id)
	if err != nil {
		return Info{}, fmt.Errorf("info: unit %d: %w", u.number, err)
	}
	info.Unit, info.Key = u.number, u.key
	return info, nil
}

// stat is IPC_STAT, which needs the right to read.
func stat(id int) (Info, error) {
	var d unix.SysvShmDesc
	if _, err := unix.SysvShmCtl(id, unix.IPC_STAT, &d); err != nil {
		return Info{}, err
	}
	return Info{
		ID: id, Size: int(d.Segsz), Perm: uint32(d.Perm.Mode) & 0o777, UID: int(d.Perm.Uid), GID: int(d.Perm.Gid),
		CreatorPID: int(d.Cpid), LastPID: int(d.Lpid), Attached: int(d.Nattch),
		AttachedAt: instant(int64(d.Atime)), DetachedAt: instant(int64(d.Dtime)), ChangedAt: instant(int64(d.Ctime)),
	}, nil
}

// parseSysvipc reads the kernel's table. Its first line names the columns, as
// sysvipc_shm_proc_show of ipc/shm.c prints them:
//
//	key shmid perms size cpid lpid nattch uid gid cuid cgid atime dtime ctime rss swap
//
// The key is a signed decimal number, perms are octal.
func parseSysvipc(text []byte) ([]Info, error) {
	var list []Info
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Scan() // the columns' names
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		if len(f) < 14 {
			return nil, fmt.Errorf("read %s: %d columns in %q, expected 14 or more", sysvipc, len(f), lines.Text())
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
			Key: uint32(n[0]), ID: int(n[1]), Perm: uint32(n[2]) & 0o777, Size: int(n[3]),
			CreatorPID: int(n[4]), LastPID: int(n[5]), Attached: int(n[6]), UID: int(n[7]), GID: int(n[8]),
			AttachedAt: instant(n[11]), DetachedAt: instant(n[12]), ChangedAt: instant(n[13]),
		})
	}
	return list, lines.Err()
}

// instant reads the kernel's seconds, of which 0 is never.
func instant(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}
