package doctor

import (
	"maps"
	"strings"
	"testing"

	"github.com/refclock/refclock/internal/consumer/conf"
)

// systems are systems with their service and package managers.
var systems = map[string]map[string]string{
	"Debian": {"/proc/1/comm": "systemd", "/bin/sh": "", "/usr/bin/sudo": "", "/usr/sbin/usermod": "", "/run/systemd/system/x": "", "/etc/os-release": "ID=debian\n",
		"/usr/lib/systemd/system/chrony.service": "", "/usr/sbin/chronyd": ""},
	"Fedora": {"/proc/1/comm": "systemd", "/bin/sh": "", "/usr/bin/sudo": "", "/usr/sbin/usermod": "", "/etc/os-release": "ID=fedora\n",
		"/usr/lib/systemd/system/chronyd.service": "", "/usr/sbin/chronyd": ""},
	"Alpine": {"/proc/1/comm": "init", "/bin/sh": "", "/usr/bin/doas": "", "/sbin/openrc-run": "", "/run/openrc/x": "", "/etc/inittab": "", "/etc/os-release": "ID=alpine\n",
		"/etc/init.d/chronyd": "", "/usr/sbin/chronyd": ""},
	"OpenWrt": {"/proc/1/comm": "procd", "/bin/sh": "", "/sbin/procd": "", "/bin/opkg": "", "/etc/os-release": "ID=\"openwrt\"\n",
		"/etc/init.d/chronyd": "", "/usr/sbin/chronyd": "", "/bin/busybox": "", "/usr/sbin/ntpd": "-> ../../bin/busybox", "/etc/init.d/sysntpd": ""},
	"OpenWrt 25": {"/proc/1/comm": "procd", "/bin/sh": "", "/usr/bin/apk": "", "/etc/os-release": "ID=\"openwrt\"\n", "/etc/init.d/chronyd": ""},
	"Devuan": {"/proc/1/comm": "init", "/bin/sh": "", "/usr/bin/sudo": "", "/usr/sbin/usermod": "", "/etc/inittab": "", "/usr/sbin/update-rc.d": "", "/etc/os-release": "ID=devuan\nID_LIKE=debian\n",
		"/etc/init.d/chrony": "", "/usr/sbin/chronyd": ""},
	"Void": {"/proc/1/comm": "runit", "/bin/sh": "", "/usr/bin/sudo": "", "/usr/sbin/usermod": "", "/etc/os-release": "ID=\"void\"\n",
		"/etc/sv/chronyd/run": "", "/usr/bin/chronyd": ""},
	"a container": {"/proc/1/comm": "sh", "/bin/sh": "", "/sbin/openrc-run": "", "/etc/os-release": "ID=alpine\n", "/usr/sbin/chronyd": ""},
}

// Hints use the commands of the machine's service manager, package manager and sudo.
func TestCommands(t *testing.T) {
	for name, want := range map[string]struct{ restart, start, stop, install string }{
		"Debian":      {"sudo systemctl restart chrony", "sudo systemctl enable --now chrony.service", "sudo systemctl disable --now gpsd.socket gpsd.service", "sudo apt install chrony"},
		"Fedora":      {"sudo systemctl restart chronyd", "sudo systemctl enable --now chronyd.service", "sudo systemctl disable --now gpsd.socket gpsd.service", "sudo dnf install chrony; sudo systemctl enable --now chronyd.service"},
		"Alpine":      {"doas rc-service chronyd restart", "doas rc-update add chronyd; doas rc-service chronyd start", "doas rc-service gpsd stop; doas rc-update del gpsd", "doas apk add chrony; doas rc-update add chronyd; doas rc-service chronyd start"},
		"OpenWrt":     {"/etc/init.d/chronyd restart", "/etc/init.d/chronyd enable; /etc/init.d/chronyd start", "/etc/init.d/gpsd stop; /etc/init.d/gpsd disable", "opkg update; opkg install chrony; /etc/init.d/chronyd enable; /etc/init.d/chronyd start"},
		"OpenWrt 25":  {"/etc/init.d/chronyd restart", "/etc/init.d/chronyd enable; /etc/init.d/chronyd start", "/etc/init.d/gpsd stop; /etc/init.d/gpsd disable", "apk add chrony; /etc/init.d/chronyd enable; /etc/init.d/chronyd start"},
		"Devuan":      {"sudo /etc/init.d/chrony restart", "sudo update-rc.d chrony defaults; sudo /etc/init.d/chrony start", "sudo /etc/init.d/gpsd stop; sudo update-rc.d gpsd disable", "sudo apt install chrony"},
		"Void":        {"sudo sv restart chronyd", "sudo ln -s /etc/sv/chronyd /var/service/", "sudo rm /var/service/gpsd", "sudo xbps-install chrony; sudo ln -s /etc/sv/chronyd /var/service/"},
		"a container": {"Restart chrony, or the container in which it runs.", "", "", ""},
	} {
		m := NewMachine(rootOf(systems[name]), Live{}, Options{})
		lines := func(steps []Step) string {
			var list []string
			for _, s := range m.adapt(Finding{Hint: steps}).Hint {
				list = append(list, s.Line+s.Note)
			}
			return strings.Join(list, "; ")
		}
		if got := lines(m.restart(conf.Chrony)); got != want.restart {
			t.Errorf("%s: restart: %s, want %s", name, got, want.restart)
		}
		if want.start == "" {
			continue
		}
		if got := lines(m.enable(timeDaemons[0].service(m))); got != want.start {
			t.Errorf("%s: start: %s, want %s", name, got, want.start)
		}
		if got := lines(m.disable(gpsdUnits...)); got != want.stop {
			t.Errorf("%s: stop: %s, want %s", name, got, want.stop)
		}
		if got := lines(m.installChrony(timeDaemon{})); got != want.install {
			t.Errorf("%s: install: %s, want %s", name, got, want.install)
		}
	}
}

