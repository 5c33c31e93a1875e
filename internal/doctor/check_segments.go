package doctor

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/internal/watch"
	"github.com/refclock/refclock/shm"
)

// checkSegments checks the units of shared memory: size, owner, permissions, readers,
// writers.
func checkSegments(m *Machine) (findings []Finding) {
	units, err := m.units()
	if err != nil {
		return skip("Could not list the units of shared memory.", err.Error())
	}
	if own, _ := m.root.ReadLink("/proc/self/ns/ipc"); own != "" && own != m.ipc {
		return skip("Could not list the units of shared memory.", "refclock runs with another IPC namespace than this program.",
			advise("Type refclock doctor where refclock runs, such as in its container."))
	}
	wanted, written := m.wantedUnits(), m.writtenByOthers(units)
	for _, unit := range units {
		findings = append(findings, m.segment(unit, wanted[unit.Unit]))
		if f, ok := m.otherWriter(unit, slices.Contains(written, unit.Unit)); ok {
			findings = append(findings, f)
		}
	}
	if len(units) == 0 {
		findings = one(pass("There is no unit of shared memory yet. refclock or the time daemon creates it at start."))
	}
	return findings
}

// writtenByOthers returns the units with new samples that certainly are not of refclock.
func (m *Machine) writtenByOthers(units []shm.Info) []int {
	var candidates []int
	for _, unit := range units {
		if unit.Attached > 0 && !slices.ContainsFunc(m.processes, func(p process) bool {
			attached, known := m.writes(p, unit)
			return p.name == "refclock" && (attached || !known)
		}) {
			candidates = append(candidates, unit.Unit)
		}
	}
	if m.live.Written == nil || len(candidates) == 0 {
		return nil
	}
	return m.live.Written(candidates)
}

// wantedUnits returns the units that the time daemon reads.
func (m *Machine) wantedUnits() map[int]bool {
	wanted := map[int]bool{}
	if config, _, err := m.daemonConfig(); err == nil && config != nil {
		for _, r := range config.Refclocks {
			if r.Driver == "SHM" {
				wanted[r.Unit] = true
			}
		}
	}
	return wanted
}

func (m *Machine) segment(unit shm.Info, wanted bool) Finding {
	config, _, _ := m.daemonConfig()
	var restart []Step
	if config != nil {
		restart = m.restart(config.Daemon)
	}
	remove := append([]Step{typeLine(fmt.Sprintf("sudo ipcrm -M %#x", unit.Key))}, restart...)
	segment := fmt.Sprintf("Unit %d has %d bytes, mode %04o, owner %s", unit.Unit, unit.Size, unit.Perm, m.userName(unit.UID))
	size, why := m.layoutSize()
	if m.isConsumer(unit.CreatorPID) {
		size = 0 // the time daemon chose it
	}
	daemonRuns := len(m.consumers()) > 0
	private := unit.Perm&0o006 != 0o006 // to its owner
	used := unit.Unit < 2 || wanted
	switch {
	case unit.Size != 80 && unit.Size != 88 && unit.Size != 96:
		return fail(segment+".", "A unit has 96, 88 or 80 bytes, depending on the system. This one is broken, or belongs to another program.", remove...)
	case size > 0 && unit.Size < size:
		return fail(segment+fmt.Sprintf("; the time daemon expects %d bytes.", size),
			why+" chronyd does not start with a unit that is too small; ntpd ignores it.", remove...)
	case size > 0 && unit.Size > size:
		return fail(segment+fmt.Sprintf("; the time daemon expects %d bytes.", size),
			why+" The time daemon reads each number from the wrong offset.", remove...)
	case unit.UID != 0 && private && used && !m.ownsDaemon(unit.UID):
		return fail(segment+".", "The time daemon may not use a segment that is private to another user, and gives up.", remove...)
	case unit.UID != 0 && used && m.isStranger(unit):
		return warn(segment+", who runs neither refclock nor the time daemon.", "The owner of a segment may change its mode or remove it, and publish samples that set the clock.",
			m.recreate(unit, remove)...)
	case unit.Unit < 2 && unit.Perm&0o002 != 0:
		return warn(segment+"; every user may write it.", "Any user or program of this machine may publish samples there, and so set the clock. Units 0 and 1 belong to root.",
			m.recreate(unit, remove)...)
	case wanted && daemonRuns && unit.Attached == 0:
		return warn(segment+"; no program is attached.", "The time daemon is configured to read it. It is attached to an older segment that was removed, or needs a restart.",
			restart...)
	case unit.UID == 0 && private && m.user.uid > 0: // -1 if unknown
		return pass("%s; %d attached. Only root may publish to it.", segment, unit.Attached)
	}
	return pass("%s; %d attached.", segment, unit.Attached)
}

