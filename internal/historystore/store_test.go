package historystore

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/history"
	"github.com/refclock/refclock/nmea"
)

const (
	second = int64(time.Second)
	hour   = 3600 * second
)

var (
	gps   = Key{"gps", "gps /dev/ttyAMA0", "unit 0"}
	pulse = Key{"gps", "pulse /dev/pps0", "unit 1"}

	// written is when the tests write.
	written = nmea.Stamp{Real: 1_800_000_000 * second, Mono: 90_000 * second}
)

// clockAt returns a history with a sample a second for a minute, and no fix then, up to a
// moment.
func clockAt(end nmea.Stamp) *history.Clock {
	h := history.New()
	for i := int64(-60); i <= 0; i++ {
		real, mono := end.Real+i*second, end.Mono+i*second
		state := driver.State{}
		if i > -10 {
			state.Reason = "no fix"
		} else {
			h.Add(history.Sample{Real: real, Mono: mono, Offset: 1000 + i, Jitter: 500, Precision: -20})
		}
		h.Look(history.Status{Real: real, Mono: mono, SinceReal: real, SinceMono: mono, State: state, Delay: history.None, Satellites: history.None})
	}
	return h
}

// A rig is a store with its log.
type rig struct {
	*Store
	log bytes.Buffer
}

func newRig(dir, boot string) *rig {
	r := &rig{}
	r.Store = New(dir, slog.New(slog.NewTextHandler(&r.log, nil)))
	r.boot = boot
	return r
}

func (r *rig) warnings() int { return strings.Count(r.log.String(), "level=WARN") }

// stored returns a folder with the file of a daemon with both clocks.
func stored(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	r := newRig(dir, "boot 1")
	if err := r.Write([]Entry{{gps, clockAt(written)}, {pulse, clockAt(written)}}, written); err != nil || r.warnings() > 0 {
		t.Fatalf("%v, log %s", err, &r.log)
	}
	return dir
}

// samples returns all samples within an hour of a moment.
func samples(h *history.Clock, mono int64) []history.Sample {
	span := h.SampleSpan(mono, history.Hour)
	list := make([]history.Sample, span.Next-span.First)
	return list[:h.Samples(list, span.First)]
}

// A new run finds the histories. Their places on the monotonic clock depend on the boot and on
// both clocks; system times never change.
func TestNextRun(t *testing.T) {
	for _, c := range []struct {
		name, boot string
		later      nmea.Stamp // after written
		age        int64      // of the file, as seen by the next run
	}{
		{"same boot", "boot 1", nmea.Stamp{Real: 40 * second, Mono: 40 * second}, 40 * second},
		{"same boot, time stepped back", "boot 1", nmea.Stamp{Real: -5 * hour, Mono: 40 * second}, 40 * second},
		{"same boot, time stepped forward", "boot 1", nmea.Stamp{Real: 50 * hour, Mono: 40 * second}, 40 * second},
		{"other boot", "boot 2", nmea.Stamp{Real: 100 * second, Mono: 20*second - written.Mono}, 100 * second},
		{"other boot, longer up", "boot 2", nmea.Stamp{Real: 100 * second, Mono: hour}, 100 * second},
		{"other boot, no battery: time behind the file", "boot 2", nmea.Stamp{Real: -written.Real, Mono: 5*second - written.Mono}, 0},
		{"unknown boot", "", nmea.Stamp{Real: 100 * second, Mono: 40 * second}, 100 * second},
		{"same boot, but the monotonic clock is behind", "boot 1", nmea.Stamp{Real: 100 * second, Mono: -second}, 100 * second},
	} {
		now := nmea.Stamp{Real: written.Real + c.later.Real, Mono: written.Mono + c.later.Mono}
		r := newRig(stored(t), c.boot)
		saved := r.Read(now)
		for _, k := range []Key{gps, pulse} {
			h := saved.Take(k)
			if h == nil {
				t.Fatalf("%s: no history of %v: %s", c.name, k, &r.log)
			}
			list := samples(h, now.Mono)
			if len(list) != 51 {
				t.Fatalf("%s: %d samples, want 51", c.name, len(list))
			}
			last := list[50]
			if last.Mono != now.Mono-c.age-10*second || last.Real != written.Real-10*second || last.Offset != 990 {
				t.Errorf("%s: the last sample is %+v, %d s ago, want %d s", c.name, last, (now.Mono-last.Mono)/second, c.age/second+10)
			}
			gaps := h.Gaps(now.Mono, history.Day)
			if len(gaps) != 2 || gaps[0].State.Reason != "no fix" || gaps[0].To != written.Real || gaps[1].State.Reason != NotRunning || gaps[1].From != written.Real || gaps[1].To != 0 {
				t.Errorf("%s: gaps %+v", c.name, gaps)
			}
		}
		if r.warnings() > 0 {
			t.Errorf("%s: %s", c.name, &r.log)
		}
	}
}

