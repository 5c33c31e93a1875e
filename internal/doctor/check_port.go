package doctor

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// dialout is the group that ports mostly belong to, where no device tells.
const dialout = 20

func checkPortRights(p *Patient) []Finding {
	if p.port == "" {
		return nil
	}
	d := p.root.device(p.port, deviceFile{mode: 0o660, gid: dialout})
	group := p.user.groupName(d.gid)
	may, known := p.user.may(d)
	switch {
	case !known:
		return skip("Who would read the port is not known.", "/proc/self/status is not there.")
	case may && p.user.uid == 0:
		return one(pass("You are root, who may read %s.", p.port))
	case may:
		return one(pass("You may read %s.", p.port))
	case p.user.joined(group):
		return one(fail(fmt.Sprintf("You may not read %s yet.", p.port),
			fmt.Sprintf("You are in group %s, but only from your next login on.", group),
			advise("Log out and in again; or run refclock with sudo.")))
	case d.mode&0o040 == 0 || group == "root":
		return one(fail(fmt.Sprintf("Only root may read %s.", p.port), "Ports mostly belong to group dialout; this one was given away.",
			advise("Run refclock with sudo.")))
	}
	return one(fail(fmt.Sprintf("You may not read %s.", p.port),
		fmt.Sprintf("It is for root and for group %s.", group),
		typeLine("sudo usermod -aG "+group+" $USER"), advise("Then log out and in again; or run refclock with sudo.")))
}

// checked are the programs that another check speaks of.
var checked = []string{"agetty", "login", "hciattach", "btattach"}

func checkHolders(p *Patient) (findings []Finding) {
	if p.port == "" {
		return nil
	}
	for _, proc := range p.holders(p.port) {
		switch {
		case slices.Contains(checked, proc.name):
		case proc.name == "refclock":
			findings = append(findings, pass("%s reads %s.", proc, p.port))
		default:
			hint := typeLine(fmt.Sprintf("sudo kill %d", proc.pid))
			if proc.unit != "" && !strings.HasPrefix(proc.unit, "user@") {
				hint = disable(proc.unit)
			}
			if proc.name == "gpsd" {
				hint = disable(gpsdUnits)
			}
			findings = append(findings, fail(fmt.Sprintf("%s has %s open.", proc, p.port),
				"Two readers of a port get half of the bytes each, and neither can make sense of them.", hint))
		}
	}
	switch {
	case len(findings) > 0:
	case p.hidden > 0:
		return skip(fmt.Sprintf("Whether another program has %s open could not be seen of all.", p.port),
			fmt.Sprintf("The open files of %d processes are for root to see. Try again with sudo.", p.hidden))
	default:
		findings = one(pass("No other program has %s open.", p.port))
	}
	return findings
}

const gpsdUnits = "gpsd.socket gpsd.service"

func checkGPSD(p *Patient) []Finding {
	const why = "gpsd reads the port as soon as a program asks it, and feeds units 0 and 1 of shared memory itself: then two write into one unit."
	running := p.running("gpsd")
	settings := p.root.text("/etc/default/gpsd")
	devices := shellValue(settings, "DEVICES")
	named := slices.ContainsFunc(strings.Fields(devices), func(d string) bool {
		real, err := p.root.Resolve(d)
		return err == nil && real == p.port || d == p.device
	})
	grabs := isUSB(p.port) && shellValue(settings, "USBAUTO") != "false"
	socket, service := p.enabled("gpsd.socket"), p.enabled("gpsd.service")
	switch {
	case len(running) == 0 && !socket && !service:
		if len(p.root.text("/usr/sbin/gpsd")) > 0 || settings != "" {
			return one(pass("gpsd is installed, and switched off."))
		}
		return one(pass("gpsd is not there, which would take the port."))
	case len(running) > 0 && (named || grabs):
		return one(fail(fmt.Sprintf("gpsd runs, and is for this port: %s.", running[0]), why, disable(gpsdUnits)))
	case len(running) > 0:
		return one(warn(fmt.Sprintf("gpsd runs: %s.", running[0]), why, disable(gpsdUnits)))
	case named || grabs:
		return one(fail(fmt.Sprintf("gpsd is started by %s, and is for this port.", startedBy(socket)), why, disable(gpsdUnits)))
	}
	return one(warn(fmt.Sprintf("gpsd is started by %s.", startedBy(socket)), why, disable(gpsdUnits)))
}

func startedBy(socket bool) string {
	if socket {
		return "gpsd.socket, as soon as a program asks for it"
	}
	return "gpsd.service, at boot"
}

// shellValue is a variable of a file like /etc/default/gpsd.
func shellValue(text, name string) (value string) {
	for line := range strings.Lines(text) {
		if v, ok := strings.CutPrefix(strings.TrimSpace(line), name+"="); ok {
			value = strings.Trim(v, `"'`)
		}
	}
	return value
}

func checkModemManager(p *Patient) []Finding {
	const unit = "ModemManager.service"
	if len(p.running("ModemManager")) == 0 && !p.enabled(unit) {
		return nil
	}
	if !isUSB(p.device) {
		return one(pass("ModemManager runs, which leaves %s alone: it looks at USB ports.", p.device))
	}
	return one(warn(fmt.Sprintf("ModemManager runs, and may take %s for a modem when it is plugged in.", p.device),
		"It then speaks to the receiver for some ten seconds, and eats what it says.", disable(unit)))
}

func checkBrltty(p *Patient) []Finding {
	if !strings.HasPrefix(path.Base(p.device), "ttyUSB") {
		return nil
	}
	installed := p.root.exists("/usr/bin/brltty") || p.root.exists("/bin/brltty")
	if !installed && len(p.running("brltty")) == 0 {
		return nil
	}
	return one(warn(fmt.Sprintf("brltty is there, and may take %s away.", p.device),
		"It takes the USB chips of many adapters (CH340, CP2102, FT232) for a Braille display, and the port is gone.",
		advise("Unless a Braille display is used here:"), typeLine("sudo apt remove brltty")))
}
