package doctor

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/refclock/refclock/internal/consumer/conf"
	"github.com/refclock/refclock/internal/status"
)

// dialout is the usual group of a port, for a copy of a machine's files.
const dialout = 20

// nobody is the user that is not to get permissions.
const nobody = 65534

func checkPortRights(m *Machine) []Finding {
	if m.port == "" {
		return nil
	}
	d := m.root.device(m.port, deviceFile{mode: 0o660, gid: dialout})
	group := m.user.groupName(d.gid)
	readable, known := m.user.canRead(d)
	switch {
	case !known:
		return skip("The current user is unknown.", "/proc/self/status is missing.")
	case readable && m.user.uid == 0:
		return one(pass("You are root and may read %s.", m.port))
	case readable:
		return one(pass("You may read %s.", m.port))
	case m.serviceReads(m.port):
		return one(pass("refclock reads %s. You may not, except with sudo.", m.port))
	case m.serviceMayRead(m.port):
		return skip(fmt.Sprintf("You may not read %s, but refclock is running.", m.port), "Only root can check whether it reads this port.", typeLine("sudo refclock doctor"))
	case m.user.joined(group):
		return one(fail(fmt.Sprintf("You may not read %s yet.", m.port),
			fmt.Sprintf("You are in group %s, but only from your next login.", group),
			advise("Log out and in again, or run refclock with sudo.")))
	case m.user.uid == nobody && d.mode&0o040 != 0 && group != "root":
		return one(fail(fmt.Sprintf("You may not read %s.", m.port), fmt.Sprintf("Only root and group %s may read it.", group),
			advise(fmt.Sprintf("Run refclock with sudo, or as a user of group %s.", group))))
	case d.mode&0o040 == 0 || group == "root":
		return one(fail(fmt.Sprintf("Only root may read %s.", m.port), "Ports usually belong to group dialout; this one does not.",
			advise("Run refclock with sudo.")))
	}
	return one(fail(fmt.Sprintf("You may not read %s.", m.port),
		fmt.Sprintf("Only root and group %s may read it.", group),
		m.join(group), advise("Then log out and in again, or run refclock with sudo.")))
}

// serviceReads reports whether the running service says that it has the port open.
func (m *Machine) serviceReads(port string) bool {
	return slices.ContainsFunc(m.service.report.Clocks, func(c status.Clock) bool {
		name, sentences := c.Port()
		if c.Receiver != nil {
			name = cmp.Or(c.Receiver.Port, name)
		}
		real, err := m.root.Resolve(name)
		return sentences && err == nil && real == port && c.State.Reason != "no port"
	})
}

// serviceMayRead reports whether a service is running that does not answer this user, and whose
// configuration has the port or searches for it.
func (m *Machine) serviceMayRead(port string) bool {
	if !errors.Is(m.service.err, fs.ErrPermission) {
		return false
	}
	list := m.receivers()
	return len(list) == 0 || slices.ContainsFunc(list, func(r receiverOf) bool {
		real, err := m.root.Resolve(r.port)
		return err == nil && real == port
	})
}

// reportedElsewhere are programs that other checks report, besides login prompts.
var reportedElsewhere = []string{"hciattach", "btattach"}

func checkHolders(m *Machine) (findings []Finding) {
	if m.port == "" {
		return nil
	}
	own := m.ownDriver()
	if len(own) > 0 {
		findings = append(findings, m.ownDriverFinding(own))
	}
	for _, proc := range m.holders(m.port) {
		switch {
		case slices.Contains(reportedElsewhere, proc.name) || proc.isPrompt():
		case proc.name == "refclock" && m.service.report.PID > 0 && !m.isService(proc):
			findings = append(findings, fail(fmt.Sprintf("%s has %s open, and it is not the service.", proc, m.port), "Only one process can read the port.", m.stop(proc)...))
		case proc.name == "refclock":
			findings = append(findings, pass("%s reads %s.", proc, m.port))
		case proc.readsUnits():
			if len(own) == 0 {
				findings = append(findings, fail(fmt.Sprintf("%s has %s open, by a driver of its own.", proc, m.port), bothRead,
					advise("Delete the line that reads the port from the configuration of "+proc.name+", such as refclock nmea or server 127.127.20.0. Then restart it.")))
			}
		default:
			findings = append(findings, fail(fmt.Sprintf("%s has %s open.", proc, m.port), bothRead, m.stop(proc)...))
		}
	}
	switch {
	case len(findings) > 0:
	case m.hidden > 0:
		return skip(fmt.Sprintf("Could not check all programs for %s.", m.port),
			fmt.Sprintf("Only root can see the open files of %d processes. Try again with sudo.", m.hidden))
	default:
		findings = one(pass("No other program has %s open.", m.port))
	}
	return findings
}

const bothRead = "Two programs that read one port each lose some of the bytes."

// networkDrivers are the drivers of the time daemons that read no serial port.
var networkDrivers = []string{"SHM", "SOCK", "GPSD", "LOCAL", "PHC", "RTC"}

