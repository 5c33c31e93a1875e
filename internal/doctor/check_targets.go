package doctor

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/refclock/refclock/internal/consumer/conf"
	"github.com/refclock/refclock/internal/consumer/lint"
	"github.com/refclock/refclock/internal/serialport"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/shm"
)

// checkTargets checks that the time daemon reads the units and sockets to which the
// running refclock publishes.
func checkTargets(m *Machine) (findings []Finding) {
	config, file, err := m.daemonConfig()
	if err != nil || config == nil || m.live.Clocks != nil && !m.willRead(config) { // checkDaemonConfig has the lines of all clocks
		return nil
	}
	wanted := m.wantedUnits()
	units, _ := m.units()
	for _, unit := range units {
		if p, ok := m.publisher(unit); ok && !wanted[unit.Unit] && !m.service.optionalAt(unit.Unit) {
			findings = append(findings, m.unreadUnit(p, unit.Unit, config, file))
		}
	}
	for _, socket := range m.publishedSockets() {
		if f, ok := m.unreadSocket(socket, config); ok {
			findings = append(findings, f)
		}
	}
	if len(findings) == 0 { // a hint to publish to a unit contradicts one to delete its line
		findings = m.staleLines(config)
	}
	return findings
}

// staleLines finds the lines that read a unit to which no program publishes. It needs to know where
// refclock publishes, and that a line reads it.
func (m *Machine) staleLines(config *conf.Config) (findings []Finding) {
	configured, known := m.configuredUnits()
	published := func(unit int) bool { return m.publishesTo(unit) || slices.Contains(configured, unit) }
	wanted := m.wantedUnits()
	if !known && len(m.service.report.Clocks) == 0 || !slices.ContainsFunc(slices.Collect(maps.Keys(wanted)), published) {
		return nil
	}
	for _, r := range config.Refclocks {
		if line, edited := m.edited[r.Place]; r.Driver != "SHM" || r.Broken || published(r.Unit) || m.mayBeWritten(r.Unit) || edited && line == "" {
			continue
		}
		findings = append(findings, warn(fmt.Sprintf("%s reads unit %d, but no program publishes to it.", config.Daemon, r.Unit),
			"refclock does not, and no other program has attached the unit for writing. If a program publishes to it later, this line still uses its samples.",
			append(m.deleteClock(config, r.Place), m.restart(config.Daemon)...)...))
	}
	return findings
}

// configuredUnits returns the units that the configurations of refclock name, and whether one could
// be read.
func (m *Machine) configuredUnits() (units []int, known bool) {
	for _, file := range m.refclockFiles() {
		c, err := m.readRefclockFile(file)
		if err != nil {
			continue // checkRefclockFile reports it
		}
		known = true
		for _, clock := range c.Clocks {
			for _, target := range clock.Settings.Targets() {
				units = append(units, target.Unit)
			}
		}
	}
	return units, known
}

// mayBeWritten reports whether a program besides the time daemon may write a unit. Without root, the
// kernel only shows how many programs have attached the unit.
func (m *Machine) mayBeWritten(number int) bool {
	units, err := m.units()
	i := slices.IndexFunc(units, func(u shm.Info) bool { return u.Unit == number })
	if i < 0 {
		return err != nil
	}
	hidden := false
	for _, p := range m.processes {
		attached, known := m.writes(p, units[i])
		if attached && !p.readsUnits() {
			return true
		}
		hidden = hidden || !known
	}
	return hidden && units[i].Attached > len(m.consumers())
}

// unreadUnit is the finding for a unit that the time daemon is not configured to read.
func (m *Machine) unreadUnit(p process, unit int, config *conf.Config, file string) Finding {
	line := typeLine(fmt.Sprintf("refclock config %s --unit %d", daemonNames[config.Daemon], unit))
	line.Note = "it prints the line to add to " + placeFor(m, config, file)
	if m.service.publishesTo(unit) {
		line.Line = "refclock config " + daemonNames[config.Daemon]
		line.Note = "it prints the lines of all clocks of the service, which replace those in " + placeFor(m, config, file)
	}
	hint := append([]Step{line}, m.restart(config.Daemon)...)
	for _, r := range config.Refclocks {
		if r.Driver == "SHM" && !m.publishesTo(r.Unit) {
			hint = append(hint, advise(fmt.Sprintf("Or let refclock publish to unit %d, which %s reads: --unit %d, or unit = %d in /etc/refclock.toml.", r.Unit, config.Daemon, r.Unit, r.Unit)))
			break
		}
	}
	return fail(fmt.Sprintf("%s publishes to unit %d, which %s is not configured to read.", p, unit, config.Daemon),
		fmt.Sprintf("No line of %s names the unit.", file), hint...)
}

