package doctor

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/refclock/refclock/pps"
)

// A pulseDevice is a PPS device.
type pulseDevice struct {
	pps.DeviceInfo
	pin int // GPIO number of pps-gpio on a Pi; else -1
}

func (d pulseDevice) String() string { return d.Path + " (" + d.Name + ")" }

// HasPulse reports whether a machine has a PPS device for a pulse.
func HasPulse(root *Root) bool { return len(pulsesOf(root)) > 0 }

// pulses returns the PPS devices of pulses.
func (m *Machine) pulses() []pulseDevice { return pulsesOf(m.root) }

// pulsesOf returns the PPS devices of a machine without the kernel's timer, and without
// the clocks of network cards.
func pulsesOf(root *Root) []pulseDevice {
	return slices.DeleteFunc(ppsDevices(root), func(d pulseDevice) bool { return !d.HasPulse() })
}

// isNotPPS reports whether a path exists on this machine and is not a PPS device. A copy of
// files has no devices.
func (m *Machine) isNotPPS(name string) bool {
	real, err := m.root.Resolve(name)
	return m.root.Live && err == nil && m.root.exists("/sys/class") && !m.root.exists(path.Join(pps.SysClass, path.Base(real)))
}

// ppsDevices returns all PPS devices of a machine.
func ppsDevices(root *Root) (list []pulseDevice) {
	class, _ := fs.Sub(root, inside(pps.SysClass)) // fails only for a wrong name
	devices, _ := pps.Devices(class)
	for _, info := range devices {
		d := pulseDevice{info, -1}
		// The overlay's node has the GPIO number in its name, in hexadecimal.
		if pin, ok := strings.CutPrefix(d.Name, "pps@"); ok {
			pin, _, _ = strings.Cut(pin, ".")
			if n, err := strconv.ParseInt(pin, 16, 16); err == nil {
				d.pin = int(n)
			}
		}
		list = append(list, d)
	}
	return list
}

func checkPPSOverlay(m *Machine) (findings []Finding) {
	pins := m.boot.ppsPins()
	if len(pins) == 0 {
		return nil
	}
	devices := m.pulses()
	for _, pin := range pins {
		if slices.ContainsFunc(devices, func(d pulseDevice) bool { return d.pin == pin || d.pin < 0 && d.TTY == "" }) {
			continue
		}
		node := fmt.Sprintf("/proc/device-tree/pps@%x", pin)
		what := fmt.Sprintf("%s sets up a PPS device on GPIO%d, but there is none.", m.boot.config, pin)
		if m.root.exists(node) {
			findings = append(findings, fail(what, "The overlay is loaded, but its kernel module is not.",
				typeLine("sudo modprobe pps-gpio")))
			continue
		}
		findings = append(findings, fail(what, "The firmware reads this file only at boot. Or delete the overlay's line: refclock can read the pulse from the plain GPIO line.",
			reboot))
	}
	if len(pins) > 1 {
		list := make([]string, len(pins))
		for i, pin := range pins {
			list[i] = fmt.Sprintf("GPIO%d", pin)
		}
		findings = append(findings, warn(fmt.Sprintf("%s has %d pps-gpio lines: %s.", m.boot.config, len(pins), strings.Join(list, ", ")),
			"Their order does not decide which becomes /dev/pps0.", advise("Delete the lines whose pin has no receiver. Then restart the machine:"), reboot))
	}
	return findings
}

func checkPPSDevices(m *Machine) (findings []Finding) {
	for _, d := range ppsDevices(m.root) {
		if d.IsTimer() {
			findings = append(findings, m.ktimer(d))
		}
	}
	devices := m.pulses()
	wanted := m.options.Pulse
	if strings.HasPrefix(wanted, "/") && !slices.ContainsFunc(ppsDevices(m.root), func(d pulseDevice) bool { return d.Path == wanted }) {
		return append(findings, fail(fmt.Sprintf("There is no PPS device %s.", wanted), "Without a pulse, the time is only as accurate as the sentences: some milliseconds.",
			m.namePulseBy(m.setPulse)...))
	}
	if len(devices) == 0 {
		if len(findings) == 0 && m.model.isPi() {
			findings = one(pass("There is no PPS device. None is needed: --pps gpio:GPIO18 reads the pulse from the plain line."))
		}
		return findings
	}
	for _, d := range devices {
		if readable, known := m.user.canRead(m.root.device(d.Path, deviceFile{mode: 0o600})); known && !readable {
			findings = append(findings, warn(fmt.Sprintf("Only root may read %s.", d),
				"refclock needs to read it for --pps "+d.Path+", unless it runs with sudo.",
				m.openPulseToGroup(d)...))
			continue
		}
		findings = append(findings, pass("%s exists: --pps %s.", d, d.Path))
	}
	return findings
}