// ownDriver returns the clocks in the configuration of the time daemon that read the
// receiver's port: ntpd has a driver for NMEA sentences.
func (m *Machine) ownDriver() (list []conf.Refclock) {
	config, _, err := m.daemonConfig()
	if err != nil || config == nil {
		return nil
	}
	held := slices.ContainsFunc(m.holders(m.port), process.readsUnits)
	for _, r := range config.Refclocks {
		if slices.Contains(networkDrivers, r.Driver) {
			continue
		}
		name := r.Path()
		real, err := m.root.Resolve(name)
		if reads := name != "" && err == nil && real == m.port; reads || held && r.Driver == "NMEA" && err != nil {
			list = append(list, r)
		}
	}
	return list
}

// ownDriverFinding is the finding for a port that the time daemon reads itself. Its hint
// deletes the lines, and does not stop the daemon, which reads the units.
func (m *Machine) ownDriverFinding(own []conf.Refclock) Finding {
	config, _, _ := m.daemonConfig()
	var steps []Step
	for _, r := range own {
		steps = append(steps, m.deleteClock(config, r.Place)...)
	}
	return fail(fmt.Sprintf("%s reads %s itself: %s: %s.", config.Daemon, m.port, own[0].Place, own[0].Text),
		bothRead+" The time daemon is needed: it reads the samples of refclock instead of the port.",
		append(steps, m.restart(config.Daemon)...)...)
}

// stop returns the steps that stop a program: by its service, if it has one.
func (m *Machine) stop(p process) []Step {
	switch {
	case p.name == "gpsd":
		return m.disable(gpsdUnits...)
	case p.unit != "" && m.manager == systemd:
		return m.disable(p.unit)
	case m.manager != nil && m.manager != systemd && m.hasService(p.name):
		return m.disable(p.name)
	}
	return []Step{p.kill()}
}

// kill returns the step that ends a process. The end of process 1 is that of its machine or
// container.
func (p process) kill() Step {
	if p.pid == 1 {
		return advise(fmt.Sprintf("Do not end %s: its container would end, too. Start the container without the command that uses the port.", p))
	}
	return typeLine(fmt.Sprintf("sudo kill %d", p.pid))
}

var gpsdUnits = []string{"gpsd.socket", "gpsd.service"}

func checkGPSD(m *Machine) []Finding {
	const why = "gpsd reads the port as soon as a program connects to it. It also writes units 0 and 1 of shared memory, as refclock does."
	running := m.running("gpsd")
	settings := m.root.text("/etc/default/gpsd")
	devices := shellValue(settings, "DEVICES")
	named := slices.ContainsFunc(strings.Fields(devices), func(d string) bool {
		real, err := m.root.Resolve(d)
		return err == nil && real == m.port || d == m.device
	})
	autoUSB := isUSB(m.port) && shellValue(settings, "USBAUTO") != "false"
	socket, service := m.starts("gpsd.socket"), m.starts("gpsd.service")
	switch {
	case len(running) == 0 && !socket && !service:
		if m.root.exists("/usr/sbin/gpsd") {
			return one(pass("gpsd is installed, but disabled."))
		}
		return one(pass("gpsd is not installed."))
	case len(running) > 0 && (named || autoUSB):
		return one(fail(fmt.Sprintf("gpsd is running, and uses this port: %s.", running[0]), why, m.disable(gpsdUnits...)...))
	case len(running) > 0:
		return one(warn(fmt.Sprintf("gpsd is running: %s.", running[0]), why, m.disable(gpsdUnits...)...))
	case named || autoUSB:
		return one(fail(fmt.Sprintf("gpsd uses this port, and %s.", startedBy(socket)), why, m.disable(gpsdUnits...)...))
	}
	return one(warn(fmt.Sprintf("gpsd is enabled: %s.", startedBy(socket)), why, m.disable(gpsdUnits...)...))
}

func startedBy(socket bool) string {
	if socket {
		return "gpsd.socket starts it as soon as a program connects"
	}
	return "gpsd.service starts it at boot"
}

// shellValue returns a variable of a file such as /etc/default/gpsd.
func shellValue(text, name string) (value string) {
	for line := range strings.Lines(text) {
		if v, ok := strings.CutPrefix(strings.TrimSpace(line), name+"="); ok {
			value = strings.Trim(v, `"'`)
		}
	}
	return value
}

func checkModemManager(m *Machine) []Finding {
	const unit = "ModemManager.service"
	if len(m.running("ModemManager")) == 0 && !m.starts(unit) {
		return nil
	}
	if !isUSB(m.device) {
		return one(pass("ModemManager is running, but it probes only USB ports, not %s.", m.device))
	}
	return one(warn(fmt.Sprintf("ModemManager is running, and may treat %s as a modem when it is plugged in.", m.device),
		"It then sends commands to the receiver for about 10 s, and consumes its data.", m.disable(unit)...))
}

func checkBrltty(m *Machine) []Finding {
	if !strings.HasPrefix(path.Base(m.device), "ttyUSB") {
		return nil
	}
	installed := m.root.exists("/usr/bin/brltty") || m.root.exists("/bin/brltty")
	if !installed && len(m.running("brltty")) == 0 {
		return nil
	}
	return one(warn(fmt.Sprintf("brltty is installed, and may take over %s.", m.device),
		"It treats the USB chips of many adapters (CH340, CP2102, FT232) as a Braille display, and the port disappears.",
		advise("Unless you use a Braille display:"), m.remove("brltty")))
}
