package doctor

import (
	"maps"
	"strings"
	"testing"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/shm"
)

// A user who is not root needs sudo to publish to a private unit of root.
func TestSegmentNeedsSudo(t *testing.T) {
	const hint = "Only root may publish to it."
	for _, c := range []struct {
		status string // of the process; empty if unknown
		unit   shm.Info
		want   bool
	}{
		{"Uid:\t1000\t1000\t1000\t1000\n", shm.Info{Perm: 0o600}, true},
		{"Uid:\t1000\t1000\t1000\t1000\n", shm.Info{Perm: 0o666, Unit: 2}, false},
		{"Uid:\t0\t0\t0\t0\n", shm.Info{Perm: 0o600}, false},
		{"", shm.Info{Perm: 0o600}, false},
	} {
		m := NewMachine(rootOf(map[string]string{"/proc/self/status": c.status}), Live{}, Options{})
		c.unit.Size = 96
		f := m.segment(c.unit, false)
		if f.Verdict != Pass || strings.Contains(f.What, hint) != c.want {
			t.Errorf("%q, %+v: %+v, want the hint: %v", c.status, c.unit, f, c.want)
		}
	}
}

// A unit that a stranger owns, or that every user may write, has a finding, and the
// hints create it again with the mode that units of root have.
func TestUnsafeUnits(t *testing.T) {
	base := map[string]string{
		"/proc/1/comm": "systemd", "/proc/7/comm": "chronyd", "/proc/7/status": "Uid:\t102\t102\t102\t102\n", "/proc/self/status": "Uid:\t0\t0\t0\t0\n",
		"/proc/8/comm": "refclock", "/proc/8/status": "Uid:\t990\t990\t990\t990\n", "/etc/passwd": "nobody:x:65534:65534:nobody:/:/bin/false\n", "/lib/ld-linux-aarch64.so.1": "",
	}
	const plain, open = "refclock SHM 0 refid GPS\nrefclock SHM 2:perm=0666 refid PPS\n", "refclock SHM 0:perm=0666 refid GPS\n"
	for _, c := range []struct {
		name, config, row string
		want              Verdict
		say               string
	}{
		{"of root", plain, unitRow(0, 0o600, 96, 7, 8, 2, 0), Pass, ""},
		{"of a stranger, for all", plain, unitRow(0, 0o666, 96, 900, 900, 1, 65534), Warn, "owner nobody, who runs neither refclock nor the time daemon"},
		{"of a stranger, for all, with a configured mode", open, unitRow(0, 0o666, 96, 900, 900, 1, 65534), Warn, "refclock SHM 0:perm=0600 refid GPS > Type: sudo ipcrm -M 0x4e545030 sudo systemctl restart chrony"},
		{"of a stranger, private", plain, unitRow(0, 0o600, 96, 900, 900, 1, 65534), Fail, "sudo ipcrm -M 0x4e545030"},
		{"of root, for all", open, unitRow(0, 0o666, 96, 7, 7, 1, 0), Warn, "every user may write it. Any user or program of this machine may publish samples there, and so set the clock. Units 0 and 1 belong to root. > Change in /etc/chrony/chrony.conf: refclock SHM 0:perm=0666 refid GPS to: refclock SHM 0:perm=0600 refid GPS > Type: sudo ipcrm -M 0x4e545030"},
		{"of root, for all to write only", plain, unitRow(1, 0o622, 96, 7, 7, 1, 0), Warn, "every user may write it"},
		{"unit 2 of root, for all", plain, unitRow(2, 0o666, 96, 7, 7, 1, 0), Pass, ""},
		{"unit 2 of refclock", plain, unitRow(2, 0o666, 96, 8, 8, 1, 990), Pass, ""},
		{"unit 2 of the time daemon", plain, unitRow(2, 0o666, 96, 7, 7, 1, 102), Pass, ""},
		{"private unit 0 of the time daemon", plain, unitRow(0, 0o600, 96, 7, 7, 1, 102), Pass, ""},
		{"unit 2 of a stranger", plain, unitRow(2, 0o666, 96, 900, 900, 1, 1000), Warn, "sudo ipcrm -M 0x4e545032"},
		{"unit 3 of a stranger, which no program reads", plain, unitRow(3, 0o666, 96, 900, 900, 1, 1000), Pass, ""},
	} {
		files := maps.Clone(base)
		files["/etc/chrony/chrony.conf"], files["/proc/sysvipc/shm"] = c.config, unitTable+c.row
		findings := checkSegments(NewMachine(rootOf(files), Live{}, Options{}))
		if got := text(findings...); len(findings) != 1 || findings[0].Verdict != c.want || !strings.Contains(got, c.say) {
			t.Errorf("%s: %s, want %v and %q", c.name, got, c.want, c.say)
		}
	}
}

