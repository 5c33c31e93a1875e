package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/consumer/lines"
	"github.com/refclock/refclock/internal/consumer/lint"
	"github.com/refclock/refclock/internal/doctor"
	"github.com/refclock/refclock/internal/settings"
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
		{name: "nothing wrong", daemon: "chrony", text: "refclock SHM 2:perm=0666 refid GPS precision 1e-2\n", want: []string{"no problem found in its 1 reference clock\n"}},
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
		err = checkConfig(&out, 0, d, path, facts)
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
	if err := checkConfig(&bytes.Buffer{}, 0, d, filepath.Join(dir, "gone"), lint.Facts{}); exitCode(err) != exitInput || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
}

// At a terminal, findings are broken between words. A line to paste stays whole.
func TestCheckConfigAtATerminal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "conf")
	if err := os.WriteFile(path, []byte("refclock SHM 2:perm=0666 refid GPS precision 1e-2 delay 2e-1 poll 4 filter 16 offset 0.9999\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := daemonNamed([]string{"chrony"})
	if err != nil {
		t.Fatal(err)
	}
	facts := machineFacts()
	clear(facts.Published)
	clear(facts.Sockets)
	var plain, out bytes.Buffer
	checkConfig(&plain, 0, d, path, facts)
	checkConfig(&out, 80, d, path, facts)
	pasted := 0
	for line := range strings.Lines(out.String()) {
		switch {
		case strings.HasPrefix(line, "    line: "):
			pasted++
		case len(line) > 81 && !strings.Contains(line, path):
			t.Errorf("%d columns: %s", len(line)-1, line)
		}
	}
	if pasted == 0 || !slices.Equal(strings.Fields(plain.String()), strings.Fields(out.String())) || plain.Len() == out.Len() {
		t.Errorf("%s\nwant the words of\n%s", &out, &plain)
	}
}

// twoReceivers is a report of two receivers with pulses, and of other clocks.
func twoReceivers() status.Report {
	return status.Report{File: "/nonexistent/refclock.toml", Clocks: []status.Clock{
		{Kind: "gps", Name: "gps /dev/serial0", Unit: 40, Receiver: &status.Receiver{}},
		{Kind: "gps", Name: "pulse gpio:GPIO18", Unit: 41, Pulse: &status.Pulse{Edges: 9}},
		{Kind: "gps", Name: "gps /dev/ttyACM0", Unit: 42, Receiver: &status.Receiver{Calibrated: true, DelayNS: 120e6}},
		{Kind: "gps", Name: "pulse /dev/pps1", Unit: 43, Pulse: &status.Pulse{Edges: 9}},
		{Kind: "htntp", Name: "htntp", Unit: 44},
		{Kind: "feed", Name: "feed", Unit: 45},
		{Kind: "offbyone", Name: "offbyone", Unit: 46},
	}}
}

// serve makes a refclock run answer with a report until the test ends.
func serve(t *testing.T, report status.Report) {
	t.Helper()
	t.Setenv("RUNTIME_DIRECTORY", t.TempDir())
	listener, err := status.Listen(status.Find())
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { json.NewEncoder(w).Encode(report) })}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
}

// directives returns the lines that are not comments.
func directives(text string) (list []string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			list = append(list, line)
		}
	}
	return list
}

