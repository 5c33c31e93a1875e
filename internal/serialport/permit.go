package serialport

import (
	"fmt"
	"os"
	"os/user"
	"slices"
	"strconv"
	"syscall"
)

// An opener is the user of the process that opens a port.
type opener struct {
	uid     int
	name    string // "" if the user has no name
	groups  []int  // of the process
	listed  []int  // of the user, which the process has only after the next login
	service bool   // systemd runs the process as a service
}

// overflow is the user nobody, which is not to get permissions.
const overflow = 65534

func thisOpener() opener {
	o := openerOf(os.Geteuid())
	o.service = os.Getenv("NOTIFY_SOCKET") != ""
	o.groups, _ = os.Getgroups()
	o.groups = append(o.groups, os.Getegid())
	return o
}

// openerOf returns a user, without groups of a process.
func openerOf(uid int) opener {
	o := opener{uid: uid}
	if u, err := user.LookupId(strconv.Itoa(o.uid)); err == nil {
		o.name = u.Username
		ids, _ := u.GroupIds()
		for _, id := range ids {
			if gid, err := strconv.Atoi(id); err == nil {
				o.listed = append(o.listed, gid)
			}
		}
	}
	return o
}

// MayOpen reports whether the mode of a port permits a user to open it, as a member of the groups
// in /etc/group. It counts a user that is not in /etc/passwd, whose groups are unknown, as
// permitted.
func MayOpen(uid int, device string) bool {
	var file syscall.Stat_t
	if syscall.Stat(device, &file) != nil {
		return false
	}
	o := openerOf(uid)
	o.groups = o.listed
	return o.name == "" || o.mayOpen(&file)
}

// permit returns why this process may not open a port, and after a semicolon what to do.
func permit(device string) string {
	var file syscall.Stat_t
	if syscall.Stat(device, &file) != nil {
		return "a port usually belongs to group dialout; run refclock with sudo, or as a user of this group"
	}
	return thisOpener().permit(device, &file)
}

// permit is permit for a port with that owner and mode.
func (o opener) permit(device string, file *syscall.Stat_t) string {
	group := groupName(file.Gid)
	ofGroup := file.Mode&0o060 == 0o060
	switch {
	case o.mayOpen(file) && o.service:
		return "its mode permits access, but the service does not; type sudo systemctl edit refclock, and add the lines [Service] and DeviceAllow=" + device + " rw; then type sudo systemctl restart refclock"
	case o.mayOpen(file):
		return "its mode permits access, so a container or a security module denies access; in a container, add --device=" + device + " to docker run; else check the kernel log"
	case ofGroup && file.Gid != 0:
		return "only " + ownerName(file.Uid) + " and group " + group + " may open it; " + o.join(int(file.Gid), group)
	}
	why := fmt.Sprintf("only %s may open it (mode %04o); ", ownerName(file.Uid), file.Mode&0o777)
	switch {
	case o.service:
		return why + "type sudo chown " + o.name + " " + device + ", again after each boot"
	case file.Uid != 0:
		return why + "run refclock as that user, or with sudo"
	}
	return why + "run refclock with sudo"
}

// mayOpen reports whether the mode permits the process to read and write.
func (o opener) mayOpen(file *syscall.Stat_t) bool {
	need := uint32(0o006)
	switch {
	case o.uid == 0:
		return true
	case int(file.Uid) == o.uid:
		need = 0o600
	case slices.Contains(o.groups, int(file.Gid)):
		need = 0o060
	}
	return file.Mode&need == need
}

// join returns how the process gets a group.
func (o opener) join(gid int, group string) string {
	const restart = "sudo systemctl restart refclock"
	listed := slices.Contains(o.listed, gid)
	switch {
	case o.name == "" || o.uid == overflow:
		return "run refclock with sudo, or as a user of group " + group
	case listed && o.service:
		return "type " + restart
	case listed:
		return fmt.Sprintf("log out and in again, since %s is in group %s only from the next login, or run refclock with sudo", o.name, group)
	case o.service:
		return fmt.Sprintf("type sudo usermod -aG %s %s, then %s", group, o.name, restart)
	}
	return fmt.Sprintf("type sudo usermod -aG %s %s, then log in again, or run refclock with sudo", group, o.name)
}

// groupName returns a group's name, else its number.
func groupName(gid uint32) string {
	id := strconv.Itoa(int(gid))
	if g, err := user.LookupGroupId(id); err == nil {
		return g.Name
	}
	return id
}

// ownerName returns a user's name for a text.
func ownerName(uid uint32) string {
	id := strconv.Itoa(int(uid))
	if u, err := user.LookupId(id); err == nil {
		return u.Username
	}
	return "the user with uid " + id
}
