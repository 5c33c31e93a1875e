package doctor

import (
	"errors"
	"io/fs"
	"strings"

	"github.com/refclock/refclock/internal/consumer/conf"
	"github.com/refclock/refclock/internal/consumer/lint"
	"github.com/refclock/refclock/shm"
)

// checkRefclocks checks the reference clocks in the time daemon's configuration.
func checkRefclocks(m *Machine) (findings []Finding) {
	config, _, err := m.daemonConfig()
	if err != nil || config == nil {
		return nil
	}
	m.edited = map[conf.Place]string{}
	for _, l := range lint.Lint(config, m.facts()) {
		switch l.Rule {
		case "syntax", "size": // other checks report these in more detail
			continue
		}
		verdict := warn
		if l.Level == lint.Error {
			verdict = fail
		}
		findings = append(findings, verdict(l.Place.String()+": "+l.What+".", sentence(l.Why), append(m.fix(config, l), restart(config.Daemon))...))
	}
	return findings
}

// facts returns what is known of the devices and units of this machine.
func (m *Machine) facts() lint.Facts {
	facts := lint.Facts{
		Missing: func(name string) bool {
			_, err := m.root.Resolve(name)
			return errors.Is(err, fs.ErrNotExist)
		},
		Units: map[int]lint.Unit{},
	}
	table, _ := m.root.ReadFile("/proc/sysvipc/shm")
	units, _ := shm.ListOf(table, shm.KeyBase) // what cannot be read is unknown
	for _, u := range units {
		facts.Units[u.Unit] = lint.Unit{Size: u.Size, Perm: u.Perm}
	}
	return facts
}

// fix returns the steps of a hint. For a change of words they show the line before and
// after.
func (m *Machine) fix(config *conf.Config, l lint.Finding) []Step {
	line := m.lineOf(l.Place)
	with, ok := l.Fix(config.Daemon, line)
	switch {
	case !ok:
		return []Step{advise(sentence(l.Hint))}
	case with == "":
		var steps []Step
		for _, at := range config.LinesOf(l.Place) {
			steps = append(steps, deleteLine(at.File, m.lineOf(at)))
		}
		return steps
	}
	m.edited[l.Place] = with
	return []Step{replaceLine(l.File, line, with)}
}

// sentence makes a sentence of s: a capital letter, except for program names, and a
// full stop.
func sentence(s string) string {
	if s == "" || strings.HasPrefix(s, "chronyd") || strings.HasPrefix(s, "ntpd") || strings.HasPrefix(s, "refclock") {
		return s + "."
	}
	return strings.ToUpper(s[:1]) + s[1:] + "."
}
