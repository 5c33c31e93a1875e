package doctor

import (
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/consumer/lines"
	"github.com/refclock/refclock/internal/status"
)

// answering returns the functions for a machine on which refclock run answers.
func answering(clocks ...status.Clock) Live {
	return Live{Report: func() (status.Report, error) { return status.Report{Clocks: clocks}, nil }}
}

// gpsClock returns the sentences of a receiver in a state.
func gpsClock(port string, unit int, s driver.State) status.Clock {
	return status.Clock{Kind: "gps", Name: "gps " + port, Unit: unit, State: s, Receiver: &status.Receiver{Port: port, Calibrated: true}}
}

// withSamples is a clock that publishes to a unit, and whether they are taken.
func withSamples(c status.Clock, taken bool) status.Clock {
	c.Published, c.Consumer.Alive = 100, &taken
	return c
}

// doctor reports what the service says about each clock: it must not find "no problems" while
// nothing is published.
func TestClocks(t *testing.T) {
	noData := driver.State{Reason: "no data", Detail: "no bytes for 3 s", Hint: "check that the receiver has power"}
	unknown := gpsClock("/dev/ttyAMA0", 2, driver.State{Detail: "uncalibrated: samples are late by the delay"})
	unknown.Receiver.Calibrated = false
	unusual := gpsClock("/dev/ttyAMA0", 2, driver.State{Detail: "the delay is set to -500ms, but few receivers send before the second"})
	unusual.Receiver = &status.Receiver{Calibrated: true, Set: true, DelayNS: -500_000_000}
	settlingUnknown := unknown
	settlingUnknown.State = driver.State{Reason: "settling", Detail: "waiting for 3 s of continuous time"}
	hanging := gpsClock("/dev/ttyAMA0", 2, driver.State{})
	hanging.Stuck = true
	optional := status.Clock{Kind: "gps", Name: "pulse auto", Unit: 3, State: driver.State{Reason: "no line"}, Optional: true}
	socket := status.Clock{Kind: "htntp", Name: "htntp", Unit: -1, Socket: "/run/chrony.web.sock", State: driver.State{}}
	for name, c := range map[string]struct {
		clocks []status.Clock
		want   Verdict
		say    string // empty if there is no finding
	}{
		"none":              {nil, Pass, ""},
		"publishes":         {[]status.Clock{withSamples(gpsClock("/dev/ttyAMA0", 2, driver.State{}), true)}, Pass, "refclock publishes to unit 2: gps /dev/ttyAMA0."},
		"to a socket":       {[]status.Clock{socket}, Pass, "refclock publishes to socket /run/chrony.web.sock: htntp."},
		"no data":           {[]status.Clock{gpsClock("/dev/ttyAMA0", 2, noData)}, Fail, "refclock does not publish to unit 2: no data. No bytes for 3 s. > Check that the receiver has power."},
		"a cold start":      {[]status.Clock{gpsClock("/dev/ttyAMA0", 2, driver.State{Reason: "cold start", Detail: "its time may be wrong; 12m0s left", Hint: "wait"})}, Warn, "unit 2: cold start. Its time may be wrong; 12m0s left. > Wait."},
		"no fix":            {[]status.Clock{gpsClock("/dev/ttyAMA0", 2, driver.State{Reason: "no fix", Hint: "give the antenna a clear view of the sky"})}, Warn, "unit 2: no fix. > Give the antenna"},
		"just started":      {[]status.Clock{settlingUnknown}, Warn, "unit 2: settling. Waiting for 3 s of continuous time. > Wait for some seconds. Then show the state: > Type: sudo refclock status"},
		"an unknown delay":  {[]status.Clock{unknown}, Warn, "refclock publishes to unit 2, but does not know the receiver's delay. The samples are late by the delay, 50 to 700 ms. > Once network servers keep the system clock right, show the delay to set: > Type (its last lines show the value): sudo refclock config chrony > Set it (--delay, or delay = in refclock.toml)"},
		"an unusual delay":  {[]status.Clock{unusual}, Warn, "refclock publishes to unit 2 with a delay that few receivers have. The delay is set to -500ms, but few"},
		"a driver hangs":    {[]status.Clock{hanging}, Fail, "The driver of unit 2 hangs: gps /dev/ttyAMA0."},
		"a pulse, perhaps":  {[]status.Clock{optional}, Pass, ""},
		"samples not taken": {[]status.Clock{withSamples(gpsClock("/dev/ttyAMA0", 2, driver.State{}), false)}, Warn, "refclock publishes to unit 2, but no program takes the samples. chrony is configured to read the unit, and runs."},
		"not configured":    {[]status.Clock{withSamples(gpsClock("/dev/ttyAMA0", 4, driver.State{}), false)}, Pass, "publishes to unit 4"}, // the check targets reports it
	} {
		files := map[string]string{"/proc/1/comm": "systemd", "/proc/7/comm": "chronyd", "/etc/chrony/chrony.conf": "refclock SHM 2 refid GPS\n"}
		findings := checkClocks(NewMachine(rootOf(files), answering(c.clocks...), Options{}))
		got := Pass
		if len(findings) > 0 {
			got = findings[0].Verdict
		}
		if words := text(findings...); got != c.want || (c.say == "") != (words == "") || !strings.Contains(words, c.say) {
			t.Errorf("%s: %v %s, want %v and %q", name, got, words, c.want, c.say)
		}
	}
}

