package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/refclock/refclock/driver/htntp"
	"github.com/refclock/refclock/internal/regularfile"
	"github.com/refclock/refclock/internal/settings"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/pps"
	"github.com/refclock/refclock/shm"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		args     string
		unit     int
		json     bool
		operands []string
		err      string
	}{
		{args: "--unit 3 /dev/a", unit: 3, operands: []string{"/dev/a"}},
		{args: "/dev/a --unit=3", unit: 3, operands: []string{"/dev/a"}},
		{args: "a --json b --unit 3 c", unit: 3, json: true, operands: []string{"a", "b", "c"}},
		{args: "-json", json: true},
		{args: "a -- --json b", operands: []string{"a", "--json", "b"}},
		{args: "-- --json", operands: []string{"--json"}},
		{args: "-", operands: []string{"-"}},
		{args: "--unti 3", err: "did you mean --unit?"},
		{args: "--zzzzzz", err: "unknown flag --zzzzzz"},
		{args: "--unit", err: "needs an argument: --unit"},
		{args: "--unit x", err: "--unit"},
		{args: "--help", err: "help requested"},
	} {
		flags := flag.NewFlagSet("test", flag.ContinueOnError)
		unit := flags.Int("unit", 0, "")
		json := flags.Bool("json", false, "")
		operands, err := parse(flags, strings.Fields(c.args))
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%q: error %v, want %q in it", c.args, err, c.err)
			}
			continue
		}
		if err != nil || *unit != c.unit || *json != c.json || !slices.Equal(operands, c.operands) {
			t.Errorf("%q: unit %d, json %v, operands %q, %v", c.args, *unit, *json, operands, err)
		}
	}
}

// Every command's help shows how it is called and explains each of its flags.
func TestHelp(t *testing.T) {
	for line := range strings.Lines(overview()) {
		if len(strings.TrimSuffix(line, "\n")) > helpColumns {
			t.Errorf("the overview: too wide for a terminal: %q", line)
		}
	}
	for _, c := range commands() {
		help := c.help()
		if !strings.Contains(help, "Usage: refclock "+c.name) || c.summary == "" {
			t.Errorf("%s: help without usage or summary:\n%s", c.name, help)
		}
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		c.define(flags)
		flags.VisitAll(func(f *flag.Flag) {
			if f.Usage == "" || !strings.Contains(help, "--"+f.Name) {
				t.Errorf("%s: --%s is not explained", c.name, f.Name)
			}
		})
		for line := range strings.Lines(help) {
			if strings.ContainsRune(line, '\t') {
				t.Errorf("%s: a tab in %q", c.name, line)
			}
			if len(strings.TrimSuffix(line, "\n")) > helpColumns {
				t.Errorf("%s: too wide for a terminal: %q", c.name, line)
			}
		}
		if !strings.Contains(overview(), "\n  "+c.name) {
			t.Errorf("%s is not in the overview", c.name)
		}
	}
}

func TestExitCodes(t *testing.T) {
	for _, c := range []struct {
		err  error
		want int
	}{
		{nil, 0},
		{errors.New("anything"), 1},
		{usageError("no such flag"), 64},
		{fmt.Errorf("gps: %w", usageError("no such flag")), 64},
		{fmt.Errorf("open: %w", fs.ErrNotExist), 69},
		{fmt.Errorf("open: %w", syscall.EBUSY), 69},
		{fmt.Errorf("unit 2: %w", shm.ErrSize), 69},
		{fmt.Errorf("attach: unit 2: create: %w", syscall.ENOSPC), 69},
		{fmt.Errorf("state: %w", regularfile.ErrNotRegular), 65},
		{fmt.Errorf("pps: %w", pps.ErrNoLine), 69},
		{fmt.Errorf("pps: %w", pps.ErrKtimer), 69},
		{fmt.Errorf("htntp: %w", htntp.ErrNoMajority), 69},
		{fmt.Errorf("open: %w", syscall.EACCES), 77},
		{fmt.Errorf("run: %w: %w", settings.ErrConfig, fs.ErrNotExist), 78},
		{fmt.Errorf("run: %w", status.ErrRunning), 69},
	} {
		if got := exitCode(c.err); got != c.want {
			t.Errorf("%v: exit code %d, want %d", c.err, got, c.want)
		}
	}
}

