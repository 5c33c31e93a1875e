package doctor

import (
	"slices"
	"strconv"
	"strings"
)

// A user is the user that runs this program.
type user struct {
	uid    int
	groups []int
	byName map[string]int      // group numbers
	listed map[string][]string // group members in /etc/group
	name   string
}

// readUser reads the user and the groups of this process, and the names of all groups.
func readUser(r *Root) user {
	status := r.text("/proc/self/status")
	u := user{uid: effectiveUser(status), byName: map[string]int{}, listed: map[string][]string{}}
	for line := range strings.Lines(status) {
		f := strings.Fields(line)
		switch {
		case len(f) > 2 && f[0] == "Gid:":
			gid, _ := strconv.Atoi(f[2])
			u.groups = append(u.groups, gid)
		case len(f) > 0 && f[0] == "Groups:":
			for _, text := range f[1:] {
				gid, _ := strconv.Atoi(text)
				u.groups = append(u.groups, gid)
			}
		}
	}
	for line := range strings.Lines(r.text("/etc/group")) {
		f := strings.Split(strings.TrimSpace(line), ":")
		if len(f) == 4 {
			u.byName[f[0]], _ = strconv.Atoi(f[2])
			u.listed[f[0]] = strings.Split(f[3], ",")
		}
	}
	u.name = nameOf(r, u.uid)
	return u
}

// nameOf returns a user's name; "" if it is unknown.
func nameOf(r *Root, uid int) string {
	for line := range strings.Lines(r.text("/etc/passwd")) {
		if f := strings.Split(line, ":"); len(f) > 2 && f[2] == strconv.Itoa(uid) {
			return f[0]
		}
	}
	return ""
}

// canRead reports whether the user can read the device. It returns known = false if
// the user is unknown.
func (u user) canRead(d deviceFile) (readable, known bool) {
	switch {
	case u.uid < 0:
		return false, false
	case u.uid == 0:
		return true, true
	case u.uid == d.uid:
		return d.mode&0o400 != 0, true
	case slices.Contains(u.groups, d.gid):
		return d.mode&0o040 != 0, true
	}
	return d.mode&0o004 != 0, true
}

// groupName returns a group's name, else its number.
func (u user) groupName(gid int) string {
	for name, number := range u.byName {
		if number == gid {
			return name
		}
	}
	return strconv.Itoa(gid)
}

// joined reports whether /etc/group lists the user as a member. A process has the group
// only after the next login.
func (u user) joined(group string) bool {
	return u.name != "" && slices.Contains(u.listed[group], u.name)
}
