package doctor

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/consumer/conf"
	"github.com/refclock/refclock/internal/pty"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/nmea"
)

// checkGPSD recognises an installed gpsd by its name, without reading the program.
func TestGPSDInstalled(t *testing.T) {
	for _, c := range []struct {
		file, want string
	}{
		{"/usr/sbin/gpsd", "gpsd is installed, but disabled."},
		{"/etc/default/gpsd", "gpsd is not installed."}, // left by apt remove,
		{"/usr/bin/other", "gpsd is not installed."},
	} {
		m := NewMachine(rootOf(map[string]string{c.file: "DEVICES=\"\""}), Live{}, Options{})
		if f := checkGPSD(m); f[0].Verdict != Pass || f[0].What != c.want {
			t.Errorf("%s: %+v, want %q", c.file, f, c.want)
		}
	}
}

// The cure for a port that ntpd reads with its own driver is to delete its lines. The
// daemon continues: it reads the units.
func TestOwnDriver(t *testing.T) {
	for _, c := range []struct {
		name, file, config string
		held               bool
		files              map[string]string
		want               string
	}{
		{"NTPsec", "/etc/ntpsec/ntp.conf", "refclock nmea unit 0 mode 17 path /dev/ttyUSB0 refid GPS\nrefclock shm unit 0 refid GPS\n", true, nil,
			"Delete in /etc/ntpsec/ntp.conf: refclock nmea unit 0 mode 17 path /dev/ttyUSB0 refid GPS > Type: sudo systemctl restart ntpsec"},
		{"without root", "/etc/ntpsec/ntp.conf", "refclock nmea path /dev/ttyUSB0\nrefclock shm unit 0 refid GPS\n", false, nil, "Delete in /etc/ntpsec/ntp.conf: refclock nmea path /dev/ttyUSB0"},
		{"by the usual link", "/etc/ntpsec/ntp.conf", "refclock nmea unit 1\nrefclock shm unit 0\n", false, map[string]string{"/dev/gps1": "-> ttyUSB0"}, "Delete in /etc/ntpsec/ntp.conf: refclock nmea unit 1"},
		{"the link is gone, but the port is open", "/etc/ntpsec/ntp.conf", "refclock nmea unit 1\nrefclock shm unit 0\n", true, nil, "Delete in /etc/ntpsec/ntp.conf: refclock nmea unit 1"},
		{"classic ntpd", "/etc/ntp.conf", "server 127.127.20.0 mode 1 prefer\nfudge 127.127.20.0 flag1 1 refid GPS\nserver 127.127.28.0\n", true, map[string]string{"/dev/gps0": "-> ttyUSB0", "/usr/lib/systemd/system/ntp.service": ""},
			"Delete in /etc/ntp.conf: server 127.127.20.0 mode 1 prefer fudge 127.127.20.0 flag1 1 refid GPS > Type: sudo systemctl restart ntp"},
		{"a path in the syntax of ntpd", "/etc/ntpsec/ntp.conf", "server 127.127.20.0 path /dev/ttyUSB0\nserver 127.127.28.0\n", false, nil, "Delete in /etc/ntpsec/ntp.conf: server 127.127.20.0 path /dev/ttyUSB0"},
		{"the port of another driver", "/etc/ntpsec/ntp.conf", "refclock generic unit 0 subtype 2 path /dev/ttyUSB0\nrefclock shm unit 0 refid GPS\n", false, nil, "Delete in /etc/ntpsec/ntp.conf: refclock generic unit 0"},
		{"a pulse on the port", "/etc/ntpsec/ntp.conf", "refclock pps unit 0 ppspath /dev/ttyUSB0\nrefclock shm unit 0 refid GPS\n", true, nil, "Delete in /etc/ntpsec/ntp.conf: refclock pps unit 0 ppspath /dev/ttyUSB0"},
		{"no such line", "/etc/ntpsec/ntp.conf", "refclock shm unit 0 refid GPS\n", true, nil, "Delete the line that reads the port from the configuration of ntpd"},
		{"another port", "/etc/ntpsec/ntp.conf", "refclock nmea path /dev/ttyS5\nrefclock shm unit 0 refid GPS\n", false, map[string]string{"/dev/ttyS5": ""}, "PASS"},
	} {
		files := map[string]string{"/proc/1/comm": "systemd", "/proc/7/comm": "ntpd", "/proc/7/cgroup": "0::/system.slice/ntpsec.service", "/dev/ttyUSB0": "", c.file: c.config}
		if !strings.Contains(c.file, "ntpsec") {
			delete(files, "/proc/7/cgroup")
		}
		maps.Copy(files, c.files)
		if c.held {
			files["/proc/7/fd/5"] = "-> /dev/ttyUSB0"
		}
		findings := checkHolders(NewMachine(rootOf(files), Live{}, Options{Device: "/dev/ttyUSB0"}))
		got := text(findings...)
		if len(findings) != 1 || !strings.Contains(got, c.want) || strings.Contains(got, "disable") || strings.Contains(got, "kill") {
			t.Errorf("%s: %s, want %q, and the daemon to continue", c.name, got, c.want)
		}
	}
}

