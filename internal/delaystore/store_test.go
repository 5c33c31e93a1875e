package delaystore

import (
	"bytes"
	"errors"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/internal/regularfile"
	"github.com/refclock/refclock/internal/statefolder"
)

const (
	ms    = time.Millisecond
	ublox = "/dev/serial0 9600 RMC"
	mtk   = "/dev/ttyUSB0 4800 GGA"
)

// learnt returns a value with a spread of 8 ms.
func learnt(delay time.Duration) gps.LearntDelay {
	return gps.LearntDelay{Delay: delay, Spread: 8 * ms}
}

// A rig is a store that counts writes and records its log.
type rig struct {
	*Store
	t      *testing.T
	writes int
	broken error // the error of each write
	lines  bytes.Buffer
}

func newRig(t *testing.T, dir string) *rig {
	r := &rig{t: t}
	r.Store = New(dir, slog.New(slog.NewTextHandler(&r.lines, nil)))
	r.replace = func(path string, text []byte) error {
		r.writes++
		if r.broken != nil {
			return r.broken
		}
		return regularfile.Replace(path, text)
	}
	return r
}

// recalls returns what a new store recalls.
func recalls(t *testing.T, dir, receiver string) (gps.LearntDelay, bool) {
	t.Helper()
	return New(dir, nil).Recall(receiver)
}

// keep keeps a value each second for this long.
func (r *rig) keep(lasts time.Duration, l gps.LearntDelay) {
	r.t.Helper()
	for end := time.Now().Add(lasts); time.Now().Before(end); time.Sleep(time.Second) {
		if err := r.Keep(ublox, l); !errors.Is(err, r.broken) {
			r.t.Fatal(err)
		}
	}
}

// wrote checks the number of writes since the last call.
func (r *rig) wrote(what string, want int) {
	r.t.Helper()
	if r.writes != want {
		r.t.Errorf("%s: %d writes, want %d", what, r.writes, want)
	}
	r.writes = 0
}

func TestKeepsUntilTheNextStart(t *testing.T) {
	dir := t.TempDir()
	want := map[string]gps.LearntDelay{
		ublox:          {Delay: 143_217_654, Spread: 1_234_567},
		mtk:            {Delay: -12 * ms, Spread: 0},
		"":             learnt(1),
		"../../etc/x":  learnt(2 * ms),
		"ÄÖ\x00\n\"=#": learnt(3 * ms),
		// These differ only in characters that a file name cannot have, or beyond its length.
		"/dev/serial0:9600:RMC":          learnt(4 * ms),
		strings.Repeat("receiver ", 100): learnt(5 * ms),
		strings.Repeat("receiver ", 101): learnt(6 * ms),
	}
	store := New(dir, nil)
	for receiver, l := range want {
		if got, ok := store.Recall(receiver); ok {
			t.Errorf("%.40q: %+v before Keep", receiver, got)
		}
		if err := store.Keep(receiver, l); err != nil {
			t.Fatal(err)
		}
	}
	for receiver, l := range want {
		if got, ok := recalls(t, dir, receiver); got != l || !ok {
			t.Errorf("%.40q: %+v, %v; want %+v", receiver, got, ok, l)
		}
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != len(want) {
		t.Errorf("%d files, %v; want %d", len(files), err, len(want))
	}
	for _, file := range files {
		if !strings.HasSuffix(file.Name(), ".learnt") || strings.HasPrefix(file.Name(), ".") || len(file.Name()) > 100 {
			t.Errorf("bad file name %q", file.Name())
		}
	}
}

func TestFileIsReadable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		if err := New(dir, nil).Keep(ublox, gps.LearntDelay{Delay: 143_217 * time.Microsecond, Spread: 1200 * time.Microsecond}); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(dir, "dev-serial0-9600-rmc-93e0dd1f.learnt"))
		const want = `
version = "1"
receiver = "/dev/serial0 9600 RMC"
delay = "143.217ms"
spread = "1.2ms"
saved = "2000-01-01T00:00:00Z"
`
		if err != nil || !strings.HasSuffix(string(text), want) || text[0] != '#' {
			t.Errorf("%s\n%v; want a comment and\n%s", text, err, want)
		}
	})
}

