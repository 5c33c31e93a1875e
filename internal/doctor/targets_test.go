package doctor

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/regularfile"
	"github.com/refclock/refclock/internal/status"
)

// The time daemon must read the units and sockets to which refclock publishes.
func TestTargets(t *testing.T) {
	const writes = "7f0a2c000000-7f0a2c001000 rw-s 00000000 00:01 0    /SYSV4e545032 (deleted)\n"
	for _, c := range []struct {
		name, config string
		files        map[string]string
		want         string // empty if there is no finding
	}{
		{"the right unit", "refclock SHM 2 refid GPS\n", map[string]string{"/proc/8/maps": writes}, ""},
		{"another unit", "refclock SHM 0 refid GPS\n", map[string]string{"/proc/8/maps": writes},
			"publishes to unit 2, which chrony is not configured to read. No line of /etc/chrony/chrony.conf names the unit. > Type (it prints the line to add to /etc/chrony/chrony.conf): refclock config chrony --unit 2 > Type: sudo systemctl restart chrony > Or let refclock publish to unit 0"},
		{"another unit, without root", "refclock SHM 0 refid GPS\n", map[string]string{"/proc/sysvipc/shm": unitTable + unitRow(2, 0o666, 96, 8, 8, 1, 0)}, "publishes to unit 2"},
		{"the right socket", "refclock SOCK /run/chrony.gps.sock refid GPS\n", map[string]string{"/proc/8/cmdline": "refclock\x00gps\x00--sock\x00/run/chrony.gps.sock\x00"}, ""},
		{"the right socket, by a link", "refclock SOCK /var/run/chrony.gps.sock refid GPS\n", map[string]string{"/proc/8/cmdline": "refclock\x00gps\x00--sock\x00/run/chrony.gps.sock\x00"}, ""},
		{"another folder", "refclock SOCK /run/chrony.gps.sock refid GPS\n", map[string]string{"/proc/8/cmdline": "refclock\x00gps\x00--sock=/run/chrony/gps.sock\x00"},
			"refclock publishes to the socket /run/chrony/gps.sock, which chrony is not configured to read. The time daemon creates the socket at its start, with the path in its configuration. > Let refclock publish to the socket that chrony reads: --sock /run/chrony.gps.sock"},
		{"another folder, in the file", "refclock SOCK /run/chrony.gps.sock refid GPS\n", map[string]string{"/etc/refclock.toml": "[[gps]]\n  sock = \"/run/chrony/gps.sock\" # a note\n#sock = \"/a\"\n"}, "refclock publishes to the socket /run/chrony/gps.sock,"},
		{"a setting in another form", "refclock SHM 0 refid GPS\n", map[string]string{"/etc/refclock.toml": "[[gps]]\n\"sock\" = \"/run/chrony.\\u0067ps.sock\"\n"}, "refclock config chrony --sock /run/chrony.gps.sock"},
		{"a setting of no clock", "refclock SHM 0 refid GPS\n", map[string]string{"/etc/refclock.toml": "[[gps]]\ndevice = '''\n/dev/ttyS0\nsock = \"/a\"'''\n"}, ""},
		{"no socket", "refclock SHM 0 refid GPS\n", map[string]string{"/etc/refclock.toml": "[[gps]]\npps_sock = '/run/chrony.pps.sock'\n"}, "refclock config chrony --sock /run/chrony.pps.sock"},
		{"another file", "refclock SHM 0 refid GPS\n", map[string]string{"/srv/gps.toml": "[[gps]]\nsock = '/run/chrony.gps.sock'\n", "/proc/8/cmdline": "refclock\x00run\x00--config\x00/srv/gps.toml\x00"}, "--sock /run/chrony.gps.sock"},
		{"another file, in the hint", "refclock SOCK /run/chrony.a.sock refid GPS\n", map[string]string{"/srv/gps.toml": "[[gps]]\nsock = '/run/chrony.gps.sock'\n", "/proc/8/cmdline": "refclock\x00run\x00-config=/srv/gps.toml\x00"}, `sock = "/run/chrony.a.sock" in /srv/gps.toml.`},
		{"another file, relative", "refclock SHM 0 refid GPS\n", map[string]string{"/srv/gps.toml": "[[gps]]\nsock = '/run/chrony.gps.sock'\n", "/proc/8/cmdline": "refclock\x00run\x00--config\x00gps.toml\x00", "/proc/8/cwd": "-> /srv"}, "--sock /run/chrony.gps.sock"},
		{"the file of the service, which does not run", "refclock SHM 0 refid GPS\n", map[string]string{"/etc/refclock.toml": "[[gps]]\nsock = '/run/chrony.gps.sock'\n", "/proc/8/cmdline": "refclock\x00gps\x00"}, ""},
		{"the service is stopped", "refclock SHM 0 refid GPS\n", map[string]string{"/etc/refclock.toml": "[[gps]]\nsock = '/run/chrony.gps.sock'\n", "/proc/8/comm": "sh"}, "--sock /run/chrony.gps.sock"},
		{"the service has another file", "refclock SHM 0 refid GPS\n", map[string]string{"/srv/gps.toml": "[[gps]]\nsock = '/run/chrony.gps.sock'\n", "/proc/8/comm": "sh",
			"/usr/lib/systemd/system/refclock.service":      "[Service]\nExecStart=/usr/bin/refclock run\n",
			"/etc/systemd/system/refclock.service.d/a.conf": "[Service]\nExecStart=\nExecStart=/usr/bin/refclock run \\\n  --config \"/srv/gps.toml\"\n"}, "--sock /run/chrony.gps.sock"},
	} {
		files := map[string]string{"/proc/1/comm": "systemd", "/proc/7/comm": "chronyd", "/proc/8/comm": "refclock", "/proc/8/cmdline": "refclock\x00run\x00", "/etc/chrony/chrony.conf": c.config,
			"/proc/sysvipc/shm": unitTable + unitRow(2, 0o666, 96, 7, 8, 2, 0)}
		maps.Copy(files, c.files)
		findings := checkTargets(NewMachine(rootOf(files), Live{}, Options{}))
		if got := text(findings...); (c.want == "") != (len(findings) == 0) || !strings.Contains(got, c.want) {
			t.Errorf("%s: %s, want %q", c.name, got, c.want)
		}
	}
}

