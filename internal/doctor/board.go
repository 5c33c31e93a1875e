package doctor

import (
	"fmt"
	"path"
	"strings"
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
	switch {
	case m.model.isPi():
		return []Step{advise("Name the line. Most HATs have the pulse on GPIO18, Adafruit's on GPIO4:"), typeLine(command + " --pps gpio:GPIO18 " + m.device)}
	case isUSB(m.device) || m.boardName() == "":
		return []Step{advise("If the receiver's pulse is wired to DCD of this port, read it there:"), typeLine(command + " --pps dcd:" + m.device + " " + m.device)}
	}
	steps := []Step{advise("Name the chip and the offset of the GPIO line to which the pulse is wired. This lists them:"), typeLine("gpioinfo")}
	line := typeLine(command + " --pps gpio:gpiochip1:28 " + m.device)
	line.Note = "for offset 28 of gpiochip1"
	return append(steps, line)
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