// A pulse that the configuration names is corrected there: the running service has the port open.
func TestPulseOfTheFile(t *testing.T) {
	const file = "[[gps]]\ndevice = \"/dev/ttyUSB0\"\npps = \"/dev/pps0\" # the HAT\n"
	running := map[string]string{"/proc/8/comm": "refclock", "/proc/8/cmdline": "refclock\x00run\x00"}
	const change = "Change in /etc/refclock.toml: pps = \"/dev/pps0\" # the HAT to: pps = \"dcd:/dev/ttyUSB0\" # the HAT"
	for name, c := range map[string]struct {
		file    string
		running map[string]string
		options Options
		want    string
	}{
		"the service runs":      {file, running, Options{}, change + " > Type: sudo systemctl reload refclock"},
		"it does not":           {file, nil, Options{}, change},
		"another is named":      {file, running, Options{Pulse: "/dev/pps1"}, "Type: sudo refclock gps --pps dcd:/dev/ttyUSB0 /dev/ttyUSB0"},
		"there is no such file": {"", nil, Options{Device: "/dev/ttyUSB0", Pulse: "/dev/pps0"}, "Type: sudo refclock gps --pps dcd:/dev/ttyUSB0 /dev/ttyUSB0"},
	} {
		files := map[string]string{"/proc/1/comm": "systemd", "/dev/ttyUSB0": "", "/etc/refclock.toml": c.file}
		maps.Copy(files, c.running)
		got := text(checkPPSDevices(NewMachine(rootOf(files), Live{}, c.options))...)
		if !strings.HasSuffix(got, "read it there: > "+c.want) {
			t.Errorf("%s: %s, want %q at its end", name, got, c.want)
		}
	}
}

// A pulse that is searched for, and not found, is reported with what to do.
func TestPulseNotFound(t *testing.T) {
	pulse := status.Clock{Kind: "gps", Name: "pulse auto", Unit: 3, Optional: true, State: driver.State{Reason: "no line", Detail: "no PPS device", Hint: "check the line: sudo refclock pps gpio:GPIO18"}}
	got := checkClocks(NewMachine(rootOf(nil), answering(pulse), Options{}))
	if words := text(got...); len(got) != 1 || got[0].Verdict != Warn || !strings.Contains(words, "refclock has no pulse: no line. No PPS device. > Check the line: sudo refclock pps gpio:GPIO18.") {
		t.Errorf("%s", words)
	}
}