// A configuration that refclock run does not accept is reported.
func TestRefclockFile(t *testing.T) {
	for _, c := range []struct {
		name, args, file, text string
		want                   string // empty if there is no finding
	}{
		{"valid", "run", "/etc/refclock.toml", "[[gps]]\nunit = 3\n", ""},
		{"no file", "run", "/etc/hosts", "", ""},
		{"a typo", "run", "/etc/refclock.toml", "[[gps]]\nunti = 3\n", "refclock does not accept its configuration. /etc/refclock.toml:2: unti"},
		{"what to type", "run", "/etc/refclock.toml", "[[gps]\n", "restart refclock): refclock run --check"},
		{"a typo in a file that is not used", "gps", "/etc/refclock.toml", "[[gps]\n", ""},
		{"a typo in another file", "run\x00--config\x00/srv/a.toml", "/srv/a.toml", "[[gps]\n", "refclock run --check --config /srv/a.toml"},
		{"another file is missing", "run\x00--config\x00/srv/a.toml", "/srv/b.toml", "", "open /srv/a.toml: file does not exist"},
		{"a folder", "run\x00--config\x00/srv", "/srv/b.toml", "", "/srv: expected a regular file"},
	} {
		files := map[string]string{"/proc/8/comm": "refclock", "/proc/8/cmdline": "refclock\x00" + c.args + "\x00", c.file: c.text}
		findings := checkRefclockFile(NewMachine(rootOf(files), Live{}, Options{}))
		if got := text(findings...); (c.want == "") != (len(findings) == 0) || !strings.Contains(got, c.want) {
			t.Errorf("%s: %s, want %q", c.name, got, c.want)
		}
	}
}

