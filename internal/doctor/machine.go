package doctor

import (
	"context"
	"path"
	"strings"
	"time"

	"github.com/refclock/refclock/internal/consumer/conf"
	"github.com/refclock/refclock/internal/consumer/lines"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/pps"
)

// Options are the port and the pulse that the user named. Both may be empty.
type Options struct {
	Device string // such as /dev/serial0
	Pulse  string // in the syntax of pps.Parse
}

// A Port is an open serial port, like gps.Port.
type Port interface {
	Read([]byte) (int, error)
	SetReadTimeout(time.Duration) error
	Close() error
}

// A Pulse returns the edges of a line, like pps.Source.
type Pulse interface {
	Next(context.Context) (pps.Edge, error)
	Close() error
}

// Live has functions for what no file shows. They are nil for a copy of a machine's files.
type Live struct {
	// Lines lists the GPIO lines that have a name or a consumer.
	Lines func() ([]Line, error)

	// OpenPort opens a port read-only, at a baud rate. Closing the port restores its
	// settings.
	OpenPort func(device string, baud int) (Port, error)

	// OpenPulse opens a pulse source.
	OpenPulse func(source string) (Pulse, error)

	// Written returns those of the units that a program writes now.
	Written func(units []int) []int

	// Report returns the report of the running refclock run. The error wraps fs.ErrNotExist if
	// none runs.
	Report func() (status.Report, error)

	// Clocks returns the clocks that refclock publishes; without a running refclock, those
	// that it would publish on a machine with or without a pulse.
	Clocks func(pulse bool) lines.Setup
}

// A Line is a GPIO line.
type Line struct {
	Chip     string // such as "gpiochip0"
	Offset   int
	Name     string // such as "GPIO18"
	Consumer string // what holds the line; empty if it is free
}

// A Machine is the machine under examination, and what was read from it.
type Machine struct {
	root    *Root
	live    Live
	options Options

	model     model
	boot      boot
	manager   *manager // of the services; nil if unknown
	asRoot    string   // what to type before a command that needs root, such as "sudo "
	ipc       string   // the IPC namespace of refclock; empty if unknown
	processes []process
	hidden    int // processes whose open files could not be seen
	user      user
	service   service // the running refclock run

	named    bool   // the user named the port
	device   string // the port, by the name that the user, or refclock's configuration, gave
	port     string // the same with links resolved; empty if it is missing, or not a serial port
	other    string // what the device is if it is not a serial port, such as "a folder"
	lines    []Line
	linesErr error // why the lines could not be listed

	edited map[conf.Place]string // lines of the daemon's configuration, as the hints so far change them; empty if deleted
	moved  []string              // lines that the hints so far move to another file
}

// NewMachine reads the files of a machine.
func NewMachine(root *Root, live Live, options Options) *Machine {
	m := &Machine{root: root, live: live, options: options, edited: map[conf.Place]string{}}
	m.model = modelOf(root.text("/proc/device-tree/model"))
	m.boot = readBoot(root, m.model)
	m.manager = readManager(root)
	m.asRoot = m.readAsRoot()
	m.processes, m.hidden = readProcesses(root)
	m.compareNamespaces()
	m.user = readUser(root)
	m.service, m.named = askService(live), options.Device != ""
	m.choose()
	if m.other = root.notSerial(m.port); m.other != "" {
		m.port = ""
	}
	m.readLines()
	return m
}

// Device returns the port under examination: the one that the user named, else that of
// refclock's first receiver, else the most likely one.
func (m *Machine) Device() string { return m.device }

// usualDevice returns the port to examine if the user named none: the UART of a Pi's
// header, else the first USB serial port, else the first UART.
func (m *Machine) usualDevice() string {
	header := "/dev/serial0"
	if m.model.isPi5() {
		header = "/dev/ttyAMA0"
	}
	if usb := m.usbPorts(); len(usb) > 0 && !m.root.exists(header) {
		return usb[0]
	}
	if m.model.isPi() || m.root.exists(header) {
		return header
	}
	if uart := m.usualUART(); uart != "" {
		return uart
	}
	return "/dev/ttyUSB0"
}

// usbPorts returns the serial ports on USB.
func (m *Machine) usbPorts() (ports []string) {
	entries, _ := m.root.ReadDir("/dev")
	for _, e := range entries {
		if isUSB(e.Name()) {
			ports = append(ports, "/dev/"+e.Name())
		}
	}
	return ports
}

func isUSB(port string) bool {
	base := path.Base(port)
	return strings.HasPrefix(base, "ttyACM") || strings.HasPrefix(base, "ttyUSB")
}

// onHeader reports whether the port is, or would be, one of the Pi's own UARTs.
func (m *Machine) onHeader() bool {
	if m.port == "" {
		return m.model.isPi() && !isUSB(m.device) && m.other == ""
	}
	base := path.Base(m.port)
	return m.model.isPi() && (strings.HasPrefix(base, "ttyAMA") || strings.HasPrefix(base, "ttyS"))
}
