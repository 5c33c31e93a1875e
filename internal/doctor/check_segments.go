package doctor

import (
	"fmt"
	"strings"

	"github.com/refclock/refclock/shm"
)

// checkSegments looks at the units of shared memory: size, owner, rights, readers.
func checkSegments(p *Patient) (findings []Finding) {
	table, err := p.root.ReadFile("/proc/sysvipc/shm")
	var units []shm.Info
	if err == nil {
		units, err = shm.ListOf(table, shm.KeyBase)
	}
	if err != nil {
		return skip("The units of shared memory could not be seen.", err.Error())
	}
	wanted := p.wantedUnits()
	for _, unit := range units {
		if f, ok := p.segment(unit, wanted[unit.Unit]); ok {
			findings = append(findings, f)
		}
	}
	if len(units) == 0 {
		findings = one(pass("There is no unit of shared memory yet: the first of refclock and the time daemon makes it."))
	}
	return findings
}

// wantedUnits are those that the time daemon reads.
func (p *Patient) wantedUnits() map[int]bool {
	wanted := map[int]bool{}
	if config, _, err := p.daemonConfig(); err == nil && config != nil {
		for _, r := range config.Refclocks {
			if r.Driver == "SHM" {
				wanted[r.Unit] = true
			}
		}
	}
	return wanted
}

func (p *Patient) segment(unit shm.Info, wanted bool) (Finding, bool) {
	remove := typeLine(fmt.Sprintf("sudo ipcrm -M %#x", unit.Key))
	config, _, _ := p.daemonConfig()
	stop := []Step{remove}
	if config != nil {
		stop = append(stop, restart(config.Daemon))
	}
	segment := fmt.Sprintf("Unit %d has %d bytes, mode %04o, owner %s", unit.Unit, unit.Size, unit.Perm, p.userName(unit.UID))
	size, why := p.layoutSize()
	daemonRuns := len(p.running("chronyd", "ntpd")) > 0
	may, known := p.user.may(deviceFile{mode: 0, uid: -1, gid: -1})
	switch {
	case unit.Size != 80 && unit.Size != 88 && unit.Size != 96:
		return fail(segment+".", "A unit has 96, 88 or 80 bytes, as the system has it: this one is something else's, or broken.", stop...), true
	case size > 0 && unit.Size < size:
		return fail(segment+fmt.Sprintf("; the daemon wants %d bytes.", size),
			why+" chronyd does not start with one that is too small, ntpd gives it up.", stop...), true
	case size > 0 && unit.Size > size:
		return fail(segment+fmt.Sprintf("; the daemon wants %d bytes.", size),
			why+" It looks for each number at another place than it was written to.", stop...), true
	case unit.UID != 0 && unit.Perm&0o006 != 0o006 && (unit.Unit < 2 || wanted):
		return fail(segment+".", "The time daemon may not use a segment that is another user's alone, and gives up.", stop...), true
	case wanted && daemonRuns && unit.Attached == 0:
		return warn(segment+"; nobody has it attached.", "The time daemon is told to read it, and has another one attached that was removed, or has not been restarted since.",
			restart(config.Daemon)), true
	case !known:
	case !may && unit.UID == 0 && unit.Perm&0o006 != 0o006:
		return pass("%s; %d attached. Run refclock with sudo to feed it.", segment, unit.Attached), true
	}
	return pass("%s; %d attached.", segment, unit.Attached), true
}

// userName is a user's name, else the number.
func (p *Patient) userName(uid int) string {
	for line := range strings.Lines(p.root.text("/etc/passwd")) {
		if f := strings.Split(line, ":"); len(f) > 2 && f[2] == fmt.Sprint(uid) {
			return f[0]
		}
	}
	return fmt.Sprint(uid)
}

// layoutSize is how many bytes a unit has in the C library of this system, and why
// one knows; 0 where one does not. The dynamic loader tells what the system's
// programs are made for, which the kernel does not: a 64-bit one runs 32-bit systems.
func (p *Patient) layoutSize() (int, string) {
	wide := p.root.exists("/lib/ld-linux-aarch64.so.1") || p.root.exists("/lib64/ld-linux-x86-64.so.2")
	narrow := p.root.exists("/lib/ld-linux-armhf.so.3")
	switch {
	case wide && !narrow:
		return 96, "This is a 64-bit system."
	case narrow && !wide:
		var version int
		for line := range strings.Lines(p.root.text("/etc/os-release")) {
			if v, ok := strings.CutPrefix(strings.TrimSpace(line), "VERSION_ID="); ok {
				fmt.Sscanf(strings.Trim(v, `"`), "%d", &version)
			}
		}
		if version >= 13 {
			return 96, "This is a 32-bit system whose time has 64 bits."
		}
		if version > 0 {
			return 80, "This is a 32-bit system whose time has 32 bits."
		}
	}
	return 0, ""
}
