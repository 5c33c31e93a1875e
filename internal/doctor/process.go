package doctor

import (
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	processes "github.com/refclock/refclock/internal/process"
)

// A process is one that runs on the machine.
type process struct {
	pid  int
	name string   // as the kernel shortens it, to 15 characters
	unit string   // the systemd service that it belongs to; empty for none
	tty  []string // the serial ports and PPS devices that it has open
	away bool     // it is in a container, or at the least has an IPC namespace of its own
}

func (p process) String() string { return p.name + " (process " + strconv.Itoa(p.pid) + ")" }

// readProcesses lists all but this one. The number of those whose open files may not be seen is
// given besides.
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
			continue // it has ended meanwhile
		}
		theirs, err := r.ReadLink(dir + "/ns/ipc")
		p.away = err == nil && theirs != ours
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

// isLineDevice tells whether it is a device that a receiver may be at: all but
// terminals, of which each shell has some open, and whose maker has the other end.
func isLineDevice(name string) bool {
	base, ok := strings.CutPrefix(name, "/dev/")
	return ok && (strings.HasPrefix(base, "tty") && strings.Trim(base[3:], "0123456789") != "" || strings.HasPrefix(base, "pps"))
}

// serviceOf finds the service in /proc/PID/cgroup, such as
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

// running finds the processes of one of these names. Those in containers are left
// out: a time daemon there neither reads this machine's units nor sets its clock, as
// a rule.
func (p *Patient) running(names ...string) (list []process) {
	for _, proc := range p.processes {
		if slices.Contains(names, proc.name) && !proc.away {
			list = append(list, proc)
		}
	}
	return list
}

// holders are the processes that have a device open.
func (p *Patient) holders(device string) (list []process) {
	for _, proc := range p.processes {
		if slices.Contains(proc.tty, device) {
			list = append(list, proc)
		}
	}
	return list
}

// unitFolders are where systemd looks for units, and what it was told about them.
var unitFolders = []string{"/etc/systemd/system", "/run/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"}

// hasUnit tells whether a unit's file is installed.
func (p *Patient) hasUnit(unit string) bool {
	for _, dir := range unitFolders {
		if p.root.exists(path.Join(dir, unit)) {
			return true
		}
	}
	return false
}

// masked tells whether a unit cannot be started: its file is a link to /dev/null.
func (p *Patient) masked(unit string) bool {
	to, err := p.root.ReadLink(path.Join("/etc/systemd/system", unit))
	return err == nil && to == "/dev/null"
}

// enabled tells whether a unit is started at boot, by somebody's link or by a
// generator's.
func (p *Patient) enabled(unit string) bool {
	return !p.masked(unit) && (p.wanted("/etc/systemd/system", unit) || p.generated(unit))
}

// generated tells whether a generator has a unit started: serial-getty, for each
// console that the kernel has.
func (p *Patient) generated(unit string) bool { return p.wanted("/run/systemd/generator", unit) }

func (p *Patient) wanted(dir, unit string) bool {
	entries, _ := p.root.ReadDir(dir)
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".wants") && p.root.isLink(path.Join(dir, e.Name(), unit)) {
			return true
		}
	}
	return false
}
