package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A guest is a virtual machine of the lab together with the processor that the tests are built for.
type guest struct {
	name    string // of the make target, after "lab-"
	machine string // of lab/run
	env     []string
	require []string // words that may not occur in what is left out: see report.verdict
}

var (
	everyTest = []string{"TestVM"}
	// By the names of the variables that tell tests of them: lab/protocol.
	devices = []string{"VM_TTY", "VM_USB", "VM_MODULES", "VM_GPIO_SYSFS", "VM_PPS_SIM"}
)

var guests = []guest{
	{"arm64", "arm64", []string{"GOARCH=arm64"}, everyTest},
	// A 32-bit system on the 64-bit kernel that Raspberry Pi OS gives it.
	{"arm", "arm64", []string{"GOARCH=arm", "GOARM=6"}, everyTest},
	{"armhf", "armhf", []string{"GOARCH=arm", "GOARM=7"}, everyTest},
	// Here the host drives no lines.
	{"amd64", "amd64", []string{"GOARCH=amd64"}, devices},
}

func guestNamed(name string) (guest, error) {
	var names []string
	for _, g := range guests {
		if g.name == name {
			return g, nil
		}
		names = append(names, g.name)
	}
	return guest{}, fmt.Errorf("no virtual machine %q; there are %s", name, strings.Join(names, ", "))
}

// plan are the runs in the machine, of what depends on its kernel and devices, and what they need.
func (g guest) plan(r *report) ([]run, error) {
	overlay, err := output("lab/consumers", g.machine)
	if err != nil {
		return nil, err
	}
	folder, err := output("lab/prepare", g.machine)
	if err != nil {
		return nil, err
	}
	refclock := filepath.Join(filepath.Dir(folder), "refclock-"+g.name)
	build := exec.Command("go", "build", "-o", refclock, "./cmd/refclock")
	build.Env = append(os.Environ(), g.environment()...)
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build refclock: %w\n%s", err, out)
	}
	const torn = "TestNoReaderSeesATornSample"
	r.leftOut("shm "+torn, "processors race in it, and the machine has one, an emulated one, which takes a minute; make test runs it")
	daemons := fmt.Sprintf("-overlay %s -file usr/bin/refclock=%s", overlay, refclock)
	return []run{
		g.run("pps", "", "./pps"),
		g.run("driver/gps on real ports", "", "-run=Live|VM", "./driver/gps"),
		g.run("shm", "", "-skip="+torn, "./shm"),
		g.run("daemons", daemons, "./lab/daemons"),
	}, nil
}

// run is a go test of which each package is tested in a machine of its own, one
// after the other: two would disturb each other's timing. Tests that wait for pulses do
// so together, although the machine has but one processor.
func (g guest) run(what, flags string, args ...string) run {
	wrapper, err := filepath.Abs("lab/run")
	if err != nil {
		wrapper = "lab/run"
	}
	common := []string{"-p=1", "-parallel=16", "-timeout=10m", "-exec", strings.TrimSpace(wrapper + " " + g.machine + " " + flags)}
	return run{name: "lab-" + g.name + ", " + what, env: g.environment(), args: append(common, args...)}
}

func (g guest) environment() []string { return append(g.env[:len(g.env):len(g.env)], "CGO_ENABLED=0") }

// output is the line that a script prints; it tells on standard error what it does.
func output(script string, args ...string) (string, error) {
	cmd := exec.Command(script, args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w", cmd, err)
	}
	return strings.TrimSpace(string(out)), nil
}
