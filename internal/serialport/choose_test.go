package serialport

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// A fakeMachine is a machine whose ports are files in a folder.
type fakeMachine struct {
	*testing.T
	root string
	machine
}

func newFakeMachine(t *testing.T) *fakeMachine {
	root := t.TempDir()
	d := &fakeMachine{t, root, machine{dev: filepath.Join(root, "dev"), class: filepath.Join(root, "sys/class/tty"), model: filepath.Join(root, "model")}}
	d.write("sys/class/tty/console/active", "tty1")
	return d
}

func (d *fakeMachine) write(path, text string) {
	d.Helper()
	path = filepath.Join(d.root, path)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		d.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text+"\n"), 0o644); err != nil {
		d.Fatal(err)
	}
}

func (d *fakeMachine) link(to, path string) {
	d.Helper()
	path = filepath.Join(d.root, path)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		d.Fatal(err)
	}
	os.Remove(path)
	if err := os.Symlink(filepath.Join(d.root, to), path); err != nil {
		d.Fatal(err)
	}
}

// uart adds a UART; its kind is 0 if it has no hardware.
func (d *fakeMachine) uart(name, kind string) {
	d.write("sys/devices/"+name+"/uevent", "")
	d.write("sys/class/tty/"+name+"/type", kind)
	d.link("sys/devices/"+name, "sys/class/tty/"+name+"/device")
	d.write("dev/"+name, "")
}

// usb adds a USB port with the kernel's folders: device/interface/port.
func (d *fakeMachine) usb(name, id, product string) {
	vendor, code, _ := strings.Cut(id, ":")
	device := "sys/devices/usb1/" + name
	d.write(device+"/idVendor", vendor)
	d.write(device+"/idProduct", code)
	d.write(device+"/product", product)
	d.write(device+"/1-1:1.0/"+name+"/uevent", "")
	d.link(device+"/1-1:1.0/"+name, "sys/class/tty/"+name+"/device")
	d.write("dev/"+name, "")
}

func (d *fakeMachine) unplug(name string) {
	os.RemoveAll(filepath.Join(d.root, "sys/class/tty", name))
	os.RemoveAll(filepath.Join(d.root, "dev", name))
}

func TestChoose(t *testing.T) {
	for name, c := range map[string]struct {
		has  func(*fakeMachine)
		path string // in /dev; empty if none is chosen
		says string
	}{
		"nothing":      {func(d *fakeMachine) {}, "", "no serial port"},
		"placeholders": {func(d *fakeMachine) { d.uart("ttyS0", "0"); d.uart("ttyS1", "0") }, "", "no serial port"},
		"a receiver": {func(d *fakeMachine) { d.usb("ttyACM0", "1546:01a8", "u-blox GNSS receiver"); d.uart("ttyS0", "4") },
			"ttyACM0", "USB ID 1546:01a8 is a u-blox receiver"},
		"a receiver by its name": {func(d *fakeMachine) {
			d.usb("ttyUSB3", "10c4:ea60", "Navilock GPS Mouse")
			d.usb("ttyUSB0", "10c4:ea60", "CP2102")
		},
			"ttyUSB3", `USB name is "Navilock GPS Mouse"`},
		"two receivers": {func(d *fakeMachine) { d.usb("ttyACM0", "1546:01a8", "A"); d.usb("ttyACM1", "0e8d:3329", "B") }, "", "name one of them"},
		"the header": {func(d *fakeMachine) {
			d.uart("ttyAMA0", "32")
			d.uart("ttyS0", "4")
			d.link("dev/ttyAMA0", "dev/serial0")
			d.usb("ttyUSB0", "067b:2303", "USB-Serial")
		}, "serial0", "header"},
		"a receiver before the header": {func(d *fakeMachine) {
			d.uart("ttyAMA0", "32")
			d.link("dev/ttyAMA0", "dev/serial0")
			d.usb("ttyACM0", "1546:01a7", "")
		}, "ttyACM0", "u-blox"},
		"the header is a console": {func(d *fakeMachine) {
			d.uart("ttyAMA0", "32")
			d.link("dev/ttyAMA0", "dev/serial0")
			d.write("sys/class/tty/console/active", "tty1 ttyAMA0")
		}, "", "cmdline.txt"},
		"a bridge and a console": {func(d *fakeMachine) {
			d.uart("ttyAMA0", "32")
			d.link("dev/ttyAMA0", "dev/serial0")
			d.write("sys/class/tty/console/active", "tty1 ttyAMA0")
			d.usb("ttyUSB0", "067b:2303", "USB-Serial")
		}, "ttyUSB0", "only USB serial adapter"},
		"a Raspberry Pi 5": {func(d *fakeMachine) {
			d.uart("ttyAMA0", "32")
			d.uart("ttyAMA10", "32")
			d.link("dev/ttyAMA10", "dev/serial0")
		}, "ttyAMA0", "header"},
		"a Raspberry Pi 5 with a console on the debug connector": {func(d *fakeMachine) {
			d.uart("ttyAMA0", "32")
			d.uart("ttyAMA10", "32")
			d.link("dev/ttyAMA10", "dev/serial0")
			d.write("sys/class/tty/console/active", "tty1 ttyAMA10")
		}, "ttyAMA0", "header"},
		"a Raspberry Pi 5 whose header is off": {func(d *fakeMachine) {
			d.write("model", "Raspberry Pi 5 Model B Rev 1.0")
			d.uart("ttyAMA10", "32")
			d.link("dev/ttyAMA10", "dev/serial0")
		}, "", "dtparam=uart0=on"},
		"two bridges":    {func(d *fakeMachine) { d.usb("ttyUSB0", "067b:2303", ""); d.usb("ttyUSB1", "1a86:7523", "") }, "", "name one of them"},
		"the only UART":  {func(d *fakeMachine) { d.uart("ttyS0", "4"); d.uart("ttyS1", "0") }, "ttyS0", "only serial port"},
		"several UARTs":  {func(d *fakeMachine) { d.uart("ttyS0", "4"); d.uart("ttyS1", "4") }, "", "name one of them"},
		"a console only": {func(d *fakeMachine) { d.uart("ttyS0", "4"); d.write("sys/class/tty/console/active", "ttyS0") }, "", "no serial port"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newFakeMachine(t)
			c.has(d)
			path, why, err := d.choose()
			if c.path == "" {
				if err == nil || !strings.Contains(err.Error(), c.says) {
					t.Errorf("chose %q, %v; want none, and %q", path, err, c.says)
				}
				if errors.Is(err, errSeveral) == errors.Is(err, fs.ErrNotExist) {
					t.Errorf("%v: want either errSeveral or fs.ErrNotExist", err)
				}
				return
			}
			if path != filepath.Join(d.dev, c.path) || !strings.Contains(why, c.says) {
				t.Errorf("chose %q because %q, %v; want %s because %q", path, why, err, c.path, c.says)
			}
		})
	}
}

