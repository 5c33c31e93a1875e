package doctor

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	processes "github.com/refclock/refclock/internal/process"
	"github.com/refclock/refclock/internal/serialport"
	"github.com/refclock/refclock/internal/watch"
)

// A process is a running process.
type process struct {
	pid       int
	name      string   // which the kernel shortens to 15 characters
	uid       int      // its effective user; -1 if unknown
	unit      string   // its systemd service, if any
	files     int      // how many files it has open; -1 if unknown
	tty       []string // the serial ports, PPS devices and PTP clocks it has open
	args      []string // its command line
	ipc       string   // its IPC namespace; empty if it cannot be read
	container string   // the kind of its container, such as "Docker"; empty if it is in none
	nested    bool     // has its own PID namespace
	contained bool     // has, or probably has, another IPC namespace than refclock
}

func (p process) String() string { return p.name + " (process " + strconv.Itoa(p.pid) + ")" }

// readProcesses returns all processes but this one, and the number of those whose open
// files cannot be read.
func readProcesses(r *Root) (list []process, hidden int) {
	entries, _ := r.ReadDir("/proc")
	own, _ := r.ReadLink("/proc/self") // not os.Getpid: /proc may be that of another PID namespace
	for _, pid := range processes.PIDs(entries) {
		if r.Live && strconv.Itoa(pid) == own {
			continue
		}
		p, err := readProcess(r, pid)
		if p.name == "" {
			continue // it has ended
		}
		if refused(err) {
			hidden++
		}
		list = append(list, p)
	}
	return list, hidden
}

// readProcess reads one process, without a name if it has ended. The error is why its open
// files cannot be read.
func readProcess(r *Root, pid int) (process, error) {
	dir := path.Join("/proc", strconv.Itoa(pid))
	groups, status := r.text(dir+"/cgroup"), r.text(dir+"/status")
	p := process{pid: pid, name: r.text(dir + "/comm"), unit: serviceOf(groups), container: containerOf(groups)}
	p.args = strings.Split(r.text(dir+"/cmdline"), "\x00")
	p.ipc, _ = r.ReadLink(dir + "/ns/ipc")
	p.nested, p.uid = isNested(status), effectiveUser(status)
	files, err := r.ReadDir(dir + "/fd")
	p.files = len(files)
	if err != nil {
		p.files = -1
	}
	for _, f := range files {
		if to, err := r.ReadLink(path.Join(dir, "fd", f.Name())); err == nil && isLineDevice(to) && !slices.Contains(p.tty, to) {
			p.tty = append(p.tty, to)
		}
	}
	return p, err
}

// command returns the command of refclock that a process runs, such as "gps"; "" if unknown.
func (p process) command() string {
	if p.name != "refclock" || len(p.args) < 2 {
		return ""
	}
	return p.args[1]
}

// whereState returns where the state of a process of refclock is shown. Only refclock run answers
// refclock status.
func (p process) whereState() string {
	switch command := p.command(); {
	case command == "" || command == "run":
		return "sudo refclock status shows its state, refclock monitor its samples."
	case p.unit != "":
		return fmt.Sprintf("It is refclock %s, and its state is in the log of %s.", command, p.unit)
	case p.pid == 1:
		return fmt.Sprintf("It is refclock %s, and its state is in the terminal where it runs.", command)
	default:
		return fmt.Sprintf("It is refclock %s, and its state is in the terminal where it runs. Before you start the service, stop it with Ctrl-C there, or type: sudo kill %d.", command, p.pid)
	}
}

// ByHand returns the processes that publish without refclock run, such as "refclock gps (pid 24)",
// and the command that stops the first.
func ByHand(r *Root) (list []string, stop string) {
	entries, _ := r.ReadDir("/proc")
	for _, pid := range processes.PIDs(entries) {
		dir := path.Join("/proc", strconv.Itoa(pid))
		if r.text(dir+"/comm") != "refclock" {
			continue
		}
		p := process{pid: pid, name: "refclock", args: strings.Split(r.text(dir+"/cmdline"), "\x00")}
		if command := p.command(); command == "" || command == "run" || !publishes(p.args) {
			continue
		}
		if list = append(list, fmt.Sprintf("refclock %s (pid %d)", p.command(), pid)); stop == "" {
			stop = fmt.Sprintf("sudo kill %d", pid)
		}
	}
	return list, stop
}

// effectiveUser returns the effective user in the text of a status file; -1 if unknown.
func effectiveUser(status string) int {
	for line := range strings.Lines(status) {
		if f := strings.Fields(line); len(f) > 2 && f[0] == "Uid:" {
			if uid, err := strconv.Atoi(f[2]); err == nil {
				return uid
			}
		}
	}
	return -1
}

// isLineDevice reports whether a receiver, or a simulator, may be connected to a device.
// Consoles, which shells have open, are excluded.
func isLineDevice(name string) bool {
	base, ok := strings.CutPrefix(name, "/dev/")
	return ok && (strings.HasPrefix(base, "pts/") || strings.HasPrefix(base, "tty") && strings.Trim(base[3:], "0123456789") != "" || strings.HasPrefix(base, "pps") || strings.HasPrefix(base, "ptp"))
}

// starters are services that start programs of users. Without logind, a session of ssh is
// in the service as well: who stops the service loses the machine.
var starters = []string{"ssh", "sshd", "dropbear", "cron", "crond", "cronie", "atd", "rc-local", "systemd-udevd"}

// serviceOf returns the system's service in /proc/PID/cgroup, such as
//
//	0::/system.slice/system-serial\x2dgetty.slice/serial-getty@ttyAMA0.service
//
// It returns "" for the programs that a user or a starter has started.
func serviceOf(cgroup string) string {
	for line := range strings.Lines(cgroup) {
		base := path.Base(strings.TrimSpace(line))
		name, _, _ := strings.Cut(strings.TrimSuffix(base, ".service"), "@")
		if strings.HasSuffix(base, ".service") && !strings.Contains(line, "/user@") && !slices.Contains(starters, name) {
			return base
		}
	}
	return ""
}

// running returns the processes with one of these names, except those with another IPC
// namespace, as in a container: a time daemon there does not read this machine's units.
func (m *Machine) running(names ...string) (list []process) {
	for _, proc := range m.processes {
		if slices.Contains(names, proc.name) && !proc.contained {
			list = append(list, proc)
		}
	}
	return list
}

// readsUnits reports whether the process has the name of a time daemon that reads units.
func (p process) readsUnits() bool {
	return watch.IsConsumer(p.name)
}

// consumers returns the processes with such a name, except those with another IPC namespace.
func (m *Machine) consumers() (list []process) {
	for _, p := range m.processes {
		if p.readsUnits() && !p.contained {
			list = append(list, p)
		}
	}
	return list
}

// holders returns the processes that have a device open. On this machine the device
// itself decides, not its name, which may differ in a container.
func (m *Machine) holders(device string) (list []process) {
	var live []int
	if m.root.Live {
		for _, h := range serialport.Holders(device) {
			live = append(live, h.PID)
		}
	}
	for _, proc := range m.processes {
		if slices.Contains(live, proc.pid) || !m.root.Live && slices.Contains(proc.tty, device) {
			list = append(list, proc)
		}
	}
	return list
}
