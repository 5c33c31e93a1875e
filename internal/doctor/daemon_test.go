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
