package doctor

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/refclock/refclock/internal/daemonconf"
	"github.com/refclock/refclock/internal/daemonlines"
)

// A timeDaemon is a program that sets the system clock.
type timeDaemon struct {
	name     string   // as people call it
	process  string   // as the kernel shortens it
	program  string   // where it lies
	services []string // of systemd, the present one first
	units    bool     // it reads units of shared memory
}

// timeDaemons are in the order in which they are worth keeping.
var timeDaemons = []timeDaemon{
	{"chrony", "chronyd", "/usr/sbin/chronyd", []string{"chrony.service", "chronyd.service"}, true},
	{"ntpd", "ntpd", "/usr/sbin/ntpd", []string{"ntpsec.service", "ntp.service", "ntpd.service", "openntpd.service"}, true},
	{"ntpd-rs", "ntp-daemon", "/usr/bin/ntp-daemon", []string{"ntpd-rs.service"}, false},
	{"systemd-timesyncd", "systemd-timesyn", "/usr/lib/systemd/systemd-timesyncd", []string{"systemd-timesyncd.service"}, false},
}

// service is the name of the daemon's service on this machine.
func (d timeDaemon) service(p *Patient) string {
	for _, proc := range p.running(d.process) {
		if slices.Contains(d.services, proc.unit) {
			return proc.unit
		}
	}
	for _, s := range d.services {
		if p.hasUnit(s) {
			return s
		}
	}
	return d.services[0]
}

func checkDaemons(p *Patient) []Finding {
	var run, lies []timeDaemon
	for _, d := range timeDaemons {
		switch {
		case len(p.running(d.process)) > 0:
			run = append(run, d)
		case p.root.exists(d.program) && d.units:
			lies = append(lies, d)
		}
	}
	const install = "sudo apt install chrony"
	switch {
	case len(p.processes) == 0 || p.processes[0].pid != 1: // /proc is mounted with hidepid
		return skip("Which time daemon runs could not be seen.", "/proc shows you your own processes alone. Try again with sudo.")
	case len(run) > 1:
		var hint []Step
		var names []string
		for i, d := range run {
			names = append(names, d.name)
			if i > 0 {
				hint = append(hint, disable(d.service(p)))
			}
		}
		return one(fail("Several time daemons run: "+strings.Join(names, ", ")+".", "Each sets the clock as it thinks right, against the others.", hint...))
	case len(run) == 0 && len(lies) > 0:
		return one(fail(fmt.Sprintf("%s is installed, and does not run.", lies[0].name), "Nothing sets the clock. If it does not start, what it says is in: journalctl -u "+lies[0].service(p),
			typeLine("sudo systemctl enable --now "+lies[0].service(p))))
	case len(run) == 0:
		return one(fail("No time daemon runs.", "refclock tells a time daemon what time it is, and that one sets the clock.", typeLine(install)))
	case !run[0].units:
		return one(fail(fmt.Sprintf("The time daemon is %s, which reads no receiver.", run[0].name),
			"It can only ask servers of the network; refclock feeds chrony, ntpd or NTPsec. chrony takes its place when it is installed.", typeLine(install)))
	}
	return one(pass("One time daemon runs: %s.", p.running(run[0].process)[0]))
}

// daemonFiles are where the daemons' configurations lie, the likelier place first.
var daemonFiles = []struct {
	process string
	daemon  daemonconf.Daemon
	file    string
}{
	{"chronyd", daemonconf.Chrony, "/etc/chrony/chrony.conf"},
	{"chronyd", daemonconf.Chrony, "/etc/chrony.conf"},
	{"ntpd", daemonconf.NTP, "/etc/ntpsec/ntp.conf"},
	{"ntpd", daemonconf.NTP, "/etc/ntp.conf"},
}

