package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A guest is a virtual machine of the lab, and the processor of the tests.
type guest struct {
	name    string // of the make target, after "lab-"
	machine string // of lab/run
	env     []string
	limit   time.Duration // of all runs, also on a busy machine
	parts   []part
	require []string // words that may not occur in omissions: see report.verdict
}

// A part is the tests of a package that run in the machine. Tests without devices run elsewhere,
// except those of shm: the 64-bit kernel has other system calls for a 32-bit program.
type part struct{ folder, pattern string }

var (
	everyTest = []string{"TestVM", "lab/daemons"}
	// The variables of lab/protocol that name devices.
	devices = []string{"VM_TTY", "VM_USB", "VM_MODULES", "VM_GPIO_SYSFS", "VM_PPS_SIM", "VM_PHC", "lab/daemons"}

	pps     = part{"pps", "VM"}
	gps     = part{"driver/gps", "VM"}
	ports   = part{"driver/gps", "VMPorts|VMUnplug"}
	units   = part{"shm", ""}
	daemons = part{"lab/daemons", ""}
)

var guests = []guest{
	{"arm64", "arm64", []string{"GOARCH=arm64"}, 15 * time.Minute, []part{pps, gps, daemons}, everyTest},
	// A 32-bit system on a 64-bit kernel, as in Raspberry Pi OS. Its devices are those of arm64.
	{"arm", "arm64", []string{"GOARCH=arm", "GOARM=6"}, 15 * time.Minute, []part{pps, gps, units, {"lab/daemons", "TestPulse/pps-gpio|TestSelected/sentences"}}, everyTest},
	// A 32-bit kernel: its layouts differ, its timing does not.
	{"armhf", "armhf", []string{"GOARCH=arm", "GOARM=7"}, 12 * time.Minute, []part{pps, ports, {"lab/daemons", "TestPulse/pps-gpio"}}, everyTest},
	// The host cannot drive lines of this machine.
	{"amd64", "amd64", []string{"GOARCH=amd64"}, 12 * time.Minute, []part{pps, ports, {"lab/daemons", "TestSelected/sentences/chronyd"}}, devices},
	{"386", "amd64", []string{"GOARCH=386"}, 8 * time.Minute, []part{units}, nil},
}

func guestNamed(name string) (guest, error) {
	var names []string
	for _, g := range guests {
		if g.name == name {
			return g, nil
		}
		names = append(names, g.name)
	}
	return guest{}, fmt.Errorf("unknown virtual machine %q: expected %s", name, strings.Join(names, ", "))
}

// withinLimit returns a context that ends at the guest's time limit.
func (g guest) withinLimit(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, g.limit, fmt.Errorf("lab-%s ended after %v: a test hangs, or this machine is too slow", g.name, g.limit))
}

// plan returns the runs in the machine, and prepares what they need.
func (g guest) plan(ctx context.Context, r *report) ([]run, error) {
	overlay, err := output(ctx, "lab/consumers", g.machine)
	if err != nil {
		return nil, err
	}
	folder, err := output(ctx, "lab/prepare", g.machine)
	if err != nil {
		return nil, err
	}
	refclock := filepath.Join(filepath.Dir(folder), "refclock-"+g.name)
	build := exec.CommandContext(ctx, "go", "build", "-o", refclock, "./cmd/refclock")
	build.Env = append(os.Environ(), g.environment()...)
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build refclock: %w\n%s", err, out)
	}
	var runs []run
	for _, p := range g.parts {
		flags := ""
		if p.folder == daemons.folder {
			flags = fmt.Sprintf("-overlay %s -file usr/bin/refclock=%s", overlay, refclock)
		}
		runs = append(runs, g.run(p, flags))
	}
	return runs, nil
}

// torn is excluded: it needs several processors, and takes a minute on the emulated one.
const torn = "TestNoTornSample"

// run returns a go test in its own machine. Tests wait for pulses in parallel, although the machine has one
// processor. go test's timeout is shorter than the machine's, to show where a test hangs.
func (g guest) run(p part, flags string) run {
	wrapper, err := filepath.Abs("lab/run")
	if err != nil {
		wrapper = "lab/run"
	}
	u := run{name: "lab-" + g.name + ", " + p.folder, env: g.environment()}
	u.args = []string{"-parallel=16", "-timeout=9m", "-exec", strings.TrimSpace(wrapper + " " + g.machine + " -timeout 10m " + flags)}
	if p.pattern != "" {
		u.args = append(u.args, "-run="+p.pattern)
	}
	u.args = append(u.args, "-skip="+torn, "./"+p.folder)
	return u
}

func (g guest) environment() []string { return append(slices.Clip(g.env), "CGO_ENABLED=0") }

// output runs a script, and returns the line that it prints. The script reports progress and errors on standard error.
func output(ctx context.Context, script string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, script, args...)
	asGroup(cmd)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w: no test was run, see above", script, strings.Join(args, " "), cmp.Or(context.Cause(ctx), err))
	}
	return strings.TrimSpace(string(out)), nil
}