func TestWritesRarely(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, t.TempDir())
		r.keep(time.Hour, learnt(100*ms))
		r.wrote("a new value, unchanged for an hour", 1)
		r.keep(time.Hour, learnt(102*ms))
		r.wrote("a quarter of the spread", 0)
		r.keep(14*time.Minute, learnt(103*ms))
		r.wrote("a change for less than a quarter of an hour", 0)
		r.keep(time.Minute, learnt(101*ms))
		r.keep(14*time.Minute, learnt(97*ms))
		r.wrote("a change that returned in between", 0)
		r.keep(time.Hour, learnt(97*ms))
		r.wrote("a change for more than a quarter of an hour", 1)
		if got, ok := recalls(t, r.dir, ublox); got != learnt(97*ms) || !ok {
			t.Errorf("%+v, %v; want 97ms", got, ok)
		}
		r.keep(24*time.Hour, learnt(97*ms))
		r.wrote("the same for a day", 1)
	})
}

func TestSmallestChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, t.TempDir())
		r.keep(time.Second, gps.LearntDelay{Delay: 100 * ms})
		r.keep(time.Hour, gps.LearntDelay{Delay: 101 * ms})
		r.wrote("a millisecond, with no spread", 1)
		r.keep(time.Hour, gps.LearntDelay{Delay: 101*ms + 1})
		r.wrote("more than a millisecond", 1)
	})
}

// The median of nine varies by half of the spread all day.
func TestNoWritesInSteadyState(t *testing.T) {
	for _, spread := range []time.Duration{ms / 10, ms, 8 * ms, 80 * ms} {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t, t.TempDir())
			random := rand.New(rand.NewPCG(1, 2))
			last := make([]float64, 9)
			for range 24*60*60 - 1 {
				last = append(last[1:], random.NormFloat64())
				sorted := slices.Sorted(slices.Values(last))
				delay := 200*ms + time.Duration(sorted[4]*float64(spread))
				if err := r.Keep(ublox, gps.LearntDelay{Delay: delay, Spread: spread}); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Second)
			}
			r.wrote("a day with a spread of "+spread.String(), 1)
		})
	}
}

func TestAtMostOneWriteInAQuarterOfAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, t.TempDir())
		for i := range 60 * 60 {
			r.keep(time.Second, learnt(time.Duration(i)*100*time.Microsecond)) // always different
		}
		if r.writes > 4 {
			t.Errorf("%d writes in an hour, want at most 4", r.writes)
		}
	})
}

func TestAge(t *testing.T) {
	for _, test := range []struct {
		name   string
		passed time.Duration // from the write to the next start, by the system clock
		writes int
	}{
		{"a moment ago", time.Second, 0},
		{"yesterday, almost", 22 * time.Hour, 0},
		{"yesterday", 24 * time.Hour, 1},
		{"a year ago", 365 * 24 * time.Hour, 1},
		{"in some hours, after the clock was set back", -5 * time.Hour, 0},
		{"in thirty years, because the clock starts in 1970", -30 * 365 * 24 * time.Hour, 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t, t.TempDir())
			stored := record{receiver: ublox, LearntDelay: learnt(100 * ms), saved: time.Now().Add(-test.passed)}
			if err := regularfile.Replace(filepath.Join(r.dir, statefolder.FileName(ublox, "learnt")), stored.text()); err != nil {
				t.Fatal(err)
			}
			r.keep(time.Hour, learnt(100*ms))
			r.wrote(test.name, test.writes)
		})
	}
}