// A login prompt is stopped by what started it.
func TestLoginPrompts(t *testing.T) {
	const ready = "ttyS0::respawn:/sbin/getty -L ttyS0 115200 vt100"
	for _, c := range []struct {
		system, port string
		files        map[string]string
		want         string
	}{
		{"Debian", "ttyAMA0", map[string]string{"/proc/7/comm": "agetty", "/proc/7/fd/0": "-> /dev/ttyAMA0"}, "sudo systemctl disable --now serial-getty@ttyAMA0.service"},
		{"Debian", "pts/3", map[string]string{"/proc/7/comm": "agetty", "/proc/7/fd/0": "-> /dev/pts/3"}, "sudo kill 7"},
		{"Debian", "ttyUSB0", map[string]string{"/proc/7/comm": "agetty", "/proc/7/fd/0": "-> /dev/ttyUSB0", "/proc/7/cgroup": "0::/system.slice/serial-getty@ttyUSB0.service"}, "sudo systemctl disable --now serial-getty@ttyUSB0.service"},
		{"Alpine", "ttyS0", map[string]string{"/proc/7/comm": "getty", "/proc/7/fd/0": "-> /dev/ttyS0", "/etc/inittab": "::sysinit:/sbin/openrc sysinit\n#ttyS1::respawn:/sbin/getty ttyS1\n" + ready + "\n"},
			"Delete in /etc/inittab: " + ready + " > Type: doas kill -HUP 1 doas kill 7"},
		{"Alpine", "ttyS0", map[string]string{"/etc/inittab": ready + "\n"}, "Delete in /etc/inittab: " + ready},
		{"Alpine", "ttyS0", map[string]string{"/proc/7/comm": "agetty", "/proc/7/fd/0": "-> /dev/ttyS0", "/etc/init.d/agetty.ttyS0": "-> agetty", "/etc/init.d/agetty": ""}, "doas rc-service agetty.ttyS0 stop doas rc-update del agetty.ttyS0"},
		{"OpenWrt", "ttyS0", map[string]string{"/proc/7/comm": "ash", "/proc/7/cmdline": "/bin/ash\x00--login", "/proc/7/fd/0": "-> /dev/ttyS0", "/etc/inittab": "::sysinit:/etc/init.d/rcS S boot\nttyS0::askfirst:/usr/libexec/login.sh\n"},
			"Delete in /etc/inittab: ttyS0::askfirst:/usr/libexec/login.sh > Type: reboot"},
		{"Devuan", "ttyS0", map[string]string{"/proc/7/comm": "getty", "/proc/7/fd/0": "-> /dev/ttyS0", "/etc/inittab": "T0:23:respawn:/sbin/getty -L ttyS0 9600 vt100\n"}, "Delete in /etc/inittab: T0:23:respawn:/sbin/getty -L ttyS0 9600 vt100 > Type: sudo kill -HUP 1"},
		{"Void", "ttyS0", map[string]string{"/proc/7/comm": "agetty", "/proc/7/fd/0": "-> /dev/ttyS0", "/etc/sv/agetty-ttyS0/run": ""}, "sudo rm /var/service/agetty-ttyS0"},
	} {
		files := maps.Clone(systems[c.system])
		files["/dev/"+c.port] = ""
		maps.Copy(files, c.files)
		m := NewMachine(rootOf(files), Live{}, Options{Device: "/dev/" + c.port})
		findings := checkGetty(m)
		if len(findings) != 1 || findings[0].Verdict != Fail || !strings.Contains(text(m.adapt(findings[0])), c.want) {
			t.Errorf("%s %s: %s, want %q", c.system, c.port, text(findings...), c.want)
		}
		if holders := checkHolders(m); len(holders) != 1 || holders[0].Verdict == Fail {
			t.Errorf("%s %s is reported twice: %s", c.system, c.port, text(holders...))
		}
	}
}