// recreate returns the steps that create a unit again, with the usual mode. A mode in the
// configuration of chrony comes first: chronyd would use it again.
func (m *Machine) recreate(unit shm.Info, remove []Step) (steps []Step) {
	config, _, _ := m.daemonConfig()
	if config != nil && unit.Unit < 2 {
		for _, r := range config.Refclocks {
			perm, given := r.DriverValue("perm")
			if r.Driver != "SHM" || r.Unit != unit.Unit || !given || perm == "0600" || perm == "600" {
				continue
			}
			line := m.lineOf(r.Place)
			with := strings.Replace(line, "perm="+perm, "perm=0600", 1)
			if with == line {
				continue // an earlier finding changes it
			}
			m.edited[r.Place] = with
			steps = append(steps, replaceLine(r.File, line, with))
		}
	}
	steps = append(steps, remove...)
	if unit.Unit < 2 && m.user.uid > 0 {
		steps = append(steps, advise("Then only root may publish to the unit: run refclock with sudo, or as a service. Another user may use unit 2 and those above it."))
	}
	return steps
}

// isConsumer reports whether a process is the time daemon.
func (m *Machine) isConsumer(pid int) bool {
	return slices.ContainsFunc(m.consumers(), func(p process) bool { return p.pid == pid })
}

// ownsDaemon reports whether the time daemon runs as this user.
func (m *Machine) ownsDaemon(uid int) bool {
	return slices.ContainsFunc(m.consumers(), func(p process) bool { return p.uid == uid })
}

// isStranger reports whether the owner of a unit certainly runs neither refclock nor the
// time daemon.
func (m *Machine) isStranger(unit shm.Info) bool {
	for _, p := range m.running("refclock") {
		if p.uid == unit.UID {
			return false
		}
	}
	return unit.UID != m.user.uid && m.user.uid >= 0 && !m.ownsDaemon(unit.UID) && !m.isConsumer(unit.CreatorPID)
}

// otherWriter finds a program besides refclock and the time daemon that may write a unit,
// or that certainly writes it. Only root sees which processes have it attached; the creator
// is known to all users.
func (m *Machine) otherWriter(unit shm.Info, written bool) (Finding, bool) {
	var refclocks, others []process
	for _, p := range m.processes {
		switch attached, known := m.writes(p, unit); {
		case p.contained || p.readsUnits():
		case !attached && (known || p.pid != unit.CreatorPID && p.pid != unit.LastPID || unit.Attached == 0):
		case p.name == "refclock":
			refclocks = append(refclocks, p)
		default:
			others = append(others, p)
		}
	}
	switch {
	case len(others) > 0 && len(refclocks) > 0 && m.shares(unit.Unit, refclocks):
		return warn(fmt.Sprintf("%s also writes unit %d, besides %s.", others[0], unit.Unit, refclocks[0]), sharing, m.orOtherUnit(others[0])...), true
	case len(others) > 0 && len(refclocks) > 0:
		return fail(fmt.Sprintf("%s also writes unit %d, besides %s.", others[0], unit.Unit, refclocks[0]),
			"refclock withholds its samples while another program writes the unit. "+shared, m.orOtherUnit(others[0])...), true
	case written && len(others) > 0:
		return warn(fmt.Sprintf("Another program writes unit %d: %s.", unit.Unit, others[0]), mixture, m.orOtherUnit(others[0])...), true
	case written:
		hint := []Step{typeLine(fmt.Sprintf("sudo grep -l SYSV%08x /proc/[0-9]*/maps", unit.Key))}
		hint[0].Note = "it lists the processes that use the unit"
		return warn(fmt.Sprintf("Another program writes unit %d. Its process is not visible here.", unit.Unit), mixture, append(hint, m.useOtherUnit())...), true
	case len(others) > 0:
		return warn(fmt.Sprintf("%s uses unit %d.", others[0], unit.Unit), mixture, m.orOtherUnit(others[0])...), true
	case len(refclocks) > 1 && m.shares(unit.Unit, refclocks):
		return warn(fmt.Sprintf("Two processes of refclock use unit %d: %s and %s.", unit.Unit, refclocks[0], refclocks[1]), sharing, m.orOtherUnit(m.byHand(refclocks))...), true
	case len(refclocks) > 1:
		return warn(fmt.Sprintf("Two processes of refclock use unit %d: %s and %s.", unit.Unit, refclocks[0], refclocks[1]),
			"One withholds its samples while the other publishes. "+shared,
			m.orOtherUnit(m.byHand(refclocks))...), true
	}
	return Finding{}, false
}

