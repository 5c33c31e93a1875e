package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/refclock/refclock/internal/consumer/conf"
	"github.com/refclock/refclock/internal/consumer/lines"
	"github.com/refclock/refclock/internal/consumer/lint"
)

// A daemonFile is a configuration file of a daemon.
type daemonFile struct {
	process string
	daemon  conf.Daemon
	file    string
}

// daemonFiles are ordered by likelihood.
var daemonFiles = []daemonFile{
	{"chronyd", conf.Chrony, "/etc/chrony/chrony.conf"},
	{"chronyd", conf.Chrony, "/etc/chrony.conf"},
	{"ntpd", conf.NTP, "/etc/ntpsec/ntp.conf"},
	{"ntpd", conf.NTP, "/etc/ntp.conf"},
}

// daemonConfig reads the configuration of the running daemon, else of an installed
// one. It returns nil if there is none.
func (m *Machine) daemonConfig() (*conf.Config, string, error) {
	var refusal error
	if _, _, ok := m.apart(); ok && len(m.consumers()) == 0 {
		return nil, "", nil // its files are those of its container
	}
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

// checkDaemonConfig checks that the time daemon accepts its configuration, and reads units
// or sockets.
func checkDaemonConfig(m *Machine) (findings []Finding) {
	config, file, err := m.daemonConfig()
	switch {
	case err != nil:
		return skip("The time daemon's configuration cannot be read.", err.Error()+". Try again with sudo.")
	case config == nil:
		return nil // no daemon, which another check reports
	}
	findings = m.lint(config, func(rule string) bool { return rule == "syntax" })
	switch {
	case !m.willRead(config):
		findings = append(findings, fail(fmt.Sprintf("%s is not configured to read from refclock.", config.Daemon),
			fmt.Sprintf("%s has no shared memory reference clock.", file), append(m.addLines(config, file), m.restart(config.Daemon)...)...))
	case len(findings) == 0 && !slices.ContainsFunc(lint.Lint(config, m.Facts()), func(l lint.Finding) bool { return l.Level == lint.Error }):
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

// willRead reports whether the daemon reads a unit or a socket, once the user has followed
// the hints so far.
func (m *Machine) willRead(config *conf.Config) bool {
	edited := strings.Join(slices.Collect(maps.Values(m.edited)), "\n") + "\n" + strings.Join(m.moved, "\n")
	all := slices.Concat(config.Refclocks, conf.Parse(config.Daemon, "", []byte(edited)).Refclocks)
	return slices.ContainsFunc(all, func(r conf.Refclock) bool { return r.Driver == "SHM" || r.Driver == "SOCK" })
}

// checkRefclocks checks the reference clocks in the time daemon's configuration.
func checkRefclocks(m *Machine) (findings []Finding) {
	config, _, err := m.daemonConfig()
	if err != nil || config == nil {
		return nil
	}
	others := []string{"syntax", "size", "not-read"} // other checks report these, some in more detail
	return m.lint(config, func(rule string) bool { return !slices.Contains(others, rule) })
}

// lint returns the findings of some rules of the linter. Errors come first: a hint for a
// mere warning may delete a line.
func (m *Machine) lint(config *conf.Config, wanted func(rule string) bool) (findings []Finding) {
	all := lint.Lint(config, m.Facts())
	slices.SortStableFunc(all, func(a, b lint.Finding) int { return int(a.Level) - int(b.Level) })
	for _, l := range all {
		if line, ok := m.edited[l.Place]; !wanted(l.Rule) || ok && line == "" {
			continue // a hint deletes the line
		}
		what := l.Place.String() + ": " + l.What + "."
		if refused(l.Err) {
			findings = append(findings, skip(what, "Try again with sudo.")...)
			continue
		}
		verdict := warn
		if l.Level == lint.Error {
			verdict = fail
		}
		findings = append(findings, verdict(what, sentence(l.Why), append(m.fix(config, l), m.restart(config.Daemon)...)...))
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

// daemonNames are the daemons' names in package lines and in systemd.
var daemonNames = map[conf.Daemon]string{conf.Chrony: "chrony", conf.NTP: "ntp", conf.NTPsec: "ntpsec"}

// addLines returns the steps that add those lines.
func (m *Machine) addLines(config *conf.Config, file string) (steps []Step) {
	list := m.readingLines(config.Daemon)
	if !strings.Contains(strings.Join(list, "\n"), "refid PPS") {
		steps = append(steps, advise("This is for a receiver without a pulse. If it has one, name the pulse, such as refclock doctor --pps gpio:GPIO18, for the lines of both."))
	}
	for _, line := range list {
		steps = append(steps, addLine(placeFor(m, config, file), line))
	}
	return steps
}

// readingLines returns the lines with which a daemon reads what refclock publishes, as
// refclock config prints them.
func (m *Machine) readingLines(d conf.Daemon) []string {
	pulse := m.options.Pulse != "" || HasPulse(m.root)
	daemon, _ := lines.Named(daemonNames[d])
	if m.live.Clocks != nil {
		if list, err := lines.Lines(daemon, m.live.Clocks(pulse)); err == nil {
			return list
		}
	}
	list, _ := lines.Lines(daemon, lines.Default(pulse)) // every daemon here reads units
	return list
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

// Facts returns what is known of the devices, units and daemons of this machine.
func (m *Machine) Facts() lint.Facts {
	facts := lint.Facts{
		Missing: func(name string) bool {
			_, err := m.root.Resolve(name)
			return errors.Is(err, fs.ErrNotExist)
		},
		NotPPS:    m.isNotPPS,
		Units:     map[int]lint.Unit{},
		Published: map[int]lint.Measured{},
		Sockets:   map[string]lint.Measured{},
		Tmp:       m.tmpOf(timeDaemons[0]),
	}
	units, _ := m.units() // what cannot be read is unknown
	for _, u := range units {
		facts.Units[u.Unit] = lint.Unit{Size: u.Size, Perm: u.Perm}
		if _, ok := m.publisher(u); ok {
			facts.Published[u.Unit] = lint.Measured{}
		}
	}
	for _, c := range m.service.report.Clocks {
		if c.Unit >= 0 {
			facts.Published[c.Unit] = lint.Measured{UnknownDelay: c.UnknownDelay()}
		}
	}
	for _, socket := range m.publishedSockets() {
		facts.Sockets[socket.path] = lint.Measured{}
	}
	return facts
}

// fix returns the steps of a hint. For a change of words they show the line before and
// after, unless the hint is a command or a line to add.
func (m *Machine) fix(config *conf.Config, l lint.Finding) []Step {
	line := m.lineOf(l.Place)
	with, ok := l.Fix(config, line)
	switch {
	case l.Command != "":
		if ok {
			m.edited[l.Place] = with
		}
		return []Step{typeLine(l.Command)}
	case l.Added != "":
		return []Step{addLine(l.File, l.Added)}
	case !ok:
		return []Step{advise(sentence(l.Hint))}
	case l.Moved:
		m.edited[l.Place], m.moved = "", append(m.moved, line)
		return []Step{deleteLine(l.File, line), addLine(placeFor(m, config, config.Files[0]), line)}
	case with == "":
		return m.deleteClock(config, l.Place)
	}
	m.edited[l.Place] = with
	steps := []Step{replaceLine(l.File, line, with)}
	if l.SameInRefclock {
		steps = append(steps, advise(sentence(l.Hint)))
	}
	return steps
}

// deleteClock returns the steps that delete all lines of a clock.
func (m *Machine) deleteClock(config *conf.Config, at conf.Place) (steps []Step) {
	for _, at := range config.LinesOf(at) {
		steps = append(steps, deleteLine(at.File, m.lineOf(at)))
		m.edited[at] = ""
	}
	return steps
}

// sentence makes a sentence of s: a capital letter, except for program names, and a
// full stop, except after a question.
func sentence(s string) string {
	for _, verb := range []string{"open /", "read /", "attach: "} { // an error, which would read as a command
		if strings.HasPrefix(s, verb) {
			s = "Cannot " + strings.Replace(s, ": ", " ", strings.Count(verb, ":"))
		}
	}
	if s == "" || strings.HasPrefix(s, "chronyd") || strings.HasPrefix(s, "ntpd") || strings.HasPrefix(s, "refclock") {
		return ended(s)
	}
	return ended(strings.ToUpper(s[:1]) + s[1:])
}

// ended adds a full stop, except after a question.
func ended(s string) string {
	if strings.HasSuffix(s, "?") {
		return s
	}
	return s + "."
}
