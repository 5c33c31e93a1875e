package doctor

import (
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	processes "github.com/refclock/refclock/internal/process"
)

// A process is a running process.
type process struct {
	pid       int
	name      string   // which the kernel shortens to 15 characters
	unit      string   // its systemd service, if any
	tty       []string // the serial ports and PPS devices it has open
	contained bool     // has its own IPC namespace, as in a container
}

func (p process) String() string { return p.name + " (process " + strconv.Itoa(p.pid) + ")" }

// readProcesses returns all processes but this one, and the number of those whose open
// files cannot be read.
func readProcesses(r *Root) (list []process, hidden int) {
	entries, _ := r.ReadDir("/proc")
	ours, _ := r.ReadLink("/proc/self/ns/ipc")
	for _, pid := range processes.PIDs(entries) {
		if r.Live && pid == os.Getpid() {
			continue
		}
		dir := path.Join("/proc", strconv.Itoa(pid))
		p := process{pid: pid, name: r.text(dir + "/comm"), unit: serviceOf(r.text(dir + "/cgroup"))}
		if p.name == "" {
			continue // it has ended
		}
		theirs, err := r.ReadLink(dir + "/ns/ipc")
		p.contained = err == nil && theirs != ours
		files, err := r.ReadDir(dir + "/fd")
		if refused(err) {
			hidden++
		}
		for _, f := range files {
			if to, err := r.ReadLink(path.Join(dir, "fd", f.Name())); err == nil && isLineDevice(to) && !slices.Contains(p.tty, to) {
				p.tty = append(p.tty, to)
			}
		}
		list = append(list, p)
	}
	return list, hidden
}

// isLineDevice reports whether a receiver may be connected to a device. Consoles, which
// shells have open, and pseudo-terminals are excluded.
func isLineDevice(name string) bool {
	base, ok := strings.CutPrefix(name, "/dev/")
	return ok && (strings.HasPrefix(base, "tty") && strings.Trim(base[3:], "0123456789") != "" || strings.HasPrefix(base, "pps"))
}

// serviceOf returns the service in /proc/PID/cgroup, such as
//
//	0::/system.slice/system-serial\x2dgetty.slice/serial-getty@ttyAMA0.service
func serviceOf(cgroup string) string {
	for line := range strings.Lines(cgroup) {
		if base := path.Base(strings.TrimSpace(line)); strings.HasSuffix(base, ".service") {
			return base
		}
	}
	return ""
}

// running returns the processes with one of these names, except those in containers: a
// time daemon there normally neither reads this machine's units nor sets its clock.
func (m *Machine) running(names ...string) (list []process) {
	for _, proc := range m.processes {
		if slices.Contains(names, proc.name) && !proc.contained {
			list = append(list, proc)
		}
	}
	return list
}

// holders returns the processes that have a device open.
func (m *Machine) holders(device string) (list []process) {
	for _, proc := range m.processes {
		if slices.Contains(proc.tty, device) {
			list = append(list, proc)
		}
	}
	return list
}

// unitFolders are where systemd finds units and their settings.
var unitFolders = []string{"/etc/systemd/system", "/run/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"}

// hasUnit reports whether a unit's file is installed.
func (m *Machine) hasUnit(unit string) bool {
	for _, dir := range unitFolders {
		if m.root.exists(path.Join(dir, unit)) {
			return true
		}
	}
	return false
}

// masked reports whether a unit cannot be started: its file is a link to /dev/null.
func (m *Machine) masked(unit string) bool {
	to, err := m.root.ReadLink(path.Join("/etc/systemd/system", unit))
	return err == nil && to == "/dev/null"
}

// enabled reports whether a unit starts at boot, by systemctl enable or by a generator.
func (m *Machine) enabled(unit string) bool {
	return !m.masked(unit) && (m.wanted("/etc/systemd/system", unit) || m.generated(unit))
}

// generated reports whether a generator starts a unit, such as serial-getty for each
// console of the kernel.
func (m *Machine) generated(unit string) bool { return m.wanted("/run/systemd/generator", unit) }

func (m *Machine) wanted(dir, unit string) bool {
	entries, _ := m.root.ReadDir(dir)
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".wants") && m.root.isLink(path.Join(dir, e.Name(), unit)) {
			return true
		}
	}
	return false
}