func TestBrokenFileIsLoggedOnceAndOverwritten(t *testing.T) {
	const good = "version = \"1\"\nreceiver = \"/dev/serial0 9600 RMC\"\ndelay = \"143ms\"\nspread = \"1ms\"\nsaved = \"2026-11-23T14:00:00Z\"\n"
	if r, err := parse(good); err != nil || r.Delay != 143*ms {
		t.Fatalf("%+v, %v", r, err)
	}
	for name, text := range map[string]string{
		"empty, after a power failure": "",
		"zeros, after a power failure": strings.Repeat("\x00", 4096),
		"cut short":                    good[:len(good)-2],
		"a missing line":               good[:strings.Index(good, "saved")],
		"another version":              strings.Replace(good, `"1"`, `"2"`, 1),
		"no version":                   strings.Replace(good, "version", "# version", 1),
		"another receiver":             strings.Replace(good, "9600", "4800", 1),
		"a key twice":                  good + "delay = \"144ms\"\n",
		"an unknown key":               good + "jitter = \"144ms\"\n",
		"no unit":                      strings.Replace(good, "143ms", "143", 1),
		"no quotes":                    strings.Replace(good, `"143ms"`, "143ms", 1),
		"a delay of a day":             strings.Replace(good, "143ms", "24h", 1),
		"a delay of a negative day":    strings.Replace(good, "143ms", "-24h", 1),
		"a negative spread":            strings.Replace(good, `"1ms"`, `"-1ms"`, 1),
		"an invalid date":              strings.Replace(good, "11-23", "02-30", 1),
		"huge":                         good + strings.Repeat("#\n", 4096),
	} {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t, t.TempDir())
			if err := os.WriteFile(filepath.Join(r.dir, statefolder.FileName(ublox, "learnt")), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			for range 3 {
				if got, ok := r.Recall(ublox); ok || got != (gps.LearntDelay{}) {
					t.Errorf("%s: recalled %+v", name, got)
				}
			}
			if lines := r.lines.String(); strings.Count(lines, "\n") != 1 || !strings.Contains(lines, statefolder.FileName(ublox, "learnt")) {
				t.Errorf("%s: logged %q; want one line that names the file", name, lines)
			}
			r.keep(time.Minute, learnt(100*ms))
			r.wrote(name, 1)
			if got, ok := recalls(t, r.dir, ublox); got != learnt(100*ms) || !ok {
				t.Errorf("%s: %+v, %v after Keep", name, got, ok)
			}
		})
	}
}

func TestReadOnlyFolder(t *testing.T) {
	for _, broken := range []syscall.Errno{syscall.EROFS, syscall.ENOSPC, syscall.EDQUOT, syscall.EIO} {
		failingFolder(t, broken)
	}
}

// failingFolder stores a delay in a folder whose writes fail.
func failingFolder(t *testing.T, broken syscall.Errno) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, t.TempDir())
		r.broken = broken
		for range 60 * 60 {
			if err := r.Keep(ublox, learnt(100*ms)); err != nil && !errors.Is(err, broken) {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
		}
		if r.writes != 4 {
			t.Errorf("tried %d times in an hour, want 4", r.writes)
		}
		if lines := r.lines.String(); strings.Count(lines, "\n") != 1 || !strings.Contains(lines, broken.Error()) || !strings.Contains(lines, "hint=") {
			t.Errorf("logged %q; want one line with the error and a hint", lines)
		}
		if _, ok := r.Recall(ublox); ok {
			t.Error("recalled a value that was not written")
		}
		r.broken = nil
		r.keep(time.Second, learnt(100*ms))
		if got, ok := recalls(t, r.dir, ublox); got != learnt(100*ms) || !ok {
			t.Errorf("%+v, %v after the folder is writable again", got, ok)
		}
	})
}

func TestInterruptedWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, statefolder.FileName(ublox, "learnt"))
	next := filepath.Join(dir, "."+statefolder.FileName(ublox, "learnt")+".new")
	if err := New(dir, nil).Keep(ublox, learnt(100*ms)); err != nil {
		t.Fatal(err)
	}
	// Half of a longer text, which another version did not finish.
	half := bytes.Repeat([]byte("delay = \"500ms\"\n"), 100)
	if err := os.WriteFile(next, half, 0o644); err != nil {
		t.Fatal(err)
	}
	r := newRig(t, dir)
	if got, ok := r.Recall(ublox); got != learnt(100*ms) || !ok || r.lines.Len() != 0 {
		t.Errorf("%+v, %v, logged %q; want the old value", got, ok, &r.lines)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := New(dir, nil).Keep(ublox, learnt(200*ms)); err != nil {
		t.Fatal(err)
	}
	if got, ok := recalls(t, dir, ublox); got != learnt(200*ms) || !ok {
		t.Errorf("%+v, %v; want 200ms", got, ok)
	}
	if _, err := os.Stat(next); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the temporary file still exists: %v", err)
	}
}

func TestImplausibleValues(t *testing.T) {
	r := newRig(t, t.TempDir())
	for _, l := range []gps.LearntDelay{{Delay: 3 * time.Second}, {Delay: -3 * time.Second}, {Spread: -1}, {Spread: 2 * time.Second}} {
		if err := r.Keep(ublox, l); err == nil {
			t.Errorf("Keep accepts %+v", l)
		}
	}
	r.wrote("implausible", 0)
}

