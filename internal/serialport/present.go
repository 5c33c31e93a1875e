package serialport

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Found is a serial port that the machine has.
type Found struct {
	Path    string // such as "/dev/ttyUSB0"
	USB     string // "vendor:product" in hexadecimal; empty for a UART
	Product string // what the USB device calls itself
	Console bool   // the kernel writes its messages there
}

// A machine is where ports are looked for: the kernel's own, and in tests another.
type machine struct{ dev, class string }

var thisMachine = machine{dev: "/dev", class: "/sys/class/tty"}

// list finds the ports by what the kernel says of them. None is opened: that could
// disturb whoever uses it.
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
		// The 8250 driver makes ports for what may be there; drivers/tty/serial: PORT_UNKNOWN is 0.
		if kind := attribute(m.class, e.Name(), "type"); kind == "0" {
			continue
		}
		p := Found{Path: filepath.Join(m.dev, e.Name()), Console: slices.Contains(consoles, e.Name())}
		p.USB, p.Product = usb(device)
		ports = append(ports, p)
	}
	slices.SortStableFunc(ports, func(a, b Found) int { return strings.Compare(a.Path, b.Path) })
	return ports
}

// usb looks for the USB device that a device is part of: an interface of it, or a
// port of that.
func usb(device string) (id, product string) {
	for range 3 {
		if vendor := attribute(device, "idVendor"); vendor != "" {
			return vendor + ":" + attribute(device, "idProduct"), attribute(device, "product")
		}
		device = filepath.Dir(device)
	}
	return "", ""
}

// attribute is the text of a file of sysfs; nothing if there is none.
func attribute(path ...string) string {
	text, _ := os.ReadFile(filepath.Join(path...))
	return strings.TrimSpace(string(text))
}

// present tells which serial ports the machine has.
func present() string {
	var names []string
	for _, p := range thisMachine.list() {
		names = append(names, p.Path)
	}
	if len(names) == 0 {
		return "this machine has no serial port now; is the receiver plugged in, or the UART switched on?"
	}
	return "this machine has " + strings.Join(names, ", ")
}