// openPulseToGroup returns the steps that let a group read a PPS device. Systems without
// udev, such as OpenWrt and Alpine, have no such rule.
func (m *Machine) openPulseToGroup(d pulseDevice) []Step {
	hasUdev := slices.ContainsFunc([]string{"/bin/udevadm", "/sbin/udevadm", "/usr/bin/udevadm"}, m.root.exists)
	if m.isWhole() && !hasUdev {
		return []Step{typeLine("sudo chgrp dialout " + d.Path), typeLine("sudo chmod 660 " + d.Path), advise("Type both lines again after each boot, or run refclock with sudo.")}
	}
	return []Step{
		addLine("/etc/udev/rules.d/60-pps.rules", `SUBSYSTEM=="pps", GROUP="dialout", MODE="0660"`),
		typeLine("sudo udevadm control --reload"), typeLine("sudo udevadm trigger " + pps.SysClass + "/" + path.Base(d.Path)),
	}
}

// ktimer returns the finding for the kernel's own timer.
func (m *Machine) ktimer(d pulseDevice) Finding {
	hint := []Step{typeLine("sudo modprobe -r pps-ktimer")}
	files := []string{"/etc/modules"}
	entries, _ := m.root.ReadDir("/etc/modules-load.d")
	for _, e := range entries {
		files = append(files, path.Join("/etc/modules-load.d", e.Name()))
	}
	for _, file := range files {
		for line := range strings.Lines(m.root.text(file)) {
			if line = strings.TrimSpace(line); line == "pps-ktimer" || line == "pps_ktimer" {
				if real, err := m.root.Resolve(file); err == nil && real == file {
					hint = append(hint, deleteLine(file, line))
				}
			}
		}
	}
	text := "It ticks once a second by the system clock itself, so it cannot correct that clock."
	verdict := warn
	if m.options.Pulse == d.Path || len(m.pulses()) == 0 {
		verdict = fail
	}
	return verdict(fmt.Sprintf("%s is the kernel's own timer, not a receiver's pulse.", d.Path), text, hint...)
}

func checkGPIOLine(m *Machine) []Finding {
	address, err := pps.Parse(m.options.Pulse)
	named := err == nil && address.Kind == pps.KindLine && address.Chip == ""
	if !m.model.isPi() && !named || err == nil && !named {
		return nil
	}
	name := "GPIO18"
	if named {
		name = address.Line
	}
	if f, ok := m.otherUse(name, named); ok {
		return one(f)
	}
	if len(m.lines) == 0 {
		return m.noLines()
	}
	line, ok := m.line(name)
	switch {
	case !ok:
		return one(fail(fmt.Sprintf("No GPIO chip has a line named %s.", name), "The pulse cannot be read from a line that does not exist.",
			advise("List the lines:"), typeLine("gpioinfo")))
	case line.Consumer == "":
		return one(pass("The line %s is free. If the pulse is wired to it: --pps gpio:%s.", name, name))
	case line.Consumer == "refclock":
		return one(pass("refclock uses the line %s.", name))
	}
	return one(m.lineInUse(line, named))
}

// lineInUse is the finding for a line that another program, or the kernel, uses.
func (m *Machine) lineInUse(line Line, named bool) Finding {
	name := line.Name
	for _, d := range m.pulses() {
		if held := d.pin >= 0 && name == fmt.Sprintf("GPIO%d", d.pin); held && !named {
			return pass("pps-gpio uses the line %s: its pulse is %s.", name, d.Path)
		} else if held {
			return fail(fmt.Sprintf("The kernel's pps-gpio uses the line %s.", name), "Only one program can use a line. Its pulse is "+d.Path+".",
				m.setPulse(d.Path)...)
		}
	}
	f := warn
	if named {
		f = fail
	}
	return f(fmt.Sprintf("%q uses the line %s.", line.Consumer, name), "Only one program can use a line, so refclock cannot read the pulse from it.",
		advise("Stop the program that uses it, remove its overlay from config.txt, or wire the pulse to another pin."))
}

// otherUse finds another use of the line in config.txt.
func (m *Machine) otherUse(name string, named bool) (Finding, bool) {
	taken := func(by setting, user string, step Step) (Finding, bool) {
		f := warn
		if named {
			f = fail
		}
		return f(fmt.Sprintf("%s assigns %s to %s: %s.", by.file, name, user, by.text), "If the receiver's pulse is on this line too, the two conflict.",
			step, reboot), true
	}
	if by, on := m.boot.param("i2s"); on && slices.Contains([]string{"GPIO18", "GPIO19", "GPIO20", "GPIO21"}, name) {
		return taken(by, "I2S sound", by.without("i2s"))
	}
	if o, ok := m.boot.overlay("w1-gpio", "w1-gpio-pullup"); ok && name == fmt.Sprintf("GPIO%d", o.gpioPin(4)) {
		return taken(o.setting, "1-Wire sensors", deleteLine(o.file, o.text))
	}
	return Finding{}, false
}

// noLines explains why no GPIO line is known.
func (m *Machine) noLines() []Finding {
	const what = "Could not check whether the pulse's GPIO line is free."
	if m.user.uid == 0 || !refused(m.linesErr) {
		why := "No GPIO chip lists its lines."
		if m.linesErr != nil && !refused(m.linesErr) && m.root.Live {
			why += " (" + m.linesErr.Error() + ")"
		}
		return skip(what, why)
	}
	if m.user.joined("gpio") {
		return skip(what, "You are in group gpio, but only from your next login.")
	}
	return skip(what, "GPIO chips belong to group gpio, and you are not a member.",
		m.join("gpio"), advise("Then log out and in again, or run refclock with sudo."))
}
