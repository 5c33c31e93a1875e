//go:build linux

package shm

import (
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// Info is the kernel's information about the segment of a unit.
type Info struct {
	Unit int
	Key  uint32
	ID   int // identifies the segment until the next boot

	Size     int    // in bytes, as requested by the creator
	Perm     uint32 // the permissions, such as 0600
	UID, GID int    // the owner
	Removed  bool   // the segment exists only until the last process detaches it

	CreatorPID int // the process that created it
	LastPID    int // the process that last attached or detached it
	Attached   int // the number of current attachments

	AttachedAt time.Time // the last attachment; zero if none
	DetachedAt time.Time // the last detachment; zero if none
	ChangedAt  time.Time // the creation, or the last change of owner or permissions
}

// String describes size, mode, owner and creator of the segment in words.
func (i Info) String() string {
	return fmt.Sprintf("the segment has %d bytes and mode %04o, is owned by %s, and was created by %s",
		i.Size, i.Perm, userName(i.UID), processName(i.CreatorPID))
}

// Info asks the kernel for information about the unit. Errors: ErrAbsent, ErrClosed.
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

// infoOf converts the kernel's struct shmid64_ds. It does not set Unit.
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

// instant converts the kernel's seconds, of which 0 means never. On 32-bit machines
// IPC_STAT returns their low 32 bits, unsigned, which suffices until 2106.
func instant(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}
