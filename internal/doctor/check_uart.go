package doctor

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

func checkUART(m *Machine) []Finding {
	if m.port != "" {
		if m.port == m.device {
			return one(pass("The port %s exists.", m.device))
		}
		return one(pass("The port %s exists: it is %s.", m.device, m.port))
	}
	broken := slices.ContainsFunc(checkRefclockFile(m), func(f Finding) bool { return f.Verdict == Fail })
	switch {
	case m.options.Device == "" && broken:
		return skip("Did not look for the receiver's port.", "refclock's configuration may name it, and is not valid.")
	case m.other != "":
		return one(fail(fmt.Sprintf("%s is not a serial port.", m.device), fmt.Sprintf("It is %s.", m.other),
			advise("Set the port of the receiver (refclock gps DEVICE, or device = in refclock.toml). This lists the ports:"), m.listPorts()))
	case m.options.Device != "" && !m.isHeaderName() && (m.model.isPi() || isUSB(m.device) || m.boardName() == ""):
		return one(fail(fmt.Sprintf("There is no port %s.", m.device),
			"The port of a USB receiver appears when it is plugged in, maybe under another name.",
			advise("Plug the receiver in, and list the ports:"), m.listPorts()))
	case m.options.Device != "" && !m.model.isPi():
		return one(fail(fmt.Sprintf("There is no port %s.", m.device),
			"Most UARTs of a board are disabled until a setting connects them to their pins.", m.boardUART()...))
	case !m.model.isPi():
		return one(fail("This machine has no serial port with a receiver.",
			"There is no USB serial port, and no UART besides the kernel's console.",
			append([]Step{advise("Plug the receiver in, or name its port: refclock doctor /dev/ttyUSB0")}, m.boardUART()...)...))
	case m.boot.err != nil, m.boot.dir == "":
		return one(fail(fmt.Sprintf("The header's UART is disabled: there is no %s.", m.device),
			"The receiver sends its sentences to this UART.", m.uartOn()...))
	case m.model.isPi5():
		return m.headerOff("dtparam=uart0=on", m.pi5UARTOn())
	}
	return m.headerOff("enable_uart=1", m.boot.value("enable_uart") == "1")
}

// uartOn returns the steps to enable the header's UART if config.txt is not known.
func (m *Machine) uartOn() []Step {
	if m.hasRaspiConfig() {
		return []Step{advise("Enable the serial port, without a login shell:"), typeLine("sudo raspi-config")}
	}
	line := "enable_uart=1"
	if m.model.isPi5() {
		line = "dtparam=uart0=on"
	}
	return []Step{advise("Add the line " + line + " to config.txt on the boot partition. Then restart the machine:"), reboot}
}

// isHeaderName reports whether the user named one of the Pi's own UARTs.
func (m *Machine) isHeaderName() bool {
	switch m.options.Device {
	case "/dev/serial0", "/dev/ttyAMA0", "/dev/ttyS0":
		return m.model.isPi()
	}
	return false
}

// pi5UARTOn reports whether config.txt enables UART0 of a Pi 5.
func (m *Machine) pi5UARTOn() bool {
	for _, name := range []string{"uart0", "uart0_console"} {
		if _, on := m.boot.param(name); on {
			return true
		}
	}
	_, on := m.boot.overlay("uart0-pi5", "uart0")
	return on
}

// headerOff returns the finding for a missing UART.
func (m *Machine) headerOff(line string, written bool) []Finding {
	if written {
		return one(fail(fmt.Sprintf("The header's UART is missing, although %s enables it.", m.boot.config),
			fmt.Sprintf("The firmware reads the file only at boot. If the Pi has been rebooted since, the firmware does not read %s.", m.boot.config),
			reboot))
	}
	hint := m.boot.add(line)
	if slices.ContainsFunc(checkBootFiles(m), func(f Finding) bool { return f.Verdict == Fail }) {
		hint = []Step{advise("The line for it is in the wrong place: do what the finding boot-files says.")}
	}
	return one(fail(fmt.Sprintf("The header's UART is disabled: there is no %s.", m.device),
		"The receiver sends its sentences to this UART."+m.carrier(), hint...))
}