// A service without realtime.conf is reported if its configuration has the setting.
func TestRealtime(t *testing.T) {
	const unit, dropIn = "/usr/lib/systemd/system/refclock.service", "/etc/systemd/system/refclock.service.d/realtime.conf"
	for _, c := range []struct {
		name, config, dropIn string
		want                 string // empty if there is no finding
	}{
		{"off", "[[gps]]\n", "", ""},
		{"on, without the file", "[daemon]\nrealtime = true\n[[gps]]\n", "", "It has no LimitRTPRIO= and no LimitMEMLOCK=."},
		{"on, with an old file", "[daemon]\nrealtime = true\n[[gps]]\n", "[Service]\nLimitRTPRIO=1\n", "It has no LimitMEMLOCK=. The clocks run without real time. > Type: sudo install -D"},
		{"on", "[daemon]\nrealtime = true\n[[gps]]\n", "[Service]\nLimitRTPRIO=10\nLimitMEMLOCK=infinity\n", ""},
		{"an error, which another check reports", "[daemon]\nrealtime = 1\n", "", ""},
	} {
		files := map[string]string{"/proc/1/comm": "systemd", unit: "[Service]\nExecStart=/usr/bin/refclock run\n", "/etc/refclock.toml": c.config, dropIn: c.dropIn}
		findings := checkRealtime(NewMachine(rootOf(files), Live{}, Options{}))
		if got := text(findings...); (c.want == "") != (len(findings) == 0) || !strings.Contains(got, c.want) {
			t.Errorf("%s: %s, want %q", c.name, got, c.want)
		}
		delete(files, unit)
		if findings := checkRealtime(NewMachine(rootOf(files), Live{}, Options{})); len(findings) > 0 {
			t.Errorf("%s: without a service: %s", c.name, text(findings...))
		}
	}
}

// A pipe in place of the configuration does not stop doctor.
func TestRefclockFileIsPipe(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "a.toml")
	if err := unix.Mkfifo(pipe, 0o600); err != nil {
		t.Skip(err)
	}
	if _, err := OpenRoot("/").regularFile(pipe, 100); !errors.Is(err, regularfile.ErrNotRegular) {
		t.Errorf("%v, want %v", err, regularfile.ErrNotRegular)
	}
}

// refclock doctor itself needs few files: a limit that is high enough is not the cause.
func TestNoDescriptors(t *testing.T) {
	for limit, want := range map[int]string{256: "Type (then run refclock doctor again in the same shell): sudo prlimit --nofile=1024:1024 --pid $$", 4096: "Report this as a bug: refclock doctor has 4096 files open."} {
		if got := text(warn("", "", afterNoDescriptors(limit)...)); !strings.HasSuffix(got, want) {
			t.Errorf("limit %d: %s, want %s", limit, got, want)
		}
	}
}

// A refclock without a free file descriptor is reported, with the way to raise the limit.
func TestFileLimit(t *testing.T) {
	const limits = "Limit                     Soft Limit           Hard Limit           Units     \nMax open files            %s                    524288               files     \n"
	for _, c := range []struct {
		limit, group, want string // want is empty if there is no finding
	}{
		{"1024", "", ""},
		{"unlimited", "", ""},
		{"4", "", ""},
		{"3", "", "has 2 files open, and its limit is 3"},
		{"2", "0::/user.slice/user-1000.slice/session-1.scope", "refclock (process 8) has 2 files open, and its limit is 2. It cannot open a port, a pulse or a connection: too many open files. > Type: sudo prlimit --nofile=1024:1024 --pid $$ > Then start refclock again in the same shell."},
		{"1024", "0::/system.slice/refclock.service", "its limit is 1024. It cannot open a port, a pulse or a connection: too many open files. > A clock has at most 10 files open. With fewer than 102 clocks, restart refclock, and report this as a bug. With more clocks, raise the limit: > Type: sudo mkdir -p /etc/systemd/system/refclock.service.d > Add at the end of /etc/systemd/system/refclock.service.d/files.conf: [Service] LimitNOFILE=2048 >"},
		{"1024", "0::/user.slice/session-1.scope", "raise the limit: > Type: sudo prlimit --nofile=2048:2048 --pid $$"},
		{"2", "0::/system.slice/refclock.service", "sudo mkdir -p /etc/systemd/system/refclock.service.d > Add at the end of /etc/systemd/system/refclock.service.d/files.conf: [Service] LimitNOFILE=1024 > Type: sudo systemctl daemon-reload sudo systemctl restart refclock"},
	} {
		files := map[string]string{"/proc/1/comm": "systemd", "/proc/8/comm": "refclock", "/proc/8/fd/0": "-> /dev/null", "/proc/8/fd/1": "-> /dev/null",
			"/proc/8/limits": strings.Replace(limits, "%s", c.limit, 1), "/proc/8/cgroup": c.group}
		if c.limit == "1024" && c.want != "" {
			for fd := range 1024 {
				files[fmt.Sprintf("/proc/8/fd/%d", fd)] = "-> /dev/null"
			}
		}
		findings := checkFileLimit(NewMachine(rootOf(files), Live{}, Options{}))
		if got := text(findings...); (c.want == "") != (len(findings) == 0) || !strings.Contains(got, c.want) {
			t.Errorf("%s: %s, want %q", c.limit, got, c.want)
		}
	}
}

