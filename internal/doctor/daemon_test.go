package doctor

import (
	"strings"
	"testing"

	"github.com/refclock/refclock/internal/consumer/conf"
	"github.com/refclock/refclock/internal/consumer/lint"
	"github.com/refclock/refclock/internal/watch"
)

// The lint rules accept the lines that the hints add. Without a pulse there is no line for
// it.
func TestReadingLines(t *testing.T) {
	for d := range daemonNames {
		for _, c := range []struct {
			name    string
			files   map[string]string
			options Options
			want    int
		}{
			{"no pulse", nil, Options{}, 1},
			{"a timer", map[string]string{"/sys/class/pps/pps0/name": "ktimer"}, Options{}, 1},
			{"a network card", map[string]string{"/sys/class/pps/pps0/name": "ptp0"}, Options{}, 1},
			{"a PPS device", map[string]string{"/sys/class/pps/pps0/name": "pps@12.-1"}, Options{}, 2},
			{"a named pulse", nil, Options{Pulse: "gpio:GPIO18"}, 2},
		} {
			list := NewMachine(rootOf(c.files), Live{}, c.options).readingLines(d)
			config := conf.Parse(d, "conf", []byte(strings.Join(list, "\n")+"\npool pool.ntp.org\n"))
			if findings := lint.Lint(config, lint.Facts{}); len(config.Refclocks) != c.want || len(findings) > 0 {
				t.Errorf("%s, %s: %q: %d clocks, want %d; %v", d, c.name, list, len(config.Refclocks), c.want, findings)
			}
		}
	}
}

// The hint for a wrong line leaves no error, in the grammar of the daemon that reads it.
func TestFixLine(t *testing.T) {
	for _, c := range []struct {
		process, file, line, want string // want is the line after the hint
	}{
		{"chronyd", "/etc/chrony/chrony.conf", "refclock SHM 0 refid GPS # note", "refclock SHM 0 refid GPS"},
		{"chronyd", "/etc/chrony/chrony.conf", "refclock SHM 0 bogus # note", "# refclock SHM 0 bogus"},
		{"ntpd", "/etc/ntp.conf", "server 127.127.28.0 bogus # note", "# server 127.127.28.0 bogus # note"},
		{"ntpd", "/etc/ntpsec/ntp.conf", "refclock shm unit 0 bogus # note", "# refclock shm unit 0 bogus # note"},
	} {
		m := NewMachine(rootOf(map[string]string{"/proc/1/comm": "systemd", "/proc/7/comm": c.process, c.file: c.line + "\n"}), Live{}, Options{})
		findings := checkDaemonConfig(m)
		if len(findings) == 0 || len(findings[0].Hint) == 0 {
			t.Errorf("%s: no hint: %+v", c.line, findings)
			continue
		}
		step := findings[0].Hint[0]
		if want := replaceLine(c.file, c.line, c.want); step != want {
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
		if f.Verdict != Fail || f.What != c.what || len(f.Hint) == 0 || f.Hint[0].Line != c.hint {
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

// Hints of several checks for one line follow each other: a later one changes the line
// as the first leaves it, or there is none for a deleted line.
func TestHintsForOneLine(t *testing.T) {
	for _, c := range []struct{ line, then string }{
		{"refclock SHM 0:perm=0600 refid GPS # note", "refclock SHM 0:perm=0600 refid GPS"},
		{"refclock SHM 0 refid GPS bogus offset 0.9999", "# refclock SHM 0 refid GPS bogus offset 0.9999"},
	} {
		m := NewMachine(rootOf(map[string]string{"/proc/1/comm": "systemd", "/proc/7/comm": "chronyd", "/etc/chrony/chrony.conf": c.line + "\n"}), Live{}, Options{})
		var changed []string
		for _, f := range Examine(m) {
			for _, s := range f.Hint {
				if s.File == "/etc/chrony/chrony.conf" && s.Do != Add {
					changed = append(changed, s.Line)
				}
			}
		}
		if len(changed) == 0 || changed[0] != c.line {
			t.Errorf("%s: the hints change %q, want the line first", c.line, changed)
			continue
		}
		for _, line := range changed[1:] {
			if line != c.then {
				t.Errorf("%s: a later hint changes %q, want %q", c.line, line, c.then)
			}
		}
	}
}

// The time daemons that read units are the consumers of package watch.
func TestConsumersOfUnits(t *testing.T) {
	reads := map[string]bool{}
	for _, d := range timeDaemons {
		reads[d.process] = reads[d.process] || d.reads == readsUnits
	}
	for name, want := range reads {
		if got := (process{name: name}).readsUnits(); got != want || watch.IsConsumer(name) != want {
			t.Errorf("%s reads units: %v, to package watch %v, want %v", name, got, watch.IsConsumer(name), want)
		}
	}
}