// An error lists the ports of the machine, by their names, so that the user can name one.
func TestErrorsListThePorts(t *testing.T) {
	d := newFakeMachine(t)
	before := thisMachine
	thisMachine = d.machine
	defer func() { thisMachine = before }()
	if got := present(); !strings.HasPrefix(got, "this machine has no serial port now;") {
		t.Errorf("without a port: %s", got)
	}
	d.uart("ttyS0", "4")
	d.write("sys/class/tty/console/active", "tty0 ttyS0\n")
	if got := present(); strings.Contains(got, "ttyS0") || !strings.Contains(got, "besides the kernel's console") {
		t.Errorf("with the console only: %s", got)
	}
	d.usb("ttyUSB1", "1a86:7523", "USB-Serial")
	one := "this machine has " + filepath.Join(d.dev, "ttyUSB1")
	if got := present(); got != one {
		t.Errorf("%s, want %s", got, one)
	}
	d.usb("ttyUSB0", "067b:2303", "")
	two := filepath.Join(d.dev, "ttyUSB0") + ", " + filepath.Join(d.dev, "ttyUSB1")
	if got := present(); got != "this machine has "+two {
		t.Errorf("%s, want %s", got, two)
	}
	if _, _, err := d.choose(); err == nil || !strings.Contains(err.Error(), "2 USB serial adapters, "+two+" USB-Serial") {
		t.Errorf("%v, want both adapters", err)
	}
}

func TestFindKnowsThePortAgain(t *testing.T) {
	d := newFakeMachine(t)
	const stable = "dev/serial/by-id/usb-receiver"
	f := &Finder{Device: filepath.Join(d.dev, "ttyUSB0"), machine: d.machine}
	expect := func(name string) {
		t.Helper()
		path, _, err := f.Find()
		if err != nil || path != filepath.Join(d.dev, name) {
			t.Errorf("found %q, %v; want %s", path, err, name)
		}
	}
	expect("ttyUSB0") // does not exist yet: open reports that
	d.usb("ttyUSB0", "10c4:ea60", "")
	d.link("dev/ttyUSB0", stable)
	expect("ttyUSB0")
	d.unplug("ttyUSB0")
	expect("ttyUSB0")
	// It returns with another number.
	d.usb("ttyUSB1", "10c4:ea60", "")
	d.link("dev/ttyUSB1", stable)
	expect("ttyUSB1")
	// Another device has the name that the user gave.
	d.usb("ttyUSB0", "10c4:ea60", "")
	d.link("dev/ttyUSB0", "dev/serial/by-id/usb-modem")
	expect("ttyUSB1")
	// The receiver is removed.
	d.unplug("ttyUSB1")
	os.Remove(filepath.Join(d.root, stable))
	expect("ttyUSB0")
}