// A line that reads a unit to which no program publishes is to be deleted.
func TestStaleLines(t *testing.T) {
	const unit0, unit1 = "7f0a2c000000-7f0a2c001000 rw-s 00000000 00:01 0    /SYSV4e545030 (deleted)\n", "7f0a2d000000-7f0a2d001000 rw-s 00000000 00:01 0    /SYSV4e545031 (deleted)\n"
	const both = "pool pool.ntp.org\nrefclock SHM 0 refid GPS precision 1e-2\nrefclock SHM 1 refid GPS precision 1e-6\n"
	receiver := gpsClock("/dev/ttyAMA0", 0, driver.State{})
	optional := status.Clock{Kind: "gps", Name: "pulse auto", Unit: 1, State: driver.State{Reason: "no line"}, Optional: true}
	other := gpsClock("/dev/ttyAMA0", 3, driver.State{})
	for name, c := range map[string]struct {
		clocks []status.Clock
		files  map[string]string
		stale  bool
	}{
		"the service publishes to unit 0":            {[]status.Clock{receiver}, nil, true},
		"it may publish to unit 1":                   {[]status.Clock{receiver, optional}, nil, false},
		"it publishes to another unit":               {[]status.Clock{other}, map[string]string{"/proc/8/maps": ""}, false},
		"the file has unit 1":                        {[]status.Clock{receiver}, map[string]string{"/etc/refclock.toml": "[[gps]]\nunit = 0\n"}, false},
		"the file has unit 0, no service":            {nil, map[string]string{"/etc/refclock.toml": "[[gps]]\nunit = 0\npps_unit = 5\n"}, true},
		"neither a service nor a file":               {nil, nil, false},
		"another program writes unit 1":              {[]status.Clock{receiver}, map[string]string{"/proc/9/comm": "gpsd", "/proc/9/maps": unit1}, false},
		"a program that cannot be seen has attached": {[]status.Clock{receiver}, map[string]string{"/proc/9/comm": "cat", "/proc/sysvipc/shm": unitTable + unitRow(0, 0o600, 96, 7, 8, 2, 0) + unitRow(1, 0o600, 96, 7, 7, 2, 0)}, false},
		"a program that cannot be seen has not":      {[]status.Clock{receiver}, map[string]string{"/proc/9/comm": "cat"}, true},
		"unit 1 does not exist":                      {[]status.Clock{receiver}, map[string]string{"/proc/sysvipc/shm": unitTable + unitRow(0, 0o600, 96, 7, 8, 2, 0)}, true},
	} {
		files := map[string]string{"/proc/1/comm": "systemd", "/proc/1/maps": "", "/proc/7/comm": "chronyd", "/proc/7/maps": unit0 + unit1, "/proc/8/comm": "refclock", "/proc/8/cmdline": "refclock\x00run\x00", "/proc/8/maps": unit0,
			"/etc/chrony/chrony.conf": both, "/proc/sysvipc/shm": unitTable + unitRow(0, 0o600, 96, 7, 8, 2, 0) + unitRow(1, 0o600, 96, 7, 7, 1, 0)}
		maps.Copy(files, c.files)
		want := ""
		if c.stale {
			want = "WARN : chrony reads unit 1, but no program publishes to it. refclock does not, and no other program has attached the unit for writing. If a program publishes to it later, this line still uses its samples. > Delete in /etc/chrony/chrony.conf: refclock SHM 1 refid GPS precision 1e-6 > Type: sudo systemctl restart chrony"
		}
		if got := text(checkTargets(NewMachine(rootOf(files), answering(c.clocks...), Options{}))...); got != want {
			t.Errorf("%s: %s, want %q", name, got, want)
		}
	}
}