// A wrong command line ends with code 64 and a hint, and opens nothing.
func TestUsageErrors(t *testing.T) {
	for args, want := range map[string]string{
		"":                                 "no command",
		"gsp":                              `did you mean "gps"?`,
		"gps -u 3":                         "unknown flag -u; did you mean --unit?",
		"gps --pps GPIO18":                 "did you mean gpio:GPIO18?",
		"gps --baud 9601":                  "9600",
		"gps --delay=-700ms":               "from -500ms to 1.5s",
		"gps --delay 120":                  `such as "120ms"`,
		"simulate --rate x":                "a whole number",
		"monitor --count -3":               "0 or more",
		"demo --for=-1s":                   "0s or more",
		"gps --buad 9600":                  "did you mean --baud?",
		"gps --port /dev/a":                "did you mean --device?",
		"receiver --tty /dev/a":            "unknown flag --tty; the port needs no flag: refclock receiver /dev/ttyUSB0",
		"doctor --devise /dev/a":           "unknown flag --devise; the port needs no flag: refclock doctor /dev/ttyUSB0",
		"doctor --zzzzzz":                  "unknown flag --zzzzzz\n",
		"gps --speed 9600":                 "did you mean --baud?",
		"gps --fudge 120ms":                "did you mean --delay?",
		"gps --baud Auto":                  `did you mean "auto"?`,
		"gps --baud x":                     `expected "auto" or a baud rate such as 9600`,
		"gps --gpio 18":                    "did you mean --pps?",
		"gps --unit 256":                   "0 to 255",
		"gps --layout 90":                  "96, 88 or 80",
		"gps --key foo":                    "whole number",
		"gps --pivot tomorrow":             "2026-11-23",
		"gps /dev/a /dev/b":                `unexpected operand "/dev/b"`,
		"offbyone /dev/a":                  `unexpected operand "/dev/a"`,
		"pps":                              "gpio:GPIO18",
		"pps pps0":                         "did you mean /dev/pps0?",
		"pps gpio:":                        "no line in",
		"pps --polarity up /dev/p":         "rising",
		"pps --bias up /dev/p":             "pull-up",
		"pps --count -1 /dev/p":            "0 or more",
		"offbyone --interval 0s":           "from 100ms",
		"monitor two":                      "0 to 255",
		"monitor --json --screen":          "choose one",
		"monitor --csv --json":             "--csv and --json: choose one",
		"report":                           "at least one FILE",
		"report --json --html - x":         "choose one",
		"report --from yesterday x":        "2026-11-22T14:30:00Z",
		"simulate --profile nothing":       "u-blox",
		"simulate --fault midnihgt":        `did you mean "midnight"?`,
		"simulate --fault nothing":         "--list",
		"simulate --fault clock-1970":      "only tests",
		"simulate --rate 3":                "1, 2, 5 or 10",
		"simulate --baud 1":                "9600",
		"simulate --start yesterday":       "2026-12-31T23:59:30Z",
		"simulate /dev/a":                  "the kernel chooses",
		"demo now":                         "unexpected",
		"demo --listen 0.0.0.0:9123":       "loopback",
		"demo --listen localhost":          "loopback",
		"decode a b":                       "one file",
		"replay":                           "one FILE",
		"replay a b":                       "one FILE",
		"replay --delay 9s a":              "from -500ms to 1.5s",
		"replay --cold-start=-1s a":        "from 0s",
		"replay --polarity up a":           "rising",
		"htntp":                            "three or more",
		"htntp ftp://a.example":            "expected a name such as",
		"htntp --interval 5 a":             "from 1m4s",
		"htntp --interval x a":             "5m",
		"htntp --repeat 1h a":              "to the interval",
		"htntp --proxy b a":                "expected a port",
		"htntp --proxy-login f a":          "no proxy to log in to",
		"htntp --verbose a":                "expected --once too",
		"htntp --once --json --verbose a":  "only one of them",
		"htntp --once a a":                 "named twice",
		"htntp --print-config openntpd":    "expected one of chrony, ntp, ntpsec, ntpd-rs",
		"htntp --print-config ntpd-rs":     "it reads sockets",
		"gps --witness kernal":             "three web servers or more",
		"gps --pps none --pps-sock /run/p": "no pulse to publish",
		"config":                           "ntpd-rs",
		"config chronny":                   `did you mean "chrony"?`,
		"config ntp --sock /run/a":         "it reads units",
		"config ntpd-rs":                   "it reads sockets",
		"config ntpd-rs --check /etc":      "ntp-ctl validate",
		"config chrony --for=-1s":          "0s or more",
		"offbyone --sock /" + strings.Repeat("a", 107): "1 to 107",
		"run /dev/a":               "the clocks are in the configuration",
		"status 2":                 "unexpected operand",
		"completion bsh":           `did you mean "bash"?`,
		"simulate --profile ublox": `did you mean "u-blox"?`,
	} {
		err := run(context.Background(), strings.Fields(args))
		if exitCode(err) != exitUsage || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: code %d, %v; want code 64 and %q", args, exitCode(err), err, want)
		}
	}
}

// Times in text output are local; the tests expect them in UTC.
func TestMain(m *testing.M) {
	time.Local = time.UTC
	if os.Getenv(programEnv) != "" {
		go tellGoroutines(os.Getenv(goroutinesEnv))
		main()
	}
	os.Exit(m.Run())
}

// output runs a command and returns what it prints on standard output.
func output(t *testing.T, args ...string) (string, error) {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "stdout"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	stdout := os.Stdout
	os.Stdout = file
	failed := run(t.Context(), args)
	os.Stdout = stdout
	text, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(text), failed
}

// A command whose device cannot be opened ends at once, with the exit code of the cause.
func TestMissingDevice(t *testing.T) {
	folder := t.TempDir()
	for _, args := range [][]string{
		{"gps", "--pps", "none", "--sock", filepath.Join(folder, "s"), filepath.Join(folder, "none")},
		{"pps", "/dev/pps99"},
	} {
		if err := run(t.Context(), args); exitCode(err) != exitDevice {
			t.Errorf("%q: code %d, %v; want code %d", args, exitCode(err), err, exitDevice)
		}
	}
}
