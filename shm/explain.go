//go:build linux

package shm

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// explain adds to an error of attaching who made the segment, how, and what cures it.
func (u *Unit) explain(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrAbsent):
		return u.explainAbsent(err)
	case errors.Is(err, ErrSize):
		return fmt.Errorf("%w%s; if nothing needs it, remove it with: sudo %s", err, u.owned(), u.ipcrm())
	case errors.Is(err, unix.EACCES):
		return u.explainRights(err)
	case errors.Is(err, unix.ENOSPC):
		return fmt.Errorf("create: %w: the machine has as many segments as it may; see: ipcs -m, and: sysctl kernel.shmmni", err)
	case errors.Is(err, unix.ENOSYS):
		return fmt.Errorf("%w: this kernel has no System V shared memory (CONFIG_SYSVIPC)", err)
	}
	return err
}

func (u *Unit) explainAbsent(err error) error {
	if u.options.readOnly {
		return fmt.Errorf("%w: nobody has created it yet; the time daemon does when it starts, and so does whatever feeds it", err)
	}
	return fmt.Errorf("%w: it is for the time daemon to create it, in the size that it needs on this machine: start it with %s in chrony.conf, or \"server 127.127.28.%d\" in ntp.conf",
		err, u.chronyLine(), u.number)
}

// explainRights tells how to get at a segment that belongs to somebody else.
func (u *Unit) explainRights(err error) error {
	info, known := u.seen()
	renew := fmt.Sprintf("stop the time daemon, remove the segment (sudo %s), since it keeps its mode as long as it exists, and start the daemon", u.ipcrm())
	cure := fmt.Sprintf("run as root, or let chrony create it for all users: put %s in chrony.conf, %s", u.chronyLine(), renew)
	switch {
	case known && info.Perm&0o006 == 0o006:
		cure = "its mode would permit it, so a security module such as AppArmor, or a container, forbids it: see the kernel's log"
	case known && info.UID != 0:
		cure = fmt.Sprintf("run as %s or as root; or, if nothing needs it, remove it with: sudo %s", userName(info.UID), u.ipcrm())
	case u.number < 2:
		cure = "units 0 and 1 are root's: use a unit from 2 on, here and in the time daemon's configuration; or " + cure
	}
	return fmt.Errorf("%w for %s%s; %s", err, userName(os.Geteuid()), u.owned(), cure)
}

func (u *Unit) chronyLine() string { return fmt.Sprintf("\"refclock SHM %d:perm=0666\"", u.number) }

func (u *Unit) ipcrm() string { return fmt.Sprintf("ipcrm -M %#x", u.key) }

// owned describes the segment in the way, if it can be seen.
func (u *Unit) owned() string {
	info, known := u.seen()
	if !known {
		return ""
	}
	return ": " + info.String()
}

// seen is what there is to know of a segment to which we may have no right.
func (u *Unit) seen() (Info, bool) {
	list, err := List(u.options.keyBase)
	if err != nil {
		return Info{}, false
	}
	i := slices.IndexFunc(list, func(i Info) bool { return i.Unit == u.number })
	if i < 0 {
		return Info{}, false
	}
	return list[i], true
}

// userName returns, for example, "chrony (uid 102)".
func userName(uid int) string {
	id := strconv.Itoa(uid)
	if who, err := user.LookupId(id); err == nil {
		return who.Username + " (uid " + id + ")"
	}
	return "uid " + id
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