// Without a named target, the lines are for all clocks of a running refclock run.
func TestConfigOfService(t *testing.T) {
	serve(t, twoReceivers())
	printed, err := output(t, "config", "chrony", "--for", "0s")
	want := []string{
		"refclock SHM 40:perm=0666 refid GPS precision 1e-2 delay 2e-1 poll 4 noselect",
		"refclock SHM 41:perm=0666 refid PPS precision 1e-6 delay 3e-5 poll 4 prefer",
		"refclock SHM 42:perm=0666 refid GPS2 precision 1e-2 delay 2e-1 poll 4 noselect",
		"refclock SHM 43:perm=0666 refid PPS2 precision 1e-6 delay 3e-5 poll 4 prefer",
		"refclock SHM 44:perm=0666 refid H044 stratum 5 precision 2e-3 delay 6e-2 poll 9 filter 1",
		"refclock SHM 45:perm=0666 refid FEED precision 1e-2 delay 3e0 poll 4 noselect",
	}
	if got := directives(printed); err != nil || !slices.Equal(got, want) {
		t.Errorf("%v:\n%s\nwant\n%s", err, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, want := range []string{"#     refclock run --config /nonexistent/refclock.toml\n", "# Left out: unit 46 is a demonstration clock", "of the receiver at /dev/ttyACM0"} {
		if !strings.Contains(printed, want) {
			t.Errorf("want %q in\n%s", want, printed)
		}
	}
	for _, flag := range []string{"--delay=120ms", "--precision=5ms", "--pps-precision=2us"} {
		if text, err := output(t, "config", "chrony", "--for", "0s", flag); exitCode(err) != exitUsage || !strings.Contains(err.Error(), "refclock run has 2") || text != "" {
			t.Errorf("%s: %v\n%s", flag, err, text)
		}
	}
}

// The first lines name the command that publishes to the named targets.
func TestConfigNamesPublisher(t *testing.T) {
	serve(t, twoReceivers())
	for args, want := range map[string]string{
		"--unit 42":                           "refclock run --config /nonexistent/refclock.toml",
		"--unit 42 --pps-unit 43":             "refclock run --config /nonexistent/refclock.toml",
		"--unit 44":                           "refclock run --config /nonexistent/refclock.toml",
		"--unit 42 --pps-unit 47":             "refclock gps --unit 42 --pps SOURCE --pps-unit 47",
		"--unit 47":                           "refclock gps --unit 47",
		"--sock /run/chrony.gps.sock":         "refclock gps --sock /run/chrony.gps.sock",
		"--unit 42 --key 0x4e545099":          "refclock gps --unit 42",
		"--pps-unit 41 --sock /run/gps2.sock": "refclock gps --sock /run/gps2.sock --pps SOURCE --pps-unit 41",
	} {
		printed, err := output(t, append([]string{"config", "chrony", "--for", "0s"}, strings.Fields(args)...)...)
		if err != nil || !strings.Contains(printed, "# This command publishes the clocks:\n#     "+want+"\n") {
			t.Errorf("%s: %v; want %q in\n%s", args, err, want, printed)
		}
	}
	// It is the second receiver, whose delay is known.
	printed, err := output(t, "config", "chrony", "--for", "0s", "--unit", "42")
	if want := "refclock SHM 42:perm=0666 refid GPS2 precision 1e-2 delay 2e-1 poll 4"; err != nil || !slices.Equal(directives(printed), []string{want}) {
		t.Errorf("%v; want %q in\n%s", err, want, printed)
	}
}

// Each receiver with an unknown delay has a comment with the delay to set.
func TestConfigShowsDelays(t *testing.T) {
	report := status.Report{}
	for i, offset := range []time.Duration{-120 * time.Millisecond, -480 * time.Millisecond, -3 * time.Second} {
		report.Clocks = append(report.Clocks, status.Clock{
			Kind: "gps", Name: fmt.Sprintf("gps /dev/ttyUSB%d", i), Unit: -1, Socket: fmt.Sprintf("/run/chrony.%d.sock", i),
			Receiver: &status.Receiver{}, Sample: &status.Sample{OffsetNS: int64(offset)},
		})
	}
	known := report.Clocks[0]
	known.Socket, known.Receiver = "/run/chrony.known.sock", &status.Receiver{Calibrated: true, DelayNS: 120e6}
	report.Clocks = append(report.Clocks, known)
	serve(t, report)
	printed, err := output(t, "config", "chrony", "--for", "0s")
	text := strings.ReplaceAll(printed, "\n# ", " ")
	for _, want := range []string{
		"The offset of socket /run/chrony.0.sock is -120 ms, from 1 sample. If the clock of this machine is right, that is the delay: set it to 120ms (delay = \"120ms\" in its [[gps]] of /etc/refclock.toml), type sudo systemctl reload refclock, and repeat this command.\n",
		"The offset of socket /run/chrony.1.sock is -480 ms, from 1 sample. If the clock of this machine is right, that is the delay: set it to 480ms ",
		"The offset of socket /run/chrony.2.sock is -3000 ms, from 1 sample. It contains the error of the clock of this machine",
	} {
		if err != nil || !strings.Contains(text, want) {
			t.Errorf("%v; want %q in\n%s", err, want, printed)
		}
	}
	if strings.Contains(text, "The offset of socket /run/chrony.known.sock") {
		t.Errorf("a receiver whose delay is known:\n%s", printed)
	}
	// Without a running refclock run, a delay of a refclock gps is unknown.
	r := configuredTargets(settings.Configuration{Clocks: []settings.Clock{{Kind: "gps", Settings: settings.Named("gps").New()}}}, false).receivers[0]
	r.sentences.offsets = []time.Duration{2 * time.Millisecond}
	if got := (&targets{service: true}).delayText(r); !strings.Contains(got, "no delay is set yet, that is the delay: set it to -2ms ") || !strings.Contains(got, "If a delay is set, add -2ms to it.") {
		t.Error(got)
	}
}

// No program can read a socket: the running refclock run reports the jitter of its samples.
func TestConfigShowsJitterOfSockets(t *testing.T) {
	jitters := []int64{3_200_000, 640}
	receiver := status.Clock{Kind: "gps", Name: "gps /dev/ttyUSB0", Unit: -1, Socket: "/run/chrony.gps.sock", Receiver: &status.Receiver{}, Sample: &status.Sample{OffsetNS: -120e6, JitterNS: &jitters[0], Precision: -10}}
	pulse := status.Clock{Kind: "gps", Name: "pulse gpio:GPIO18", Unit: -1, Socket: "/run/chrony.pps.sock", Pulse: &status.Pulse{Edges: 9}, Sample: &status.Sample{JitterNS: &jitters[1], Precision: -20}}
	serve(t, status.Report{Clocks: []status.Clock{receiver, pulse}})
	for flags, want := range map[string]string{
		"":                            "Jitter, measured from the samples of socket /run/chrony.gps.sock: 3.2ms.",
		"--pps-precision 2us":         "Jitter, measured from the samples of socket /run/chrony.gps.sock: 3.2ms.",
		"--precision 5ms":             "Jitter, as given: 5ms.",
		"--sock /run/chrony.gps.sock": "Jitter, measured from the samples of socket /run/chrony.gps.sock: 3.2ms.",
		"--sock /run/chrony.gps.sock --precision 5ms":                 "Jitter, as given: 5ms.",
		"--sock /run/chrony.gps.sock --pps-sock /run/chrony.pps.sock": "Jitter claimed by the precision of the samples of socket /run/chrony.pps.sock, a power of two: 953ns.",
	} {
		printed, err := output(t, append([]string{"config", "chrony", "--for", "0s"}, strings.Fields(flags)...)...)
		text := strings.Join(strings.Fields(strings.ReplaceAll(printed, "#", "")), " ")
		if err != nil || !strings.Contains(text, want) || strings.Contains(text, "is a guess") {
			t.Errorf("%s: %v; want %q in\n%s", flags, err, want, printed)
		}
	}
	// Its offset is known as well.
	if printed, err := output(t, "config", "chrony", "--for", "0s", "--sock", "/run/chrony.gps.sock"); err != nil || !strings.Contains(printed, "The offset of socket /run/chrony.gps.sock is -120 ms") {
		t.Errorf("%v:\n%s", err, printed)
	}
}

// A pulse without edges is not one.
func TestReportedTargets(t *testing.T) {
	receiver := status.Clock{Kind: "gps", Name: "gps /dev/serial0", Unit: 4, Pulse: &status.Pulse{Edges: 9}, Receiver: &status.Receiver{Calibrated: true, DelayNS: 120e6}}
	pulseless := receiver
	pulseless.Pulse = &status.Pulse{}
	edge := status.Clock{Kind: "gps", Name: "pulse gpio:GPIO18", Unit: -1, Socket: "/run/chrony.pps.sock"}
	for _, c := range []struct {
		name      string
		clocks    []status.Clock
		receivers int
		pulse     bool
	}{
		{"web servers only", []status.Clock{{Kind: "htntp", Name: "htntp"}}, 0, false},
		{"a receiver without a pulse", []status.Clock{receiver}, 1, false},
		{"a pulse without edges", []status.Clock{pulseless, edge}, 1, false},
		{"a pulse", []status.Clock{receiver, edge}, 1, true},
		{"a receiver without a pulse beside another", []status.Clock{receiver, edge, pulseless}, 2, true},
	} {
		found := reportedTargets(status.Report{Clocks: c.clocks}, nil)
		if len(found.receivers) != c.receivers || !found.service {
			t.Errorf("%s: %+v", c.name, found)
			continue
		}
		for i, r := range found.receivers {
			if pulse := c.pulse && i == 0; r.hasPulse != pulse || pulse && r.pulse.sock != edge.Socket || r.sentences.unit != 4 || r.delay != "120ms" || r.number != i+1 {
				t.Errorf("%s: receiver %d is %+v", c.name, i, r)
			}
		}
	}
}

// If refclock run is not running, the lines are for the clocks of its file.
func TestPublishedTargetsOfFile(t *testing.T) {
	chrony, _ := lines.Named("chrony")
	file := filepath.Join(t.TempDir(), "refclock.toml")
	for _, c := range []struct {
		name, text string
		hasPulse   bool
		want       []string // targets and refids
		fails      bool
	}{
		{name: "no file", want: []string{"SHM 0:perm=0600 refid GPS"}},
		{name: "no file, a pulse", hasPulse: true, want: []string{"SHM 0:perm=0600 refid GPS", "SHM 1:perm=0600 refid PPS"}},
		{name: "two receivers", text: "[[gps]]\ndevice = '/dev/ttyUSB0'\npps = 'gpio:GPIO18'\nunit = 40\n[[gps]]\ndevice = '/dev/ttyUSB1'\npps = 'gpio:GPIO4'\nunit = 42\npps_sock = '/run/chrony.pps.sock'\n",
			want: []string{"SHM 40:perm=0666 refid GPS", "SHM 41:perm=0666 refid PPS", "SHM 42:perm=0666 refid GPS2", "SOCK /run/chrony.pps.sock refid PPS2"}},
		{name: "no pulse", text: "[[gps]]\npps = 'none'\nunit = 40\n", hasPulse: true, want: []string{"SHM 40:perm=0666 refid GPS"}},
		{name: "a pulse to search for", text: "[[gps]]\nunit = 40\n", hasPulse: true, want: []string{"SHM 40:perm=0666 refid GPS", "SHM 41:perm=0666 refid PPS"}},
		{name: "no pulse to find", text: "[[gps]]\nunit = 40\n", want: []string{"SHM 40:perm=0666 refid GPS"}},
		{name: "other clocks", text: "[[htntp]]\nservers = ['a.example', 'b.example', 'c.example']\nunit = 40\ninterval = '64s'\n[[feed]]\ncommand = ['cat']\nunit = 41\n[[offbyone]]\nunit = 42\n",
			want: []string{"SHM 40:perm=0666 refid H040", "SHM 41:perm=0666 refid FEED"}},
		{name: "an error", text: "[[gps]]\nunit = 400\n", want: []string{"SHM 0:perm=0600 refid GPS"}, fails: true},
	} {
		os.Remove(file)
		if c.text != "" {
			if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		found, err := publishedTargets(t.Context(), status.Report{}, file, c.hasPulse)
		if err != nil != c.fails || found.service != (c.text != "" && !c.fails) {
			t.Errorf("%s: %v, %+v", c.name, err, found)
		}
		list, err := lines.Lines(chrony, found.setup())
		if err != nil || len(list) != len(c.want) {
			t.Errorf("%s: %v, %q, want %q", c.name, err, list, c.want)
			continue
		}
		for i, want := range c.want {
			if !strings.HasPrefix(list[i], "refclock "+want+" ") {
				t.Errorf("%s: %q, want %q", c.name, list[i], want)
			}
		}
		if c.name == "other clocks" && !strings.Contains(list[0], "poll 7") { // of its interval
			t.Errorf("%s: %q", c.name, list)
		}
	}
	// A running refclock run is asked for its clocks. The file has the interval of web servers, and
	// the delay of a receiver whose port is not open yet.
	text := "[[gps]]\ndevice = '/dev/ttyUSB0'\npps = 'none'\nunit = 42\ndelay = '120ms'\n[[htntp]]\nservers = ['a.example', 'b.example', 'c.example']\nunit = 40\ninterval = '64s'\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	report := status.Report{File: file, Clocks: []status.Clock{{Kind: "htntp", Name: "htntp", Unit: 40}, {Kind: "htntp", Name: "htntp", Unit: 41}, {Kind: "gps", Name: "gps /dev/ttyUSB0", Unit: 42, Receiver: &status.Receiver{}}}}
	found, _ := publishedTargets(t.Context(), report, configFile(report), false)
	list, err := lines.Lines(chrony, found.setup())
	if err != nil || len(list) != 3 || !strings.Contains(list[0], "delay 2e-1") || !strings.Contains(list[1], "poll 7") || !strings.Contains(list[2], "poll 9") {
		t.Errorf("%v, %q", err, list)
	}
}

// doctor tells to add the lines that config prints, from the same facts.
func TestDoctorAddsTheLinesOfConfig(t *testing.T) {
	receiver := status.Clock{Kind: "gps", Name: "gps /dev/serial0", Unit: 4, Receiver: &status.Receiver{Calibrated: true, DelayNS: 120e6}}
	unknown := status.Clock{Kind: "gps", Name: "gps /dev/serial0", Unit: 4, Receiver: &status.Receiver{}}
	edge := status.Clock{Kind: "gps", Name: "pulse gpio:GPIO18", Unit: -1, Socket: "/run/chrony.pps.sock", Pulse: &status.Pulse{Edges: 9}}
	root := t.TempDir()
	noFile := filepath.Join(root, "refclock.toml")
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
		{"two receivers", twoReceivers().Clocks, "", "refclock SHM 43:perm=0666 refid PPS2", 6},
	} {
		report := status.Report{Clocks: c.clocks}
		var printed strings.Builder
		if err := lines.Write(&printed, chrony, publishedClocks(now, report, noFile, c.pulse != "")); err != nil {
			t.Fatal(err)
		}
		want := directives(printed.String())
		var got []string
		live := doctor.Live{Clocks: func(pulse bool) lines.Setup { return publishedClocks(now, report, noFile, pulse) }}
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

// The offset of several samples is their median, in milliseconds, with their range.
func TestOffsetsText(t *testing.T) {
	ms := func(list ...float64) (offsets []time.Duration) {
		for _, x := range list {
			offsets = append(offsets, time.Duration(x*1e6))
		}
		return offsets
	}
	for want, offsets := range map[string][]time.Duration{
		"-121 ms, from 1 sample": ms(-120.744914),
		"-492 ms, the median of 3 samples between -504 ms and -491 ms":  ms(-504, -491.2, -492),
		"-121 ms, the median of 4 samples between -124 ms and -117 ms":  ms(-117, -120.744914, -122, -124),
		"-102 ms, the median of 2 samples between -1204 ms and 1000 ms": ms(1000, -1204),
	} {
		if got := offsetsText(offsets); got != want {
			t.Errorf("%v: %q, want %q", offsets, got, want)
		}
	}
	c := &receiverFlags{sentences: clockFlags{unit: 2, offsets: ms(-492, -504, -498)}, delay: "auto"}
	got := (&targets{}).delayText(c)
	for _, want := range []string{"and no delay is set yet, that is the delay: set it to 498ms (--delay", "If a delay is set, add 498ms to it.", "With --for 1m, this command measures more samples."} {
		if !strings.Contains(got, want) {
			t.Errorf("%q, want %q in it", got, want)
		}
	}
}

// What is claimed is never better than what was measured, nor than the sample says.
func TestReadingJitter(t *testing.T) {
	for _, c := range []struct {
		precision int
		measured  time.Duration
		want      time.Duration
		claimed   bool
	}{
		{-1, 0, 0, false},
		{-1, 3 * time.Millisecond, 3 * time.Millisecond, false},
		{-7, 0, 7812500, true},
		{-7, 5 * time.Millisecond, 7812500, true},
		{-7, 9 * time.Millisecond, 9 * time.Millisecond, false},
		{-30, 0, 0, false},
		{-40, 0, 0, false},
		{0, 0, 0, false},
	} {
		r := watch.Reading{Sample: shm.Sample{Precision: c.precision}, Jitter: c.measured, HasJitter: c.measured > 0}
		if got, claimed := readingJitter(r); got != c.want || claimed != c.claimed {
			t.Errorf("precision %d, measured %v: %v, claimed %v; want %v, %v", c.precision, c.measured, got, claimed, c.want, c.claimed)
		}
	}
}
