package doctor

import (
	"context"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/refclock/refclock/internal/consumer/conf"
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

// Live holds the functions for what is in no file. They are nil for a copy of a
// machine's files.
type Live struct {
	// Lines lists the GPIO lines that have a name or a consumer.
	Lines func() ([]Line, error)

	// OpenPort opens a port read-only, at a baud rate. Closing the port restores its
	// settings.
	OpenPort func(device string, baud int) (Port, error)

	// OpenPulse opens a pulse source.
	OpenPulse func(source string) (Pulse, error)
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
	processes []process
	hidden    int // processes whose open files could not be seen
	user      user

	device   string // the port, by the name that the user gave
	port     string // the same with links resolved; empty if it is missing
	lines    []Line
	linesErr error // why the lines could not be listed

	edited map[conf.Place]string // lines of the daemon's configuration, as the hints so far change them
}

// NewMachine reads the files of a machine.
func NewMachine(root *Root, live Live, options Options) *Machine {
	m := &Machine{root: root, live: live, options: options}
	m.model = modelOf(root.text("/proc/device-tree/model"))
	m.boot = readBoot(root, m.model)
	m.processes, m.hidden = readProcesses(root)
	m.user = readUser(root)
	m.device = options.Device
	if m.device == "" {
		m.device = m.usualDevice()
	}
	m.port, _ = root.Resolve(m.device)
	m.readLines()
	return m
}

// Device returns the port under examination: the one that the user named, else the
// most likely one.
func (m *Machine) Device() string { return m.device }

// usualDevice returns the port to examine if the user named none: the UART of the Pi's
// header, else the first USB serial port.
func (m *Machine) usualDevice() string {
	header := "/dev/serial0"
	if m.model.isPi5() {
		header = "/dev/ttyAMA0"
	}
	usb := m.usbPorts()
	if len(usb) > 0 && !m.root.exists(header) {
		return usb[0]
	}
	return header
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
		return m.model.isPi() && !isUSB(m.device)
	}
	base := path.Base(m.port)
	return m.model.isPi() && (strings.HasPrefix(base, "ttyAMA") || strings.HasPrefix(base, "ttyS"))
}

// A user is the user that runs this program.
type user struct {
	uid    int
	groups []int
	byName map[string]int      // group numbers
	listed map[string][]string // group members in /etc/group
	name   string
}

// readUser reads the user and the groups of this process, and the names of all groups.
func readUser(r *Root) user {
	u := user{uid: -1, byName: map[string]int{}, listed: map[string][]string{}}
	for line := range strings.Lines(r.text("/proc/self/status")) {
		f := strings.Fields(line)
		switch {
		case len(f) > 2 && f[0] == "Uid:":
			u.uid, _ = strconv.Atoi(f[2])
		case len(f) > 2 && f[0] == "Gid:":
			gid, _ := strconv.Atoi(f[2])
			u.groups = append(u.groups, gid)
		case len(f) > 0 && f[0] == "Groups:":
			for _, text := range f[1:] {
				gid, _ := strconv.Atoi(text)
				u.groups = append(u.groups, gid)
			}
		}
	}
	for line := range strings.Lines(r.text("/etc/group")) {
		f := strings.Split(strings.TrimSpace(line), ":")
		if len(f) == 4 {
			u.byName[f[0]], _ = strconv.Atoi(f[2])
			u.listed[f[0]] = strings.Split(f[3], ",")
		}
	}
	for line := range strings.Lines(r.text("/etc/passwd")) {
		if f := strings.Split(line, ":"); len(f) > 2 && f[2] == strconv.Itoa(u.uid) {
			u.name = f[0]
			break
		}
	}
	return u
}

// canRead reports whether the user can read the device. It returns known = false if
// the user is unknown.
func (u user) canRead(d deviceFile) (readable, known bool) {
	switch {
	case u.uid < 0:
		return false, false
	case u.uid == 0:
		return true, true
	case u.uid == d.uid:
		return d.mode&0o400 != 0, true
	case slices.Contains(u.groups, d.gid):
		return d.mode&0o040 != 0, true
	}
	return d.mode&0o004 != 0, true
}

// groupName returns a group's name, else its number.
func (u user) groupName(gid int) string {
	for name, number := range u.byName {
		if number == gid {
			return name
		}
	}
	return strconv.Itoa(gid)
}

// joined reports whether /etc/group lists the user as a member. A process has the group
// only after the next login.
func (u user) joined(group string) bool {
	return u.name != "" && slices.Contains(u.listed[group], u.name)
}
