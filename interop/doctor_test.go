package interop

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// doctorScript runs refclock doctor with a /proc of this PID namespace, and with $1 as the
// configuration of chrony.
const doctorScript = `mount -t proc proc /proc && mount -t tmpfs tmpfs /etc && mkdir /etc/chrony && cp "$1" /etc/chrony/chrony.conf || exit 9
exec "$2" doctor --json --no-listen "$3"`

// A doctorFinding is a finding of refclock doctor --json.
type doctorFinding struct {
	Check, Verdict, What string
	Hint                 []struct{ Do, Line, Note string }
}

// examine runs refclock doctor, and returns the first finding of a check that is a
// problem; the zero finding if there is none.
func (c *chronyd) examine(check, port string) (found doctorFinding) {
	c.t.Helper()
	cmd := exec.Command("unshare", "-m", "sh", "-c", doctorScript, "sh", filepath.Join(c.dir, "conf"), staged("refclock"), port)
	out, err := cmd.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && (!ok || exit.ExitCode() == 9) {
		c.t.Skipf("no mount namespace with its own /proc: %v", err)
	}
	var report struct{ Findings []doctorFinding }
	if err := json.Unmarshal(out, &report); err != nil {
		c.t.Fatalf("%v: %s", err, out)
	}
	for _, f := range report.Findings {
		if f.Check == check && (f.Verdict == "FAIL" || f.Verdict == "WARN") {
			return f
		}
	}
	return doctorFinding{}
}

// reports waits until a finding of a check contains a text, and returns it.
func (c *chronyd) reports(check, port, text string) (f doctorFinding) {
	c.t.Helper()
	eventually(c.t, 20*time.Second, func() bool {
		f = c.examine(check, port)
		return strings.Contains(f.What, text)
	}, text)
	return f
}

// solved fails the test if chronyd does not read unit 2, or the check still has a finding.
func (c *chronyd) solved(check, port string) {
	c.t.Helper()
	flows(c.t, c, 2)
	if f := c.examine(check, port); f.What != "" {
		c.t.Errorf("after the hint: %+v", f)
	}
}

// says fails the test if the finding does not contain these texts.
func (f doctorFinding) says(t *testing.T, texts ...string) {
	t.Helper()
	all := f.What
	for _, s := range f.Hint {
		all += "\n" + s.Line + s.Note
	}
	for _, text := range texts {
		if !strings.Contains(all, text) {
			t.Errorf("%s %s: %s\nwant %q", f.Verdict, f.Check, all, text)
		}
	}
}

// follow types the commands of a finding that begin with this word.
func (f doctorFinding) follow(t *testing.T, word string) {
	t.Helper()
	for _, s := range f.Hint {
		line := strings.TrimPrefix(s.Line, "sudo ")
		if s.Do != "type" || !strings.HasPrefix(line, word+" ") {
			continue
		}
		if out, err := exec.Command("sh", "-c", line).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", line, err, out)
		}
		return
	}
	t.Errorf("no command %s: %+v", word, f)
}

// After the hints of refclock doctor, chronyd reads the samples.
func TestDoctor(t *testing.T) {
	isolate(t, func() {
		port := start(t, "refclock", "simulate").firstLine()
		publish := func(unit string) *process {
			return start(t, "refclock", "gps", "--pps", "none", "--unit", unit, port)
		}
		lines := newChronyd(t, 2).lines

		t.Run("another IPC namespace", func(t *testing.T) {
			c := newChronydWith(t, lines)
			apart := exec.Command("unshare", "-i", staged("daemons/usr/sbin/chronyd"), "-x", "-d", "-U", "-u", "root", "-f", filepath.Join(c.dir, "conf"))
			apart.Env = command("refclock").Env
			if err := apart.Start(); err != nil {
				t.Skip(err)
			}
			refclock := publish("2")
			c.reports("time-daemon", port, "chronyd").says(t, "another IPC namespace than refclock", "--ipc=host", "refclock config chrony --sock")
			apart.Process.Signal(os.Interrupt)
			apart.Wait()
			c.start()
			c.solved("time-daemon", port)
			refclock.stop()
		})

		t.Run("another writer", func(t *testing.T) {
			c := newChronydWith(t, lines)
			c.start()
			refclock := publish("2")
			feeder := startFeeder(t, "2")
			refclock.contested = true
			f := c.reports("segments", port, "besides refclock")
			f.says(t, "feeder (process", "also writes unit 2, besides refclock")
			feeder.asked.Store(true)
			f.follow(t, "kill")
			<-feeder.exited
			c.solved("segments", port)
			refclock.stop()
		})

		t.Run("another unit", func(t *testing.T) {
			c := newChronydWith(t, lines)
			c.start()
			refclock := publish("4")
			// A process that ends while it opens the port leaves TIOCEXCL on a pseudo-terminal.
			eventually(t, 20*time.Second, func() bool { return strings.Contains(read(refclock.stderr), "settling") }, "the port is open")
			c.reports("targets", port, "publishes to unit 4, which chrony is not configured to read").says(t, "--unit 2")
			refclock.stop()
			refclock = publish("2")
			c.solved("targets", port)
			refclock.stop()
		})
	})
}
