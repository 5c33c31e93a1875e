package coldstore

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
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
	r.mayOpen = func(int, string) bool { return true }
	r.replace = func(path string, text []byte) error {
		r.writes++
		if r.broken != nil && filepath.Dir(path) == r.dir {
			return &os.PathError{Op: "write", Path: path, Err: r.broken}
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
	open := func() *Store { return Open(slog.New(slog.DiscardHandler)) }
	t.Setenv("STATE_DIRECTORY", "/srv/state")
	if s := open(); s.dir != "/srv/state" || !strings.Contains(s.spare, prefix) || s.service != statefolder.Default || !slices.Equal(s.parents, parents) {
		t.Errorf("%s, %s, %q, %q; want the state folder", s.dir, s.spare, s.service, s.parents)
	}
	t.Setenv("STATE_DIRECTORY", statefolder.Default)
	if s := open(); s.dir != statefolder.Default || s.service != "" {
		t.Errorf("%s, %q; want the state folder once", s.dir, s.service)
	}
}

// A user has a folder below the first parent that the user can write and where no other user has
// taken its name.
func TestTemporary(t *testing.T) {
	missing, taken, free := filepath.Join(t.TempDir(), "missing"), t.TempDir(), t.TempDir()
	uid := os.Getuid()
	name := prefix + strconv.Itoa(uid)
	if err := os.Mkdir(filepath.Join(taken, name), 0o755); err != nil {
		t.Fatal(err)
	}
	own := filepath.Join(taken, name)
	if got := temporary([]string{missing, taken, free}, uid); got != own {
		t.Errorf("%s, want %s", got, own)
	}
	stranger := prefix + strconv.Itoa(uid+1)
	if err := os.Symlink(free, filepath.Join(taken, stranger)); err != nil {
		t.Fatal(err)
	}
	if got, want := temporary([]string{taken, free}, uid+1), filepath.Join(free, stranger); got != want {
		t.Errorf("%s, want %s: the first has a link of another user", got, want)
	}
	if got, want := temporary([]string{missing}, uid), filepath.Join(os.TempDir(), name); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// by returns a store of a user below a parent that all users share.
func by(parent, user string) *rig {
	r := newRig("", "a")
	r.spare, r.parents = filepath.Join(parent, prefix+user), []string{filepath.Join(parent, "missing"), parent}
	return r
}

// A user who reads the service's receiver by hand, while the service is stopped, does not end
// the wait. What the user stores, and what cannot be read, changes nothing for the service.
func TestUserAfterTheService(t *testing.T) {
	state, parent := t.TempDir(), t.TempDir()
	newRig(state, "a").Keep(port, begun, true)
	broken := filepath.Join(state, statefolder.FileName("/dev/broken", "coldstart"))
	if err := os.WriteFile(broken, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	user := func() *rig {
		r := by(parent, "1000")
		r.service = state
		return r
	}
	first := user()
	first.recalls(t, "by the user", port, begun, true)
	first.recalls(t, "a broken file of the service", "/dev/broken", receiver.Wait{}, false)
	later := receiver.Wait{Since: begun.Since + 1}
	first.Keep(port, later, true)
	user().recalls(t, "by the user again", port, later, true)
	user().Keep(port, receiver.Wait{}, false)
	newRig(state, "a").recalls(t, "by the service", port, begun, true)
	if first.lines.Len() > 0 {
		t.Errorf("logged %s", &first.lines)
	}
}

// The service, which never saw the receiver cold, knows the wait of a user who read it by hand.
// The wait is over once the service has waited, although the service cannot remove the user's
// file; and it begins again if the user has seen another cold start since.
func TestServiceAfterAUser(t *testing.T) {
	state, parent := t.TempDir(), t.TempDir()
	by(parent, "1000").Keep(port, receiver.Wait{}, true)
	service := func(at time.Duration) *rig {
		r := newRig(state, "a")
		r.parents, r.now = []string{parent}, func() int64 { return now + int64(at) }
		return r
	}
	service(0).recalls(t, "at first", port, receiver.Wait{}, true)
	first := service(time.Minute)
	first.recalls(t, "restarted", port, receiver.Wait{}, true)
	valid := receiver.Wait{Since: now + int64(time.Minute)}
	first.Keep(port, valid, true)
	service(2*time.Minute).recalls(t, "restarted while it waits", port, valid, true)
	first.now = func() int64 { return now + int64(15*time.Minute) }
	first.Keep(port, receiver.Wait{}, false)
	first.recalls(t, "ended, and reloaded", port, receiver.Wait{}, false)
	second := service(16 * time.Minute)
	second.recalls(t, "ended, and restarted", port, receiver.Wait{}, false)
	by(parent, "1001").recalls(t, "ended, and another user", port, receiver.Wait{}, true)

	again := by(parent, "1000")
	again.now = func() int64 { return now + int64(17*time.Minute) }
	again.Keep(port, receiver.Wait{Far: true}, true)
	third := service(18 * time.Minute)
	third.recalls(t, "another cold start", port, receiver.Wait{Far: true}, true)
	third.Keep(port, receiver.Wait{}, false)

	again.Keep(port, receiver.Wait{}, false)
	fourth := service(20 * time.Minute)
	fourth.recalls(t, "ended for both", port, receiver.Wait{}, false)
	fourth.Keep(port, receiver.Wait{}, false)
	if n := files(t, state) + files(t, again.spare); n != 0 {
		t.Errorf("%d files are left", n)
	}
	for _, r := range []*rig{first, second, third, fourth, again} {
		if r.lines.Len() > 0 {
			t.Errorf("logged %s", &r.lines)
		}
	}
}

// The boot after a wait that has ended finds its file, and no wait.
func TestEndedBeforeTheBoot(t *testing.T) {
	state, parent := t.TempDir(), t.TempDir()
	by(parent, "1000").Keep(port, begun, true)
	r := newRig(state, "a")
	r.parents = []string{parent}
	r.recalls(t, "before", port, begun, true)
	r.Keep(port, begun, false)
	if n := files(t, state); n != 1 {
		t.Fatalf("%d files, want one: the user's still has the wait", n)
	}
	newRig(state, "b").recalls(t, "after the boot", port, receiver.Wait{}, false)
	next := newRig(state, "b") // with the user's file, if its folder had outlived the boot
	next.parents = r.parents
	next.recalls(t, "after the boot, with the file", port, receiver.Wait{}, true)
}

// Strangers, who may not open the port, make nobody wait.
func TestStrangers(t *testing.T) {
	parent, elsewhere := t.TempDir(), t.TempDir()
	r := by(parent, "1000")
	r.Keep(port, begun, true)
	for _, c := range []struct {
		what    string
		change  func() error
		permits bool
		waits   bool
	}{
		{"a user who may open the port", func() error { return nil }, true, true},
		{"a stranger", func() error { return nil }, false, false},
		{"a folder of another name", func() error { return os.Rename(r.spare, filepath.Join(parent, "1000")) }, true, false},
		{"a link", func() error { return os.Symlink(filepath.Join(parent, "1000"), r.spare) }, true, false},
		{"a file", func() error {
			return errors.Join(os.Remove(r.spare), os.WriteFile(r.spare, []byte("precious"), 0o600))
		}, true, false},
	} {
		if err := c.change(); err != nil {
			t.Fatal(err)
		}
		service := newRig(elsewhere, "a")
		service.parents = []string{parent}
		service.mayOpen = func(uid int, of string) bool {
			return uid == os.Getuid() && of == port && c.permits
		}
		service.recalls(t, c.what, port, map[bool]receiver.Wait{true: begun}[c.waits], c.waits)
	}
}

// The service may read what a user stores, whatever that user's umask is.
func TestUmask(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o077))
	r := by(t.TempDir(), "1000")
	r.Keep(port, begun, true)
	for path, want := range map[string]os.FileMode{r.spare: 0o755, filepath.Join(r.spare, statefolder.FileName(port, "coldstart")): 0o644} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v; want mode %04o", path, info, err, want)
		}
	}
}

