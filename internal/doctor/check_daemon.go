package doctor

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/refclock/refclock/internal/consumer/conf"
	"github.com/refclock/refclock/internal/consumer/lines"
)

// A timeDaemon is a program that sets the system clock.
type timeDaemon struct {
	name     string   // the common name
	process  string   // the process name, which the kernel shortens
	program  string   // path of the executable
	services []string // of systemd, the current name first
	reads    access   // how it reads refclock
}

// access is the way in which a time daemon reads refclock.
type access int

const (
	readsNothing access = iota // it reads network servers only
	readsSockets
	readsUnits // chronyd also reads sockets
)

// timeDaemons are ordered by preference.
var timeDaemons = []timeDaemon{
	{"chrony", "chronyd", "/usr/sbin/chronyd", []string{"chrony.service", "chronyd.service"}, readsUnits},
	{"ntpd", "ntpd", "/usr/sbin/ntpd", []string{"ntpsec.service", "ntp.service", "ntpd.service", "openntpd.service"}, readsUnits},
	{"ntpd-rs", "ntp-daemon", "/usr/bin/ntp-daemon", []string{"ntpd-rs.service"}, readsSockets},
	{"systemd-timesyncd", "systemd-timesyn", "/usr/lib/systemd/systemd-timesyncd", []string{"systemd-timesyncd.service"}, readsNothing},
}

// service returns the name of the daemon's service on this machine.
func (d timeDaemon) service(m *Machine) string {
	for _, proc := range m.running(d.process) {
		if slices.Contains(d.services, proc.unit) {
			return proc.unit
		}
	}
	for _, s := range d.services {
		if m.hasUnit(s) {
			return s
		}
	}
	return d.services[0]
}

func checkDaemons(m *Machine) []Finding {
	var running, installed []timeDaemon
	for _, d := range timeDaemons {
		switch {
		case len(m.running(d.process)) > 0:
			running = append(running, d)
		case m.root.exists(d.program):
			installed = append(installed, d)
		}
	}
	const install = "sudo apt install chrony"
	switch {
	case len(m.processes) == 0 || m.processes[0].pid != 1: // /proc is mounted with hidepid
		return skip("Could not see which time daemon runs.", "/proc shows only your own processes. Try again with sudo.")
	case len(running) > 1:
		var hint []Step
		var names []string
		for i, d := range running {
			names = append(names, d.name)
			if i > 0 {
				hint = append(hint, disable(d.service(m)))
			}
		}
		return one(fail("Several time daemons are running: "+strings.Join(names, ", ")+".", "Each sets the clock, against the others.", hint...))
	case len(running) == 0 && len(installed) > 0 && installed[0].reads == readsNothing:
		return one(fail(fmt.Sprintf("%s is installed but not running, and cannot use refclock.", installed[0].name),
			"It can only use network servers. Installing chrony replaces it.", typeLine(install)))
	case len(running) == 0 && len(installed) > 0:
		return one(fail(fmt.Sprintf("%s is installed but not running.", installed[0].name), "Nothing sets the clock. If it does not start, see its messages: journalctl -u "+installed[0].service(m),
			typeLine("sudo systemctl enable --now "+installed[0].service(m))))
	case len(running) == 0:
		return one(fail("No time daemon is running.", "refclock gives samples to a time daemon, and the time daemon sets the clock.", typeLine(install)))
	case running[0].reads == readsSockets:
		return one(warn(fmt.Sprintf("The time daemon is %s, which reads sockets, not units.", running[0].name),
			"refclock must publish to the sockets that its configuration names. This command prints the lines for both.",
			typeLine("refclock config ntpd-rs --sock /run/ntpd-rs/gps.sock --pps-sock /run/ntpd-rs/pps.sock")))
	case running[0].reads == readsNothing:
		return one(fail(fmt.Sprintf("The time daemon is %s, which cannot use refclock.", running[0].name),
			"It can only use network servers. refclock works with chrony, ntpd, NTPsec and ntpd-rs. Installing chrony replaces it.", typeLine(install)))
	}
	return one(pass("One time daemon is running: %s.", m.running(running[0].process)[0]))
}

// daemonFiles are the daemons' configuration files, the likelier first.
var daemonFiles = []struct {
	process string
	daemon  conf.Daemon
	file    string
}{
	{"chronyd", conf.Chrony, "/etc/chrony/chrony.conf"},
	{"chronyd", conf.Chrony, "/etc/chrony.conf"},
	{"ntpd", conf.NTP, "/etc/ntpsec/ntp.conf"},
	{"ntpd", conf.NTP, "/etc/ntp.conf"},
}

