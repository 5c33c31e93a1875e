package doctor

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/refclock/refclock/internal/consumer/conf"
	"github.com/refclock/refclock/internal/consumer/lint"
)

// consumerMachine is a machine with a time daemon and its configuration.
func consumerMachine(process string, files map[string]string) *Machine {
	all := map[string]string{"/proc/1/comm": "systemd", "/proc/7/comm": process, "/run/chrony/x": "", "/var/lib/chrony/x": ""}
	for name, text := range files {
		all[name] = text
	}
	return NewMachine(rootOf(all), Live{}, Options{})
}

// corpus returns the configurations of the interoperability tests, by name.
func corpus(t *testing.T) map[string]*Machine {
	t.Helper()
	const dir = "../../interop/testdata/configs"
	text, err := os.ReadFile(filepath.Join(dir, "want.json"))
	if err != nil {
		t.Fatal(err)
	}
	var list []struct{ File string }
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	machines := map[string]*Machine{}
	for _, c := range list {
		process, main, from := "chronyd", "/etc/chrony/chrony.conf", filepath.Join(dir, c.File)
		if strings.HasPrefix(c.File, "ntpsec/") {
			process, main = "ntpd", "/etc/ntpsec/ntp.conf"
		}
		files := map[string]string{}
		err := filepath.WalkDir(from, func(name string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			text, err := os.ReadFile(name)
			if at := strings.TrimPrefix(name, from); at == "" {
				files[main] = string(text)
			} else {
				files[at] = string(text)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		machines[c.File] = consumerMachine(process, files)
	}
	return machines
}

// The check of a configuration has a FAIL for each line in which the linter finds an error,
// and for no other, except one without any clock.
func TestConfigsLikeLinter(t *testing.T) {
	for name, m := range corpus(t) {
		config, _, err := m.daemonConfig()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var want []string
		for _, l := range lint.Lint(config, m.Facts()) {
			if l.Level == lint.Error {
				want = append(want, l.Place.String())
			}
		}
		var got []string
		for _, f := range append(checkDaemonConfig(m), checkRefclocks(m)...) {
			if place, _, ok := strings.Cut(f.What, ": "); ok && f.Verdict == Fail {
				got = append(got, place)
			}
			if f.Verdict == Pass && len(want) > 0 {
				t.Errorf("%s: PASS %s, want FAIL for %s", name, f.What, want)
			}
			if f.Verdict < Skip && (f.Why == "" || len(f.Hint) == 0) {
				t.Errorf("%s: finding without why or hint: %+v", name, f)
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		if got, want := slices.Compact(got), slices.Compact(want); !slices.Equal(got, want) {
			t.Errorf("%s: FAIL for %q, and the linter has errors for %q", name, got, want)
		}
	}
}

// What keeps the daemon from starting, or from using a clock, is a FAIL with what to type.
func TestConfigCures(t *testing.T) {
	const chrony, ntp, ntpsec = "/etc/chrony/chrony.conf", "/etc/ntp.conf", "/etc/ntpsec/ntp.conf"
	for _, c := range []struct {
		name, file, text string
		want             string // the steps of the first FAIL; empty if there is none
	}{
		{"correct", chrony, "refclock SHM 0:perm=0600 refid GPS precision 1e-2 delay 2e-1 poll 4\n", ""},
		{"a byte-order mark", chrony, "\ufeffrefclock SHM 0 refid GPS precision 1e-2\n", "> Type: sudo sed -i '1s/^\\xEF\\xBB\\xBF//' /etc/chrony/chrony.conf sudo systemctl restart chrony"},
		{"poll 4.5", chrony, "refclock SHM 0 refid GPS precision 1e-2 poll 4.5\n", "refclock SHM 0 refid GPS precision 1e-2 poll 4.5 to: refclock SHM 0 refid GPS precision 1e-2 poll 4 >"},
		{"stratum 16", chrony, "refclock SHM 0 refid GPS precision 1e-2 stratum 16\n", "to: refclock SHM 0 refid GPS precision 1e-2 stratum 15 >"},
		{"a comment", chrony, "refclock SHM 0 refid GPS precision 1e-2 # note\n", "to: refclock SHM 0 refid GPS precision 1e-2 >"},
		{"an unknown word", chrony, "refclock SHM 0 refid GPS bogus precision 1e-2\n", "to: # refclock SHM 0 refid GPS bogus precision 1e-2 >"},
		{"a line of ntp.conf", chrony, "refclock SHM 0 refid GPS precision 1e-2\nfudge 127.127.28.0 time1 0.2\n", "> Delete in /etc/chrony/chrony.conf: fudge 127.127.28.0 time1 0.2 >"},
		{"a server of ntp.conf", chrony, "server 127.127.28.0 minpoll 4\n", "server 127.127.28.0 minpoll 4 to: refclock SHM 0 >"},
		{"no leap seconds", chrony, "refclock SHM 0 refid GPS precision 1e-2 tai\n", "> Add at the end of /etc/chrony/chrony.conf: leapsectz right/UTC >"},
		{"a missing include", chrony, "include /etc/chrony/gps.conf\n", "to: # include /etc/chrony/gps.conf >"},
		{"unit 300", ntpsec, "refclock shm unit 300 refid GPS\n", "to: refclock shm unit 0 refid GPS >"},
		{"unit 300 of ntpd", ntp, "server 127.127.28.300\n", "to: server 127.127.28.0 >"},
		{"fudge above server", ntpsec, "fudge 127.127.28.0 refid GPS time1 0.9999\nserver 127.127.28.0 minpoll 4 maxpoll 4\n", "fudge 127.127.28.0 refid GPS time1 0.9999 to: fudge 127.127.28.0 refid GPS >"},
		{"an upper-case word of NTPsec", ntpsec, "Refclock shm unit 0 refid GPS\n", "to: refclock shm unit 0 refid GPS >"},
	} {
		process := "chronyd"
		if c.file != chrony {
			process = "ntpd"
		}
		m := consumerMachine(process, map[string]string{c.file: c.text})
		got := ""
		for _, f := range append(checkDaemonConfig(m), checkRefclocks(m)...) {
			if f.Verdict == Fail {
				got = text(f)
				break
			}
		}
		if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %s\nwant %s", c.name, got, c.want)
		}
	}
}

// The steps follow from the fields of a finding, not from the words of its hint.
func TestStepsOfFinding(t *testing.T) {
	const file, line = "/etc/ntp.conf", "server 127.127.28.0 minpoll 4"
	m := consumerMachine("ntpd", map[string]string{file: line + "\n"})
	config, _, err := m.daemonConfig()
	if err != nil {
		t.Fatal(err)
	}
	at := conf.Place{File: file, Line: 1}
	for _, c := range []struct {
		name    string
		finding lint.Finding
		want    string
	}{
		{"words that are not a command", lint.Finding{Hint: "type: the line again"}, "> Type: the line again."},
		{"words that are not a line", lint.Finding{Hint: "add this line: yours"}, "> Add this line: yours."},
		{"words that delete", lint.Finding{Hint: "move it to a shelf", Correction: conf.Correction{Old: line}}, "> Delete in /etc/ntp.conf: " + line},
		{"a command", lint.Finding{Hint: "repair the file", Correction: conf.Correction{Command: "fsck"}}, "> Type: fsck"},
		{"a line to add", lint.Finding{Hint: "say more", Correction: conf.Correction{Added: "tos mindist 0.2"}}, "> Add at the end of /etc/ntp.conf: tos mindist 0.2"},
		{"two settings", lint.Finding{Hint: "use unit 2 in both", SameInRefclock: true, Correction: conf.Correction{Old: "127.127.28.0", New: "127.127.28.2"}},
			"> Change in /etc/ntp.conf: " + line + " to: server 127.127.28.2 minpoll 4 > Use unit 2 in both."},
		{"another file", lint.Finding{Hint: "take it elsewhere", Correction: conf.Correction{Old: line, Moved: true}}, "> Delete in /etc/ntp.conf: " + line + " > Add at the end of /etc/ntp.conf: " + line},
	} {
		clear(m.edited)
		c.finding.Place = at
		if got := text(warn("", "", m.fix(config, c.finding)...)); !strings.HasSuffix(got, c.want) {
			t.Errorf("%s: %s\nwant %s", c.name, got, c.want)
		}
	}
}

// The classic ntpd gets flag1 1 in the fudge line if there is one, else in a new line.
func TestFlag1OfNTP(t *testing.T) {
	const server = "server 127.127.28.2 minpoll 4\n"
	for config, want := range map[string]string{
		server: "> Add at the end of /etc/ntp.conf: fudge 127.127.28.2 flag1 1 >",
		server + "fudge 127.127.28.2 refid GPS\n":         "fudge 127.127.28.2 refid GPS to: fudge 127.127.28.2 refid GPS flag1 1 >",
		server + "fudge 127.127.28.2 refid GPS flag1 0\n": "fudge 127.127.28.2 refid GPS flag1 0 to: fudge 127.127.28.2 refid GPS flag1 1 >",
		server + "fudge 127.127.28.2 refid GPS flag1 1\n": "",
	} {
		m := consumerMachine("ntpd", map[string]string{"/etc/ntp.conf": config})
		if got := text(checkRefclocks(m)...); !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%q: %s\nwant %s", config, got, want)
		}
	}
}

// chronyd reads no reference clock from a .sources file, nor any file with the wrong
// ending: the line moves to another file.
func TestMoveFromSources(t *testing.T) {
	const line = "refclock SHM 2:perm=0666 refid GPS precision 1e-2"
	for _, file := range []string{"/etc/chrony/sources.d/gps.sources", "/etc/chrony/sources.d/gps.conf", "/etc/chrony/conf.d/gps.sources"} {
		m := consumerMachine("chronyd", map[string]string{
			"/etc/chrony/chrony.conf": "confdir /etc/chrony/conf.d\nsourcedir /etc/chrony/sources.d\n", "/etc/chrony/conf.d/x": "", file: line + "\n",
		})
		want := " > Delete in " + file + ": " + line + " > Add at the end of /etc/chrony/conf.d/refclock.conf: " + line + " > Type: sudo systemctl restart chrony"
		if findings := checkDaemonConfig(m); len(findings) != 1 || findings[0].Verdict != Fail || !strings.HasSuffix(text(findings...), want) {
			t.Errorf("%s\nwant %s", text(findings...), want)
		}
	}
}

// An offset is an error where refclock publishes: it subtracts the delay itself.
func TestOffsetOfPublished(t *testing.T) {
	const config = "pool a\nrefclock SHM 2:perm=0666 refid GPS precision 1e-2 offset 0.123\nrefclock SOCK /run/chrony.a.sock refid PPS precision 1e-6 offset 0.123\n"
	files := map[string]string{"/etc/chrony/chrony.conf": config, "/proc/sysvipc/shm": unitTable + unitRow(2, 0o666, 96, 7, 8, 2, 0)}
	if f := checkRefclocks(consumerMachine("chronyd", files)); len(f) > 0 {
		t.Errorf("without refclock: %s", text(f...))
	}
	files["/proc/8/comm"], files["/proc/8/maps"] = "refclock", "7f0a2c000000-7f0a2c001000 rw-s 00000000 00:01 0    /SYSV4e545032 (deleted)\n"
	files["/proc/8/cmdline"] = "refclock\x00gps\x00--pps-sock=/run/chrony.a.sock\x00"
	if f := checkRefclocks(consumerMachine("chronyd", files)); len(f) != 2 || f[0].Verdict != Fail || f[1].Verdict != Fail {
		t.Errorf("with refclock: %s", text(f...))
	}
}

// A file that cannot be read is not a fault of the configuration.
func TestUnreadableInclude(t *testing.T) {
	m := consumerMachine("chronyd", map[string]string{"/etc/chrony/chrony.conf": "include /etc/chrony/secret\nrefclock SHM 0 refid GPS precision 1e-2\n", "/etc/chrony/secret": ""})
	m.root = &Root{fsys: closedFile{m.root.fsys, "etc/chrony/secret"}}
	findings := checkDaemonConfig(m)
	if len(findings) != 1 || findings[0].Verdict != Skip || !strings.Contains(text(findings...), "Try again with sudo") {
		t.Errorf("%s", text(findings...))
	}
}

// closedFile is a file system with a file that may not be read.
type closedFile struct {
	fs.ReadLinkFS
	name string
}

func (c closedFile) Open(name string) (fs.File, error) {
	if name == c.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return c.ReadLinkFS.Open(name)
}

// A socket under /tmp is an error only where chronyd has its own /tmp.
func TestPrivateTmp(t *testing.T) {
	const chronyd, shared, private, container = "/proc/7/mountinfo", "24 1 8:1 / / rw - ext4 /dev/sda1 rw\n30 24 0:28 / /tmp rw - tmpfs tmpfs rw\n",
		"24 1 8:1 / / rw - ext4 /dev/sda1 rw\n31 24 8:1 /tmp/systemd-private-1-chrony.service-2/tmp /tmp rw - ext4 /dev/sda1 rw\n", "70 1 0:50 / / rw - overlay overlay rw\n"
	const service, user = "/usr/lib/systemd/system/chrony.service", "0::/system.slice/chrony.service"
	for _, c := range []struct {
		name  string
		files map[string]string
		want  lint.Tmp
	}{
		{"nothing is known", nil, lint.UnknownTmp},
		{"started by hand, of which the service file says nothing", map[string]string{service: "[Service]\nPrivateTmp=yes\n"}, lint.UnknownTmp},
		{"the mounts, private", map[string]string{chronyd: private}, lint.PrivateTmp},
		{"the mounts, private, without those of this program", map[string]string{chronyd: private, "/proc/7/cgroup": user, service: "[Service]\n"}, lint.PrivateTmp},
		{"the mounts, shared", map[string]string{chronyd: shared, "/proc/self/mountinfo": shared, "/proc/7/cgroup": user, service: "[Service]\nPrivateTmp=yes\n"}, lint.SharedTmp},
		{"the mounts of a container", map[string]string{chronyd: container, "/proc/self/mountinfo": shared}, lint.PrivateTmp},
		{"the service file, private", map[string]string{"/proc/7/cgroup": user, service: "[Service]\nPrivateTmp = Yes\n"}, lint.PrivateTmp},
		{"the service file, shared", map[string]string{"/proc/7/cgroup": user, service: "[Service]\nUser=chrony\n"}, lint.SharedTmp},
		{"a user of its own", map[string]string{"/proc/7/cgroup": user, service: "[Service]\nDynamicUser=yes\n"}, lint.PrivateTmp},
		{"changed", map[string]string{"/proc/7/cgroup": user, service: "[Service]\nPrivateTmp=yes\n", "/etc/systemd/system/chrony.service.d/tmp.conf": "[Service]\nPrivateTmp=no\n"}, lint.SharedTmp},
		{"the change was changed", map[string]string{"/proc/7/cgroup": user, service: "[Service]\nPrivateTmp=yes\n", "/etc/systemd/system/chrony.service.d/a.conf": "[Service]\nPrivateTmp=true\n",
			"/usr/lib/systemd/system/chrony.service.d/a.conf": "[Service]\nPrivateTmp=no\n"}, lint.PrivateTmp},
		{"without systemd", map[string]string{"/proc/1/comm": "init", "/sbin/openrc-run": ""}, lint.SharedTmp},
	} {
		if got := consumerMachine("chronyd", c.files).tmpOf(timeDaemons[0]); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	const config = "refclock SOCK /tmp/gps.sock refid GPS precision 1e-2\n"
	m := consumerMachine("chronyd", map[string]string{chronyd: private, "/tmp/x": "", "/etc/chrony/chrony.conf": config})
	if f := checkRefclocks(m); len(f) != 1 || f[0].Verdict != Fail || !strings.Contains(text(f...), "to: refclock SOCK /run/chrony.gps.sock refid GPS precision 1e-2 > Write /run/chrony.gps.sock, here and for refclock") {
		t.Errorf("%s", text(f...))
	}
}

// On this machine, a device that is not in the class of PPS devices is not one. Nothing is
// known of a copy of files, or without /sys.
func TestNotPPS(t *testing.T) {
	files := map[string]string{"/dev/null": "", "/dev/pps0": "", "/dev/gpspps0": "-> pps0", "/sys/class/pps/pps0/name": "", "/etc/chrony/chrony.conf": "refclock PPS /dev/null refid PPS lock GPS\nrefclock SHM 0 refid GPS precision 1e-2\n"}
	m := consumerMachine("chronyd", files)
	if m.isNotPPS("/dev/null") {
		t.Error("/dev/null of a copy")
	}
	m.root.Live = true
	for name, want := range map[string]bool{"/dev/null": true, "/dev/pps0": false, "/dev/gpspps0": false, "/dev/pps1": false} {
		if got := m.isNotPPS(name); got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	if f := checkRefclocks(m); len(f) != 1 || f[0].Verdict != Fail || !strings.Contains(text(f...), "/dev/null is not a PPS device. chronyd does not start without the device") {
		t.Errorf("%s", text(f...))
	}
	for name := range files {
		if strings.HasPrefix(name, "/sys") {
			delete(files, name)
		}
	}
	without := consumerMachine("chronyd", files)
	without.root.Live = true
	if without.isNotPPS("/dev/null") {
		t.Error("without /sys")
	}
}
