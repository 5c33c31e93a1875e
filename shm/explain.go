package shm

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// absent is the error of a unit that does not exist and is not ours to create.
func (u *Unit) absent() error {
	if u.options.readOnly {
		return fmt.Errorf("%w: nobody has created it yet; the time daemon does when it starts, and so does whatever feeds it", ErrAbsent)
	}
	return fmt.Errorf("%w: only the time daemon knows which size it must have on this machine, so it has to create it: start it with %s in its configuration",
		ErrAbsent, u.chronyLine())
}

// explain adds to an error who made the segment, how, and what cures it.
func (u *Unit) explain(err error) error {
	info, known := infoOf(u.number, u.key)
	switch {
	case errors.Is(err, ErrSize):
		return fmt.Errorf("%w: %s; a struct shmTime has 80, 88 or 96. If nothing needs it, remove it with: sudo ipcrm -M %#x", err, info, u.key)
	case errors.Is(err, unix.EACCES) && known:
		return fmt.Errorf("%w: %s; %s", err, info, u.rightsCure(info))
	case errors.Is(err, unix.ENOSPC):
		return fmt.Errorf("create: %w: the machine has as many segments as it may; see: ipcs -m, and: sysctl kernel.shmmni", err)
	}
	return err
}

// rightsCure tells how to get at a segment that belongs to somebody else.
func (u *Unit) rightsCure(info Info) string {
	restart := fmt.Sprintf("then: sudo ipcrm -M %#x, and restart it", u.key)
	if info.UID != 0 {
		return fmt.Sprintf("run as %s or as root; or, if nothing needs it, remove it with: sudo ipcrm -M %#x", userName(info.UID), u.key)
	}
	if u.number < 2 {
		return fmt.Sprintf("run as root, or use a unit from 2 on; or let chrony create it for all users: %s, %s", u.chronyLine(), restart)
	}
	return fmt.Sprintf("run as root, or let chrony create it for all users: %s, %s", u.chronyLine(), restart)
}

func (u *Unit) chronyLine() string { return fmt.Sprintf("\"refclock SHM %d:perm=0666\"", u.number) }

// String tells who created the segment and how, in words.
func (i Info) String() string {
	return fmt.Sprintf("the segment has %d bytes and mode %04o, is owned by %s, and was created by %s",
		i.Size, i.Perm, userName(i.UID), processName(i.CreatorPID))
}

func userName(uid int) string {
	if who, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		return who.Username
	}
	return fmt.Sprintf("uid %d", uid)
}

// processName names a process that may be gone by now, or have a successor of
// the same number.
func processName(pid int) string {
	comm, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	if err != nil {
		return fmt.Sprintf("process %d, which has ended", pid)
	}
	return fmt.Sprintf("%s (process %d)", strings.TrimSpace(string(comm)), pid)
}