// daemonConfig reads the configuration of the daemon that runs, else of one that is
// there. It is nil where there is none.
func (p *Patient) daemonConfig() (*daemonconf.Config, string, error) {
	var refusal error
	for _, mustRun := range []bool{true, false} {
		for _, f := range daemonFiles {
			if mustRun && len(p.running(f.process)) == 0 {
				continue
			}
			config, err := daemonconf.Read(p.root, f.daemon, f.file)
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

func checkDaemonConfig(p *Patient) (findings []Finding) {
	config, file, err := p.daemonConfig()
	switch {
	case err != nil:
		return skip("The time daemon's configuration cannot be read.", err.Error()+". Try again with sudo.")
	case config == nil:
		return nil // there is no daemon, as another check says
	}
	for _, problem := range config.Problems {
		what := fmt.Sprintf("%s stumbles at %s: %s.", config.Daemon, problem.Place, problem.Text)
		line := p.lineOf(problem.Place)
		switch {
		case refused(problem.Err):
			findings = append(findings, skip(what, "Try again with sudo.")...)
		case problem.Fatal:
			findings = append(findings, fail(what, "With this line it does not start at all.", p.mendLine(problem.Place, line), restart(config.Daemon)))
		default:
			findings = append(findings, warn(what, "The line is not taken as it was meant.", p.mendLine(problem.Place, line), restart(config.Daemon)))
		}
	}
	feeds := slices.ContainsFunc(config.Refclocks, func(r daemonconf.Refclock) bool { return r.Driver == "SHM" || r.Driver == "SOCK" })
	switch {
	case !feeds:
		var hint []Step
		for _, line := range readingLines(config.Daemon) {
			hint = append(hint, addLine(placeFor(p, config, file), line))
		}
		findings = append(findings, fail(fmt.Sprintf("%s is not told to read what refclock feeds.", config.Daemon),
			fmt.Sprintf("%s names no reference clock of shared memory.", file), append(hint, restart(config.Daemon))...))
	case len(findings) == 0:
		var names []string
		for _, r := range config.Refclocks {
			name := r.Driver
			if r.Unit >= 0 {
				name += fmt.Sprintf(" %d", r.Unit)
			}
			names = append(names, name)
		}
		findings = one(pass("%s reads %s, as %s says.", config.Daemon, strings.Join(names, ", "), file))
	}
	return findings
}

// lineOf is a line of a file, as it stands there, or will once the hints so far are done.
func (p *Patient) lineOf(at daemonconf.Place) string {
	if line, ok := p.edited[at]; ok {
		return line
	}
	text, _ := p.root.ReadFile(at.File)
	lines := strings.Split(string(text), "\n")
	if at.Line > len(lines) {
		return ""
	}
	return strings.TrimSpace(lines[at.Line-1])
}

// mendLine is the step for a line at which a daemon stumbles: without its comment if
// that is all, else by hand.
func (p *Patient) mendLine(at daemonconf.Place, line string) Step {
	without, _, _ := strings.Cut(line, "#")
	if without = strings.TrimSpace(without); without != line && len(daemonconf.Parse(daemonconf.Chrony, at.File, []byte(without)).Problems) == 0 {
		return replaceLine(at.File, line, without)
	}
	s := deleteLine(at.File, line)
	s.Note = "or correct it"
	return s
}

// daemonNames are those by which daemonlines and systemd know the daemons.
var daemonNames = map[daemonconf.Daemon]string{daemonconf.Chrony: "chrony", daemonconf.NTP: "ntp", daemonconf.NTPsec: "ntpsec"}

// readingLines have a daemon read the units that refclock feeds by default.
func readingLines(d daemonconf.Daemon) []string {
	daemon, _ := daemonlines.Named(daemonNames[d])
	return daemonlines.Usual(daemon)
}

// placeFor is the file to add a line to: one of its own where the daemon reads a
// folder of them.
func placeFor(p *Patient, config *daemonconf.Config, file string) string {
	for _, d := range config.Directives {
		if d.Words[0] == "confdir" && len(d.Words) > 1 && p.root.exists(d.Words[1]) {
			return path.Join(d.Words[1], "refclock.conf")
		}
	}
	if config.Daemon == daemonconf.NTPsec && p.root.exists(daemonconf.Beside(file)) {
		return path.Join(daemonconf.Beside(file), "refclock.conf")
	}
	return file
}

// restart has a daemon read its configuration again.
func restart(d daemonconf.Daemon) Step {
	return typeLine("sudo systemctl restart " + daemonNames[d])
}