// A shell is a login prompt only if it is a login shell. Another shell is a program that has the
// port open. No hint ends process 1.
func TestShells(t *testing.T) {
	for _, c := range []struct {
		pid, name, args string
		prompt          bool
		want            string
	}{
		{"7", "bash", "-bash", true, "sudo kill 7"},
		{"7", "bash", "/bin/bash\x00--login", true, "sudo kill 7"},
		{"7", "sh", "sh\x00-l", true, "sudo kill 7"},
		{"7", "bash", "bash\x00read.sh", false, "sudo kill 7"},
		{"7", "dash", "sh\x00-c\x00cat < /dev/pts/3", false, "sudo kill 7"},
		{"1", "bash", "bash\x00/entrypoint.sh", false, "process 1"},
		{"1", "bash", "bash\x00-l", true, "process 1"},
	} {
		folder := "/proc/" + c.pid
		m := NewMachine(rootOf(map[string]string{"/dev/pts/3": "", folder + "/comm": c.name, folder + "/cmdline": c.args, folder + "/fd/0": "-> /dev/pts/3"}), Live{}, Options{Device: "/dev/pts/3"})
		login, open := text(checkGetty(m)...), text(checkHolders(m)...)
		if !c.prompt {
			login, open = open, login
		}
		if !strings.Contains(login, c.want) || strings.Contains(open, "FAIL") || strings.Contains(login, "kill 1") || c.prompt != strings.Contains(login, "A login prompt is on") {
			t.Errorf("%q: %s; and %s; want %q once", c.args, login, open, c.want)
		}
	}
}

// A device that is not a serial port fails once. The checks of a port are left out.
func TestNoSerialPort(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	null, err := os.Open("/dev/null") // which this program has open, as a receiver's port might be
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	for _, device := range []string{folder, file, "/dev/null"} {
		m := NewMachine(OpenRoot("/"), ThisMachine(), Options{Device: device})
		for _, f := range Examine(m) {
			switch f.Check {
			case "uart":
				if got := text(f); f.Verdict != Fail || !strings.Contains(got, device+" is not a serial port.") || !strings.Contains(got, "> Type: ls /dev/") {
					t.Errorf("%s: %s", device, got)
				}
			case "console", "getty", "port-rights", "port-holders", "serial0", "bluetooth":
				t.Errorf("%s: %s", device, text(f))
			}
		}
		if got := text(Listen(t.Context(), m, time.Second, nmea.Date{Year: 2026, Month: 1, Day: 1})...); !strings.Contains(got, device+" is not a serial port.") || m.CanListen() {
			t.Errorf("%s: %s", device, got)
		}
	}
	port, err := pty.Open()
	if err != nil {
		t.Skip(err)
	}
	defer port.Close()
	m := NewMachine(OpenRoot("/"), Live{OpenPort: openPort}, Options{Device: port.Name()})
	if got := text(checkUART(m)...); !strings.Contains(got, "exists.") || !m.CanListen() {
		t.Errorf("a pseudo-terminal: %s", got)
	}
	if m.user.uid, m.user.groups = 54321, nil; m.CanListen() {
		t.Error("a port of another user is announced")
	}
	// A copy of a machine's files has plain files as its devices.
	if got := text(checkUART(NewMachine(rootOf(map[string]string{"/dev/ttyUSB0": ""}), Live{}, Options{Device: "/dev/ttyUSB0"}))...); !strings.Contains(got, "exists.") {
		t.Errorf("a copy: %s", got)
	}
	pi := rootOf(map[string]string{"/proc/device-tree/model": "Raspberry Pi 4 Model B Rev 1.4", "/etc/passwd": ""})
	if f := checkConsole(NewMachine(pi, Live{}, Options{Device: "/etc"})); len(f) > 0 {
		t.Errorf("a folder of a Pi: %s", text(f...))
	}
}

