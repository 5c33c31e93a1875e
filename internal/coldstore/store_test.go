package coldstore

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/driver/gps/receiver"
	"github.com/refclock/refclock/internal/pty"
	"github.com/refclock/refclock/internal/regularfile"
	"github.com/refclock/refclock/internal/statefolder"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/nmea"
)

const (
	port = "/dev/serial0"
	now  = int64(time.Hour) // on the steady clock
)

// begun is a wait whose first valid epoch was five minutes ago.
var begun = receiver.Wait{Since: now - int64(5*time.Minute)}

// A rig is a store that counts writes and records its log.
type rig struct {
	*Store
	writes int
	broken error // of each write
	lines  bytes.Buffer
}

// newRig returns a store in a folder, of a program that was started during a boot.
func newRig(dir, boot string) *rig {
	r := &rig{}
	r.Store = New(dir, slog.New(slog.NewTextHandler(&r.lines, nil)))
	r.boot, r.now = boot, func() int64 { return now }
	r.replace = func(path string, text []byte) error {
		r.writes++
		if r.broken != nil {
			return r.broken
		}
		return regularfile.Replace(path, text)
	}
	return r
}

func (r *rig) recalls(t *testing.T, what, port string, want receiver.Wait, waits bool) {
	t.Helper()
	if got, ok := r.Recall(port); got != want || ok != waits {
		t.Errorf("%s: %+v, %v; want %+v, %v", what, got, ok, want, waits)
	}
}