// byHand returns the process of refclock to stop: not the service, as far as that is known.
func (m *Machine) byHand(refclocks []process) process {
	for _, p := range refclocks {
		if !m.isService(p) {
			return p
		}
	}
	return refclocks[len(refclocks)-1]
}

// isService reports whether a process is the refclock run that answers, or one of a service.
func (m *Machine) isService(p process) bool {
	if pid := m.service.report.PID; pid > 0 {
		return p.pid == pid
	}
	return p.unit == refclockService
}

const mixture = "While it does, refclock publishes nothing to this unit."

// shared says what the setting share_unit changes.
var shared = "If both may publish " + driver.Setting("share-unit") + ", the time daemon reads a mixture."

// sharing says what follows from the setting share_unit.
var sharing = "refclock publishes nevertheless " + driver.Setting("share-unit") + ", so it is unknown whose samples the time daemon takes. A wrong time of one program appears to be of the other."

// shares reports whether one of the processes of refclock publishes to a unit although another
// program writes it.
func (m *Machine) shares(unit int, refclocks []process) bool {
	byReport := slices.ContainsFunc(m.service.report.Clocks, func(c status.Clock) bool {
		return c.Unit == unit && c.Consumer.Contested && c.State.Publishing()
	})
	return byReport || slices.ContainsFunc(refclocks, func(p process) bool {
		return slices.ContainsFunc(p.args, func(arg string) bool {
			return slices.Contains([]string{"share-unit", "share-unit=true"}, strings.TrimLeft(arg, "-"))
		})
	})
}

// publisher returns the process of refclock that writes a unit.
func (m *Machine) publisher(unit shm.Info) (process, bool) {
	for _, p := range m.running("refclock") {
		if attached, known := m.writes(p, unit); attached || !known && unit.Attached > 0 && p.pid == unit.CreatorPID {
			return p, true
		}
	}
	return process{}, false
}

// orOtherUnit returns the steps that stop a writer, or the other way out.
func (m *Machine) orOtherUnit(p process) []Step {
	return append(append([]Step{advise("Stop the other program:")}, m.stop(p)...), m.useOtherUnit())
}

func (m *Machine) useOtherUnit() Step {
	return advise(fmt.Sprintf("Or let refclock publish to a free unit: --unit %d, or unit = %[1]d in /etc/refclock.toml. Change the lines of the time daemon accordingly: refclock config prints them.", m.freeUnit()))
}

// freeUnit returns the first unit from 2 on that no program uses: 0 and 1 belong to root.
func (m *Machine) freeUnit() int {
	units, _ := m.units()
	for unit := 2; ; unit++ {
		if !slices.ContainsFunc(units, func(u shm.Info) bool { return u.Unit == unit }) {
			return unit
		}
	}
}

// writes reports whether a process may write a unit, and known whether its maps could be read.
func (m *Machine) writes(p process, unit shm.Info) (attached, known bool) {
	maps, err := m.root.ReadFile(fmt.Sprintf("/proc/%d/maps", p.pid))
	if err != nil {
		return false, false
	}
	_, writable := watch.Mapping(maps, unit.Key, unit.ID)
	return writable, true
}

// userName returns a user's name, else the number.
func (m *Machine) userName(uid int) string { return cmp.Or(nameOf(m.root, uid), strconv.Itoa(uid)) }
