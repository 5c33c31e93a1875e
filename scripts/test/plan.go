package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// plan decides what can be run here, and reports what cannot.
func plan(r *report) []run {
	captures()
	fetch(r, "interop with chronyd and ntpd", "scripts/fetch-daemons")
	fetch(r, "configurations of ntpd-rs", "scripts/fetch-ntpd-rs")
	if compiler, ok := fetch(r, "multilib, for 32-bit C programs", "scripts/fetch-multilib"); ok {
		os.Setenv("REFCLOCK_CC32", compiler)
	}
	if _, err := exec.LookPath("mandoc"); err != nil {
		if folder, ok := fetch(r, "mandoc, which checks the manual pages", "scripts/fetch-mandoc"); ok {
			os.Setenv("PATH", os.Getenv("PATH")+string(os.PathListSeparator)+folder)
		}
	}
	runs := native(r)

	wrapper := namespace(r)
	if runtime.GOARCH == "amd64" {
		runs = append(runs, foreign("386", wrapper, libraries(), "GOARCH=386"))
	} else {
		r.leftOut("386", "this processor is "+runtime.GOARCH)
	}
	if qemu, ok := fetch(r, "ARMv6 under qemu", "scripts/fetch-qemu", "arm"); ok {
		runs = append(runs, foreign("ARMv6 under qemu", emulated(wrapper, qemu), libraries(), "GOARCH=arm", "GOARM=6"))
	}
	if runtime.GOARCH == "arm64" {
		return runs
	}
	if qemu, ok := fetch(r, "arm64 under qemu", "scripts/fetch-qemu", "aarch64"); ok {
		runs = append(runs, foreign("arm64 under qemu", emulated(wrapper, qemu), packages(), "GOARCH=arm64"))
	}
	r.leftOut("race detector on ARM", "it wants 48 bits of addresses, and a program that is emulated has 39; for 32 bits there is none")
	return runs
}

// native are the runs of everything, with the race detector where it can be built.
// The daemons come last and alone: what they measure suffers from a busy machine.
func native(r *report) []run {
	rest := run{name: runtime.GOARCH, args: packages()}
	interop := run{name: "with daemons", args: []string{"./interop"}}
	if _, err := exec.LookPath("gcc"); err != nil {
		r.leftOut("race detector", "no gcc")
		return []run{rest, interop}
	}
	return []run{rest.race(), interop.race()}
}

func (u run) race() run {
	u.name += ", race detector"
	u.env = append(u.env, "CGO_ENABLED=1")
	u.args = append([]string{"-race"}, u.args...)
	return u
}

// packages are all but interop. If they cannot be listed, go test is left to say why.
func packages() []string {
	out, err := exec.Command("go", "list", "./...").Output()
	if err != nil {
		return []string{"./..."}
	}
	return slices.DeleteFunc(strings.Fields(string(out)), func(path string) bool { return strings.HasSuffix(path, "/interop") })
}

// libraries are the packages whose bytes depend on the processor.
func libraries() (list []string) {
	for _, folder := range []string{"nmea", "pps", "shm", "sock", "driver"} {
		if _, err := os.Stat(folder); err == nil {
			list = append(list, "./"+folder+"/...")
		}
	}
	return list
}

// foreign is a run for another processor. The wrapper starts a test program.
func foreign(name string, wrapper, packages []string, env ...string) run {
	// Random searches need not be made again for each processor.
	u := run{name: name, env: append(env, "CGO_ENABLED=0"), args: []string{"-short"}}
	if len(wrapper) > 0 {
		u.args = append(u.args, "-exec", strings.Join(wrapper, " "))
	}
	u.args = append(u.args, packages...)
	return u
}

// emulated is a wrapper that starts a test program in an emulator.
func emulated(wrapper []string, emulator string) []string {
	return append(slices.Clone(wrapper), emulator)
}

// namespace is the command that starts a program with units of its own, which
// are not the machine's. The tests cannot see to it themselves on a processor
// that is emulated; they are told that it is done, or else skip what needs it.
func namespace(r *report) []string {
	unshare := []string{"unshare", "--ipc"}
	if os.Getuid() != 0 {
		unshare = append(unshare, "--map-root-user")
	}
	if err := exec.Command(unshare[0], append(unshare[1:], "true")...).Run(); err != nil {
		r.leftOut("units on 386 and ARM", fmt.Sprintf("%v: %v", strings.Join(unshare, " "), err))
		return nil
	}
	return append([]string{"env", "REFCLOCK_IPC_NAMESPACE=1"}, unshare...)
}

// captures points the tests to the receivers' recordings, if they lie beside the project.
func captures() {
	const name = "REFCLOCK_CAPTURES"
	folder, err := filepath.Abs("../shared/captures")
	if err != nil || os.Getenv(name) != "" {
		return
	}
	if _, err := os.Stat(folder); err == nil {
		os.Setenv(name, folder)
	}
}

// fetch runs a script that gets what some tests need and prints one line on it.
func fetch(r *report, what, script string, args ...string) (line string, ok bool) {
	var said bytes.Buffer
	cmd := exec.Command(script, args...)
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		r.leftOut(what, strings.Join(append(strings.Fields(said.String()), err.Error()), " "))
		return "", false
	}
	return strings.TrimSpace(string(out)), true
}
