package doctor

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/refclock/refclock/pps"
)

// A pulseDevice is a /dev/ppsN as sysfs describes it.
type pulseDevice struct {
	device string // such as "/dev/pps0"
	name   string // of its driver: "pps@12.-1" of pps-gpio, "ktimer", "serial0"
	path   string // of the tty whose DCD it is on
	pin    int    // of pps-gpio on a Pi; else -1
}

func (d pulseDevice) String() string { return d.device + " (" + d.name + ")" }

// pulses lists the PPS devices, the kernel's timer left out.
func (p *Patient) pulses() []pulseDevice {
	return slices.DeleteFunc(p.allPulses(), func(d pulseDevice) bool { return d.name == "ktimer" })
}

func (p *Patient) allPulses() (list []pulseDevice) {
	const class = "/sys/class/pps"
	entries, _ := p.root.ReadDir(class)
	for _, e := range entries {
		dir := path.Join(class, e.Name())
		d := pulseDevice{"/dev/" + e.Name(), p.root.text(dir + "/name"), p.root.text(dir + "/path"), -1}
		// The node of the overlay has the pin in its name, as a hexadecimal number.
		if pin, ok := strings.CutPrefix(d.name, "pps@"); ok {
			pin, _, _ = strings.Cut(pin, ".")
			if n, err := strconv.ParseInt(pin, 16, 16); err == nil {
				d.pin = int(n)
			}
		}
		list = append(list, d)
	}
	return list
}

func checkPPSOverlay(p *Patient) (findings []Finding) {
	pins := p.boot.ppsPins()
	if len(pins) == 0 {
		return nil
	}
	devices := p.pulses()
	for _, pin := range pins {
		if slices.ContainsFunc(devices, func(d pulseDevice) bool { return d.pin == pin || d.pin < 0 && d.path == "" }) {
			continue
		}
		node := fmt.Sprintf("/proc/device-tree/pps@%x", pin)
		what := fmt.Sprintf("%s wants a PPS device on GPIO%d, and there is none.", p.boot.config, pin)
		if p.root.exists(node) {
			findings = append(findings, fail(what, "The overlay is in place, but the kernel's module for it is not.",
				typeLine("sudo modprobe pps-gpio")))
			continue
		}
		findings = append(findings, fail(what, "The firmware reads that file only when the Pi starts. Or do without: refclock takes the pulse from the plain line, and the overlay's line can be deleted.",
			reboot))
	}
	if len(pins) > 1 {
		list := make([]string, len(pins))
		for i, pin := range pins {
			list[i] = fmt.Sprintf("GPIO%d", pin)
		}
		findings = append(findings, warn(fmt.Sprintf("%s has %d lines of pps-gpio: %s.", p.boot.config, len(pins), strings.Join(list, ", ")),
			"Which of them becomes /dev/pps0 is not the order in which they stand there. Delete those without a receiver."))
	}
	return findings
}

func checkPPSDevices(p *Patient) (findings []Finding) {
	for _, d := range p.allPulses() {
		if d.name == "ktimer" {
			findings = append(findings, p.ktimer(d))
		}
	}
	devices := p.pulses()
	wanted := p.complaint.Pulse
	if strings.HasPrefix(wanted, "/") && !slices.ContainsFunc(p.allPulses(), func(d pulseDevice) bool { return d.device == wanted }) {
		return append(findings, fail(fmt.Sprintf("There is no PPS device %s.", wanted), "Without it the time is only as good as the sentences, some milliseconds.",
			advise("Take the pulse from the plain GPIO line; most HATs have it on GPIO18, some on GPIO4:"),
			typeLine("sudo refclock gps --pps gpio:GPIO18 "+p.device)))
	}
	if len(devices) == 0 {
		if len(findings) == 0 && p.model.isPi() {
			findings = one(pass("There is no PPS device, and none is needed: refclock takes the pulse from the plain line, with --pps gpio:GPIO18."))
		}
		return findings
	}
	for _, d := range devices {
		if may, known := p.user.may(p.root.device(d.device, deviceFile{mode: 0o600})); known && !may {
			findings = append(findings, warn(fmt.Sprintf("%s is for root alone.", d),
				"refclock needs it for --pps "+d.device+", unless it runs with sudo.",
				addLine("/etc/udev/rules.d/60-pps.rules", `SUBSYSTEM=="pps", GROUP="dialout", MODE="0660"`),
				typeLine("sudo udevadm control --reload"), typeLine("sudo udevadm trigger /sys/class/pps/"+path.Base(d.device))))
			continue
		}
		findings = append(findings, pass("%s is there: --pps %s.", d, d.device))
	}
	return findings
}