// A user stores nothing in a folder that another user has put in its place.
func TestFolderOfAnotherUser(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can create a folder of another user")
	}
	r := by(t.TempDir(), "0")
	if err := errors.Join(os.Mkdir(r.spare, 0o777), os.Chown(r.spare, 1000, 1000)); err != nil {
		t.Fatal(err)
	}
	r.Keep(port, begun, true)
	if n := files(t, r.spare); n != 0 || !strings.Contains(r.lines.String(), "belongs to another user") {
		t.Errorf("%d files; logged %s", n, &r.lines)
	}
}

// A parent that cannot be written is logged, with the reason.
func TestParentOfAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	r := by(file, "1000")
	if r.Keep(port, begun, true); !strings.Contains(r.lines.String(), syscall.ENOTDIR.Error()) {
		t.Errorf("logged %s", &r.lines)
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
	good := string(record{port: port, boot: "a", waits: true, Wait: begun, changed: now}.text())
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
		"another version":        text(strings.Replace(good, `version = "2"`, `version = "1"`, 1)),
		"another port":           text(strings.Replace(good, "serial0", "precious", 1)),
		"a key twice":            text(good + "boot = \"precious\"\n"),
		"an unknown key":         text(good + "precious = \"precious\"\n"),
		"no unit":                text(strings.Replace(good, "55m0s", "55", 1)),
		"neither true nor false": text(strings.Replace(good, "false", "precious", 1)),
		"perhaps a wait":         text(strings.Replace(good, "true", "precious", 1)),
		"at no time":             text(strings.Replace(good, "1h0m0s", "precious", 1)),
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

// On a full disk the wait is stored where it lasts until the machine boots, with one warning. It goes
// back to the state folder when there is room.
func TestFullDisk(t *testing.T) {
	for _, broken := range []syscall.Errno{syscall.ENOSPC, syscall.EROFS} {
		synctest.Test(t, func(t *testing.T) {
			state, parent := t.TempDir(), t.TempDir()
			service := func(at int64) *rig {
				r := newRig(state, "a")
				r.spare, r.parents = filepath.Join(parent, prefix+"990"), []string{parent}
				r.now = func() int64 { return now + at }
				return r
			}
			first := service(0)
			first.Keep(port, begun, true)
			first.broken, first.now = broken, func() int64 { return now + 1 }
			first.Keep(port, receiver.Wait{}, true) // it was silent
			service(2).recalls(t, "restarted when the disk was full", port, receiver.Wait{}, true)
			time.Sleep(minInterval)
			first.now = func() int64 { return now + 3 }
			later := receiver.Wait{Since: begun.Since + 1}
			first.Keep(port, later, true)
			if lines := first.lines.String(); strings.Count(lines, "\n") != 1 || !strings.Contains(lines, "until the machine boots") || (broken == syscall.ENOSPC) != strings.Contains(lines, "free space") {
				t.Errorf("%v: logged %s", broken, lines)
			}
			second := service(4)
			second.recalls(t, "restarted again", port, later, true)
			room := receiver.Wait{Since: begun.Since + 2}
			second.Keep(port, room, true)
			third := service(5)
			third.recalls(t, "restarted with room", port, room, true)
			third.Keep(port, room, false)
			service(6).recalls(t, "ended", port, receiver.Wait{}, false)
			if n := files(t, state) + files(t, second.spare); n != 0 || second.lines.Len()+third.lines.Len() != 0 {
				t.Errorf("%v: %d files are left; logged %s%s", broken, n, &second.lines, &third.lines)
			}
		})
	}
}

func TestFileIsReadable(t *testing.T) {
	r := newRig(t.TempDir(), "ee7a4c2a-49a5-4f18-a7f0-7f2c66e7e0a4")
	r.Keep(port, begun, true)
	text, err := os.ReadFile(filepath.Join(r.dir, statefolder.FileName(port, "coldstart")))
	const want = `
version = "2"
port = "/dev/serial0"
boot = "ee7a4c2a-49a5-4f18-a7f0-7f2c66e7e0a4"
waits = "true"
first_valid = "55m0s"
far_date = "false"
changed = "1h0m0s"
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
	f.Add(string(record{port: port, boot: "ee7a4c2a-49a5-4f18-a7f0-7f2c66e7e0a4", waits: true, Wait: begun, changed: now}.text()))
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