// Two runs in boots that are not known are not in the same boot.
func TestUnknownBoots(t *testing.T) {
	s := saved{at: written}
	if shift := s.shift("", nmea.Stamp{Real: written.Real + hour, Mono: written.Mono + second}); shift != second-hour {
		t.Errorf("shift %d, want one by the system clock", shift)
	}
}

// What is older than a day is not written again.
func TestOldRecordsAreDropped(t *testing.T) {
	r := newRig(stored(t), "boot 2")
	now := nmea.Stamp{Real: written.Real + 48*hour, Mono: 60 * second}
	h := r.Read(now).Take(gps)
	if list := samples(h, now.Mono); len(list) != 0 {
		t.Errorf("%d samples after two days", len(list))
	}
	before, _ := os.Stat(r.path)
	if err := r.Write([]Entry{{gps, h}, {pulse, h}}, now); err != nil {
		t.Fatal(err)
	}
	if after, _ := os.Stat(r.path); after.Size() > before.Size()/2 {
		t.Errorf("%d bytes, before %d", after.Size(), before.Size())
	}
}

// Another device, kind or unit is another clock, and a history is given once.
func TestKeys(t *testing.T) {
	r := newRig(stored(t), "boot 1")
	saved := r.Read(written)
	for _, k := range []Key{{"pps", gps.Name, gps.Targets}, {gps.Kind, "gps /dev/ttyUSB0", gps.Targets}, {gps.Kind, gps.Name, "unit 2"}} {
		if saved.Take(k) != nil {
			t.Errorf("%v has the history of another clock", k)
		}
	}
	if saved.Take(gps) == nil || saved.Take(gps) != nil {
		t.Error("want the history once")
	}
	if r.warnings() > 0 {
		t.Error(&r.log)
	}
}

// No file is normal: no warning.
func TestNoFile(t *testing.T) {
	r := newRig(t.TempDir(), "boot 1")
	if r.Read(written).Take(gps) != nil || r.log.Len() > 0 {
		t.Error(&r.log)
	}
}

// A file that is cut or changed anywhere costs one warning, which quotes nothing of it.
func TestDamagedFile(t *testing.T) {
	r := newRig(stored(t), "boot 1")
	file, err := os.ReadFile(r.path)
	if err != nil {
		t.Fatal(err)
	}
	check := func(what string, damaged []byte) {
		t.Helper()
		if err := os.WriteFile(r.path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		r := newRig(filepath.Dir(r.path), "boot 1")
		saved := r.Read(written)
		if saved.Take(gps) != nil || saved.Take(pulse) != nil || r.warnings() != 1 {
			t.Errorf("%s: taken, or %d warnings: %s", what, r.warnings(), &r.log)
		}
	}
	for n := range file {
		check(fmt.Sprintf("cut at %d", n), file[:n])
		changed := bytes.Clone(file)
		changed[n] ^= 0x10
		check(fmt.Sprintf("byte %d changed", n), changed)
	}
	check("another program's file", []byte("root:precious:0:0\n"))
	check("another version", end([]byte("refclock history 2\n")))
	encoding := clockAt(written).Encode(nil, written.Mono)
	check("a clock twice", end(appendClock(appendClock(begin("boot 1", written), gps, encoding), gps, encoding)))
	check("an impossible time", end(appendClock(begin("boot 1", nmea.Stamp{Real: 1 << 62, Mono: 1 << 62}), gps, encoding)))
	check("invalid histories", end(appendClock(appendClock(begin("boot 1", written), gps, encoding[1:]), pulse, nil)))
}

// What is not a regular file of limited size costs one warning, and nothing is written through
// it.
func TestHostileFiles(t *testing.T) {
	const precious = "root:precious\n"
	for name, put := range map[string]func(victim, path string) error{
		"link":   os.Symlink,
		"pipe":   func(_, path string) error { return unix.Mkfifo(path, 0o600) },
		"device": func(_, path string) error { return os.Symlink("/dev/zero", path) },
		"large": func(_, path string) error {
			return errors.Join(os.WriteFile(path, nil, 0o600), os.Truncate(path, 1<<40))
		},
		"directory": func(_, path string) error { return os.MkdirAll(filepath.Join(path, "x"), 0o700) },
	} {
		dir := t.TempDir()
		victim := filepath.Join(t.TempDir(), "victim")
		r := newRig(dir, "boot 1")
		if err := errors.Join(os.WriteFile(victim, []byte(precious), 0o600), put(victim, r.path)); err != nil {
			t.Fatal(err)
		}
		if r.Read(written).Take(gps) != nil || r.warnings() != 1 || strings.Contains(r.log.String(), "precious") {
			t.Errorf("%s: %s", name, &r.log)
		}
		err := r.Write([]Entry{{gps, clockAt(written)}}, written)
		if again := newRig(dir, "boot 1").Read(written).Take(gps); (again == nil) != (name == "directory") || (err != nil) != (name == "directory") {
			t.Errorf("%s: written: %v, read again: %v", name, err, again != nil)
		}
		if text, _ := os.ReadFile(victim); string(text) != precious {
			t.Errorf("%s: the target has become %q", name, text)
		}
	}
}

// What the user can do is in the hint: each message fits its cause.
func TestHints(t *testing.T) {
	for name, c := range map[string]struct {
		block func(path string) error
		fails error
		want  string
	}{
		"directory": {func(path string) error { return os.MkdirAll(filepath.Join(path, "x"), 0o700) }, nil, "sudo rm -r PATH"},
		"temporary directory": {func(path string) error {
			return os.MkdirAll(filepath.Join(filepath.Dir(path), ".clocks.history.new", "x"), 0o700)
		}, nil, "sudo rm -r DIR/.clocks.history.new"},
		"read-only": {nil, &fs.PathError{Op: "open", Path: "x", Err: syscall.EROFS}, "make the folder writable"},
		"folder":    {nil, &fs.PathError{Op: "open", Path: "DIR", Err: syscall.EACCES}, "make the folder writable"},
		"full disk": {nil, &fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}, "free space"},
	} {
		r := newRig(t.TempDir(), "boot 1")
		if c.block != nil {
			if err := c.block(r.path); err != nil {
				t.Fatal(err)
			}
		}
		if c.fails != nil {
			r.replace = func(string, []byte) error { return c.fails }
		}
		r.Read(written)
		err := r.Write([]Entry{{gps, clockAt(written)}}, written)
		want := strings.NewReplacer("PATH", r.path, "DIR", filepath.Dir(r.path)).Replace(c.want)
		if text := r.log.String(); err == nil || strings.Count(text, "level=WARN") != strings.Count(text, want) || !strings.Contains(text, want) {
			t.Errorf("%s: %v, %s; want %q", name, err, text, want)
		}
	}
}

