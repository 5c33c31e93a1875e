package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/consumer/lines"
	"github.com/refclock/refclock/internal/consumer/lint"
	"github.com/refclock/refclock/internal/doctor"
	"github.com/refclock/refclock/internal/status"
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
		{name: "must be mended", daemon: "chrony", text: "\nrefclock SHM 2:perm=0666 refid GPS precision 1e-2 offset 0.9999\n", code: exitInput, want: []string{"conf:2: error: offset 0.9999", "line: refclock SHM 2:perm=0666 refid GPS precision 1e-2\n"}},
		{name: "a line that chronyd refuses", daemon: "chrony", text: "makestop 1 3\n", code: exitInput, want: []string{"conf:1: error: unknown directive", "line: makestep 1 3"}},
		{name: "a device of this machine", daemon: "chrony", text: "refclock PPS " + filepath.Join(dir, "nothing") + "\n", code: exitInput, want: []string{"there is no " + dir}},
		{name: "a device that is there", daemon: "ntpsec", text: "refclock nmea unit 0 path /dev/null\n"},
		{name: "a device of another kind", daemon: "chrony", text: "refclock PPS /dev/null\n", code: exitInput, want: []string{"/dev/null is not a PPS device"}},
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
		facts := machineFacts()
		clear(facts.Published) // of a refclock that runs on this machine
		clear(facts.Sockets)
		addClocks(facts, c.clocks)
		facts.Delay, facts.HasDelay = c.delay, c.delay != 0
		err = checkConfig(&out, d, path, facts)
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
	if err := checkConfig(&bytes.Buffer{}, d, filepath.Join(dir, "gone"), lint.Facts{}); exitCode(err) != exitInput || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
}

// The lines are for the clocks of a running refclock.
func TestAdopt(t *testing.T) {
	receiver := status.Clock{Kind: "gps", Name: "gps /dev/serial0", Unit: 4, Pulse: &status.Pulse{Edges: 9}, Receiver: &status.Receiver{Calibrated: true, DelayNS: 120e6}}
	pulseless := receiver
	pulseless.Pulse = &status.Pulse{}
	edge := status.Clock{Kind: "gps", Name: "pulse gpio:GPIO18", Unit: -1, Socket: "/run/chrony.pps.sock"}
	for _, c := range []struct {
		name    string
		clocks  []status.Clock
		service bool
		pulse   bool
	}{
		{"nothing runs", nil, false, false},
		{"web servers only", []status.Clock{{Kind: "htntp", Name: "htntp"}}, false, false},
		{"a receiver without a pulse", []status.Clock{receiver}, true, false},
		{"a pulse without edges", []status.Clock{pulseless, edge}, true, false},
		{"a pulse", []status.Clock{receiver, edge}, true, true},
	} {
		sentences, pulse, delay := clockFlags{}, clockFlags{unit: 1}, "auto"
		service := adopt(status.Report{Clocks: c.clocks}, &sentences, &pulse, &delay)
		if service != c.service || pulse.named != c.pulse || c.pulse && pulse.sock != edge.Socket || service && (sentences.unit != 4 || delay != "120ms") {
			t.Errorf("%s: %v, %+v, %+v, %s", c.name, service, sentences, pulse, delay)
		}
	}
}

// doctor tells to add the lines that config prints, from the same facts.
func TestDoctorAddsTheLinesOfConfig(t *testing.T) {
	receiver := status.Clock{Kind: "gps", Name: "gps /dev/serial0", Unit: 4, Receiver: &status.Receiver{Calibrated: true, DelayNS: 120e6}}
	unknown := status.Clock{Kind: "gps", Name: "gps /dev/serial0", Unit: 4, Receiver: &status.Receiver{}}
	edge := status.Clock{Kind: "gps", Name: "pulse gpio:GPIO18", Unit: -1, Socket: "/run/chrony.pps.sock", Pulse: &status.Pulse{Edges: 9}}
	root := t.TempDir()
	if err := errors.Join(os.MkdirAll(filepath.Join(root, "etc"), 0o755), os.WriteFile(filepath.Join(root, "etc/chrony.conf"), []byte("pool pool.ntp.org\n"), 0o644)); err != nil {
		t.Fatal(err)
	}
	now, cancel := context.WithCancel(t.Context())
	cancel() // without measuring
	chrony, _ := lines.Named("chrony")
	for _, c := range []struct {
		name   string
		clocks []status.Clock
		pulse  string // that doctor is told
		want   string // in the lines
		count  int
	}{
		{"nothing runs, no pulse", nil, "", "delay 2e0", 1},
		{"nothing runs, a pulse", nil, "gpio:GPIO18", "refid PPS", 2},
		{"no pulse, an unknown delay", []status.Clock{unknown}, "", "SHM 4:perm=0666 refid GPS precision 1e-2 delay 2e0 poll 4", 1},
		{"no pulse, a known delay", []status.Clock{receiver}, "", "delay 2e-1 poll 4", 1},
		{"no pulse is published, in spite of the flag", []status.Clock{receiver}, "gpio:GPIO18", "refid GPS", 1},
		{"a pulse", []status.Clock{receiver, edge}, "", "SOCK /run/chrony.pps.sock refid PPS", 2},
	} {
		report := status.Report{Clocks: c.clocks}
		var printed strings.Builder
		if err := lines.Write(&printed, chrony, publishedClocks(now, report, c.pulse != "")); err != nil {
			t.Fatal(err)
		}
		var want, got []string
		for line := range strings.Lines(printed.String()) {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
				want = append(want, line)
			}
		}
		live := doctor.Live{Clocks: func(pulse bool) lines.Setup { return publishedClocks(now, report, pulse) }}
		for _, f := range doctor.Examine(doctor.NewMachine(doctor.OpenRoot(root), live, doctor.Options{Pulse: c.pulse})) {
			for _, s := range f.Hint {
				if f.Check == "daemon-config" && s.Do == doctor.Add {
					got = append(got, s.Line)
				}
			}
		}
		if !slices.Equal(got, want) || len(got) != c.count || !strings.Contains(strings.Join(got, "\n"), c.want) {
			t.Errorf("%s: doctor adds %q, config prints %q; want %d with %q", c.name, got, want, c.count, c.want)
		}
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
