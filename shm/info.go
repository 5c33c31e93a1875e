//go:build linux

package shm

import (
	"fmt"
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
	Removed  bool   // it is kept for those only that still have it attached

	CreatorPID int // of the process that created it
	LastPID    int // of the one that attached or detached it last
	Attached   int // how many attachments there are at present

	AttachedAt time.Time // the last attachment; zero if none
	DetachedAt time.Time // the last detachment; zero if none
	ChangedAt  time.Time // when it was created, or its rights changed
}

// String tells who created the segment and how, in words.
func (i Info) String() string {
	return fmt.Sprintf("the segment has %d bytes and mode %04o, is owned by %s, and was created by %s",
		i.Size, i.Perm, userName(i.UID), processName(i.CreatorPID))
}

// Info tells what the kernel knows of the unit now. Errors: ErrAbsent, ErrClosed.
func (u *Unit) Info() (Info, error) {
	if u.gone != nil {
		return Info{}, fmt.Errorf("info: unit %d: %w", u.number, u.gone)
	}
	var d unix.SysvShmDesc
	if _, err := unix.SysvShmCtl(u.id, unix.IPC_STAT, &d); err != nil {
		return Info{}, fmt.Errorf("info: unit %d: %w", u.number, err)
	}
	info := infoOf(u.id, &d)
	info.Unit, info.Key = u.number, u.key // a removed segment has lost its key
	return info, nil
}

// infoOf reads the kernel's struct shmid64_ds, all but the unit.
func infoOf(id int, d *unix.SysvShmDesc) Info {
	return Info{
		Key: uint32(d.Perm.Key), ID: id,
		Size: int(d.Segsz), Perm: uint32(d.Perm.Mode) & rights, UID: int(d.Perm.Uid), GID: int(d.Perm.Gid),
		Removed:    d.Perm.Mode&shmDest != 0,
		CreatorPID: int(d.Cpid), LastPID: int(d.Lpid), Attached: int(d.Nattch),
		AttachedAt: instant(int64(d.Atime)), DetachedAt: instant(int64(d.Dtime)), ChangedAt: instant(int64(d.Ctime)),
	}
}

// The parts of ipc_perm.mode. From linux/stat.h and linux/shm.h:
const (
	// #define S_IRWXUGO (S_IRWXU|S_IRWXG|S_IRWXO)
	rights = 0o777

	// #define SHM_DEST 01000 /* segment will be destroyed on last detach */
	shmDest = 0o1000
)

// instant reads the kernel's seconds, of which 0 is never. Those that 32-bit
// machines get from IPC_STAT are the low 32 bits, unsigned: enough until 2106.
func instant(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}
