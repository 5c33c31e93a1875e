package doctor

import (
	"strings"
	"testing"

	"github.com/refclock/refclock/internal/consumer/conf"
	"github.com/refclock/refclock/internal/consumer/lint"
)

// The lint rules accept the lines that the hints add.
func TestReadingLines(t *testing.T) {
	for d := range daemonNames {
		config := conf.Parse(d, "conf", []byte(strings.Join(readingLines(d), "\n")))
		if findings := lint.Lint(config, lint.Facts{}); len(config.Refclocks) != 2 || len(findings) > 0 {
			t.Errorf("%s: %q: %d clocks, %v", d, readingLines(d), len(config.Refclocks), findings)
		}
	}
}

// The hint for a wrong line leaves no error, in the grammar of the daemon that reads it.
func TestFixLine(t *testing.T) {
	for _, c := range []struct {
		process, file, line, want string // want is the line after the hint; empty if deleted
	}{
		{"chronyd", "/etc/chrony/chrony.conf", "refclock SHM 0 refid GPS # note", "refclock SHM 0 refid GPS"},
		{"chronyd", "/etc/chrony/chrony.conf", "refclock SHM 0 bogus # note", ""},
		{"ntpd", "/etc/ntp.conf", "server 127.127.28.0 bogus # note", ""},
		{"ntpd", "/etc/ntpsec/ntp.conf", "refclock shm unit 0 bogus # note", ""},
	} {
		m := NewMachine(rootOf(map[string]string{"/proc/1/comm": "systemd", "/proc/7/comm": c.process, c.file: c.line + "\n"}), Live{}, Options{})
		findings := checkDaemonConfig(m)
		if len(findings) == 0 || len(findings[0].Hint) == 0 {
			t.Errorf("%s: no hint: %+v", c.line, findings)
			continue
		}
		step := findings[0].Hint[0]
		want := deleteLine(c.file, c.line)
		want.Note = "or correct it"
		if c.want != "" {
			want = replaceLine(c.file, c.line, c.want)
		}
		if step != want {
			t.Errorf("%s: hint %+v, want %+v", c.line, step, want)
		}
	}
}

// checkDaemons names a daemon that is installed but not running, and suggests to start
// it if it can use refclock.
func TestStoppedDaemons(t *testing.T) {
	for _, c := range []struct {
		programs   []string
		what, hint string
	}{
		{nil, "No time daemon is running.", "sudo apt install chrony"},
		{[]string{"/usr/sbin/chronyd"}, "chrony is installed but not running.", "sudo systemctl enable --now chrony.service"},
		{[]string{"/usr/bin/ntp-daemon"}, "ntpd-rs is installed but not running.", "sudo systemctl enable --now ntpd-rs.service"},
		{[]string{"/usr/lib/systemd/systemd-timesyncd"}, "systemd-timesyncd is installed but not running, and cannot use refclock.", "sudo apt install chrony"},
		{[]string{"/usr/lib/systemd/systemd-timesyncd", "/usr/sbin/ntpd"}, "ntpd is installed but not running.", "sudo systemctl enable --now ntpsec.service"},
	} {
		files := map[string]string{"/proc/1/comm": "systemd"}
		for _, program := range c.programs {
			files[program] = ""
		}
		f := checkDaemons(NewMachine(rootOf(files), Live{}, Options{}))[0]
		if f.Verdict != Fail || f.What != c.what || len(f.Hint) != 1 || f.Hint[0].Line != c.hint {
			t.Errorf("%q: %+v, want %s with the hint %s", c.programs, f, c.what, c.hint)
		}
	}
}

// A running ntpd-rs can use refclock, by sockets.
func TestRunningDaemons(t *testing.T) {
	for process, want := range map[string]Verdict{"chronyd": Pass, "ntpd": Pass, "ntp-daemon": Warn, "systemd-timesyn": Fail} {
		files := map[string]string{"/proc/1/comm": "systemd", "/proc/7/comm": process}
		if f := checkDaemons(NewMachine(rootOf(files), Live{}, Options{}))[0]; f.Verdict != want || want != Pass && len(f.Hint) == 0 {
			t.Errorf("%s: %+v, want %v", process, f, want)
		}
	}
}
