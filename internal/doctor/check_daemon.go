package doctor

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/refclock/refclock/internal/consumer/conf"
)

// A timeDaemon is a program that sets the system clock.
type timeDaemon struct {
	name     string   // the common name
	process  string   // the process name, which the kernel shortens
	variant  string   // which of the programs of this name
	programs []string // paths of the executable, on different systems
	services []string // the current name on systemd first
	reads    access   // how it reads refclock
}

// access is the way in which a time daemon reads refclock.
type access int

const (
	readsNothing access = iota // it reads network servers only
	readsSockets
	readsUnits // chronyd also reads sockets
)

// The programs that are called ntpd, besides the one that reads units.
const (
	busyBox  = "BusyBox"
	openNTPD = "OpenNTPD"
)

// timeDaemons are ordered by preference.
var timeDaemons = []timeDaemon{
	{"chrony", "chronyd", "", []string{"/usr/sbin/chronyd", "/usr/bin/chronyd", "/usr/local/sbin/chronyd"}, []string{"chrony.service", "chronyd.service"}, readsUnits},
	{"ntpd", "ntpd", "", []string{"/usr/sbin/ntpd", "/usr/bin/ntpd", "/usr/local/sbin/ntpd"}, []string{"ntpsec.service", "ntp.service", "ntpd.service"}, readsUnits},
	{"ntpd-rs", "ntp-daemon", "", []string{"/usr/bin/ntp-daemon"}, []string{"ntpd-rs.service"}, readsSockets},
	{"systemd-timesyncd", "systemd-timesyn", "", []string{"/usr/lib/systemd/systemd-timesyncd", "/lib/systemd/systemd-timesyncd"}, []string{"systemd-timesyncd.service"}, readsNothing},
	{"OpenNTPD", "ntpd", openNTPD, []string{"/usr/sbin/ntpd"}, []string{"openntpd.service", "ntpd.service"}, readsNothing},
	{"ntpd of BusyBox", "ntpd", busyBox, []string{"/usr/sbin/ntpd"}, []string{"sysntpd.service", "ntpd.service"}, readsNothing},
}

// variant returns which of the programs of this name a process runs.
func (m *Machine) variant(p process) string {
	if p.name != "ntpd" {
		return ""
	}
	if strings.HasPrefix(p.unit, "openntpd") {
		return openNTPD
	}
	return m.variantOf(m.programOf(p))
}

// variantOf returns which of the programs of this name a file is.
func (m *Machine) variantOf(program string) string {
	real, _ := m.root.Resolve(program)
	switch {
	case path.Base(real) == "busybox":
		return busyBox
	case path.Base(program) == "ntpd" && m.hasOpenNTPD():
		return openNTPD
	}
	return ""
}

// hasOpenNTPD reports whether ntpd is that of OpenNTPD. Its configuration may be left from a
// removed package.
func (m *Machine) hasOpenNTPD() bool {
	other := slices.ContainsFunc(daemonFiles, func(f daemonFile) bool { return f.process == "ntpd" && m.root.exists(f.file) })
	return m.root.exists("/usr/sbin/ntpctl") || m.root.exists("/etc/openntpd") && !other
}

// programOf returns the path of a process's program: root may read it, other users only
// guess it from the command line.
func (m *Machine) programOf(p process) string {
	if exe, err := m.root.ReadLink(fmt.Sprintf("/proc/%d/exe", p.pid)); err == nil {
		return exe
	}
	if len(p.args) > 0 && path.IsAbs(p.args[0]) {
		return p.args[0]
	}
	for _, d := range timeDaemons {
		if d.process == p.name {
			return d.installedProgram(m)
		}
	}
	return ""
}

// installedProgram returns the path of the daemon's program; "" if it is not installed.
func (d timeDaemon) installedProgram(m *Machine) string {
	for _, p := range d.programs {
		if m.root.exists(p) {
			return p
		}
	}
	return ""
}

// runs returns the processes of the daemon, without those with another IPC namespace.
func (d timeDaemon) runs(m *Machine) []process {
	return slices.DeleteFunc(m.running(d.process), func(p process) bool { return m.variant(p) != d.variant })
}

// installedService returns the name of the daemon's service on this machine.
func (d timeDaemon) installedService(m *Machine) (string, bool) {
	for _, proc := range d.runs(m) {
		if slices.Contains(d.services, proc.unit) {
			return proc.unit, true
		}
	}
	for _, s := range d.services {
		if m.hasService(s) {
			return s, true
		}
	}
	return "", false
}

