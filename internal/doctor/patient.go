package doctor

import (
	"context"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/refclock/refclock/internal/daemonconf"
	"github.com/refclock/refclock/pps"
)

// A Complaint is what the person has told: which port, which pulse. Both may be empty.
type Complaint struct {
	Device string // such as /dev/serial0
	Pulse  string // as pps.Parse takes it
}

// A Port is an open serial port, as gps.Port.
type Port interface {
	Read([]byte) (int, error)
	SetReadTimeout(time.Duration) error
	Close() error
}

// A Pulse gives the edges of a line, as pps.Source.
type Pulse interface {
	Next(context.Context) (pps.Edge, error)
	Close() error
}

// Live is what no file tells of the machine. Nil functions are for a copy of a
// machine's files.
type Live struct {
	// Lines lists the GPIO lines that have a name or a consumer.
	Lines func() ([]Line, error)

	// OpenPort opens a port for reading alone, at a rate; closing it puts back how the
	// port was set.
	OpenPort func(device string, baud int) (Port, error)

	// OpenPulse opens the source of a pulse.
	OpenPulse func(source string) (Pulse, error)
}

// A Line is a GPIO line.
type Line struct {
	Chip     string // such as "gpiochip0"
	Offset   int
	Name     string // such as "GPIO18"
	Consumer string // who has it; empty where nobody has
}

// A Patient is a machine, and what was read of it.
type Patient struct {
	root      *Root
	live      Live
	complaint Complaint

	model     model
	boot      boot
	processes []process
	hidden    int // processes whose open files could not be seen
	user      user

	device string // the port by the name that the person uses
	port   string // the same without links; empty where it is not there
	lines  []Line
	deaf   error // why no lines could be listed

	edited map[daemonconf.Place]string // lines of the daemon's configuration, as the hints so far leave them
}

// NewPatient reads what there is to read.
func NewPatient(root *Root, live Live, complaint Complaint) *Patient {
	p := &Patient{root: root, live: live, complaint: complaint}
	p.model = modelOf(root.text("/proc/device-tree/model"))
	p.boot = readBoot(root, p.model)
	p.processes, p.hidden = readProcesses(root)
	p.user = readUser(root)
	p.device = complaint.Device
	if p.device == "" {
		p.device = p.usualDevice()
	}
	p.port, _ = root.Resolve(p.device)
	p.readLines()
	return p
}

// Device is the port that is looked at: the one that the person named, else the most
// likely one.
func (p *Patient) Device() string { return p.device }

// usualDevice is where a receiver is if nobody says where: at the header of a Pi, or
// at the only USB port with a receiver.
func (p *Patient) usualDevice() string {
	header := "/dev/serial0"
	if p.model.isFive() {
		header = "/dev/ttyAMA0"
	}
	usb := p.usbPorts()
	if len(usb) > 0 && !p.root.exists(header) {
		return usb[0]
	}
	return header
}

// usbPorts are the serial ports on USB.
func (p *Patient) usbPorts() (ports []string) {
	entries, _ := p.root.ReadDir("/dev")
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

// onHeader tells whether the port is one of the Pi's own UARTs, or would be.
func (p *Patient) onHeader() bool {
	if p.port == "" {
		return p.model.isPi() && !isUSB(p.device)
	}
	base := path.Base(p.port)
	return p.model.isPi() && (strings.HasPrefix(base, "ttyAMA") || strings.HasPrefix(base, "ttyS"))
}

// A user is who runs this program.
type user struct {
	uid    int
	groups []int
	byName map[string]int      // the numbers of the groups
	listed map[string][]string // who is in them by /etc/group
	name   string
}

// readUser reads who this process is, and what the groups are called.
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

// may tells whether the user can read the device; known is false if nobody knows who
// the user is.
func (u user) may(d deviceFile) (may, known bool) {
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

// groupName is a group's name, else its number.
func (u user) groupName(gid int) string {
	for name, number := range u.byName {
		if number == gid {
			return name
		}
	}
	return strconv.Itoa(gid)
}

// joined tells whether the user was put into a group, which only counts from the next
// login on.
func (u user) joined(group string) bool {
	return u.name != "" && slices.Contains(u.listed[group], u.name)
}