// Only the user that a port's mode admits is told what to do about it.
func TestPortRights(t *testing.T) {
	for name, c := range map[string]struct {
		uid, device, want string
	}{
		"a user": {"1000", "", "Only root and group dialout may read it. > Type: sudo usermod -aG dialout $USER"},
		"nobody": {"65534", "", "Only root and group dialout may read it. > Run refclock with sudo, or as a user of group dialout."},
	} {
		m := NewMachine(rootOf(map[string]string{"/dev/ttyUSB0": "", "/etc/group": "dialout:x:20:\n", "/proc/self/status": "Uid:\t" + c.uid + " " + c.uid + " 0 0\nGid:\t1000\t1000\n"}), Live{}, Options{Device: "/dev/ttyUSB0"})
		if got := text(checkPortRights(m)...); !strings.Contains(got, c.want) {
			t.Errorf("%s: %s, want %q", name, got, c.want)
		}
	}
}

// A port that the running service reads need not be readable for the user of refclock doctor.
func TestPortOfTheService(t *testing.T) {
	reads := status.Clock{Kind: "gps", Name: "gps auto", Receiver: &status.Receiver{Port: "/dev/ttyUSB0"}}
	refused, other := reads, reads
	refused.State.Reason = "no port"
	other.Receiver = &status.Receiver{Port: "/dev/ttyUSB1"}
	denied := Live{Report: func() (status.Report, error) {
		return status.Report{}, &fs.PathError{Op: "dial", Path: "/run/refclock/status.sock", Err: fs.ErrPermission}
	}}
	for name, c := range map[string]struct {
		live Live
		file string
		want Verdict
	}{
		"it reads the port":                     {answering(reads), "", Pass},
		"it may not read the port either":       {answering(refused), "", Fail},
		"it reads another port":                 {answering(other), "", Fail},
		"it does not answer":                    {denied, "[[gps]]\n", Skip},
		"it does not answer, with the port":     {denied, "[[gps]]\ndevice = \"/dev/ttyUSB0\"\n", Skip},
		"it does not answer, and reads another": {denied, "[[gps]]\ndevice = \"/dev/ttyUSB1\"\n", Fail},
		"none is running":                       {Live{}, "[[gps]]\n", Fail},
	} {
		root := rootOf(map[string]string{"/dev/ttyUSB0": "", "/dev/ttyUSB1": "", "/etc/group": "dialout:x:20:\n", "/etc/refclock.toml": c.file,
			"/proc/self/status": "Uid:\t1000 1000 0 0\nGid:\t1000\t1000\n"})
		if got := checkPortRights(NewMachine(root, c.live, Options{Device: "/dev/ttyUSB0"})); len(got) != 1 || got[0].Verdict != c.want {
			t.Errorf("%s: %+v, want %v", name, got, c.want)
		}
	}
}

// No other check changes a line that is to be deleted.
func TestDeletedLine(t *testing.T) {
	const file = "/etc/chrony/chrony.conf"
	m := NewMachine(rootOf(map[string]string{"/proc/7/comm": "chronyd", file: "refclock SHM 0:perm=0600 refid GPS precision 1e-2 offset 0.9999\n"}), Live{}, Options{})
	if len(checkRefclocks(m)) == 0 {
		t.Fatal("the line has no finding")
	}
	m.edited[conf.Place{File: file, Line: 1}] = ""
	if f := checkRefclocks(m); len(f) > 0 {
		t.Errorf("a deleted line: %+v", f)
	}
}