// service returns the name of the daemon's service on this machine, or the usual one.
func (d timeDaemon) service(m *Machine) string {
	if s, ok := d.installedService(m); ok {
		return s
	}
	if d.name == "chrony" {
		return m.serviceOf(conf.Chrony) + ".service"
	}
	return d.services[0]
}

// readers reports whether a daemon in a list can read units or sockets.
func readers(list []timeDaemon) bool {
	return slices.ContainsFunc(list, func(d timeDaemon) bool { return d.reads != readsNothing })
}

// daemons returns the time daemons that run, and those that are installed but do not.
func (m *Machine) daemons() (running, installed []timeDaemon) {
	for _, d := range timeDaemons {
		program := d.installedProgram(m)
		switch {
		case len(d.runs(m)) > 0:
			running = append(running, d)
		case program != "" && m.variantOf(program) == d.variant:
			installed = append(installed, d)
		}
	}
	return running, installed
}

func checkDaemons(m *Machine) []Finding {
	running, installed := m.daemons()
	if !readers(running) {
		if d, p, ok := m.apart(); ok {
			return one(m.otherNamespace(d, p))
		}
		if f, ok := m.unseen(); ok && len(running) == 0 {
			return one(f)
		}
	}
	switch {
	case len(m.processes) == 0 || m.processes[0].pid != 1: // /proc is mounted with hidepid
		return skip("Could not see which time daemon runs.", "/proc shows only your own processes. Try again with sudo.")
	case len(running) > 1:
		return one(m.severalRun(running))
	case len(running) == 0 && len(installed) > 0 && installed[0].reads == readsNothing:
		return one(fail(fmt.Sprintf("%s is installed but not running, and cannot use refclock.", installed[0].name),
			"It can only use network servers. chrony replaces it.", m.installChrony(installed[0])...))
	case len(running) == 0 && len(installed) > 0:
		return one(m.notRunning(installed[0]))
	case len(running) == 0:
		return one(fail("No time daemon is running.", "refclock gives samples to a time daemon, and the time daemon sets the clock.", m.installChrony(timeDaemon{})...))
	case running[0].reads == readsSockets:
		return one(warn(fmt.Sprintf("The time daemon is %s, which reads sockets, not units.", running[0].name),
			"refclock must publish to the sockets that its configuration names. This command prints the lines for both.",
			typeLine("refclock config ntpd-rs --sock /run/ntpd-rs/gps.sock --pps-sock /run/ntpd-rs/pps.sock")))
	case running[0].reads == readsNothing:
		return one(fail(fmt.Sprintf("The time daemon is %s, which cannot use refclock.", running[0].name),
			"It can only use network servers. refclock works with chrony, ntpd, NTPsec and ntpd-rs. chrony replaces it.", m.installChrony(running[0])...))
	}
	return one(pass("One time daemon is running: %s.", running[0].runs(m)[0]))
}

// severalRun is the finding for several daemons that run. The first one stays.
func (m *Machine) severalRun(running []timeDaemon) Finding {
	var hint []Step
	var names []string
	for i, d := range running {
		names = append(names, d.name)
		if i > 0 {
			hint = append(hint, m.disable(d.service(m))...)
		}
	}
	return fail("Several time daemons are running: "+strings.Join(names, ", ")+".", "Each sets the clock, against the others.", hint...)
}

// notRunning is the finding for an installed daemon that does not run.
func (m *Machine) notRunning(d timeDaemon) Finding {
	service := d.service(m)
	hint := m.enable(service)
	if m.manager != nil && m.manager.log != "" {
		log := m.commands([]string{m.manager.log}, bareName(service))[0]
		log.Note = "if it does not start, this shows why"
		hint = append(hint, log)
	}
	return fail(fmt.Sprintf("%s is installed but not running.", d.name), "Nothing sets the clock.", hint...)
}

// installChrony returns the steps to replace a daemon, if it has a name. On Debian, the
// package replaces the other's package, and starts.
func (m *Machine) installChrony(old timeDaemon) (steps []Step) {
	debian := m.packager().program == "/usr/bin/apt"
	if old.name != "" && (!debian || old.variant == busyBox) {
		steps = m.disable(old.service(m))
	}
	steps = append(steps, m.install("chrony")...)
	if !debian {
		steps = append(steps, m.enable(timeDaemons[0].service(m))...)
	}
	return steps
}
