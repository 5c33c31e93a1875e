package interop

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/status"
)

// replugsEnv sets the number of cycles, such as 50, instead of the usual few.
const replugsEnv = "REFCLOCK_REPLUGS"

// A receiver is unplugged and replugged repeatedly while chronyd reads the samples of
// refclock run. No sample is of a wrong second, refclock logs each change of state once, and
// leaks no resource.
func TestReplug(t *testing.T) {
	isolate(t, func() {
		cycles := 3
		if n, err := strconv.Atoi(os.Getenv(replugsEnv)); err == nil {
			cycles = n
		}
		const late = 200 * time.Millisecond
		c := newChronyd(t, unit)
		c.start()
		dir := scratch(t)
		r := replugged{t: t, dir: dir, link: filepath.Join(dir, "gps")}
		file := filepath.Join(dir, "refclock.toml")
		text := fmt.Sprintf("[[gps]]\ndevice = %q\nbaud = 9600\nunit = %d\ndelay = %q\npps = \"none\"\nwitness = \"none\"\n", r.link, unit, late.String())
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		r.run = start(t, "refclock", "run", "--config", file, "--socket", r.socket())
		eventually(t, 15*time.Second, func() bool { _, ok := r.status(); return ok }, "refclock status answers")

		var early usage
		var read, published []time.Duration
		for cycle := range cycles {
			before, _ := r.status()
			receiver := start(t, "refclock", "simulate", "--baud", "9600", "--delay", late.String(), "--jitter", "0s", "--link", r.link)
			receiver.firstLine()
			plugged := time.Now()
			eventually(t, 20*time.Second, func() bool { now, _ := r.status(); return now.Beats > before.Beats }, "cycle %d: the port is read", cycle)
			if cycle > 0 { // the first time includes settling
				read = append(read, time.Since(plugged))
			}
			eventually(t, 60*time.Second, func() bool { now, _ := r.status(); return now.Published > before.Published }, "cycle %d: a sample", cycle)
			if cycle > 0 {
				published = append(published, time.Since(plugged))
			}
			n := len(c.samples(unit))
			eventually(t, 30*time.Second, func() bool { return len(c.samples(unit)) > n }, "cycle %d: chronyd has a sample", cycle)
			receiver.stop() // this removes the link, and then the port
			eventually(t, 20*time.Second, func() bool { now, _ := r.status(); return now.State.Reason == "no port" }, "cycle %d: no port", cycle)
			if cycle == cycles/5 {
				early = r.usage()
			}
		}
		t.Logf("%d cycles: read after %v, at worst %v; the next sample after %v, at worst %v", cycles,
			middle(read), slices.Max(read), middle(published), slices.Max(published))

		end := r.usage()
		t.Logf("in use after %d cycles: %+v, at the end %+v", cycles/5+1, early, end)
		if end.descriptors > early.descriptors || end.threads > early.threads+2 || end.memory > early.memory+4096 {
			t.Errorf("in use after %d cycles: %+v, after %d: %+v", cycles/5+1, early, cycles, end)
		}
		samples := c.samples(unit)
		if len(samples) < cycles {
			t.Errorf("%d samples in %d cycles", len(samples), cycles)
		}
		for _, s := range samples {
			if math.Abs(s.offset) > 0.5 { // the simulator's bytes may be late on a busy machine
				t.Errorf("%v is of a wrong second", s)
			}
		}
		r.checkLog(cycles)
	})
}

// A replugged is a refclock run whose receiver is replugged.
type replugged struct {
	t         *testing.T
	dir, link string
	run       *process
}

func (r replugged) socket() string { return filepath.Join(r.dir, "status.sock") }

// status returns the status of its clock.
func (r replugged) status() (clock status.Clock, ok bool) {
	out, err := command("refclock", "status", "--json", "--socket", r.socket()).Output()
	var report status.Report
	if err != nil || json.Unmarshal(out, &report) != nil || len(report.Clocks) != 1 {
		return clock, false
	}
	return report.Clocks[0], true
}

// usage is the resources that must not grow. The memory is private, in kB.
type usage struct{ descriptors, threads, memory int }

func (r replugged) usage() usage {
	r.t.Helper()
	proc := r.run.proc()
	descriptors, err := os.ReadDir(proc + "/fd")
	if err != nil {
		r.t.Fatal(err)
	}
	u := usage{descriptors: len(descriptors)}
	for line := range strings.Lines(read(proc + "/status")) {
		fmt.Sscanf(line, "Threads: %d", &u.threads)
		fmt.Sscanf(line, "RssAnon: %d kB", &u.memory)
	}
	if u.threads == 0 || u.memory == 0 {
		r.t.Fatal("no figures in ", proc)
	}
	return u
}

// checkLog finds changes that are logged twice or not at all.
func (r replugged) checkLog(cycles int) {
	var last string
	gone := 0
	for line := range strings.Lines(read(r.run.stderr)) {
		_, change, ok := strings.Cut(line, " msg=")
		if !ok || !strings.Contains(change, "publishing") {
			continue
		}
		if change == last {
			r.t.Errorf("logged twice: %s", line)
		}
		last = change
		if strings.Contains(change, `reason="no port"`) {
			gone++
		}
	}
	if gone < 1 || gone > cycles+1 { // there is no port at the start; later ones are summarised
		r.t.Errorf("%d lines with no port in %d cycles", gone, cycles)
	}
}

func middle(times []time.Duration) time.Duration {
	return slices.Sorted(slices.Values(times))[len(times)/2].Round(time.Millisecond)
}