// ktimer is the finding of the kernel's own timer.
func (p *Patient) ktimer(d pulseDevice) Finding {
	hint := []Step{typeLine("sudo modprobe -r pps-ktimer")}
	files := []string{"/etc/modules"}
	entries, _ := p.root.ReadDir("/etc/modules-load.d")
	for _, e := range entries {
		files = append(files, path.Join("/etc/modules-load.d", e.Name()))
	}
	for _, file := range files {
		for line := range strings.Lines(p.root.text(file)) {
			if line = strings.TrimSpace(line); line == "pps-ktimer" || line == "pps_ktimer" {
				if real, err := p.root.Resolve(file); err == nil && real == file {
					hint = append(hint, deleteLine(file, line))
				}
			}
		}
	}
	text := "It beats once a second by the system clock itself: a clock that follows it follows nothing."
	verdict := warn
	if p.complaint.Pulse == d.device || len(p.pulses()) == 0 {
		verdict = fail
	}
	return verdict(fmt.Sprintf("%s is the kernel's own timer, not a receiver's pulse.", d.device), text, hint...)
}

func checkGPIOLine(p *Patient) []Finding {
	address, err := pps.Parse(p.complaint.Pulse)
	named := err == nil && address.Kind == pps.KindLine && address.Chip == ""
	if !p.model.isPi() && !named || err == nil && !named {
		return nil
	}
	name := "GPIO18"
	if named {
		name = address.Line
	}
	if f, ok := p.claimed(name, named); ok {
		return one(f)
	}
	if len(p.lines) == 0 {
		return p.unseenLines()
	}
	line, ok := p.line(name)
	switch {
	case !ok:
		return one(fail(fmt.Sprintf("No GPIO chip has a line of the name %s.", name), "The pulse cannot come in there.",
			advise("See which names there are:"), typeLine("gpioinfo")))
	case line.Consumer == "":
		return one(pass("The line %s is free: --pps gpio:%s, if the pulse is wired to it.", name, name))
	case line.Consumer == "refclock":
		return one(pass("refclock has the line %s.", name))
	}
	for _, d := range p.pulses() {
		if held := d.pin >= 0 && name == fmt.Sprintf("GPIO%d", d.pin); held && !named {
			return one(pass("The line %s is held by pps-gpio: its pulse is to be had as %s.", name, d.device))
		} else if held {
			return one(fail(fmt.Sprintf("The line %s is held by the kernel's pps-gpio.", name), "A line has one user. Its pulse is to be had as "+d.device+".",
				typeLine("sudo refclock gps --pps "+d.device+" "+p.device)))
		}
	}
	f := warn
	if named {
		f = fail
	}
	return one(f(fmt.Sprintf("The line %s is held by %q.", name, line.Consumer), "A line has one user: the receiver's pulse cannot be taken from it.",
		advise("Stop what holds it, or switch its overlay off in config.txt; or wire the pulse to another pin.")))
}

// claimed finds what else config.txt gives the line to.
func (p *Patient) claimed(name string, named bool) (Finding, bool) {
	taken := func(by setting, whose string, step Step) (Finding, bool) {
		f := warn
		if named {
			f = fail
		}
		return f(fmt.Sprintf("%s gives %s to %s: %s.", by.file, name, whose, by.text), "If the receiver's pulse is on that line, the two get in each other's way.",
			step, reboot), true
	}
	if by, on := p.boot.param("i2s"); on && slices.Contains([]string{"GPIO18", "GPIO19", "GPIO20", "GPIO21"}, name) {
		return taken(by, "I2S sound", by.without("i2s"))
	}
	if o, ok := p.boot.overlay("w1-gpio", "w1-gpio-pullup"); ok && name == fmt.Sprintf("GPIO%d", o.gpioPin(4)) {
		return taken(o.setting, "1-Wire sensors", deleteLine(o.file, o.text))
	}
	return Finding{}, false
}

// unseenLines says why no line could be seen.
func (p *Patient) unseenLines() []Finding {
	const what = "Whether the pulse's GPIO line is free could not be seen."
	if p.user.uid == 0 || !refused(p.deaf) {
		why := "No GPIO chip tells of its lines."
		if p.deaf != nil && !refused(p.deaf) && p.root.Live {
			why += " (" + p.deaf.Error() + ")"
		}
		return skip(what, why)
	}
	if p.user.joined("gpio") {
		return skip(what, "You are in group gpio, but only from your next login on.")
	}
	return skip(what, "GPIO chips belong to group gpio, and you are not in it.",
		typeLine("sudo usermod -aG gpio $USER"), advise("Then log out and in again; or run refclock with sudo."))
}