func TestFindKeepsItsChoice(t *testing.T) {
	d := newFakeMachine(t)
	d.usb("ttyACM0", "1546:01a8", "")
	d.link("dev/ttyACM0", "dev/serial/by-id/usb-u-blox")
	f := &Finder{machine: d.machine}
	if path, _, err := f.Find(); err != nil || filepath.Base(path) != "ttyACM0" {
		t.Errorf("chose %q, %v", path, err)
	}
	d.usb("ttyACM1", "1546:01a8", "") // another one appears
	if path, _, err := f.Find(); err != nil || filepath.Base(path) != "ttyACM0" {
		t.Errorf("then %q, %v; want the previous choice", path, err)
	}
}

func TestHolders(t *testing.T) {
	proc := t.TempDir()
	for pid, to := range map[string]string{"812": "/dev/ttyS0", "77": "/dev/ttyS0", "5": "/dev/ttyS1"} {
		fd := filepath.Join(proc, pid, "fd")
		if err := os.MkdirAll(fd, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(to, filepath.Join(fd, "3")); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(proc, pid, "comm"), []byte("gpsd\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got := holders(proc, "/dev/ttyS0")
	if len(got) != 2 || got[0].String() != "gpsd (pid 77)" || got[1].PID != 812 {
		t.Errorf("holders %v, want 77 and 812", got)
	}
}

// The other end of a pseudo-terminal, as of a simulator, is not a rival of its reader. A
// device under another name, as in a container, is the same device.
func TestHoldersOfDevices(t *testing.T) {
	proc := t.TempDir()
	for _, c := range []struct{ pid, device, fdinfo string }{
		{"5", "/dev/pts/7", "pos:\t0\ntty-index:\t7\n"},
		{"6", "/dev/pts/7", "pos:\t0\ntty-index:\t3\n"},
		{"7", "/dev/null", ""},
	} {
		for _, name := range []string{"fd", "fdinfo"} {
			if err := os.MkdirAll(filepath.Join(proc, c.pid, name), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Symlink(c.device, filepath.Join(proc, c.pid, "fd", "3")); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(proc, c.pid, "fdinfo", "4"), []byte(c.fdinfo), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got := holders(proc, "/dev/pts/7"); len(got) != 1 || got[0].PID != 6 {
		t.Errorf("holders %v, want 6", got)
	}
	other := filepath.Join(t.TempDir(), "gps0")
	if err := syscall.Mknod(other, syscall.S_IFCHR|0o600, 1<<8|3); err != nil { // as /dev/null
		t.Skip(err)
	}
	if got := holders(proc, other); len(got) != 1 || got[0].PID != 7 {
		t.Errorf("holders %v, want 7", got)
	}
}

// Pseudo-terminals of two containers may have the same number, and are two devices. A port
// in two containers is one device.
func TestSameDevice(t *testing.T) {
	for _, c := range []struct {
		major, dev uint32
		want       bool
	}{
		{136, 1, true}, {136, 2, false}, {143, 2, false},
		{4, 2, true}, {135, 2, true}, {144, 2, true}, {188, 2, true}, // 188: ttyUSB
	} {
		number := unix.Mkdev(c.major, 3)
		a, b := syscall.Stat_t{Dev: 1, Ino: 5, Rdev: number}, syscall.Stat_t{Dev: uint64(c.dev), Ino: 5, Rdev: number}
		if got := sameDevice(&a, &b); got != c.want {
			t.Errorf("major %d on file systems 1 and %d: %v, want %v", c.major, c.dev, got, c.want)
		}
	}
}

// Without a port, the error explains how to enable the UART of this board, not of another.
func TestNoPortOnBoards(t *testing.T) {
	for name, want := range map[string]string{
		"Raspberry Pi 4 Model B Rev 1.4\x00": "with enable_uart=1", "Raspberry Pi 5 Model B": "with dtparam=uart0=on", "Raspberry Pi 500 Rev 1.0": "with dtparam=uart0=on",
		"Raspberry Pi Compute Module 5 Rev 1.0": "with dtparam=uart0=on", "OrangePi Zero3\x00": "device tree of the OrangePi Zero3", "": "plug the receiver in",
	} {
		d := newFakeMachine(t)
		d.write("model", name)
		if _, _, err := d.choose(); !errors.Is(err, fs.ErrNotExist) || !strings.HasSuffix(err.Error(), want) || strings.Contains(err.Error(), "enable_uart") != strings.Contains(want, "enable_uart") {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
}