// A folder that cannot be written is logged once, and again after it could.
func TestReadOnlyFolder(t *testing.T) {
	r := newRig(t.TempDir(), "boot 1")
	var fails error
	r.replace = func(string, []byte) error { return fails }
	for i, c := range []struct {
		fails    error
		warnings int
	}{{syscall.EROFS, 1}, {syscall.EROFS, 1}, {nil, 1}, {syscall.ENOSPC, 2}} {
		fails = c.fails
		if err := r.Write(nil, written); !errors.Is(err, c.fails) || r.warnings() != c.warnings {
			t.Errorf("write %d: %v, %d warnings, want %d", i, err, r.warnings(), c.warnings)
		}
	}
}

// More clocks than fit into a file cost one warning, and the file stays valid.
func TestTooManyClocks(t *testing.T) {
	r := newRig(t.TempDir(), "boot 1")
	h := history.New()
	for i := range 8 * 3600 { // large offsets, so that few clocks are too many
		h.Add(history.Sample{Real: written.Real, Mono: written.Mono - int64(8*3600-i)*second, Offset: int64(crc32.ChecksumIEEE(fmt.Append(nil, i))) << 30, Jitter: int64(i%2) << 60})
	}
	var entries []Entry
	for i := range 70 {
		entries = append(entries, Entry{Key{"gps", fmt.Sprint("gps ", i), "unit 0"}, h})
	}
	err := errors.Join(r.Write(entries, written), r.Write(entries, written))
	if err != nil || r.warnings() != 1 {
		t.Errorf("%v, log %s", err, &r.log)
	}
	saved := newRig(filepath.Dir(r.path), "boot 1").Read(written)
	if saved.Take(entries[0].Key) == nil || saved.Take(entries[69].Key) != nil {
		t.Errorf("%d clocks are stored, want the first ones", len(saved.clocks))
	}
}

// Whatever a file has, reading it ends without a panic, and gives histories that can be written
// again.
func FuzzRead(f *testing.F) {
	encoding := clockAt(written).Encode(nil, written.Mono)
	seal := func(file []byte) []byte { return file[len(magic):] }
	f.Add(seal(begin("boot 1", written)), int64(0), int64(0))
	f.Add(seal(appendClock(appendClock(begin("boot 1", written), gps, encoding), pulse, encoding)), 40*second, 40*second)
	f.Add(seal(appendClock(begin("boot 2", written), gps, encoding)), -5*hour, 20*second-written.Mono)
	f.Fuzz(func(t *testing.T, body []byte, realNS, mono int64) {
		now := nmea.Stamp{Real: written.Real + realNS%(100*365*24*hour), Mono: written.Mono + mono%(365*24*hour)}
		s, err := parse(end(append([]byte(magic), body...)))
		if err != nil {
			return
		}
		store := &Store{log: slog.New(slog.DiscardHandler), boot: "boot 1"}
		saved := &Saved{saved: s, store: store, now: now, shift: s.shift("boot 1", now)}
		for k := range s.clocks {
			h := saved.Take(k)
			if h == nil {
				continue
			}
			if latest := s.at.Mono + saved.shift; latest > now.Mono {
				t.Fatalf("records up to %d, now is %d", latest, now.Mono)
			}
			if _, err := history.Decode(h.Encode(nil, now.Mono), 0, now.Mono); err != nil {
				t.Fatal(err)
			}
		}
	})
}
