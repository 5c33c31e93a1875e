package doctor

import (
	"errors"
	"io/fs"
	"slices"
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

// mend are the steps of a cure. Where it is a change of words, the line is shown as it
// stands there and as it shall be.
func (p *Patient) mend(config *daemonconf.Config, l daemonlint.Finding) []Step {
	line := p.lineOf(l.Place)
	with := line
	switch {
	case l.Old == "" && l.New == "":
		return []Step{advise(sentence(l.Cure))}
	case l.Old == "":
		with = addWords(config.Daemon, line, l.New)
	default:
		with = replaceWords(line, l.Old, l.New)
	}
	switch with {
	case line: // the words stand otherwise than one knew
		return []Step{advise(sentence(l.Cure))}
	case "":
		return p.drop(config, l.Place)
	}
	p.edited[l.Place] = with
	return []Step{replaceLine(l.File, line, with)}
}

// drop are the steps that take a reference clock out, with its fudge lines.
func (p *Patient) drop(config *daemonconf.Config, at daemonconf.Place) []Step {
	steps := []Step{deleteLine(at.File, p.lineOf(at))}
	for _, r := range config.Refclocks {
		if r.Place != at {
			continue
		}
		for _, fudge := range r.Fudges {
			steps = append(steps, deleteLine(fudge.File, p.lineOf(fudge)))
		}
	}
	return steps
}

// addWords adds words to a line, before its comment if it may have one.
func addWords(daemon daemonconf.Daemon, line, words string) string {
	directive, comment, commented := strings.Cut(line, "#")
	if daemon == daemonconf.Chrony || !commented {
		return line + " " + words
	}
	return strings.TrimSpace(directive) + " " + words + " #" + comment
}

// sentence begins with a capital, unless that is a name that has none, and ends with
// a full stop.
func sentence(s string) string {
	if s == "" || strings.HasPrefix(s, "chronyd") || strings.HasPrefix(s, "ntpd") || strings.HasPrefix(s, "refclock") {
		return s + "."
	}
	return strings.ToUpper(s[:1]) + s[1:] + "."
}

// replaceWords replaces words that follow each other in a line, whatever the spaces
// between them and the case.
func replaceWords(line, old, new string) string {
	words, wanted := strings.Fields(line), strings.Fields(old)
	for i := 0; i+len(wanted) <= len(words); i++ {
		if strings.EqualFold(strings.Join(words[i:i+len(wanted)], " "), strings.Join(wanted, " ")) {
			return strings.Join(slices.Concat(words[:i], strings.Fields(new), words[i+len(wanted):]), " ")
		}
	}
	return line
}
