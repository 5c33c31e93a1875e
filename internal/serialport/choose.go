package serialport

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	// headerUART is the Raspberry Pi's name for the UART on its header, whichever of the
	// two it is.
	headerUART = "serial0"

	// debugUART is the target of that name on a Raspberry Pi 5: the small connector
	// between the HDMI sockets. The UART on its header is headerUARTOf5.
	debugUART     = "ttyAMA10"
	headerUARTOf5 = "ttyAMA0"
)

// header returns the path of the UART on a Raspberry Pi's header, and the port that it
// links to.
func (m machine) header() (path, target string, err error) {
	path = filepath.Join(m.dev, headerUART)
	target, err = filepath.EvalSymlinks(path)
	if filepath.Base(target) == debugUART {
		path = filepath.Join(m.dev, headerUARTOf5)
		target, err = filepath.EvalSymlinks(path)
	}
	return path, target, err
}

// Header returns the path of the UART on a Raspberry Pi's header. It may not exist.
func Header() string {
	path, _, _ := thisMachine.header()
	return path
}

// receiverIDs are the USB IDs that only GNSS receivers have: a vendor, or a vendor and a
// product. A receiver behind a USB bridge has the bridge's ID.
var receiverIDs = map[string]string{
	"1546":      "u-blox",
	"0e8d:3329": "MediaTek",
	"09d7:0100": "NovAtel",
}

// receiver returns why a port certainly is a receiver; "" if that is not certain.
func (p Found) receiver() string {
	vendor, _, _ := strings.Cut(p.USB, ":")
	for _, id := range []string{vendor, p.USB} {
		if maker, ok := receiverIDs[id]; ok && id != "" {
			return fmt.Sprintf("USB ID %s is a %s receiver", p.USB, maker)
		}
	}
	for _, word := range []string{"GPS", "GNSS"} {
		if strings.Contains(strings.ToUpper(p.Product), word) {
			return fmt.Sprintf("its USB name is %q", p.Product)
		}
	}
	return ""
}

// choose returns the port of the receiver, and why, if the choice is unambiguous. It
// prefers a receiver with a known USB ID to a UART, which may have no receiver.
func (m machine) choose() (path, why string, err error) {
	var receivers, bridges, uarts []Found
	for _, p := range m.list() {
		switch {
		case p.Console, filepath.Base(p.Path) == debugUART:
		case p.receiver() != "":
			receivers = append(receivers, p)
		case p.USB != "":
			bridges = append(bridges, p)
		default:
			uarts = append(uarts, p)
		}
	}
	header, target, headerErr := m.header()
	console := attribute(m.class, "console/active")
	switch {
	case len(receivers) == 1:
		return receivers[0].Path, "the only GNSS receiver on USB: " + receivers[0].receiver(), nil
	case len(receivers) > 1:
		return "", "", severalPorts("GNSS receivers", receivers)
	case headerErr == nil && hasWord(console, filepath.Base(target)) && len(bridges) == 0:
		return "", "", noPort(header + " is the kernel's console; delete console=serial0,115200 from cmdline.txt and reboot")
	case headerErr == nil && !hasWord(console, filepath.Base(target)):
		return header, "the UART on the header", nil
	case len(bridges) == 1:
		return bridges[0].Path, fmt.Sprintf("the only USB serial adapter (%s %s)", bridges[0].USB, bridges[0].Product), nil
	case len(bridges) > 1:
		return "", "", severalPorts("USB serial adapters", bridges)
	case len(uarts) == 1:
		return uarts[0].Path, "the only serial port", nil
	case len(uarts) > 1:
		return "", "", severalPorts("serial ports", uarts)
	}
	return "", "", noPort("this machine has no serial port now; plug the receiver in" + m.orEnableUART())
}

// orEnableUART returns how to enable the UART of this board; "" for a PC.
func (m machine) orEnableUART() string {
	text, _ := os.ReadFile(m.model)
	switch name := strings.Trim(string(text), "\x00\n "); {
	case strings.HasPrefix(name, "Raspberry Pi 5"), strings.HasPrefix(name, "Raspberry Pi Compute Module 5"):
		return ", or enable the UART in config.txt with dtparam=uart0=on"
	case strings.HasPrefix(name, "Raspberry Pi "):
		return ", or enable the UART in config.txt with enable_uart=1"
	case name != "":
		return ", or enable a UART in the device tree of the " + name
	}
	return ""
}

// A noPort says why there is no port to choose. One may still appear: it is an fs.ErrNotExist.
type noPort string

func (n noPort) Error() string        { return string(n) }
func (n noPort) Is(target error) bool { return target == fs.ErrNotExist }

// errSeveral means that the user must decide.
var errSeveral = errors.New("more than one port to choose from")

func severalPorts(kind string, ports []Found) error {
	var names []string
	for _, p := range ports {
		names = append(names, strings.TrimSpace(p.Path+" "+p.Product))
	}
	return fmt.Errorf("%w: %d %s, %s; name one of them as device", errSeveral, len(ports), kind, strings.Join(names, ", "))
}

func hasWord(text, word string) bool {
	return slices.Contains(strings.Fields(text), word)
}

// A Finder finds the user's port each time it is opened, because its name may change.
// It is not safe for concurrent use.
type Finder struct {
	Device string // as the user named it; empty to choose one

	machine machine
	stable  string // the name in /dev/serial/by-id of the last port
}

// NewFinder returns a Finder for a device.
func NewFinder(device string) *Finder { return &Finder{Device: device, machine: thisMachine} }

// Find returns the path to open, and the reason if it is not the path that the user
// named. The error wraps fs.ErrNotExist if the port may still appear.
//
// A USB port gets a new number if it is plugged in again while a program still has the
// old one open, and numbers can be swapped. The names in /dev/serial/by-id, which udev
// derives from the device, do not change, so Find recognises the port by that name.
func (f *Finder) Find() (path, why string, err error) {
	if f.stable != "" && f.byID(f.Device) != f.stable {
		if to, err := filepath.EvalSymlinks(f.stable); err == nil {
			return to, "the receiver now has this name: " + f.stable, nil
		}
	}
	path = f.Device
	if path == "" {
		if path, why, err = f.machine.choose(); err != nil {
			return "", "", err
		}
	}
	if stable := f.byID(path); stable != "" {
		f.stable = stable
	}
	return path, why, nil
}

// byID returns a port's name in /dev/serial/by-id; "" if it has none.
func (f *Finder) byID(path string) string {
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return ""
	}
	folder := filepath.Join(f.machine.dev, "serial/by-id")
	links, _ := os.ReadDir(folder)
	for _, l := range links {
		link := filepath.Join(folder, l.Name())
		if to, err := filepath.EvalSymlinks(link); err == nil && to == target {
			return link
		}
	}
	return ""
}
