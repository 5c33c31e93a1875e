package doctor

import (
	"errors"
	"io/fs"
	"strings"

	"github.com/refclock/refclock/internal/daemonconf"
	"github.com/refclock/refclock/internal/daemonlint"
	"github.com/refclock/refclock/shm"
)

// checkRefclocks has the reference clocks of the time daemon's configuration judged.
func checkRefclocks(p *Patient) (findings []Finding) {
	config, _, err := p.daemonConfig()
	if err != nil || config == nil {
		return nil
	}
	p.edited = map[daemonconf.Place]string{}
	for _, l := range daemonlint.Lint(config, p.facts()) {
		switch l.Rule {
		case "syntax", "size": // other checks have more to say of these
			continue
		}
		verdict := warn
		if l.Level == daemonlint.Error {
			verdict = fail
		}
		findings = append(findings, verdict(l.Place.String()+": "+l.What+".", sentence(l.Why), append(p.mend(config, l), restart(config.Daemon))...))
	}
	return findings
}

// facts are what this machine tells of devices and units.
func (p *Patient) facts() daemonlint.Facts {
	facts := daemonlint.Facts{
		Missing: func(name string) bool {
			_, err := p.root.Resolve(name)
			return errors.Is(err, fs.ErrNotExist)
		},
		Units: map[int]daemonlint.Unit{},
	}
	table, _ := p.root.ReadFile("/proc/sysvipc/shm")
	units, _ := shm.ListOf(table, shm.KeyBase) // what cannot be seen is not known
	for _, u := range units {
		facts.Units[u.Unit] = daemonlint.Unit{Size: u.Size, Perm: u.Perm}
	}
	return facts
}

// mend are the steps of a hint. Where it is a change of words, the line is shown as it
// stands there and as it shall be.
func (p *Patient) mend(config *daemonconf.Config, l daemonlint.Finding) []Step {
	line := p.lineOf(l.Place)
	with, ok := l.Mend(config.Daemon, line)
	switch {
	case !ok:
		return []Step{advise(sentence(l.Hint))}
	case with == "":
		var steps []Step
		for _, at := range config.LinesOf(l.Place) {
			steps = append(steps, deleteLine(at.File, p.lineOf(at)))
		}
		return steps
	}
	p.edited[l.Place] = with
	return []Step{replaceLine(l.File, line, with)}
}

// sentence begins with a capital, unless that is a name that has none, and ends with
// a full stop.
func sentence(s string) string {
	if s == "" || strings.HasPrefix(s, "chronyd") || strings.HasPrefix(s, "ntpd") || strings.HasPrefix(s, "refclock") {
		return s + "."
	}
	return strings.ToUpper(s[:1]) + s[1:] + "."
}