// A service that is installed and not running is reported.
func TestServiceNotRunning(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  bool
	}{
		"stopped":             {map[string]string{"/usr/lib/systemd/system/refclock.service": "[Service]\n"}, true},
		"a monitor runs":      {map[string]string{"/usr/lib/systemd/system/refclock.service": "[Service]\n", "/proc/8/comm": "refclock", "/proc/8/cmdline": "refclock\x00monitor\x00"}, true},
		"refclock gps runs":   {map[string]string{"/usr/lib/systemd/system/refclock.service": "[Service]\n", "/proc/8/comm": "refclock", "/proc/8/cmdline": "refclock\x00gps\x00"}, false},
		"there is no service": {nil, false},
	} {
		files := map[string]string{"/proc/1/comm": "systemd"}
		maps.Copy(files, c.files)
		live := Live{Report: func() (status.Report, error) { return status.Report{}, fs.ErrNotExist }}
		got := text(checkClocks(NewMachine(rootOf(files), live, Options{}))...)
		if strings.Contains(got, "refclock is not running. The time daemon gets no samples. > Type: sudo systemctl enable --now refclock") != c.want || (got != "") != c.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// A user who is not root is not told to type the command that failed, also without the program sudo.
func TestStatusNeedsRoot(t *testing.T) {
	live := Live{Report: func() (status.Report, error) { return status.Report{}, fs.ErrPermission }}
	for _, c := range []struct{ uid, program, line, note string }{
		{"0", "/bin/sh", "refclock status", ""},
		{"1000", "/bin/sh", "refclock status", "as root"},
		{"1000", "/usr/bin/doas", "doas refclock status", ""},
		{"1000", "/usr/bin/sudo", "sudo refclock status", ""},
	} {
		files := map[string]string{"/bin/sh": "", c.program: "", "/proc/self/status": "Uid:\t" + c.uid + " " + c.uid + " 0 0\n"}
		for _, f := range Examine(NewMachine(rootOf(files), live, Options{})) {
			if f.Check == "clocks" && (len(f.Hint) != 1 || f.Hint[0].Line != c.line || f.Hint[0].Note != c.note) {
				t.Errorf("user %s, %s: %+v, want %s", c.uid, c.program, f, c.line)
			}
		}
	}
}

// A service that does not answer is not one that runs well.
func TestClocksUnknown(t *testing.T) {
	for err, want := range map[error]string{
		fs.ErrNotExist:   "",
		fs.ErrPermission: "Could not ask refclock for the state of its clocks. permission denied. > Type: sudo refclock status",
	} {
		live := Live{Report: func() (status.Report, error) { return status.Report{}, err }}
		got := text(checkClocks(NewMachine(rootOf(nil), live, Options{}))...)
		if (want == "") != (got == "") || !strings.Contains(strings.ToLower(got), strings.ToLower(want)) {
			t.Errorf("%v: %s, want %q", err, got, want)
		}
	}
}

// Without a port of the user, doctor examines what refclock reads, with its pulse: by the running
// service, else by its configuration, else a likely port.
func TestReceivers(t *testing.T) {
	const file = "[[gps]]\ndevice = \"/dev/ttyUSB7\"\npps = \"gpio:GPIO4\"\n[[gps]]\ndevice = \"/dev/ttyUSB8\"\nunit = 2\npps = \"none\"\n[[htntp]]\nunit = 5\nservers = [\"a.example\", \"b.example\", \"c.example\"]\n"
	pulse := status.Clock{Kind: "gps", Name: "pulse gpio:GPIO18", Unit: 1}
	maybe := status.Clock{Kind: "gps", Name: "pulse gpio:GPIO18", Unit: 1, Optional: true}
	for name, c := range map[string]struct {
		files  map[string]string
		live   Live
		given  Options
		device string
		pulse  string
		others []string
	}{
		"nothing is known":         {nil, Live{}, Options{}, "/dev/ttyUSB0", "", nil},
		"the user's port":          {map[string]string{"/etc/refclock.toml": file}, Live{}, Options{Device: "/dev/ttyS1"}, "/dev/ttyS1", "", nil},
		"the file":                 {map[string]string{"/etc/refclock.toml": file}, Live{}, Options{}, "/dev/ttyUSB7", "gpio:GPIO4", []string{"/dev/ttyUSB8"}},
		"the user's pulse":         {map[string]string{"/etc/refclock.toml": file}, Live{}, Options{Pulse: "/dev/pps0"}, "/dev/ttyUSB7", "/dev/pps0", []string{"/dev/ttyUSB8"}},
		"a file with errors":       {map[string]string{"/etc/refclock.toml": "[[gps]\n"}, Live{}, Options{}, "/dev/ttyUSB0", "", nil},
		"a port that is searched":  {map[string]string{"/etc/refclock.toml": "[[gps]]\n"}, Live{}, Options{}, "/dev/ttyUSB0", "", nil},
		"the service":              {map[string]string{"/etc/refclock.toml": file}, answering(gpsClock("/dev/ttyAMA0", 0, driver.State{}), pulse), Options{}, "/dev/ttyAMA0", "gpio:GPIO18", nil},
		"the service with two":     {nil, answering(gpsClock("/dev/ttyAMA0", 0, driver.State{}), maybe, gpsClock("/dev/ttyUSB1", 2, driver.State{})), Options{}, "/dev/ttyAMA0", "", []string{"/dev/ttyUSB1"}},
		"a service without a port": {nil, answering(status.Clock{Kind: "gps", Name: "gps /dev/serial0"}), Options{}, "/dev/serial0", "", nil},
		"a service of web servers": {map[string]string{"/etc/refclock.toml": file}, answering(status.Clock{Kind: "htntp", Name: "htntp"}), Options{}, "/dev/ttyUSB7", "gpio:GPIO4", []string{"/dev/ttyUSB8"}},
	} {
		m := NewMachine(rootOf(c.files), c.live, c.given)
		var others []string
		for _, f := range checkReceivers(m) {
			others = append(others, strings.TrimPrefix(f.Hint[0].Line, "refclock doctor "))
		}
		if m.device != c.device || m.options.Pulse != c.pulse || !slices.Equal(others, c.others) {
			t.Errorf("%s: %q with pulse %q, and not %q; want %q, %q, %q", name, m.device, m.options.Pulse, others, c.device, c.pulse, c.others)
		}
	}
}

// A port of the configuration that is missing is named: the machine may have others.
func TestMissingPortOfTheConfiguration(t *testing.T) {
	files := map[string]string{"/etc/refclock.toml": "[[gps]]\ndevice = \"/dev/ttyUSB7\"\n"}
	if got := text(checkUART(NewMachine(rootOf(files), Live{}, Options{}))...); !strings.Contains(got, "There is no port /dev/ttyUSB7.") {
		t.Error(got)
	}
}

// No hint sends a clock to a unit that another clock of refclock uses.
func TestUnitInUse(t *testing.T) {
	const writes = "7f0a2c000000-7f0a2c001000 rw-s 00000000 00:01 0    /SYSV4e545032 (deleted)\n"
	files := map[string]string{"/proc/1/comm": "systemd", "/proc/7/comm": "chronyd", "/proc/8/comm": "refclock", "/proc/8/cmdline": "refclock\x00run\x00", "/proc/8/maps": writes,
		"/etc/chrony/chrony.conf": "refclock SHM 0 refid GPS\n", "/proc/sysvipc/shm": unitTable + unitRow(2, 0o666, 96, 7, 8, 2, 0)}
	for used, want := range map[int]bool{0: false, 2: true} {
		m := NewMachine(rootOf(files), answering(gpsClock("/dev/ttyAMA0", used, driver.State{})), Options{})
		command := "add to /etc/chrony/chrony.conf): refclock config chrony --unit 2 >"
		if used == 2 {
			command = "replace those in /etc/chrony/chrony.conf): refclock config chrony >"
		}
		if got := text(checkTargets(m)...); !strings.Contains(got, command) || strings.Contains(got, "Or let refclock publish to unit 0") != want {
			t.Errorf("unit %d is used: %s", used, got)
		}
	}
}

// A pulse that may not exist needs no line, also if its unit does.
func TestUnitOfNoPulse(t *testing.T) {
	const writes = "7f0a2c000000-7f0a2c001000 rw-s 00000000 00:01 0    /SYSV4e545031 (deleted)\n"
	files := map[string]string{"/proc/1/comm": "systemd", "/proc/7/comm": "chronyd", "/proc/8/comm": "refclock", "/proc/8/cmdline": "refclock\x00run\x00", "/proc/8/maps": writes,
		"/etc/chrony/chrony.conf": "refclock SHM 0 refid GPS\n", "/proc/sysvipc/shm": unitTable + unitRow(1, 0o600, 96, 8, 8, 1, 0)}
	for optional, want := range map[bool]bool{true: false, false: true} {
		pulse := status.Clock{Kind: "gps", Name: "pulse auto", Unit: 1, Optional: optional}
		if got := checkTargets(NewMachine(rootOf(files), answering(gpsClock("/dev/ttyAMA0", 0, driver.State{}), pulse), Options{})); len(got) > 0 != want {
			t.Errorf("optional %v: %s", optional, text(got...))
		}
	}
}

// Of two processes of refclock, the one to stop is not the service.
func TestForgottenProcess(t *testing.T) {
	const writes = "7f0a2c000000-7f0a2c001000 rw-s 00000000 00:01 0    /SYSV4e545030 (deleted)\n"
	for service, other := range map[int]string{8: "9", 9: "8"} {
		files := map[string]string{"/proc/1/comm": "systemd", "/proc/self/status": "Uid:\t0\t0\t0\t0\n", "/dev/ttyAMA0": "", "/proc/sysvipc/shm": unitTable + unitRow(0, 0o600, 96, 7, 8, 2, 0)}
		for _, pid := range []string{"8", "9"} {
			files["/proc/"+pid+"/comm"], files["/proc/"+pid+"/maps"], files["/proc/"+pid+"/fd/5"] = "refclock", writes, "-> /dev/ttyAMA0"
		}
		live := Live{Report: func() (status.Report, error) { return status.Report{PID: service}, nil }}
		m := NewMachine(rootOf(files), live, Options{Device: "/dev/ttyAMA0"})
		got := text(append(checkSegments(m), checkHolders(m)...)...)
		if n := strings.Count(got, "kill "+other); n != 2 || strings.Contains(got, "kill "+strconv.Itoa(service)) {
			t.Errorf("the service is %d: %s", service, got)
		}
	}
}

// A command that only shows something is not the service: its configuration counts, and an error
// in it comes first.
func TestConfigurationOfAStoppedService(t *testing.T) {
	for args, want := range map[string]string{"status\x00--watch": "/dev/ttyUSB7", "monitor": "/dev/ttyUSB7", "simulate": "/dev/ttyUSB7", "gps\x00/dev/ttyS1": "/dev/ttyUSB7", "run\x00--config\x00/srv/a.toml": "/dev/ttyUSB9"} {
		files := map[string]string{"/proc/8/comm": "refclock", "/proc/8/cmdline": "refclock\x00" + args + "\x00",
			"/etc/refclock.toml": "[[gps]]\ndevice = \"/dev/ttyUSB7\"\n", "/srv/a.toml": "[[gps]]\ndevice = \"/dev/ttyUSB9\"\n"}
		if m := NewMachine(rootOf(files), Live{}, Options{}); m.device != want {
			t.Errorf("%q: %s, want %s", args, m.device, want)
		}
		files["/etc/refclock.toml"] = "[[gps]\n"
		findings := Examine(NewMachine(rootOf(files), Live{}, Options{}))
		Sort(findings)
		if broken := !strings.HasPrefix(args, "run") && !strings.HasPrefix(args, "gps"); (findings[0].Check == "refclock-file") != broken {
			t.Errorf("%q: the first finding is %+v", args, findings[0])
		}
	}
}

// A time daemon that reads nothing is one finding: it has the lines of all clocks.
func TestOneFindingWithoutLines(t *testing.T) {
	files := map[string]string{"/proc/1/comm": "systemd", "/proc/7/comm": "chronyd", "/proc/8/comm": "refclock", "/proc/8/cmdline": "refclock\x00run\x00",
		"/etc/chrony/chrony.conf": "pool pool.ntp.org\n", "/proc/sysvipc/shm": unitTable + unitRow(2, 0o666, 96, 8, 8, 1, 0)}
	live := answering(gpsClock("/dev/ttyAMA0", 2, driver.State{}))
	live.Clocks = func(bool) lines.Setup { return lines.Default(false) }
	m := NewMachine(rootOf(files), live, Options{})
	if got := text(append(checkDaemonConfig(m), checkTargets(m)...)...); strings.Count(got, "FAIL") != 1 || !strings.Contains(got, "is not configured to read from refclock") {
		t.Error(got)
	}
}

// A clock whose samples are late by an unknown delay is not to set the time.
func TestNoselectOfAnUnknownDelay(t *testing.T) {
	for known, want := range map[bool]string{true: "> Change in", false: "or first set the receiver's delay in refclock"} {
		c := gpsClock("/dev/ttyAMA0", 2, driver.State{Detail: "uncalibrated"})
		c.Receiver.Calibrated = known
		files := map[string]string{"/proc/1/comm": "systemd", "/proc/7/comm": "chronyd", "/etc/chrony/chrony.conf": "refclock SHM 2 refid GPS precision 1e-2 delay 2e-1 noselect\n"}
		got := text(checkRefclocks(NewMachine(rootOf(files), answering(c), Options{}))...)
		if !strings.Contains(got, "every clock has noselect") || !strings.Contains(got, want) {
			t.Errorf("known %v: %s, want %q", known, got, want)
		}
	}
}