// Without its own status, the program does not know whether a user is a stranger.
func TestUnknownUser(t *testing.T) {
	files := map[string]string{"/proc/1/comm": "systemd", "/etc/chrony/chrony.conf": "refclock SHM 2 refid GPS\n", "/proc/sysvipc/shm": unitTable + unitRow(2, 0o666, 96, 900, 900, 1, 1000)}
	if f := checkSegments(NewMachine(rootOf(files), Live{}, Options{}))[0]; f.Verdict != Pass {
		t.Errorf("%+v, want PASS", f)
	}
}

// A program besides refclock that writes a unit is named.
func TestOtherWriters(t *testing.T) {
	const writes, reads, other = "7f0a2c000000-7f0a2c001000 rw-s 00000000 00:01 0    /SYSV4e545030 (deleted)\n", "7f0a2c000000-7f0a2c001000 r--s 00000000 00:01 0    /SYSV4e545030 (deleted)\n", "7f0a2c000000-7f0a2c001000 rw-s 00000000 00:01 9    /SYSV4e545031 (deleted)\n"
	base := map[string]string{"/proc/1/comm": "systemd", "/proc/7/comm": "chronyd", "/proc/7/maps": writes, "/lib/ld-linux-aarch64.so.1": "", "/proc/self/status": "Uid:\t0\t0\t0\t0\n"}
	for _, c := range []struct {
		name    string
		files   map[string]string
		creator int
		want    Verdict // of the finding on writers; Pass if there is none
		say     string
	}{
		{"only refclock", map[string]string{"/proc/8/comm": "refclock", "/proc/8/maps": writes}, 8, Pass, ""},
		{"feeder", map[string]string{"/proc/8/comm": "refclock", "/proc/8/maps": writes, "/proc/9/comm": "feeder", "/proc/9/maps": writes}, 7, Fail, "feeder (process 9) also writes unit 0, besides refclock (process 8). refclock withholds its samples while another program writes the unit. If both may publish (--share-unit, or share_unit = in refclock.toml), the time daemon reads a mixture. > Stop the other program: > Type: sudo kill 9 > Or let refclock publish to a free unit: --unit 2,"},
		{"feeder beside a refclock that shares the unit", map[string]string{"/proc/8/comm": "refclock", "/proc/8/cmdline": "refclock\x00gps\x00--share-unit\x00", "/proc/8/maps": writes, "/proc/9/comm": "feeder", "/proc/9/maps": writes}, 7, Warn, "feeder (process 9) also writes unit 0, besides refclock (process 8). refclock publishes nevertheless (--share-unit, or share_unit = in refclock.toml), so it is unknown whose samples the time daemon takes. A wrong time of one program appears to be of the other. > Stop the other program:"},
		{"two of refclock, of which one shares the unit", map[string]string{"/proc/8/comm": "refclock", "/proc/8/cmdline": "refclock\x00gps\x00--share-unit=true\x00", "/proc/8/maps": writes, "/proc/9/comm": "refclock", "/proc/9/maps": writes}, 7, Warn, "Two processes of refclock use unit 0: refclock (process 8) and refclock (process 9). refclock publishes nevertheless"},
		{"a service", map[string]string{"/proc/8/comm": "refclock", "/proc/8/maps": writes, "/proc/9/comm": "phc2sys", "/proc/9/maps": writes, "/proc/9/cgroup": "0::/system.slice/phc2sys.service"}, 7, Fail, "sudo systemctl disable --now phc2sys.service"},
		{"typed in a session", map[string]string{"/proc/8/comm": "refclock", "/proc/8/maps": writes, "/proc/9/comm": "feeder", "/proc/9/maps": writes, "/proc/9/cgroup": "0::/system.slice/dropbear.service"}, 7, Fail, "sudo kill 9"},
		{"started by cron", map[string]string{"/proc/8/comm": "refclock", "/proc/8/maps": writes, "/proc/9/comm": "feeder", "/proc/9/maps": writes, "/proc/9/cgroup": "0::/system.slice/cron.service"}, 7, Fail, "sudo kill 9"},
		{"a service of the user", map[string]string{"/proc/8/comm": "refclock", "/proc/8/maps": writes, "/proc/9/comm": "feeder", "/proc/9/maps": writes, "/proc/9/cgroup": "0::/user.slice/user-1000.slice/user@1000.service/app.slice/feeder.service"}, 7, Fail, "sudo kill 9"},
		{"feeder before refclock starts", map[string]string{"/proc/9/comm": "feeder", "/proc/9/maps": writes}, 7, Warn, "feeder (process 9) uses unit 0"},
		{"a reader", map[string]string{"/proc/8/comm": "refclock", "/proc/8/maps": writes, "/proc/9/comm": "ntpshmmon", "/proc/9/maps": reads}, 7, Pass, ""},
		{"a writer of a removed segment", map[string]string{"/proc/8/comm": "refclock", "/proc/8/maps": writes, "/proc/9/comm": "feeder", "/proc/9/maps": strings.Replace(writes, "00:01 0 ", "00:01 4 ", 1)}, 7, Pass, ""},
		{"a writer of another unit", map[string]string{"/proc/8/comm": "refclock", "/proc/8/maps": writes, "/proc/9/comm": "feeder", "/proc/9/maps": other}, 7, Pass, ""},
		{"two of refclock", map[string]string{"/proc/8/comm": "refclock", "/proc/8/maps": writes, "/proc/9/comm": "refclock", "/proc/9/maps": writes}, 7, Warn, "Two processes of refclock use unit 0: refclock (process 8) and refclock (process 9). One withholds its samples while the other publishes."},
		{"the creator, without root", map[string]string{"/proc/8/comm": "refclock", "/proc/8/maps": writes, "/proc/9/comm": "gpsd"}, 9, Fail, "gpsd (process 9) also writes unit 0"},
		{"the creator has detached", map[string]string{"/proc/8/comm": "refclock", "/proc/8/maps": writes, "/proc/9/comm": "gpsd", "/proc/9/maps": other}, 9, Pass, ""},
	} {
		files := maps.Clone(base)
		maps.Copy(files, c.files)
		files["/proc/sysvipc/shm"] = unitTable + unitRow(0, 0o600, 96, c.creator, 8, 2, 0)
		findings := checkSegments(NewMachine(rootOf(files), Live{}, Options{}))[1:]
		got := Pass
		if len(findings) > 0 {
			got = findings[0].Verdict
		}
		if got != c.want || !strings.Contains(text(findings...), c.say) {
			t.Errorf("%s: %v %s, want %v and %q", c.name, got, text(findings...), c.want, c.say)
		}
	}
}