func TestNoFolder(t *testing.T) {
	r := newRig(t, "")
	if err := r.Keep(ublox, learnt(100*ms)); err != nil {
		t.Error(err)
	}
	if got, ok := r.Recall(ublox); ok {
		t.Errorf("recalled %+v", got)
	}
	r.wrote("no folder", 0)
	if r.lines.Len() != 0 {
		t.Errorf("logged %q", &r.lines)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(string(record{receiver: ublox, LearntDelay: learnt(143 * ms), saved: time.Unix(1_795_000_000, 0)}.text()))
	f.Add(string(record{receiver: "ÄÖ\x00\n\"=#", LearntDelay: learnt(-1), saved: time.Unix(0, 0)}.text()))
	f.Fuzz(func(t *testing.T, text string) {
		r, err := parse(text)
		if err != nil {
			return
		}
		again, err := parse(string(r.text()))
		if err != nil || again.receiver != r.receiver || again.LearntDelay != r.LearntDelay || !again.saved.Equal(r.saved) {
			t.Fatalf("%+v is read as %+v, %v", r, again, err)
		}
	})
}

// A link is not followed, even to a file that is valid for the receiver.
func TestLinkToAValidFile(t *testing.T) {
	r := newRig(t, t.TempDir())
	target := filepath.Join(t.TempDir(), "target")
	valid := record{receiver: ublox, LearntDelay: learnt(100 * ms), saved: time.Now()}.text()
	if err := errors.Join(os.WriteFile(target, valid, 0o600), os.Symlink(target, filepath.Join(r.dir, statefolder.FileName(ublox, "learnt")))); err != nil {
		t.Fatal(err)
	}
	if l, ok := r.Recall(ublox); ok {
		t.Errorf("recalled %+v through a link", l)
	}
}

// Another user's link, pipe or device in the folder costs one warning, which names the file
// and quotes nothing of it. The target of the link does not change.
func TestHostileFiles(t *testing.T) {
	const precious = "root:precious\n"
	for name, put := range map[string]func(victim, path string) error{
		"link":   os.Symlink,
		"pipe":   func(_, path string) error { return unix.Mkfifo(path, 0o600) },
		"device": func(_, path string) error { return os.Symlink("/dev/zero", path) },
		"copy":   os.Link,
		"key": func(_, path string) error {
			return os.WriteFile(path, []byte("version = \"1\"\nprecious = \"precious\"\ndelay = \"precious\"\n"), 0o600)
		},
		"version": func(_, path string) error { return os.WriteFile(path, []byte("version = \"precious\"\n"), 0o600) },
		"receiver": func(_, path string) error {
			return os.WriteFile(path, record{receiver: "precious", LearntDelay: learnt(ms), saved: time.Now()}.text(), 0o600)
		},
		"large": func(_, path string) error {
			return errors.Join(os.WriteFile(path, nil, 0o600), os.Truncate(path, 1<<40))
		},
		"directory": func(_, path string) error { return os.MkdirAll(filepath.Join(path, "x"), 0o700) },
	} {
		for _, file := range []string{statefolder.FileName(ublox, "learnt"), "." + statefolder.FileName(ublox, "learnt") + ".new"} {
			r := newRig(t, t.TempDir())
			victim, path := filepath.Join(t.TempDir(), "victim"), filepath.Join(r.dir, file)
			if err := errors.Join(os.WriteFile(victim, []byte(precious), 0o600), put(victim, path)); err != nil {
				t.Fatal(err)
			}
			if l, ok := r.Recall(ublox); ok {
				t.Errorf("%s %s: recalled %+v", name, file, l)
			}
			err := r.Keep(ublox, learnt(100*ms))
			if _, stored := recalls(t, r.dir, ublox); stored == (name == "directory") || stored != (err == nil) {
				t.Errorf("%s %s: Keep: %v, stored %v", name, file, err, stored)
			}
			if text, err := os.ReadFile(victim); string(text) != precious || err != nil {
				t.Errorf("%s %s: the target has become %q, %v", name, file, text, err)
			}
			warnings := strings.Count(r.lines.String(), "level=WARN")
			if warnings > 1 || warnings > 0 && !strings.Contains(r.lines.String(), statefolder.FileName(ublox, "learnt")) {
				t.Errorf("%s %s: want one warning with the name:\n%s", name, file, &r.lines)
			}
			if strings.Contains(r.lines.String(), "precious") {
				t.Errorf("%s %s: the log quotes the file:\n%s", name, file, &r.lines)
			}
		}
	}
}
