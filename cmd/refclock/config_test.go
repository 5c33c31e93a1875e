package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/watch"
	"github.com/refclock/refclock/shm"
)

func TestCheckConfig(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		name   string
		daemon string
		text   string
		clocks []*clockFlags
		delay  time.Duration
		code   int
		want   []string // in the output
	}{
		{name: "nothing wrong", daemon: "chrony", text: "refclock SHM 2:perm=0666 refid GPS precision 1e-2\n", want: []string{"no problem found in its 1 reference clocks"}},
		{name: "worth a word", daemon: "chrony", text: "refclock SHM 2:perm=0666 refid GPS\n", want: []string{"conf:1: warning: no precision", "why: ", "hint: "}},
		{name: "must be mended", daemon: "chrony", text: "\nrefclock SHM 2:perm=0666 refid GPS precision 1e-2 offset 0.9999\n", code: exitInput, want: []string{"conf:2: error: offset 0.9999"}},
		{name: "a device of this machine", daemon: "chrony", text: "refclock PPS " + filepath.Join(dir, "nothing") + "\n", code: exitInput, want: []string{"there is no " + dir}},
		{name: "a device that is there", daemon: "chrony", text: "refclock PPS /dev/null\n"},
		{name: "told the delay", daemon: "ntp", text: "server 127.127.28.2\nfudge 127.127.28.2 flag1 1 time1 0.3\n", delay: 120 * time.Millisecond, code: exitInput, want: []string{"the measured delay is 0.12 s"}},
		{name: "told the unit", daemon: "ntpsec", text: "refclock shm unit 3\n", clocks: []*clockFlags{{unit: 2, named: true}}, want: []string{"refclock publishes to unit 2", "unit 3 is read"}},
		{name: "a unit that was not told", daemon: "ntpsec", text: "refclock shm unit 3\n", clocks: []*clockFlags{{unit: 2}}, want: []string{"no problem found"}},
		{name: "a unit that refclock feeds", daemon: "ntpsec", text: "refclock shm unit 3\n", clocks: []*clockFlags{{unit: 2, refclock: true, seen: 1}}, want: []string{"refclock publishes to unit 2"}},
	} {
		path := filepath.Join(dir, "conf")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		d, err := daemonNamed([]string{c.daemon})
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		err = checkConfig(&out, d, path, c.clocks, c.delay, c.delay != 0)
		if exitCode(err) != c.code {
			t.Errorf("%s: %v, want code %d", c.name, err, c.code)
		}
		for _, want := range c.want {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s:\n%swant %q", c.name, out.String(), want)
			}
		}
	}
	d, err := daemonNamed([]string{"chrony"})
	if err != nil {
		t.Fatal(err)
	}
	if err := checkConfig(&bytes.Buffer{}, d, filepath.Join(dir, "gone"), nil, 0, false); exitCode(err) != exitInput || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
}

// What is claimed is never better than what was measured, nor than the sample says.
func TestReadingJitter(t *testing.T) {
	for _, c := range []struct {
		precision int
		measured  time.Duration
		want      time.Duration
	}{
		{-1, 0, 0},
		{-1, 3 * time.Millisecond, 3 * time.Millisecond},
		{-7, 0, 7812500},
		{-7, 5 * time.Millisecond, 7812500},
		{-7, 9 * time.Millisecond, 9 * time.Millisecond},
		{-30, 0, 0},
		{-40, 0, 0},
		{0, 0, 0},
	} {
		r := watch.Reading{Sample: shm.Sample{Precision: c.precision}, Jitter: c.measured, HasJitter: c.measured > 0}
		if got := readingJitter(r); got != c.want {
			t.Errorf("precision %d, measured %v: %v, want %v", c.precision, c.measured, got, c.want)
		}
	}
}
