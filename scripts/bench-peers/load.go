package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// A disturbance is what one refclock suffers while the others run undisturbed.
type disturbance struct {
	name     string
	settings string // of the table [daemon]
	// shell is run before refclock, in the same process, so that refclock inherits its effects. $1 is
	// a folder, and $2 a control group of memory.
	shell string
	short bool // whether it needs that control group
}

const (
	// groupMemory is the limit of the control group: less than refclock and the file that is read
	// beside it.
	groupMemory = 64 << 20

	// enterGroup moves the process into the group, and starts a program in it that reads a file of
	// 256 MB repeatedly. refclock runs from a copy, so that its pages belong to the group, too: the
	// kernel discards them for those of the file, and must read them again.
	enterGroup = `head -c 256M /dev/zero >"$1/large" && sync "$1/large" && dd if="$1/large" iflag=nocache count=0 2>/dev/null &&
		echo $$ >"$2/cgroup.procs" && cp "$3" "$1/refclock" && sync "$1/refclock" &&
		{ while :; do cat "$1/large" >/dev/null; sleep 0.1; done & } && set -- "$1" "$2" "$1/refclock"`
)

var disturbances = []disturbance{
	{name: "nothing"},
	{name: "standard error is blocked: a full pipe without a reader",
		shell: `mkfifo "$1/pipe" && exec 2<>"$1/pipe" && head -c 65536 /dev/zero >&2`},
	{name: "the state folder is on a full disk", settings: "keep_history = true\n",
		shell: `mkdir "$1/full" && mount -t tmpfs -o size=64k tmpfs "$1/full" && { head -c 1M /dev/zero >"$1/full/file" 2>/dev/null || true; } && export STATE_DIRECTORY="$1/full"`},
	{name: "memory is short", short: true, shell: enterGroup},
	{name: "memory is short, with realtime = true", settings: "realtime = true\n", short: true, shell: enterGroup},
}

// underLoad prints what disturbances do to the samples, quiet and with both processors busy.
func (r *rig) underLoad() error {
	f, err := r.play([]stream{{"", steady("u-blox", 9600)}}, len(disturbances), 2*time.Second, warmTime+2*r.cell+10*time.Second)
	if err != nil {
		return err
	}
	defer f.stop()
	var victims []*victim
	defer func() {
		for _, v := range victims {
			v.stop()
		}
	}()
	for i, d := range disturbances {
		v, err := r.disturb(d, f.names[0][i])
		if err != nil {
			return fmt.Errorf("%s: %w", d.name, err)
		}
		victims = append(victims, v)
	}
	if err := r.sleep(time.Until(f.epoch.Add(warmTime))); err != nil {
		return err
	}
	var t table
	t.add("Disturbance", "Load", "Samples lost", "Wrong seconds", "Stamps: sd, p95, ms", "After the last byte: median, p95, ms", "CPU, ms per second", "RSS, MB")
	for _, loaded := range []bool{false, true} {
		if err := r.loadCell(&t, f, victims, loaded); err != nil {
			return err
		}
	}
	t.print("Disturbances")
	fmt.Printf("\nOne refclock for each line, with the same bytes in the same %.0f s. Lost are seconds without a sample; a wrong second is off by half a second or more. %s\n", r.cell.Seconds(), f.lateness(1))
	for _, v := range victims {
		if v.missing != nil {
			fmt.Printf("Not measured: %s: %v.\n", v.name, v.missing)
		}
	}
	return nil
}

// A victim is a refclock with a disturbance.
type victim struct {
	disturbance
	process *process
	watcher *watcher
	group   string
	missing error // why it does not run
}

// disturb starts a refclock that suffers d.
func (r *rig) disturb(d disturbance, port string) (*victim, error) {
	v := &victim{disturbance: d}
	dir, units, err := r.configure(9600, []string{port}, "[daemon]\n"+d.settings+"\n")
	if err != nil {
		return nil, err
	}
	if d.short {
		if v.group, v.missing = memoryGroup(groupMemory); v.missing != nil {
			return v, nil
		}
	}
	// The program is the last argument, which enterGroup replaces.
	script := "set -e\n" + d.shell + "\n" + `exec "$3" run --config "$1/` + configuration + `" --socket "$1/socket"`
	env := []string{"RUNTIME_DIRECTORY=" + dir, "STATE_DIRECTORY=" + dir}
	v.process, err = r.start("refclock", "/bin/sh", env, "-c", script, "sh", dir, v.group, filepath.Join(r.tools, "refclock"))
	if err != nil {
		return nil, err
	}
	v.watcher = watchUnit(units[0], 2*time.Millisecond)
	return v, nil
}

func (v *victim) stop() {
	if v.process != nil {
		v.process.stop()
		v.watcher.stop()
	}
	if v.group != "" {
		removeGroup(v.group)
	}
}

// loadCell measures all victims at the same time.
func (r *rig) loadCell(t *table, f *feed, victims []*victim, loaded bool) error {
	load, loops, err := r.load(loaded)
	defer stopAll(loops)
	if err != nil {
		return err
	}
	var running []*victim
	var processes []*process
	for _, v := range victims {
		if v.missing == nil {
			running, processes = append(running, v), append(processes, v.process)
		}
	}
	from := time.Now()
	used, _, err := r.usage(processes)
	if err != nil {
		return err
	}
	until := time.Now()
	if err := r.sleep(2 * time.Second); err != nil { // the last samples
		return err
	}
	for i, v := range running {
		samples, truth := v.watcher.all(), f.truth(0)
		wrong, _ := wrongSeconds(samples, truth)
		var got outcome
		got.add(samples, truth, from, until)
		t.add(v.name, load, fmt.Sprintf("%d of %d", got.lost, got.due), fmt.Sprint(wrong),
			fmt.Sprintf("%s, %s", figure(deviation(got.late)), figure(beyond(got.late))),
			fmt.Sprintf("%s, %s", figure(quantile(got.age, 0.5)), figure(quantile(got.age, 0.95))),
			ranged(used[i]), figure(memory(v.process.Process.Pid, "VmRSS")))
	}
	return nil
}

// memoryGroup creates a control group of memory with a limit, of version 1 or 2.
func memoryGroup(limit int) (folder string, _ error) {
	for _, version := range []struct{ parent, limit string }{
		{"/sys/fs/cgroup/memory", "memory.limit_in_bytes"},
		{"/sys/fs/cgroup", "memory.max"},
	} {
		if _, err := os.Stat(filepath.Join(version.parent, "cgroup.procs")); err != nil {
			continue
		}
		if all, err := os.ReadFile(filepath.Join(version.parent, "cgroup.subtree_control")); err == nil && !strings.Contains(string(all), "memory") {
			continue
		}
		folder, err := os.MkdirTemp(version.parent, "bench-peers.")
		if err != nil {
			return "", err
		}
		if err := os.WriteFile(filepath.Join(folder, version.limit), []byte(fmt.Sprint(limit)), 0); err != nil {
			os.Remove(folder)
			return "", err
		}
		return folder, nil
	}
	return "", errors.New("no control group of memory: see cgroups(7)")
}

// removeGroup ends the processes of a group, and removes it.
func removeGroup(folder string) {
	for range 50 {
		procs, _ := os.ReadFile(filepath.Join(folder, "cgroup.procs"))
		for _, pid := range strings.Fields(string(procs)) {
			if n, err := strconv.Atoi(pid); err == nil && n > 1 {
				_ = unix.Kill(n, unix.SIGKILL)
			}
		}
		if os.Remove(folder) == nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}
