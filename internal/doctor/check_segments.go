package doctor

import (
	"fmt"
	"strings"

	"github.com/refclock/refclock/shm"
)

// checkSegments checks the units of shared memory: size, owner, permissions, readers.
func checkSegments(m *Machine) (findings []Finding) {
	table, err := m.root.ReadFile("/proc/sysvipc/shm")
	var units []shm.Info
	if err == nil {
		units, err = shm.ListOf(table, shm.KeyBase)
	}
	if err != nil {
		return skip("Could not list the units of shared memory.", err.Error())
	}
	wanted := m.wantedUnits()
	for _, unit := range units {
		if f, ok := m.segment(unit, wanted[unit.Unit]); ok {
			findings = append(findings, f)
		}
	}
	if len(units) == 0 {
		findings = one(pass("There is no unit of shared memory yet. refclock or the time daemon creates it at start."))
	}
	return findings
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

func (m *Machine) segment(unit shm.Info, wanted bool) (Finding, bool) {
	remove := typeLine(fmt.Sprintf("sudo ipcrm -M %#x", unit.Key))
	config, _, _ := m.daemonConfig()
	stop := []Step{remove}
	if config != nil {
		stop = append(stop, restart(config.Daemon))
	}
	segment := fmt.Sprintf("Unit %d has %d bytes, mode %04o, owner %s", unit.Unit, unit.Size, unit.Perm, m.userName(unit.UID))
	size, why := m.layoutSize()
	daemonRuns := len(m.running("chronyd", "ntpd")) > 0
	private := unit.Perm&0o006 != 0o006 // to its owner
	switch {
	case unit.Size != 80 && unit.Size != 88 && unit.Size != 96:
		return fail(segment+".", "A unit has 96, 88 or 80 bytes, depending on the system. This one is broken, or belongs to another program.", stop...), true
	case size > 0 && unit.Size < size:
		return fail(segment+fmt.Sprintf("; the time daemon expects %d bytes.", size),
			why+" chronyd does not start with a unit that is too small; ntpd ignores it.", stop...), true
	case size > 0 && unit.Size > size:
		return fail(segment+fmt.Sprintf("; the time daemon expects %d bytes.", size),
			why+" The time daemon reads each number from the wrong offset.", stop...), true
	case unit.UID != 0 && private && (unit.Unit < 2 || wanted):
		return fail(segment+".", "The time daemon may not use a segment that is private to another user, and gives up.", stop...), true
	case wanted && daemonRuns && unit.Attached == 0:
		return warn(segment+"; no program is attached.", "The time daemon is configured to read it. It is attached to an older segment that was removed, or needs a restart.",
			restart(config.Daemon)), true
	case unit.UID == 0 && private && m.user.uid > 0: // -1 if unknown
		return pass("%s; %d attached. Run refclock with sudo to publish to it.", segment, unit.Attached), true
	}
	return pass("%s; %d attached.", segment, unit.Attached), true
}

// userName returns a user's name, else the number.
func (m *Machine) userName(uid int) string {
	for line := range strings.Lines(m.root.text("/etc/passwd")) {
		if f := strings.Split(line, ":"); len(f) > 2 && f[2] == fmt.Sprint(uid) {
			return f[0]
		}
	}
	return fmt.Sprint(uid)
}

// layoutSize returns the size of a unit for the C library of this system, and the
// reason; 0 if unknown. The dynamic loader decides, not the kernel: a 64-bit kernel can
// run a 32-bit system.
func (m *Machine) layoutSize() (int, string) {
	wide := m.root.exists("/lib/ld-linux-aarch64.so.1") || m.root.exists("/lib64/ld-linux-x86-64.so.2")
	narrow := m.root.exists("/lib/ld-linux-armhf.so.3")
	switch {
	case wide && !narrow:
		return 96, "This is a 64-bit system."
	case narrow && !wide:
		var version int
		for line := range strings.Lines(m.root.text("/etc/os-release")) {
			if v, ok := strings.CutPrefix(strings.TrimSpace(line), "VERSION_ID="); ok {
				fmt.Sscanf(strings.Trim(v, `"`), "%d", &version)
			}
		}
		if version >= 13 {
			return 96, "This is a 32-bit system with 64-bit time."
		}
		if version > 0 {
			return 80, "This is a 32-bit system with 32-bit time."
		}
	}
	return 0, ""
}
