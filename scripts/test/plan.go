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

// plan returns the runs that are possible here, and reports what is not.
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
	switch {
	case runtime.GOARCH != "amd64":
		r.leftOut("386", "this processor is "+runtime.GOARCH)
	case runs386():
		runs = append(runs, foreign("386", wrapper, libraries(), "GOARCH=386"))
	default: // qemu's emulation of a processor mixes up the threads of a Go program for 386
		r.leftOut("386", "this kernel runs no 32-bit programs: make lab-386 runs those of shm")
	}
	if qemu, ok := fetch(r, "ARMv6 under qemu", "scripts/fetch-qemu", "arm"); ok {
		runs = append(runs, foreign("ARMv6 under qemu", emulated(wrapper, qemu), libraries(), "GOARCH=arm", "GOARM=6"))
	}
	if runtime.GOARCH == "arm64" {
		return runs
	}
	if qemu, ok := fetch(r, "arm64 under qemu", "scripts/fetch-qemu", "aarch64"); ok {
		runs = append(runs, foreign("arm64 under qemu", emulated(wrapper, qemu), withoutDrivers(libraries()), "GOARCH=arm64"))
		r.omit("arm64 under qemu", "driver", "its layouts are those of amd64, and an emulator needs minutes: make lab-arm64 runs the gps driver")
	}
	r.leftOut("race detector on ARM", "it needs addresses of 48 bits, and emulated programs have 39 bits; it does not support 32-bit processors")
	return runs
}

// native returns the runs of all packages on this processor, with the race detector if it
// can be built. Tests with daemons and the chaos test run last and alone, because a busy machine
// disturbs their measurements.
func native(r *report) []run {
	rest := run{name: runtime.GOARCH, args: append([]string{"-skip", "^TestChaos$"}, packages()...)}
	chaos := run{name: "chaos", args: []string{"-run", "^TestChaos$", "./cmd/refclock"}}
	interop := run{name: "with daemons", args: []string{"./interop"}}
	if _, err := exec.LookPath("gcc"); err != nil {
		r.leftOut("race detector", "no gcc")
		return []run{rest, chaos, interop}
	}
	// The simulations of the gps driver take minutes under the race detector, and have no
	// goroutines: it sees a few of each kind.
	rest.args = withoutSimulations(rest.args)
	all := run{name: "driver/gps", args: []string{"./driver/gps"}}
	few := run{name: "driver/gps", args: []string{"-short", "-skip", "^TestMatrix$", "./driver/gps"}}
	return []run{rest.race(), all, few.race(), chaos.race(), interop.race()}
}

func (u run) race() run {
	u.name += ", race detector"
	u.env = append(u.env, "CGO_ENABLED=1")
	u.args = append([]string{"-race"}, u.args...)
	return u
}

// packages returns all packages but interop.
func packages() []string {
	return slices.DeleteFunc(listed("./..."), func(path string) bool { return strings.HasSuffix(path, "/interop") })
}

// libraries returns the packages whose data layouts depend on the processor.
func libraries() []string {
	var patterns []string
	for _, folder := range []string{"nmea", "ubx", "pps", "shm", "sock", "driver"} {
		if _, err := os.Stat(folder); err == nil {
			patterns = append(patterns, "./"+folder+"/...")
		}
	}
	return listed(patterns...)
}

// listed returns the packages of patterns. If go list fails, go test reports why.
func listed(patterns ...string) []string {
	out, err := exec.Command("go", append([]string{"list"}, patterns...)...).Output()
	if err != nil {
		return patterns
	}
	return strings.Fields(string(out))
}

// withoutSimulations returns a list of packages without the one of the gps driver alone, whose simulations take minutes.
func withoutSimulations(list []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(path string) bool { return strings.HasSuffix(path, "/driver/gps") })
}

// withoutDrivers returns a list of packages without the drivers.
func withoutDrivers(list []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(path string) bool { return strings.Contains(path, "/driver") })
}

// runs386 reports whether the kernel runs 32-bit programs. Some on virtual machines do not.
func runs386() bool {
	folder, err := os.MkdirTemp("", "")
	if err != nil {
		return true
	}
	defer os.RemoveAll(folder)
	source, program := filepath.Join(folder, "main.go"), filepath.Join(folder, "main")
	if err := os.WriteFile(source, []byte("package main\nfunc main() {}\n"), 0o600); err != nil {
		return true
	}
	build := exec.Command("go", "build", "-o", program, source)
	build.Env = append(os.Environ(), "GOARCH=386", "CGO_ENABLED=0")
	return build.Run() != nil || exec.Command(program).Run() == nil // the run shows why the build fails
}

// foreign returns a run for another processor. The wrapper starts the test program.
func foreign(name string, wrapper, packages []string, env ...string) run {
	// One processor is enough for random searches, and for the longest simulations, which take an
	// emulator four to eight minutes.
	u := run{name: name, env: append(env, "CGO_ENABLED=0"), args: []string{"-short", "-skip", "^(TestMatrix|TestFound)$"}}
	if len(wrapper) > 0 {
		u.args = append(u.args, "-exec", strings.Join(wrapper, " "))
	}
	u.args = append(u.args, packages...)
	return u
}

// emulated returns a wrapper that starts a test program in an emulator.
func emulated(wrapper []string, emulator string) []string {
	return append(slices.Clone(wrapper), emulator)
}

// namespace returns the command that starts a program in its own IPC namespace, apart from the
// machine's units. Emulated tests cannot create one. REFCLOCK_IPC_NAMESPACE shows the tests
// that they run in a namespace. Without it, they skip the parts that need one.
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

// captures sets the folder of the receivers' recordings, if it is next to the project.
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

// fetch runs a script that downloads what some tests need, and returns the line that it prints.
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