// carrier returns a sentence on the pins of a Compute Module.
func (m *Machine) carrier() string {
	if !strings.HasPrefix(m.model.short(), "Compute Module") {
		return ""
	}
	return " The carrier board decides where its pins are, GPIO14 and GPIO15: on most, pins 8 and 10 of a header."
}

// onDebugPort reports whether the port is the debug connector of a Pi 5, where a
// receiver does not belong.
func (m *Machine) onDebugPort() bool { return m.model.isPi5() && path.Base(m.port) == "ttyAMA10" }

func checkSerial0(m *Machine) []Finding {
	if !m.onHeader() || m.port == "" {
		return nil
	}
	bluetooth, _ := m.root.Resolve("/dev/serial1")
	switch base := path.Base(m.port); {
	case m.onDebugPort():
		return one(fail(fmt.Sprintf("%s is /dev/ttyAMA10, the debug connector of this %s, not the header.", m.device, m.model.short()),
			"A HAT's receiver uses pins 8 and 10 of the header, which are /dev/ttyAMA0 on this Pi.",
			m.useAMA0()...))
	case m.port == bluetooth:
		return one(fail(fmt.Sprintf("%s is the UART of Bluetooth, not of the header.", m.device),
			"/dev/serial0 is always the header's UART.",
			typeLine("sudo refclock gps /dev/serial0")))
	case base == "ttyS0" && m.model.hasBluetooth():
		return one(warn("/dev/serial0 is the mini UART, /dev/ttyS0; Bluetooth uses the better one, the PL011.",
			"The mini UART's baud rate follows the clock of the graphics core. When that changes, bytes are lost. Disabling Bluetooth frees the PL011.",
			m.freeUART()...))
	case strings.HasPrefix(base, "ttyAMA"):
		return one(pass("%s is a PL011, with a stable baud rate.", m.port))
	}
	return nil
}

// freeUART returns the steps that take the PL011 from Bluetooth.
func (m *Machine) freeUART() (hint []Step) {
	if m.hasService("hciuart.service") {
		hint = append(hint, m.disable("hciuart.service")...)
	}
	_, written := m.boot.overlay("disable-bt", "pi3-disable-bt")
	switch {
	case written || m.boot.config == "":
	case m.isMisspelt("disable-bt"):
		hint = append(hint, advise("Correct the overlay's name: do what the finding overlays says."))
	default:
		return append(hint, m.boot.add("dtoverlay=disable-bt")...)
	}
	return append(hint, reboot)
}

// useAMA0 returns the steps to use the header's UART on a Pi 5.
func (m *Machine) useAMA0() (hint []Step) {
	if !m.root.exists("/dev/ttyAMA0") && !m.pi5UARTOn() && m.boot.config != "" {
		hint = append(hint, m.boot.add("dtparam=uart0=on")...)
	}
	return append(hint, typeLine("sudo refclock gps /dev/ttyAMA0"))
}

func checkBluetooth(m *Machine) []Finding {
	if !m.onHeader() || !m.model.hasBluetooth() {
		return nil
	}
	const service = "hciuart.service"
	const why = "It uses the UART for the Bluetooth chip, and sends commands to whatever is connected."
	for _, proc := range m.running("hciattach", "btattach") {
		if slices.Contains(proc.tty, m.port) {
			return one(fail(fmt.Sprintf("%s uses the receiver's port %s for Bluetooth.", proc, m.port), why, m.disable(service)...))
		}
	}
	_, off := m.boot.overlay("disable-bt", "pi3-disable-bt")
	if off && m.starts(service) {
		return one(warn("Bluetooth is disabled in "+m.boot.config+", but hciuart.service still starts.", why, m.disable(service)...))
	}
	if off {
		return one(pass("Bluetooth is disabled, and the receiver has the PL011."))
	}
	return nil
}
