package doctor

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/refclock/refclock/internal/settings"
)

// boardName returns the name of the board in the device tree; "" for a PC.
func (m *Machine) boardName() string { return m.root.text("/proc/device-tree/model") }

// aBeagleBone has the pins of the UARTs of a BeagleBone, by their number. From the System
// Reference Manual, "Expansion Header P9 Pinout".
var aBeagleBone = map[string]struct{ rx, tx string }{
	"1": {"P9_26", "P9_24"},
	"2": {"P9_22", "P9_21"},
	"4": {"P9_11", "P9_13"},
	"5": {"P8_38", "P8_37"},
}

func (m *Machine) isBeagleBone() bool {
	name := m.boardName()
	return strings.Contains(name, "BeagleBone") && !strings.Contains(name, "AI") || strings.Contains(name, "PocketBeagle") && !strings.Contains(name, "PocketBeagle 2")
}

// boardUART returns the steps that enable a UART of a board that is not a Raspberry Pi.
func (m *Machine) boardUART() []Step {
	base := path.Base(m.device)
	number := strings.TrimLeft(base, "tySO")
	switch {
	case m.boardName() == "":
		return nil // a PC has its UARTs without a setting
	case isUSB(m.device):
		return []Step{advise("For a receiver on the pins of the " + m.boardName() + ", name the port of its UART: refclock doctor /dev/ttyS1")}
	case m.isBeagleBone() && aBeagleBone[number].rx != "":
		return []Step{addLine("/boot/uEnv.txt", fmt.Sprintf("uboot_overlay_addr4=/lib/firmware/BB-UART%s-00A0.dtbo", number)), reboot}
	case m.root.exists("/usr/sbin/armbian-config"), m.root.exists("/usr/bin/armbian-config"), m.root.exists("/boot/armbianEnv.txt"):
		return []Step{advise("Enable the overlay of the UART, in the menu System, then Kernel or Hardware:"), typeLine("sudo armbian-config"), reboot}
	case m.root.exists("/usr/sbin/orangepi-config"), m.root.exists("/usr/local/bin/orangepi-config"), m.root.exists("/boot/orangepiEnv.txt"):
		return []Step{advise("Enable the overlay of the UART, in the menu System, then Hardware:"), typeLine("sudo orangepi-config"), reboot}
	}
	return []Step{advise("Enable the UART in the device tree, as the manual of the " + m.boardName() + " shows, and restart the machine:"), reboot}
}

// receivePin returns where the receiver's TX belongs, such as "RX (pin 10 of the header)".
func (m *Machine) receivePin() string {
	base := path.Base(m.port)
	pins, ok := aBeagleBone[strings.TrimLeft(base, "tySO")]
	switch {
	case isUSB(m.device):
		return "RX"
	case m.onHeader():
		return "RX (pin 10 of the header)"
	case ok && m.isBeagleBone() && (strings.HasPrefix(base, "ttyS") || strings.HasPrefix(base, "ttyO")):
		return "RX (" + pins.rx + ")"
	}
	return "RX"
}

// namePulse returns the steps to name the line of a pulse, for a command that takes
// --pps.
func (m *Machine) namePulse(command string) []Step {
	return m.namePulseBy(func(source string) []Step { return []Step{typeLine(command + " --pps " + source + " " + m.device)} })
}

// namePulseBy returns the steps to name the line of a pulse. Those for a source are from name.
func (m *Machine) namePulseBy(name func(source string) []Step) []Step {
	switch {
	case m.model.isPi():
		return append([]Step{advise("Name the line. Most HATs have the pulse on GPIO18, Adafruit's on GPIO4:")}, name("gpio:GPIO18")...)
	case isUSB(m.device) || m.boardName() == "":
		return append([]Step{advise("If the receiver's pulse is wired to DCD of this port, read it there:")}, name("dcd:"+m.device)...)
	}
	steps := []Step{advise("Name the chip and the offset of the GPIO line to which the pulse is wired. This lists them:"), typeLine("gpioinfo")}
	named := name("gpio:gpiochip1:28")
	named[0].Note = "for offset 28 of gpiochip1"
	return append(steps, named...)
}

// setPulse returns the steps that make refclock read another source of the pulse: in the
// configuration that names the present one, if there is one.
func (m *Machine) setPulse(source string) []Step {
	file, line := m.pulseLine(m.options.Pulse)
	if file == "" {
		return []Step{typeLine("sudo refclock gps --pps " + source + " " + m.device)}
	}
	steps := []Step{replaceLine(file, line, strings.Replace(line, m.options.Pulse, source, 1))}
	switch running := slices.ContainsFunc(m.running("refclock"), func(p process) bool { return publishes(p.args) }); {
	case !running: // it reads the file at its start
	case m.manager == systemd:
		steps = append(steps, typeLine("sudo systemctl reload "+bareName(refclockService)))
	case m.manager == nil:
		steps = append(steps, advise("Restart refclock."))
	default:
		steps = append(steps, m.commands(m.manager.restart, refclockService)...)
	}
	return steps
}

// pulseLine returns the line of refclock's configuration that names a source of a pulse, and the
// file; "" if there is none.
func (m *Machine) pulseLine(source string) (file, line string) {
	for _, file := range m.refclockFiles() {
		c, err := m.readRefclockFile(file)
		if err != nil || !slices.ContainsFunc(c.Clocks, func(c settings.Clock) bool {
			s, ok := c.Settings.(*settings.GPSSettings)
			return ok && s.PulseSource() == source
		}) {
			continue
		}
		for line := range strings.Lines(m.root.text(file)) {
			name, value, _ := strings.Cut(line, "=")
			value = strings.TrimSpace(value)
			if strings.TrimSpace(name) == "pps" && (strings.HasPrefix(value, `"`+source+`"`) || strings.HasPrefix(value, "'"+source+"'")) {
				return file, strings.TrimSpace(line)
			}
		}
	}
	return "", ""
}

// listPorts returns the step that lists the serial ports that exist on such a machine.
func (m *Machine) listPorts() Step {
	if m.model.isPi() {
		return typeLine("ls /dev/serial0 /dev/ttyAMA* /dev/ttyUSB* /dev/ttyACM*")
	}
	return typeLine("ls /dev/serial/by-id /dev/tty[A-Z]*")
}

// usualUART returns the first UART that is not a console of the kernel; "" if there is
// none. The 8250 driver also creates ports without hardware, of type 0, PORT_UNKNOWN.
func (m *Machine) usualUART() string {
	const class = "/sys/class/tty"
	active := strings.Fields(m.root.text(class + "/console/active"))
	entries, _ := m.root.ReadDir(class)
	for _, e := range entries {
		name := e.Name()
		used := false
		for _, console := range active {
			used = used || console == name
		}
		kind := m.root.text(path.Join(class, name, "type"))
		if !used && kind != "" && kind != "0" && !isUSB(name) && m.root.exists("/dev/"+name) {
			return "/dev/" + name
		}
	}
	return ""
}
