package serialport

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Found is a serial port of the machine.
type Found struct {
	Path    string // such as "/dev/ttyUSB0"
	USB     string // "vendor:product" in hexadecimal; empty for a UART
	Product string // the name that the USB device reports
	Console bool   // it is a console of the kernel
}

// A machine has the folders in which to look for ports. Tests use other folders.
type machine struct {
	dev, class string
	model      string // the file with the name of the board
}

var thisMachine = machine{dev: "/dev", class: "/sys/class/tty", model: "/proc/device-tree/model"}

// list returns the ports that the kernel lists, in the order of their names. It opens none,
// because that could disturb a program that uses the port.
func (m machine) list() []Found {
	active, _ := os.ReadFile(filepath.Join(m.class, "console/active"))
	consoles := strings.Fields(string(active))
	var ports []Found
	entries, _ := os.ReadDir(m.class)
	for _, e := range entries {
		device, err := filepath.EvalSymlinks(filepath.Join(m.class, e.Name(), "device"))
		if err != nil { // a virtual terminal
			continue
		}
		// The 8250 driver also creates ports without hardware: type PORT_UNKNOWN, 0.
		if kind := attribute(m.class, e.Name(), "type"); kind == "0" {
			continue
		}
		p := Found{Path: filepath.Join(m.dev, e.Name()), Console: slices.Contains(consoles, e.Name())}
		p.USB, p.Product = usb(device)
		ports = append(ports, p)
	}
	return ports
}

// usb returns the ID and the name of the USB device that a device is part of. The device
// is an interface of it, or a port of an interface.
func usb(device string) (id, product string) {
	for range 3 {
		if vendor := attribute(device, "idVendor"); vendor != "" {
			return vendor + ":" + attribute(device, "idProduct"), attribute(device, "product")
		}
		device = filepath.Dir(device)
	}
	return "", ""
}

// attribute returns the text of a sysfs file; "" if there is none.
func attribute(path ...string) string {
	text, _ := os.ReadFile(filepath.Join(path...))
	return strings.TrimSpace(string(text))
}

// present returns a sentence with the machine's serial ports that may have a receiver.
func present() string {
	var names []string
	console := ""
	for _, p := range thisMachine.list() {
		if p.Console {
			console = " besides the kernel's console"
			continue
		}
		names = append(names, p.Path)
	}
	if len(names) == 0 {
		return "this machine has no serial port now" + console + "; is the receiver plugged in, or the UART enabled?"
	}
	return "this machine has " + strings.Join(names, ", ")
}