// No finding names a command of another system.
func TestForeignCommands(t *testing.T) {
	for name, foreign := range map[string][]string{
		"Fedora":      {"apt ", "/etc/init.d", "rc-service"},
		"Alpine":      {"systemctl", "apt ", "sudo", "journalctl", "usermod", "raspi-config", "udevadm"},
		"OpenWrt":     {"systemctl", "apt ", "sudo", "journalctl", "usermod", "raspi-config", "udevadm"},
		"Devuan":      {"systemctl", "journalctl"},
		"Void":        {"systemctl", "apt ", "journalctl"},
		"a container": {"systemctl", "apt ", "sudo", "rc-service", "journalctl"},
	} {
		for about, more := range map[string]map[string]string{
			"nothing runs":      {},
			"BusyBox ntpd":      {"/proc/7/comm": "ntpd", "/proc/7/exe": "-> /bin/busybox", "/bin/busybox": ""},
			"gpsd has the port": {"/proc/7/comm": "gpsd", "/proc/7/fd/3": "-> /dev/ttyUSB0"},
			"a getty":           {"/proc/7/comm": "getty", "/proc/7/fd/0": "-> /dev/ttyS1"},
			"an old kernel":     {"/proc/sys/kernel/osrelease": "5.4.0"},
			"a Pi":              {"/proc/device-tree/model": "Raspberry Pi 4 Model B", "/dev/ttyAMA0": "", "/dev/serial0": "-> ttyAMA0", "/proc/cmdline": "console=ttyAMA0,115200"},
			"a daemon":          {"/proc/7/comm": "chronyd", "/etc/chrony.conf": "refclock SHM 0 bogus\n"},
			"units":             {"/proc/7/comm": "chronyd", "/etc/chrony.conf": "refclock SHM 0 refid GPS\n", "/proc/sysvipc/shm": unitTable + unitRow(0, 0o600, 96, 7, 7, 0, 1000) + unitRow(1, 0o600, 50, 7, 7, 0, 0)},
			"a pulse":           {"/sys/class/pps/pps0/name": "pps@12.-1", "/dev/pps0": "", "/proc/self/status": "Uid:\t1000\t1000\t1000\t1000\n"},
			"a user":            {"/proc/self/status": "Uid:\t1000\t1000\t1000\t1000\nGid:\t1000\t1000\t1000\t1000\nGroups:\t1000\n"},
		} {
			files := maps.Clone(systems[name])
			files["/dev/ttyUSB0"], files["/dev/ttyS1"] = "", ""
			maps.Copy(files, more)
			for _, device := range []string{"/dev/ttyUSB0", "/dev/ttyS1", "/dev/ttyS9"} {
				all := text(Examine(NewMachine(rootOf(files), Live{}, Options{Device: device}))...)
				for _, word := range foreign {
					if strings.Contains(all, word) {
						at := strings.Index(all, word)
						t.Errorf("%s, %s: %q in ...%s", name, about, word, all[max(0, at-200):min(len(all), at+60)])
					}
				}
			}
		}
	}
}

// The ntpd of BusyBox, and OpenNTPD, cannot use refclock.
func TestOtherNTPD(t *testing.T) {
	for about, c := range map[string]struct {
		system string
		files  map[string]string
		say    string
	}{
		"BusyBox on OpenWrt": {"OpenWrt", map[string]string{"/proc/7/comm": "ntpd", "/proc/7/exe": "-> /bin/busybox"}, "/etc/init.d/sysntpd disable"},
		"without root":       {"OpenWrt", map[string]string{"/proc/7/comm": "ntpd", "/proc/7/cmdline": "/usr/sbin/ntpd\x00-n"}, "/etc/init.d/sysntpd disable"},
		"OpenNTPD":           {"Debian", map[string]string{"/proc/7/comm": "ntpd", "/etc/openntpd/ntpd.conf": "", "/usr/sbin/ntpd": ""}, "The time daemon is OpenNTPD, which cannot use refclock."},
	} {
		files := maps.Clone(systems[c.system])
		maps.Copy(files, c.files)
		delete(files, "/usr/sbin/chronyd")
		m := NewMachine(rootOf(files), Live{}, Options{})
		f := checkDaemons(m)[0]
		if f.Verdict != Fail || !strings.Contains(text(m.adapt(f)), c.say) {
			t.Errorf("%s: %s, want %q", about, text(f), c.say)
		}
	}
}

// Debian keeps the files below /etc of a removed package.
func TestRemovedOpenNTPD(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"removed before ntpsec was installed", map[string]string{"/etc/ntpsec/ntp.conf": ""}, ""},
		{"removed before ntp was installed", map[string]string{"/etc/ntp.conf": ""}, ""},
		{"installed after ntpsec was removed", map[string]string{"/etc/ntpsec/ntp.conf": "", "/usr/sbin/ntpctl": "-> ntpd"}, openNTPD},
		{"a copy of files without the programs", nil, openNTPD},
	} {
		files := map[string]string{"/proc/1/comm": "systemd", "/proc/7/comm": "ntpd", "/etc/openntpd/ntpd.conf": "", "/usr/sbin/ntpd": ""}
		maps.Copy(files, c.files)
		m := NewMachine(rootOf(files), Live{}, Options{})
		if got := m.variant(m.processes[1]); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