func files(t *testing.T, dir string) int {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

// A wait continues after a restart, with the time that has passed if the machine has not booted
// meanwhile. Nothing is left of one that has ended.
func TestKeepsUntilTheNextStart(t *testing.T) {
	far := receiver.Wait{Since: 7, Far: true}
	for name, test := range map[string]struct {
		kept         receiver.Wait
		before, boot string
		want         receiver.Wait
	}{
		"the same boot":                 {begun, "a", "a", begun},
		"another boot":                  {begun, "a", "b", receiver.Wait{}},
		"boots that are unknown":        {begun, "", "", receiver.Wait{}},
		"a date too far":                {far, "a", "a", far},
		"a date too far, another boot":  {far, "a", "b", receiver.Wait{Far: true}},
		"no valid epoch yet":            {receiver.Wait{}, "a", "a", receiver.Wait{}},
		"an instant that is yet to be":  {receiver.Wait{Since: now + 1}, "a", "a", receiver.Wait{}},
		"an instant before the machine": {receiver.Wait{Since: -1}, "a", "a", receiver.Wait{}},
	} {
		dir := t.TempDir()
		first := newRig(dir, test.before)
		first.recalls(t, name+", before", port, receiver.Wait{}, false)
		first.Keep(port, test.kept, true)
		next := newRig(dir, test.boot)
		next.recalls(t, name, port, test.want, true)
		next.recalls(t, name+", another port", "/dev/ttyUSB0", receiver.Wait{}, false)
		next.Keep(port, receiver.Wait{}, false)
		next.recalls(t, name+", ended", port, receiver.Wait{}, false)
		newRig(dir, test.boot).recalls(t, name+", ended and started again", port, receiver.Wait{}, false)
		if n := files(t, dir); n != 0 || first.lines.Len()+next.lines.Len() != 0 {
			t.Errorf("%s: %d files are left; logged %q, %q", name, n, &first.lines, &next.lines)
		}
	}
}

// A command that a user starts has no state folder: the wait continues until the machine boots.
func TestOpen(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("STATE_DIRECTORY", "/srv/state")
	t.Setenv("RUNTIME_DIRECTORY", filepath.Join(dir, "run"))
	open := func() *Store { return Open(slog.New(slog.DiscardHandler)) }
	if s := open(); s.dir != "/srv/state" || !slices.Equal(s.others, []string{statefolder.Default, status.SystemFolder}) {
		t.Errorf("%s, %q; want the state folder", s.dir, s.others)
	}
	t.Setenv("STATE_DIRECTORY", statefolder.Default)
	if s := open(); s.dir != statefolder.Default || !slices.Equal(s.others, []string{status.SystemFolder}) {
		t.Errorf("%s, %q; want the state folder once", s.dir, s.others)
	}
	if _, err := os.Stat(statefolder.Default); err == nil {
		t.Skip("this machine has a state folder")
	}
	t.Setenv("STATE_DIRECTORY", "")
	first := open()
	if first.dir != filepath.Join(dir, "run") {
		t.Errorf("%s, want the folder of the status socket", first.dir)
	}
	first.Keep(port, receiver.Wait{}, false)
	if files(t, dir) != 0 {
		t.Error("a folder was created for nothing")
	}
	first.Keep(port, begun, true)
	if w, waits := open().Recall(port); !waits {
		t.Errorf("started again: %+v, %v", w, waits)
	}
}

// A user without a session has no folder in /run.
func TestTemporary(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	for _, c := range []struct {
		runtime, session string
		uid              int
		want             string
	}{
		{"/run/refclock-of-systemd", "", 998, "/run/refclock-of-systemd"},
		{"", "/run/user/1000", 1000, "/run/user/1000/refclock"},
		{"", "", 1000, tmp + "/refclock-1000"},
		{"", "", 0, "/run/refclock"},
	} {
		t.Setenv("RUNTIME_DIRECTORY", c.runtime)
		t.Setenv("XDG_RUNTIME_DIR", c.session)
		if c.session != "" && os.Getuid() == 0 {
			continue // status.Find asks for the user of the process
		}
		if got := temporary(c.uid); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

// A user who reads the service's receiver by hand, while the service is stopped, does not end
// the wait. What the user stores, and what cannot be read, changes nothing for the service.
func TestAnotherUser(t *testing.T) {
	service, user := t.TempDir(), t.TempDir()
	newRig(service, "a").Keep(port, begun, true)
	broken := filepath.Join(service, statefolder.FileName("/dev/broken", "coldstart"))
	if err := os.WriteFile(broken, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	by := func() *rig {
		r := newRig(user, "a")
		r.others = []string{filepath.Join(service, "missing"), service}
		return r
	}
	first := by()
	first.recalls(t, "by the user", port, begun, true)
	first.recalls(t, "a broken file of the service", "/dev/broken", receiver.Wait{}, false)
	later := receiver.Wait{Since: begun.Since + 1}
	first.Keep(port, later, true)
	by().recalls(t, "by the user again", port, later, true)
	by().Keep(port, receiver.Wait{}, false)
	newRig(service, "a").recalls(t, "by the service", port, begun, true)
	if first.lines.Len() > 0 {
		t.Errorf("logged %s", &first.lines)
	}
}

// A user may delete the file.
func TestDeleted(t *testing.T) {
	r := newRig(t.TempDir(), "a")
	r.Keep(port, begun, true)
	if err := os.Remove(filepath.Join(r.dir, statefolder.FileName(port, "coldstart"))); err != nil {
		t.Fatal(err)
	}
	r.recalls(t, "deleted while it waits", port, begun, true)
	if r.Keep(port, receiver.Wait{}, false); r.lines.Len() > 0 {
		t.Errorf("logged %s", &r.lines)
	}
	newRig(r.dir, "a").recalls(t, "started again", port, receiver.Wait{}, false)
}

// Without a folder a wait continues in the clock that a reload makes.
func TestNoFolder(t *testing.T) {
	r := newRig("", "a")
	r.Keep(port, begun, true)
	r.recalls(t, "reloaded", port, begun, true)
	r.Keep(port, receiver.Wait{}, false)
	r.recalls(t, "ended", port, receiver.Wait{}, false)
	if r.writes != 0 || r.lines.Len() != 0 {
		t.Errorf("%d writes; logged %q", r.writes, &r.lines)
	}
}

// A pseudo-terminal has its wait by each name, and another one with the same number has none.
func TestTerminals(t *testing.T) {
	dir, link := t.TempDir(), filepath.Join(t.TempDir(), "gps")
	first, err := pty.Open()
	if err != nil {
		t.Skip("no pseudo-terminal: ", err)
	}
	name := first.Name()
	if err := os.Symlink(name, link); err != nil {
		t.Fatal(err)
	}
	newRig(dir, "a").Keep(link, begun, true)
	newRig(dir, "a").recalls(t, "by its number", name, begun, true)
	newRig(dir, "a").recalls(t, "by the link", link, begun, true)
	first.Close()
	time.Sleep(20 * time.Millisecond) // the file system counts time in ticks
	second, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if second.Name() != name {
		t.Skipf("the next pseudo-terminal is %s, not %s again", second.Name(), name)
	}
	newRig(dir, "a").recalls(t, "another one with the number", name, receiver.Wait{}, false)
}

// A wait is that of a port, by whichever name.
func TestLinks(t *testing.T) {
	dir, dev := t.TempDir(), t.TempDir()
	real, link := filepath.Join(dev, "ttyAMA0"), filepath.Join(dev, "serial0")
	if err := errors.Join(os.WriteFile(real, nil, 0o600), os.Symlink(real, link)); err != nil {
		t.Fatal(err)
	}
	first := newRig(dir, "a")
	first.Keep(link, begun, true)
	second := newRig(dir, "a")
	second.recalls(t, "by the name of the port", real, begun, true)
	second.recalls(t, "by the link", link, begun, true)
	second.Keep(link, receiver.Wait{}, false)
	newRig(dir, "a").recalls(t, "ended", real, receiver.Wait{}, false)

	// A link that leads to another port: the longer of both waits counts.
	later := receiver.Wait{Since: begun.Since + 1}
	second.Keep(real, later, true)
	other := filepath.Join(dev, "ttyUSB0")
	if err := errors.Join(os.WriteFile(other, nil, 0o600), os.Remove(link), os.Symlink(other, link)); err != nil {
		t.Fatal(err)
	}
	second.recalls(t, "a link to a port without a wait", link, receiver.Wait{}, false)
	second.Keep(link, begun, true)
	if err := errors.Join(os.Remove(link), os.Symlink(real, link)); err != nil {
		t.Fatal(err)
	}
	second.recalls(t, "two waits", link, later, true)
}

// The file changes at once when a wait begins, ends or begins again; and at most once a minute
// with another first valid epoch.
func TestWritesRarely(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		r := newRig(dir, "a")
		since := func(s int) receiver.Wait { return receiver.Wait{Since: int64(s) * int64(time.Second)} }
		for _, step := range []struct {
			what   string
			after  time.Duration
			wait   receiver.Wait
			waits  bool
			writes int
			stored receiver.Wait
		}{
			{"no wait", 0, receiver.Wait{}, false, 0, receiver.Wait{}},
			{"it begins", 0, receiver.Wait{}, true, 1, receiver.Wait{}},
			{"nothing new", time.Hour, receiver.Wait{}, true, 0, receiver.Wait{}},
			{"a valid epoch", time.Second, since(100), true, 1, since(100)},
			{"silent after 20 s", 20 * time.Second, receiver.Wait{}, true, 1, receiver.Wait{}},
			{"a valid epoch soon", 59 * time.Second, since(120), true, 0, receiver.Wait{}},
			{"a minute later", time.Second, since(120), true, 1, since(120)},
			{"a date too far", time.Second, receiver.Wait{Since: since(120).Since, Far: true}, true, 1, receiver.Wait{Since: since(120).Since, Far: true}},
		} {
			time.Sleep(step.after)
			r.writes = 0
			r.Keep(port, step.wait, step.waits)
			if r.writes != step.writes {
				t.Errorf("%s: %d writes, want %d", step.what, r.writes, step.writes)
			}
			newRig(dir, "a").recalls(t, step.what, port, step.stored, step.waits)
			r.recalls(t, step.what+", reloaded", port, step.wait, step.waits)
		}
		r.Keep(port, receiver.Wait{}, false)
		if n := files(t, dir); n != 0 {
			t.Errorf("%d files are left at the end", n)
		}
	})
}

// A folder that cannot be written is logged once, with what to do, and tried once a minute.
func TestReadOnlyFolder(t *testing.T) {
	for _, broken := range []syscall.Errno{syscall.EROFS, syscall.ENOSPC, syscall.EIO} {
		synctest.Test(t, func(t *testing.T) {
			dir := t.TempDir()
			r := newRig(dir, "a")
			r.broken = broken
			for range 5 * 60 {
				r.Keep(port, begun, true)
				time.Sleep(time.Second)
			}
			r.recalls(t, "reloaded", port, begun, true)
			if lines := r.lines.String(); r.writes != 5 || strings.Count(lines, "\n") != 1 || !strings.Contains(lines, broken.Error()) || !strings.Contains(lines, "do not restart refclock before it publishes") {
				t.Errorf("%d writes in 5 minutes, want 5; logged %s", r.writes, lines)
			}
			r.broken = nil
			r.Keep(port, begun, true)
			newRig(dir, "a").recalls(t, "writable again", port, begun, true)
		})
	}
}

// A file that cannot be used counts as a wait, because it may have been one. It costs one
// warning, which names it and quotes nothing of it; and it is gone at the end of the wait.
func TestBrokenFiles(t *testing.T) {
	const precious = "root:precious\n"
	good := string(record{port: port, boot: "a", Wait: begun}.text())
	if r, err := parse(good); err != nil || r.Wait != begun {
		t.Fatalf("%+v, %v", r, err)
	}
	text := func(text string) func(string, string) error {
		return func(_, path string) error { return os.WriteFile(path, []byte(text), 0o600) }
	}
	for name, put := range map[string]func(victim, path string) error{
		"empty":                  text(""),
		"zeros":                  text(strings.Repeat("\x00", 4096)),
		"cut short":              text(good[:len(good)-3]),
		"another version":        text(strings.Replace(good, `"1"`, `"2"`, 1)),
		"another port":           text(strings.Replace(good, "serial0", "precious", 1)),
		"a key twice":            text(good + "boot = \"precious\"\n"),
		"an unknown key":         text(good + "precious = \"precious\"\n"),
		"no unit":                text(strings.Replace(good, "55m0s", "55", 1)),
		"neither true nor false": text(strings.Replace(good, "false", "precious", 1)),
		"huge":                   text(good + strings.Repeat("#\n", 4096)),
		"link":                   os.Symlink,
		"pipe":                   func(_, path string) error { return unix.Mkfifo(path, 0o600) },
		"device":                 func(_, path string) error { return os.Symlink("/dev/zero", path) },
		"copy":                   os.Link,
		"large": func(_, path string) error {
			return errors.Join(os.WriteFile(path, nil, 0o600), os.Truncate(path, 1<<40))
		},
		"directory": func(_, path string) error { return os.Mkdir(path, 0o700) },
	} {
		r := newRig(t.TempDir(), "a")
		victim, path := filepath.Join(t.TempDir(), "victim"), filepath.Join(r.dir, statefolder.FileName(port, "coldstart"))
		if err := errors.Join(os.WriteFile(victim, []byte(precious), 0o600), put(victim, path)); err != nil {
			t.Fatal(err)
		}
		r.recalls(t, name, port, receiver.Wait{}, true)
		for range 3 {
			r.Keep(port, begun, true)
		}
		r.recalls(t, name+", reloaded", port, begun, true)
		r.Keep(port, receiver.Wait{}, false)
		lines := r.lines.String()
		if strings.Count(lines, "\n") != 1 || !strings.Contains(lines, path) || !strings.Contains(lines, "hint=") || strings.Contains(lines, "precious") {
			t.Errorf("%s: want one warning with the name of the file:\n%s", name, lines)
		}
		if n := files(t, r.dir); n != 0 && name != "directory" {
			t.Errorf("%s: %d files are left", name, n)
		}
		if text, err := os.ReadFile(victim); string(text) != precious || err != nil {
			t.Errorf("%s: the target has become %q, %v", name, text, err)
		}
	}
}

func TestFileIsReadable(t *testing.T) {
	r := newRig(t.TempDir(), "ee7a4c2a-49a5-4f18-a7f0-7f2c66e7e0a4")
	r.Keep(port, begun, true)
	text, err := os.ReadFile(filepath.Join(r.dir, statefolder.FileName(port, "coldstart")))
	const want = `
version = "1"
port = "/dev/serial0"
boot = "ee7a4c2a-49a5-4f18-a7f0-7f2c66e7e0a4"
first_valid = "55m0s"
far_date = "false"
`
	if err != nil || !strings.HasSuffix(string(text), want) || text[0] != '#' {
		t.Errorf("%s\n%v; want a comment and\n%s", text, err, want)
	}
}

// The steady clock is that of the stamps, which all processes share.
func TestSteady(t *testing.T) {
	stamp := func() int64 {
		at := nmea.Now()
		return at.Mono - nmea.Slewed()
	}
	before, got := stamp(), steady()
	if after := stamp(); got < before-1e6 || got > after+1e6 {
		t.Errorf("%d, want from %d to %d", got, before, after)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(string(record{port: port, boot: "ee7a4c2a-49a5-4f18-a7f0-7f2c66e7e0a4", Wait: begun}.text()))
	f.Add(string(record{port: "ÄÖ\x00\n\"=#", Wait: receiver.Wait{Since: -1, Far: true}}.text()))
	f.Fuzz(func(t *testing.T, text string) {
		r, err := parse(text)
		if err != nil {
			return
		}
		if again, err := parse(string(r.text())); err != nil || again != r {
			t.Fatalf("%+v is read as %+v, %v", r, again, err)
		}
	})
}
