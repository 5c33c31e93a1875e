package doctor

import (
	"fmt"
	"slices"
	"strings"

	"github.com/refclock/refclock/internal/daemonconf"
)

// checkRefclocks judges each reference clock of the time daemon's configuration.
func checkRefclocks(p *Patient) (findings []Finding) {
	config, _, err := p.daemonConfig()
	if err != nil || config == nil {
		return nil
	}
	p.edited = map[daemonconf.Place]string{}
	for i := range config.Refclocks {
		r := &config.Refclocks[i]
		for _, judge := range []func(*Patient, *daemonconf.Config, *daemonconf.Refclock) []Finding{
			placeholderOffset, lockToNobody, missingPPS, missingPrecision, flag1, doubleUnit,
		} {
			findings = append(findings, judge(p, config, r)...)
		}
	}
	return findings
}

// rewritten is the step that changes one option of a refclock's line, and of its
// fudge lines, where it stands.
func (p *Patient) rewritten(r *daemonconf.Refclock, old, new string) Step {
	for _, at := range append([]daemonconf.Place{r.Place}, r.Fudges...) {
		line := p.lineOf(at)
		if with := replaceWords(line, old, new); with != line {
			return p.edit(at, with)
		}
	}
	return Step{Do: Delete, File: r.File, Line: old, Note: "in line " + fmt.Sprint(r.Line)}
}

// edit is the step that changes a line. The next one finds it changed, so that the
// cures of several findings can be typed one after the other.
func (p *Patient) edit(at daemonconf.Place, with string) Step {
	line := p.lineOf(at)
	p.edited[at] = with
	return replaceLine(at.File, line, with)
}

// replaceWords replaces words that follow each other in a line, whatever the spaces
// between them and the case.
func replaceWords(line, old, new string) string {
	words, wanted := strings.Fields(line), strings.Fields(old)
	for i := 0; i+len(wanted) <= len(words); i++ {
		if strings.EqualFold(strings.Join(words[i:i+len(wanted)], " "), old) {
			return strings.Join(slices.Concat(words[:i], strings.Fields(new), words[i+len(wanted):]), " ")
		}
	}
	return line
}

// placeholderOffset finds the numbers that stand in guides for one to be measured.
func placeholderOffset(p *Patient, config *daemonconf.Config, r *daemonconf.Refclock) []Finding {
	offset, ok := r.Offset()
	if !ok || r.Driver != "SHM" || offset == 0 {
		return nil
	}
	name := "offset"
	if config.Daemon != daemonconf.Chrony {
		name = "time1"
	}
	text, _ := r.Value(name)
	step := p.rewritten(r, name+" "+text, "")
	const measured = "refclock measures how late the sentences come, and takes it off by itself."
	what := fmt.Sprintf("%s has %s %s for unit %d.", r.Place, name, text, r.Unit)
	switch {
	case offset == 0.9999:
		return one(fail(what, "It is the placeholder of a guide, and sets the clock a second wrong. "+measured, step, restart(config.Daemon)))
	case offset == 0.5:
		return one(fail(what, "It is the example of a manual page, half a second. "+measured, step, restart(config.Daemon)))
	}
	return one(warn(what, measured+" With a pulse this number makes the time wrong; without one, give it to refclock gps as --delay.", step, restart(config.Daemon)))
}

// lockToNobody finds a pulse that shall be numbered by a clock that does not exist.
func lockToNobody(p *Patient, config *daemonconf.Config, r *daemonconf.Refclock) []Finding {
	lock, ok := r.Value("lock")
	if !ok || config.Daemon != daemonconf.Chrony {
		return nil
	}
	var others []string
	for i := range config.Refclocks {
		other := &config.Refclocks[i]
		if other.Refid() == lock && other.Place != r.Place {
			return nil
		}
		if other.Place != r.Place && other.Driver != "PPS" {
			others = append(others, other.Refid())
		}
	}
	var cure []Step
	if len(others) == 1 {
		cure = append(cure, p.rewritten(r, "lock "+lock, "lock "+others[0]), restart(config.Daemon))
	}
	return one(fail(fmt.Sprintf("%s locks to %s, and no refclock has that refid.", r.Place, lock),
		"chrony leaves the lock out, and nothing tells which second a pulse begins.", cure...))
}

