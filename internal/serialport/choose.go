package serialport

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const (
	// headerUART is the Raspberry Pi's name for the UART on its header, whichever of its
	// two that is.
	headerUART = "serial0"

	// debugUART is where that name leads on a Raspberry Pi 5: to the small plug between
	// the HDMI sockets. The UART on the header is headerUARTOf5 there.
	debugUART     = "ttyAMA10"
	headerUARTOf5 = "ttyAMA0"
)

// header is the path of the UART on a Raspberry Pi's header, and the port that it leads
// to.
func (m machine) header() (path, target string, err error) {
	path = filepath.Join(m.dev, headerUART)
	target, err = filepath.EvalSymlinks(path)
	if filepath.Base(target) == debugUART {
		path = filepath.Join(m.dev, headerUARTOf5)
		target, err = filepath.EvalSymlinks(path)
	}
	return path, target, err
}

// Header is the path of the UART on a Raspberry Pi's header. It may not be there.
func Header() string {
	path, _, _ := thisMachine.header()
	return path
}

// receiverIDs are the USB devices that are GNSS receivers and nothing else: by
// vendor, or by vendor and product. What sits behind a bridge cannot be told.
var receiverIDs = map[string]string{
	"1546":      "u-blox",
	"0e8d:3329": "MediaTek",
	"09d7:0100": "NovAtel",
}

// receiver tells why a port is a receiver's for certain; nothing if it is not.
func (p Found) receiver() string {
	vendor, _, _ := strings.Cut(p.USB, ":")
	for _, id := range []string{vendor, p.USB} {
		if maker, ok := receiverIDs[id]; ok && id != "" {
			return fmt.Sprintf("its USB id %s is a receiver's of %s", p.USB, maker)
		}
	}
	for _, word := range []string{"GPS", "GNSS"} {
		if strings.Contains(strings.ToUpper(p.Product), word) {
			return fmt.Sprintf("it calls itself %q", p.Product)
		}
	}
	return ""
}

// choose finds the port that a receiver is on, if no other could be meant, and says
// why it is that one. A receiver that is known by its USB id comes before a UART on
// which there may be none.
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
		return "", "", fmt.Errorf("%s is the kernel's console; delete console=serial0,115200 from cmdline.txt and reboot: %w", header, errNoPort)
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
	return "", "", fmt.Errorf("this machine has no serial port now; plug the receiver in, or switch the UART on in config.txt, with enable_uart=1 or, on a Raspberry Pi 5, dtparam=uart0=on: %w", errNoPort)
}

// errNoPort is of what may come by itself.
var errNoPort = fmt.Errorf("no port to choose: %w", fs.ErrNotExist)

// errSeveral is of what a person must decide.
var errSeveral = errors.New("more than one port to choose from")

func severalPorts(kind string, ports []Found) error {
	var names []string
	for _, p := range ports {
		names = append(names, strings.TrimSpace(p.Path+" "+p.Product))
	}
	return fmt.Errorf("%w: %d %s, %s; name one of them as device", errSeveral, len(ports), kind, strings.Join(names, ", "))
}

func hasWord(text, word string) bool {
	for _, w := range strings.Fields(text) {
		if w == word {
			return true
		}
	}
	return false
}

// A Finder finds the port that a user means, each time that it is to be opened: it
// may bear another name then. It is for one goroutine.
type Finder struct {
	Device string // as the user named it; empty leaves the choice

	machine machine
	stable  string // the name in /dev/serial/by-id of the port that was found last
}

// NewFinder makes a Finder.
func NewFinder(device string) *Finder { return &Finder{Device: device, machine: thisMachine} }

// Find gives the path to open, and why it is that one if it is not the one that the
// user named. The error wraps fs.ErrNotExist where the port may come by itself.
//
// A USB port gets a new number when it is plugged in again while somebody still holds
// the old one, and numbers change places. The names in /dev/serial/by-id, which udev
// makes of the device's own, do not: the port is known again by that.
func (f *Finder) Find() (path, why string, err error) {
	if f.stable != "" && f.byID(f.Device) != f.stable {
		if to, err := filepath.EvalSymlinks(f.stable); err == nil {
			return to, "the receiver has this name now: " + f.stable, nil
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

// byID is a port's name in /dev/serial/by-id; nothing if it has none.
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
