package doctor

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

func checkUART(p *Patient) []Finding {
	if p.port != "" {
		if p.port == p.device {
			return one(pass("The port %s is there.", p.device))
		}
		return one(pass("The port %s is there: it is %s.", p.device, p.port))
	}
	switch {
	case p.complaint.Device != "" && !p.isHeaderName():
		return one(fail(fmt.Sprintf("There is no port %s.", p.device),
			"A receiver on USB gets its port when it is plugged in; another one may have another name.",
			advise("Plug the receiver in, and see what there is:"), typeLine("ls /dev/serial0 /dev/ttyAMA* /dev/ttyUSB* /dev/ttyACM*")))
	case !p.model.isPi():
		return one(fail("This machine has no serial port with a receiver.",
			"Neither /dev/serial0 nor a USB port is there.",
			advise("Plug the receiver in, or name its port: refclock doctor /dev/ttyUSB0")))
	case p.boot.err != nil, p.boot.dir == "":
		return one(fail(fmt.Sprintf("The UART of the header is switched off: there is no %s.", p.device),
			"The receiver's sentences come in through it.",
			advise("Switch the serial port on, without a login shell:"), typeLine("sudo raspi-config")))
	case p.model.isFive():
		return p.headerOff("dtparam=uart0=on", p.fiveIsOn())
	}
	return p.headerOff("enable_uart=1", p.boot.value("enable_uart") == "1")
}

// isHeaderName tells whether the person named a port of the Pi's own.
func (p *Patient) isHeaderName() bool {
	switch p.complaint.Device {
	case "/dev/serial0", "/dev/ttyAMA0", "/dev/ttyS0":
		return p.model.isPi()
	}
	return false
}

// fiveIsOn tells whether config.txt switches UART0 of a Pi 5 on.
func (p *Patient) fiveIsOn() bool {
	for _, name := range []string{"uart0", "uart0_console"} {
		if _, on := p.boot.param(name); on {
			return true
		}
	}
	_, on := p.boot.overlay("uart0-pi5", "uart0")
	return on
}

// headerOff is the finding of a UART that is not there.
func (p *Patient) headerOff(line string, written bool) []Finding {
	if written {
		return one(fail(fmt.Sprintf("The UART of the header is not there, though %s switches it on.", p.boot.config),
			fmt.Sprintf("The firmware reads the file only when the Pi starts. If it has been restarted since, %s is not the file that it reads.", p.boot.config),
			reboot))
	}
	hint := p.boot.add(line)
	if slices.ContainsFunc(checkBootFiles(p), func(f Finding) bool { return f.Verdict == Fail }) {
		hint = []Step{advise("The line for it stands at a wrong place, as the finding on boot-files says.")}
	}
	return one(fail(fmt.Sprintf("The UART of the header is switched off: there is no %s.", p.device),
		"The receiver's sentences come in through it.", hint...))
}

// onDebugPort tells whether the port is the debug connector of a Pi 5, which is no
// business of a receiver's.
func (p *Patient) onDebugPort() bool { return p.model.isFive() && path.Base(p.port) == "ttyAMA10" }

func checkSerial0(p *Patient) []Finding {
	if !p.onHeader() || p.port == "" {
		return nil
	}
	bluetooth, _ := p.root.Resolve("/dev/serial1")
	switch base := path.Base(p.port); {
	case p.onDebugPort():
		return one(fail(fmt.Sprintf("%s is /dev/ttyAMA10, the debug connector of this Pi 5, not the header.", p.device),
			"A HAT's receiver is at pins 8 and 10 of the header, which are /dev/ttyAMA0 here.",
			p.useAMA0()...))
	case p.port == bluetooth:
		return one(fail(fmt.Sprintf("%s is Bluetooth's UART, not the header's.", p.device),
			"The receiver is at the other one, which has the name /dev/serial0 whichever it is.",
			typeLine("sudo refclock gps /dev/serial0")))
	case base == "ttyS0" && p.model.hasBluetooth():
		return one(warn("/dev/serial0 is the mini UART, /dev/ttyS0; the good UART serves Bluetooth.",
			"The mini UART's baud rate follows the clock of the graphics core, and bytes get lost when that changes. Giving up Bluetooth frees the good one.",
			p.freeUART()...))
	case strings.HasPrefix(base, "ttyAMA"):
		return one(pass("%s is a PL011, whose baud rate is steady.", p.port))
	}
	return nil
}

// freeUART tells how to take the good UART from Bluetooth.
func (p *Patient) freeUART() (hint []Step) {
	if p.hasUnit("hciuart.service") {
		hint = append(hint, disable("hciuart.service"))
	}
	_, written := p.boot.overlay("disable-bt", "pi3-disable-bt")
	switch {
	case written || p.boot.config == "":
	case p.misspelt("disable-bt"):
		hint = append(hint, advise("Correct the overlay's name, as the finding on overlays says."))
	default:
		return append(hint, p.boot.add("dtoverlay=disable-bt")...)
	}
	return append(hint, reboot)
}

// useAMA0 tells how to come to the header's UART on a Pi 5.
func (p *Patient) useAMA0() (hint []Step) {
	if !p.root.exists("/dev/ttyAMA0") && !p.fiveIsOn() && p.boot.config != "" {
		hint = append(hint, p.boot.add("dtparam=uart0=on")...)
	}
	return append(hint, typeLine("sudo refclock gps /dev/ttyAMA0"))
}

func checkBluetooth(p *Patient) []Finding {
	if !p.onHeader() || !p.model.hasBluetooth() {
		return nil
	}
	const service = "hciuart.service"
	const attaches = "It gives the UART to the Bluetooth chip, and speaks to whatever is there."
	for _, proc := range p.running("hciattach", "btattach") {
		for _, tty := range proc.tty {
			if tty == p.port {
				return one(fail(fmt.Sprintf("%s has the receiver's port %s for Bluetooth.", proc, p.port), attaches, disable(service)))
			}
		}
	}
	_, off := p.boot.overlay("disable-bt", "pi3-disable-bt")
	if off && p.enabled(service) {
		return one(warn("Bluetooth is switched off in "+p.boot.config+", and hciuart.service is started all the same.", attaches, disable(service)))
	}
	if off {
		return one(pass("Bluetooth is switched off, and leaves the good UART to the receiver."))
	}
	return nil
}