// publishesTo reports whether refclock publishes to a unit.
func (m *Machine) publishesTo(number int) bool {
	units, _ := m.units()
	return slices.ContainsFunc(units, func(u shm.Info) bool {
		_, ok := m.publisher(u)
		return ok && u.Unit == number
	}) || m.service.publishesTo(number)
}

// optionalAt reports whether the service has a clock for a unit that need not publish: the pulse
// of a receiver that may have none.
func (s service) optionalAt(number int) bool {
	return slices.ContainsFunc(s.report.Clocks, func(c status.Clock) bool { return c.Unit == number && c.Optional })
}

// publishesTo reports whether the service publishes to a unit.
func (s service) publishesTo(number int) bool {
	return slices.ContainsFunc(s.report.Clocks, func(c status.Clock) bool { return c.Unit == number })
}

// unreadSocket finds a socket that no line of the time daemon names.
func (m *Machine) unreadSocket(socket publishedSocket, config *conf.Config) (Finding, bool) {
	var sockets []string
	for _, r := range config.Refclocks {
		if r.Driver == "SOCK" {
			sockets = append(sockets, r.Device)
			if lint.SamePath(r.Device, socket.path) {
				return Finding{}, false
			}
		}
	}
	if !path.IsAbs(socket.path) || config.Daemon != conf.Chrony {
		return Finding{}, false
	}
	var hint []Step
	if len(sockets) > 0 {
		hint = append(hint, advise(fmt.Sprintf("Let refclock publish to the socket that %s reads: --sock %s, or sock = %q in %s.", config.Daemon, sockets[0], sockets[0], socket.file)))
	} else {
		line := typeLine("refclock config chrony --sock " + socket.path)
		line.Note = "it prints the line to add to the configuration"
		hint = append(append(hint, line), m.restart(config.Daemon)...)
	}
	return fail(fmt.Sprintf("refclock publishes to the socket %s, which %s is not configured to read.", socket.path, config.Daemon),
		"The time daemon creates the socket at its start, with the path in its configuration.", hint...), true
}

// checkFileLimit checks that the running refclock can open more files.
func checkFileLimit(m *Machine) (findings []Finding) {
	for _, p := range m.running("refclock") {
		limit, known := fileLimit(m.root.text(fmt.Sprintf("/proc/%d/limits", p.pid)))
		if !known || p.files < limit-1 {
			continue
		}
		what := fmt.Sprintf("%s has %d files open, and its limit is %d.", p, p.files, limit)
		const why = "It cannot open a port, a pulse or a connection: too many open files."
		hint, more := moreFiles(limit)
		if m.manager != systemd || p.unit == "" {
			hint = append(hint, raiseHere(more), advise("Then start refclock again in the same shell."))
		} else {
			file := fmt.Sprintf("/etc/systemd/system/%s.d/files.conf", p.unit)
			hint = append(hint, typeLine("sudo mkdir -p "+path.Dir(file)), addLine(file, "[Service]"), addLine(file, fmt.Sprintf("LimitNOFILE=%d", more)),
				typeLine("sudo systemctl daemon-reload"), typeLine("sudo systemctl restart "+bareName(p.unit)))
		}
		findings = append(findings, fail(what, why, hint...))
	}
	return findings
}

// moreFiles returns a higher limit for a process that has reached its limit, and what to
// consider before raising it.
func moreFiles(limit int) (before []Step, more int) {
	if limit < serialport.EnoughFiles {
		return nil, serialport.EnoughFiles
	}
	return []Step{advise(fmt.Sprintf("A clock has at most %d files open. With fewer than %d clocks, restart refclock, and report this as a bug. With more clocks, raise the limit:", serialport.FilesPerClock, limit/serialport.FilesPerClock))}, 2 * limit
}

// raiseHere raises the limit of the shell. Only root can: the Go runtime has already raised
// refclock's to the hard limit.
func raiseHere(limit int) Step {
	return typeLine(fmt.Sprintf("sudo prlimit --nofile=%d:%[1]d --pid $$", limit))
}

// fileLimit returns the soft limit in the text of /proc/PID/limits:
//
//	Max open files            1024                 524288               files
func fileLimit(limits string) (limit int, known bool) {
	for line := range strings.Lines(limits) {
		if values, ok := strings.CutPrefix(line, "Max open files"); ok {
			n, err := fmt.Sscan(values, &limit)
			return limit, n == 1 && err == nil
		}
	}
	return 0, false
}
