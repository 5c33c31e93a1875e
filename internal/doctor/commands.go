package doctor

import (
	"slices"
	"strings"
)

// A packager installs and removes packages.
type packager struct {
	systems          []string // ID or ID_LIKE of /etc/os-release
	program          string
	install, upgrade []string
	remove           string
}

// packagers are the known package managers.
var packagers = []packager{
	{[]string{"openwrt"}, "/bin/opkg", []string{"opkg update", "opkg install NAME"}, nil, "opkg remove NAME"},
	{[]string{"alpine", "postmarketos"}, "/sbin/apk", []string{"apk add NAME"}, []string{"apk upgrade"}, "apk del NAME"},
	{[]string{"fedora", "rhel", "centos"}, "/usr/bin/dnf", []string{"dnf install NAME"}, []string{"dnf upgrade"}, "dnf remove NAME"},
	{[]string{"arch"}, "/usr/bin/pacman", []string{"pacman -S NAME"}, []string{"pacman -Syu"}, "pacman -R NAME"},
	{[]string{"suse", "opensuse"}, "/usr/bin/zypper", []string{"zypper install NAME"}, []string{"zypper update"}, "zypper remove NAME"},
	{[]string{"void"}, "/usr/bin/xbps-install", []string{"xbps-install NAME"}, []string{"xbps-install -Su"}, "xbps-remove NAME"},
	{[]string{"gentoo"}, "/usr/bin/emerge", []string{"emerge NAME"}, nil, "emerge --unmerge NAME"},
	{[]string{"debian", "ubuntu", "raspbian"}, "/usr/bin/apt", []string{"apt install NAME"}, []string{"apt update", "apt full-upgrade"}, "apt remove NAME"},
}

// packager returns the package manager of this system; that of Debian if none is known.
func (m *Machine) packager() packager {
	ids := strings.Fields(m.release("ID") + " " + m.release("ID_LIKE"))
	for _, p := range packagers {
		for _, id := range ids {
			if slices.Contains(p.systems, id) {
				if p.program == "/bin/opkg" && !m.root.exists("/bin/opkg") && m.root.exists("/usr/bin/apk") {
					return packagers[1] // OpenWrt 25.12 and later
				}
				return p
			}
		}
	}
	for _, p := range packagers {
		if m.root.exists(p.program) {
			return p
		}
	}
	return packagers[len(packagers)-1]
}

func (m *Machine) install(name string) (steps []Step) {
	for _, t := range m.packager().install {
		steps = append(steps, typeLine("sudo "+strings.ReplaceAll(t, "NAME", name)))
	}
	return steps
}

func (m *Machine) remove(name string) Step {
	return typeLine("sudo " + strings.ReplaceAll(m.packager().remove, "NAME", name))
}

// upgrade returns the steps that install a newer kernel.
func (m *Machine) upgrade() (steps []Step) {
	for _, line := range m.packager().upgrade {
		steps = append(steps, typeLine("sudo "+line))
	}
	if steps == nil {
		return []Step{advise("Install a newer release of this system, with a newer kernel.")}
	}
	return append(steps, reboot)
}

// release returns a value of /etc/os-release; "" if it is missing.
func (m *Machine) release(key string) string {
	return shellValue(m.root.text("/etc/os-release"), key)
}

// join returns the step that adds the user to a group.
func (m *Machine) join(group string) Step {
	if m.isWhole() && !m.root.exists("/usr/sbin/usermod") && !m.root.exists("/usr/bin/usermod") {
		return typeLine("sudo addgroup $USER " + group) // of BusyBox
	}
	return typeLine("sudo usermod -aG " + group + " $USER")
}

// isWhole reports whether the files include the system's programs. A copy of some files
// does not show which commands the machine has.
func (m *Machine) isWhole() bool { return m.root.exists("/bin/sh") }

// adapt replaces sudo in a finding by what this machine has.
func (m *Machine) adapt(f Finding) Finding {
	f.Hint = slices.Clone(f.Hint)
	for i, s := range f.Hint {
		f.Hint[i].Note = withoutDoctor(s.Note)
	}
	if m.asRoot == "sudo " {
		return f
	}
	with := "as root"
	if m.asRoot != "" {
		with = "with " + strings.TrimSpace(m.asRoot)
	}
	words := strings.NewReplacer("with sudo", with, "sudo ", m.asRoot)
	f.What, f.Why = words.Replace(f.What), words.Replace(f.Why)
	steps := f.Hint
	f.Hint = nil
	for _, s := range steps {
		s.Note = words.Replace(s.Note)
		if s.Do == Type {
			if m.asRoot == "" && m.user.uid > 0 && strings.HasPrefix(s.Line, "sudo ") { // the bare command would fail
				s.Note = strings.TrimPrefix(s.Note+", as root", ", ")
			}
			s.Line = words.Replace(s.Line)
		}
		f.Hint = append(f.Hint, s)
	}
	return f
}

// withoutDoctor returns a state's hint without the clause that sends the user to doctor.
func withoutDoctor(note string) string {
	for _, shows := range []string{"the command", "which"} {
		note = strings.Replace(note, ": sudo refclock doctor shows "+shows, "", 1)
	}
	return note
}

// readAsRoot returns the words before a command that needs root.
func (m *Machine) readAsRoot() string {
	switch {
	case !m.isWhole() && (m.manager == nil || m.manager.name != "procd"):
		return "sudo "
	case m.root.exists("/usr/bin/sudo"):
		return "sudo "
	case m.root.exists("/usr/bin/doas"):
		return "doas "
	}
	return ""
}
