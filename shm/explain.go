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

// explain adds to an error of attach who created the segment, and what to do.
func (u *Unit) explain(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrAbsent):
		return u.explainAbsent(err)
	case errors.Is(err, ErrSize):
		return fmt.Errorf("%w%s; if no program needs it, remove it with: sudo %s", err, u.description(), u.ipcrm())
	case errors.Is(err, unix.EACCES):
		return u.explainRights(err)
	case errors.Is(err, unix.ENOSPC):
		return fmt.Errorf("create: %w: the machine has the maximum number of segments or pages of them; see: ipcs -m, and: sysctl kernel.shmmni kernel.shmall", err)
	case errors.Is(err, errTooLarge):
		return fmt.Errorf("%w: the limit is kernel.shmmax; raise it with: sudo sysctl kernel.shmmax=1048576", err)
	case errors.Is(err, unix.ENOMEM):
		return fmt.Errorf("%w: the machine has too little free memory, or this service may use no more; see: free -m", err)
	case errors.Is(err, unix.ENFILE):
		return fmt.Errorf("%w: raise the limit with: sudo sysctl fs.file-max=1000000", err)
	case errors.Is(err, unix.ENOSYS):
		return fmt.Errorf("%w: this kernel has no System V shared memory (CONFIG_SYSVIPC)", err)
	}
	return err
}

func (u *Unit) explainAbsent(err error) error {
	if u.options.readOnly {
		return fmt.Errorf("%w: start the time daemon or the program that publishes to this unit; either creates it", err)
	}
	return fmt.Errorf("%w: the time daemon creates it, in the size that it needs: start it with %s in chrony.conf, or \"server 127.127.28.%d\" in ntp.conf",
		err, u.chronyLine(), u.number)
}

// explainRights adds how to get access to a segment of another user.
func (u *Unit) explainRights(err error) error {
	info, known := u.listed()
	hint := fmt.Sprintf("run as root, or let chrony create the segment for all users: put %s in chrony.conf, stop the time daemon, remove the segment (sudo %s), since an existing one keeps its mode, and start the daemon",
		u.chronyLine(), u.ipcrm())
	switch {
	case known && info.Perm&0o006 == 0o006:
		hint = "the mode permits access, so a container or a security module such as AppArmor denies it: check the kernel log"
	case known && info.UID != 0:
		hint = fmt.Sprintf("run as %s or as root; or, if no program needs it, remove it with: sudo %s", userName(info.UID), u.ipcrm())
	case u.number < 2:
		hint = "run as root or as the service, because units 0 and 1 belong to root; or use unit 2 or above, here and in the configuration of the time daemon: in chrony.conf, \"refclock SHM 2:perm=0666\""
	}
	return fmt.Errorf("%w for %s%s; %s", err, userName(os.Geteuid()), u.description(), hint)
}

// chronyLine returns the line of chrony.conf that creates the unit. Every user may write the units
// that do not belong to root.
func (u *Unit) chronyLine() string {
	if u.number < 2 {
		return fmt.Sprintf("\"refclock SHM %d:perm=0600\"", u.number)
	}
	return fmt.Sprintf("\"refclock SHM %d:perm=0666\"", u.number)
}

func (u *Unit) ipcrm() string { return fmt.Sprintf("ipcrm -M %#x", u.key) }

// description returns ": " and a description of the existing segment, or "" if it
// is unknown.
func (u *Unit) description() string {
	info, known := u.listed()
	if !known {
		return ""
	}
	return ": " + info.String()
}

// listed returns the Info of the existing segment, which this program may have no
// right to attach.
func (u *Unit) listed() (Info, bool) {
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

// processName returns, for example, "chronyd (process 812)". The process may have
// ended, and another may have its number.
func processName(pid int) string {
	comm, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	if err != nil {
		return fmt.Sprintf("process %d, which has ended", pid)
	}
	return fmt.Sprintf("%s (process %d)", strings.TrimSpace(string(comm)), pid)
}