// The service says whether it publishes to a unit that another program writes.
func TestSharedUnitOfService(t *testing.T) {
	const writes = "7f0a2c000000-7f0a2c001000 rw-s 00000000 00:01 0    /SYSV4e545030 (deleted)\n"
	files := map[string]string{"/proc/8/comm": "refclock", "/proc/8/maps": writes, "/proc/9/comm": "feeder", "/proc/9/maps": writes, "/proc/sysvipc/shm": unitTable + unitRow(0, 0o600, 96, 8, 8, 2, 0)}
	for reason, want := range map[string]string{"": "refclock publishes nevertheless", "unit contested": "refclock withholds its samples"} {
		c := gpsClock("/dev/ttyAMA0", 0, driver.State{Reason: reason})
		c.Consumer.Contested = true
		if got := text(checkSegments(NewMachine(rootOf(files), answering(c), Options{}))...); !strings.Contains(got, want) {
			t.Errorf("%q: %s, want %q", reason, got, want)
		}
	}
}

// New samples in a unit that refclock does not write are those of another program, which is
// named if it is visible.
func TestWrittenByOthers(t *testing.T) {
	const writes = "7f0a2c000000-7f0a2c001000 rw-s 00000000 00:01 0    /SYSV4e545030 (deleted)\n"
	for _, c := range []struct {
		name    string
		files   map[string]string
		written []int
		asked   int    // how many units are watched
		say     string // empty if there is no finding
	}{
		{"a visible program", map[string]string{"/proc/9/comm": "gpsd", "/proc/9/maps": writes}, []int{0}, 1, "Another program writes unit 0: gpsd (process 9). While it does, refclock publishes nothing to this unit. > Stop the other program: > Type: sudo systemctl disable --now gpsd.socket gpsd.service > Or let"},
		{"a program that does not write now", map[string]string{"/proc/9/comm": "gpsd", "/proc/9/maps": writes}, nil, 1, "gpsd (process 9) uses unit 0."},
		{"an invisible program", nil, []int{0}, 1, "Another program writes unit 0. Its process is not visible here. While it does, refclock publishes nothing to this unit. > Type (it lists the processes that use the unit): sudo grep -l SYSV4e545030 /proc/[0-9]*/maps > Or let refclock publish to a free unit: --unit 2"},
		{"no program", nil, nil, 1, ""},
		{"refclock", map[string]string{"/proc/8/comm": "refclock", "/proc/8/maps": writes}, []int{0}, 0, ""},
		{"a refclock of which little is known", map[string]string{"/proc/8/comm": "refclock"}, []int{0}, 0, ""},
		{"a refclock with another unit", map[string]string{"/proc/8/comm": "refclock", "/proc/8/maps": ""}, []int{0}, 1, "Another program writes unit 0."},
	} {
		files := map[string]string{"/proc/1/comm": "systemd", "/proc/7/comm": "chronyd", "/proc/7/maps": writes, "/lib/ld-linux-aarch64.so.1": "", "/proc/self/status": "Uid:\t0\t0\t0\t0\n",
			"/proc/sysvipc/shm": unitTable + unitRow(0, 0o600, 96, 7, 7, 1, 0) + unitRow(3, 0o666, 96, 7, 7, 0, 0)}
		maps.Copy(files, c.files)
		asked := 0
		live := Live{Written: func(units []int) []int {
			asked = len(units)
			return c.written
		}}
		findings := checkSegments(NewMachine(rootOf(files), live, Options{}))[1:]
		findings = findings[:len(findings)-1] // the second unit, to which no program is attached
		if got := text(findings...); asked != c.asked || (c.say == "") != (got == "") || !strings.Contains(got, c.say) {
			t.Errorf("%s: %d units watched, %s; want %d, %q", c.name, asked, got, c.asked, c.say)
		}
	}
}

// A change of a line that an earlier finding has is not there a second time.
func TestModeChangedOnce(t *testing.T) {
	files := map[string]string{"/proc/1/comm": "systemd", "/proc/7/comm": "chronyd", "/proc/7/status": "Uid:\t0\t0\t0\t0\n", "/proc/self/status": "Uid:\t0\t0\t0\t0\n", "/lib/ld-linux-aarch64.so.1": "",
		"/etc/chrony/chrony.conf": "refclock SHM 0:perm=0666 refid GPS precision 1e-2\n", "/proc/sysvipc/shm": unitTable + unitRow(0, 0o666, 96, 7, 7, 1, 0)}
	m := NewMachine(rootOf(files), Live{}, Options{})
	got := text(checkRefclocks(m)...) + " " + text(checkSegments(m)...)
	if strings.Count(got, "to: refclock SHM 0:perm=0600 refid GPS") != 1 || strings.Contains(got, "Change in /etc/chrony/chrony.conf: refclock SHM 0:perm=0600") {
		t.Error(got)
	}
}