// missingPPS finds a device without which chronyd does not start.
func missingPPS(p *Patient, config *daemonconf.Config, r *daemonconf.Refclock) []Finding {
	device := r.Device
	if device == "" { // ntpd's driver 22 opens the one of its unit's number
		device = fmt.Sprintf("/dev/pps%d", r.Unit)
	}
	if r.Driver != "PPS" || p.root.exists(device) {
		return nil
	}
	what := fmt.Sprintf("%s wants %s, which is not there.", r.Place, device)
	why := "The daemon goes on without a pulse."
	if config.Daemon == daemonconf.Chrony {
		why = "chronyd does not start at all, and the clock is not set by anything."
	}
	why += " refclock feeds the pulse into a unit, which needs no device."
	var cure []Step
	for _, at := range append([]daemonconf.Place{r.Place}, r.Fudges...) {
		cure = append(cure, deleteLine(at.File, p.lineOf(at)))
	}
	if !slices.ContainsFunc(config.Refclocks, func(o daemonconf.Refclock) bool { return o.Driver == "SHM" && o.Unit == 1 }) {
		lines := readingLines(config.Daemon)
		cure[0] = p.edit(r.Place, lines[len(lines)/2])
		for _, line := range lines[len(lines)/2+1:] {
			cure = append(cure, addLine(r.File, line))
		}
	}
	return one(fail(what, why, append(cure, restart(config.Daemon))...))
}

// missingPrecision finds units that chrony takes to be as good as the system clock.
func missingPrecision(p *Patient, config *daemonconf.Config, r *daemonconf.Refclock) []Finding {
	if config.Daemon != daemonconf.Chrony || r.Driver != "SHM" || r.Has("precision") {
		return nil
	}
	precision := " precision 1e-2"
	if r.Unit%2 == 1 {
		precision = " precision 1e-6"
	}
	return one(warn(fmt.Sprintf("%s says no precision for unit %d.", r.Place, r.Unit),
		"chrony does not read the one in shared memory, and takes the samples to be exact to nanoseconds: it then trusts them above all else.",
		p.edit(r.Place, p.lineOf(r.Place)+precision), restart(config.Daemon)))
}

// flag1 finds the limit of four hours set the wrong way round.
func flag1(p *Patient, config *daemonconf.Config, r *daemonconf.Refclock) []Finding {
	if r.Driver != "SHM" {
		return nil
	}
	flag, given := r.Number("flag1")
	const clock = "A Pi without a battery may start with a clock that is wrong by more than four hours, and"
	switch {
	case config.Daemon == daemonconf.NTPsec && given && flag == 1:
		return one(warn(fmt.Sprintf("%s has flag1 1 for unit %d.", r.Place, r.Unit),
			clock+" NTPsec then refuses every sample: there flag1 1 switches that limit on, in the classic ntpd it switches it off.",
			p.rewritten(r, "flag1 1", ""), restart(config.Daemon)))
	case config.Daemon == daemonconf.NTP && !(given && flag == 1):
		return one(warn(fmt.Sprintf("%s has no flag1 1 for unit %d.", r.Place, r.Unit),
			clock+" ntpd then refuses every sample.",
			addLine(r.File, fmt.Sprintf("fudge 127.127.28.%d flag1 1", r.Unit)), restart(config.Daemon)))
	}
	return nil
}

// doubleUnit finds a unit that is read twice: each sample is for one reader.
func doubleUnit(p *Patient, config *daemonconf.Config, r *daemonconf.Refclock) []Finding {
	for i := range config.Refclocks {
		other := &config.Refclocks[i]
		if other.Place == r.Place {
			return nil
		}
		if r.Driver == "SHM" && other.Driver == "SHM" && other.Unit == r.Unit {
			return one(fail(fmt.Sprintf("Unit %d is read twice, by %s and %s.", r.Unit, other.Place, r.Place),
				"Each sample is for one reader only: the two take them from each other.", deleteLine(r.File, p.lineOf(r.Place)), restart(config.Daemon)))
		}
	}
	return nil
}