// daemonConfig reads the configuration of the running daemon, else of an installed
// one. It returns nil if there is none.
func (m *Machine) daemonConfig() (*conf.Config, string, error) {
	var refusal error
	for _, mustRun := range []bool{true, false} {
		for _, f := range daemonFiles {
			if mustRun && len(m.running(f.process)) == 0 {
				continue
			}
			config, err := conf.Read(m.root, f.daemon, f.file)
			if err == nil {
				return config, f.file, nil
			}
			if refused(err) {
				refusal = err
			}
		}
	}
	return nil, "", refusal
}

func checkDaemonConfig(m *Machine) (findings []Finding) {
	config, file, err := m.daemonConfig()
	switch {
	case err != nil:
		return skip("The time daemon's configuration cannot be read.", err.Error()+". Try again with sudo.")
	case config == nil:
		return nil // no daemon, which another check reports
	}
	for _, problem := range config.Problems {
		what := fmt.Sprintf("%s does not accept %s: %s.", config.Daemon, problem.Place, problem.Text)
		line := m.lineOf(problem.Place)
		switch {
		case refused(problem.Err):
			findings = append(findings, skip(what, "Try again with sudo.")...)
		case problem.Fatal:
			findings = append(findings, fail(what, config.Daemon.String()+" does not start with this line.", m.fixLine(config.Daemon, problem.Place, line), restart(config.Daemon)))
		default:
			findings = append(findings, warn(what, "The line does not have the effect that was meant.", m.fixLine(config.Daemon, problem.Place, line), restart(config.Daemon)))
		}
	}
	feeds := slices.ContainsFunc(config.Refclocks, func(r conf.Refclock) bool { return r.Driver == "SHM" || r.Driver == "SOCK" })
	switch {
	case !feeds:
		var hint []Step
		for _, line := range readingLines(config.Daemon) {
			hint = append(hint, addLine(placeFor(m, config, file), line))
		}
		findings = append(findings, fail(fmt.Sprintf("%s is not configured to read from refclock.", config.Daemon),
			fmt.Sprintf("%s has no shared memory reference clock.", file), append(hint, restart(config.Daemon))...))
	case len(findings) == 0:
		var names []string
		for _, r := range config.Refclocks {
			name := r.Driver
			if r.Unit >= 0 {
				name += fmt.Sprintf(" %d", r.Unit)
			}
			names = append(names, name)
		}
		findings = one(pass("%s reads %s (%s).", config.Daemon, strings.Join(names, ", "), file))
	}
	return findings
}

// lineOf returns a line of a file, with the changes of the hints so far.
func (m *Machine) lineOf(at conf.Place) string {
	if line, ok := m.edited[at]; ok {
		return line
	}
	text, _ := m.root.ReadFile(at.File)
	lines := strings.Split(string(text), "\n")
	if at.Line > len(lines) {
		return ""
	}
	return strings.TrimSpace(lines[at.Line-1])
}

// fixLine returns the step for a line that a daemon does not accept: remove its comment
// if that is enough, else delete or correct it.
func (m *Machine) fixLine(daemon conf.Daemon, at conf.Place, line string) Step {
	without, _, _ := strings.Cut(line, "#")
	if without = strings.TrimSpace(without); without != line && len(conf.Parse(daemon, at.File, []byte(without)).Problems) == 0 {
		return replaceLine(at.File, line, without)
	}
	s := deleteLine(at.File, line)
	s.Note = "or correct it"
	return s
}

// daemonNames are the daemons' names in package lines and in systemd.
var daemonNames = map[conf.Daemon]string{conf.Chrony: "chrony", conf.NTP: "ntp", conf.NTPsec: "ntpsec"}

// readingLines returns the lines with which a daemon reads refclock's default units.
func readingLines(d conf.Daemon) []string {
	daemon, _ := lines.Named(daemonNames[d])
	return lines.Usual(daemon)
}

// placeFor returns the file to add a line to: a separate file if the daemon reads a
// folder of files.
func placeFor(m *Machine, config *conf.Config, file string) string {
	for _, d := range config.Directives {
		if d.Words[0] == "confdir" && len(d.Words) > 1 && m.root.exists(d.Words[1]) {
			return path.Join(d.Words[1], "refclock.conf")
		}
	}
	if config.Daemon == conf.NTPsec && m.root.exists(conf.Beside(file)) {
		return path.Join(conf.Beside(file), "refclock.conf")
	}
	return file
}

// restart returns the step that restarts a daemon.
func restart(d conf.Daemon) Step {
	return typeLine("sudo systemctl restart " + daemonNames[d])
}
