package doctor

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/refclock/refclock/pps"
)

// setters are the programs that set the clock of a network card.
var setters = []string{"ptp4l", "ts2phc", "phc2sys", "timemaster"}

// checkPTPClock examines the clock of the network card that the user named for the pulse. Without a
// name, it shows the cards that can stamp a pulse.
func checkPTPClock(m *Machine) (findings []Finding) {
	sys, _ := fs.Sub(m.root, "sys") // fails only for a wrong name
	var usable []pps.ClockInfo
	for _, c := range pps.Clocks(sys) {
		if c.External > 0 {
			usable = append(usable, c)
		}
	}
	address, err := pps.Parse(m.options.Pulse)
	if err != nil || address.Kind != pps.KindPHC {
		for _, c := range usable {
			findings = append(findings, pass("%s can stamp a pulse%s: --pps %s.", c, atPins(c), sourceOf(c)))
		}
		return findings
	}
	for _, c := range pps.Clocks(sys) {
		if c.Path == address.Path || slices.Contains(c.Interfaces, address.Interface) {
			return m.examineClock(address, c)
		}
	}
	if address.Path != "" && m.root.exists(address.Path) && len(usable) == 0 {
		return skip(fmt.Sprintf("Could not check %s.", address.Path), "/sys/class/ptp has no clock.")
	}
	return one(fail(fmt.Sprintf("There is no network card for %s.", address), "Without a pulse, the time is only as accurate as the sentences: some milliseconds.",
		otherCards(usable, address)...))
}

// examineClock examines the clock for a source.
func (m *Machine) examineClock(a pps.Address, c pps.ClockInfo) (findings []Finding) {
	if c.External <= a.Channel {
		return one(fail(fmt.Sprintf("%s has %d channels of external timestamps, so %s has none.", c, c.External, a),
			"This network card cannot stamp the pulse.", advise("Wire the pulse to a GPIO line or to DCD of a serial port, or name channel 0.")))
	}
	if a.Pin != "" && len(c.Pins) > 0 && !slices.ContainsFunc(c.Pins, func(p pps.ClockPin) bool { return p.Name == a.Pin }) && strings.Trim(a.Pin, "0123456789") != "" {
		findings = append(findings, fail(fmt.Sprintf("%s has no pin %s.", c, a.Pin), "The pulse cannot be stamped at a pin that does not exist.",
			advise("Name one of its pins: "+pinNames(c)+".")))
	}
	if readable, known := m.user.canRead(m.root.device(c.Path, deviceFile{mode: 0o600})); known && !readable {
		findings = append(findings, warn(fmt.Sprintf("Only root may read %s.", c), "refclock needs to read it for --pps "+a.String()+", unless it runs with sudo.",
			addLine("/etc/udev/rules.d/60-ptp.rules", `SUBSYSTEM=="ptp", GROUP="dialout", MODE="0660"`),
			typeLine("sudo udevadm control --reload"), typeLine("sudo udevadm trigger "+pps.SysPTP+"/"+path.Base(c.Path))))
	}
	findings = append(findings, m.settersOf(c)...)
	if len(findings) == 0 {
		findings = one(pass("%s can stamp the pulse%s.", c, atPins(c)))
	}
	return findings
}

// settersOf returns findings for the programs that set a card's clock, or take its edges.
func (m *Machine) settersOf(c pps.ClockInfo) (findings []Finding) {
	for _, p := range m.running(setters...) {
		findings = append(findings, warn(fmt.Sprintf("%s is running, and may set %s.", p, c),
			"refclock withholds the pulse while the card's clock is set. Before Linux 6.7, such a program also consumes edges.", m.stop(p)...))
	}
	return findings
}

// otherCards returns the steps for a card that does not exist.
func otherCards(usable []pps.ClockInfo, a pps.Address) []Step {
	if len(usable) == 0 {
		step := advise("No network card of this machine can stamp a pulse. Wire the pulse to a GPIO line or to DCD of a serial port.")
		if a.Interface != "" {
			return []Step{step, advise("Whether a card has a clock:"), typeLine("ethtool -T " + a.Interface)}
		}
		return []Step{step}
	}
	var names []string
	for _, c := range usable {
		names = append(names, sourceOf(c))
	}
	return []Step{advise("Name one that can stamp a pulse: " + strings.Join(names, ", ") + ".")}
}

// sourceOf returns a clock's name as a source: by its network interface, if that is known.
func sourceOf(c pps.ClockInfo) string {
	if len(c.Interfaces) > 0 {
		return "phc:" + c.Interfaces[0]
	}
	return "phc:" + c.Path
}

// atPins returns where the pulse must be connected.
func atPins(c pps.ClockInfo) string {
	if len(c.Pins) == 0 {
		return ""
	}
	return " at its pin " + pinNames(c)
}

// pinNames lists the pins, with the channel of those that are in use.
func pinNames(c pps.ClockInfo) string {
	var list []string
	for _, p := range c.Pins {
		name := p.Name
		switch p.Function {
		case 1: // PTP_PF_EXTTS
			name += fmt.Sprintf(" (stamps edges on channel %d)", p.Channel)
		case 2: // PTP_PF_PEROUT
			name += " (sends pulses)"
		}
		list = append(list, name)
	}
	return strings.Join(list, " or ")
}
