package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/internal/pty"
	"github.com/refclock/refclock/internal/realtime"
	"github.com/refclock/refclock/internal/status"
)

// fifoThreads returns the priorities of the threads of a process that have SCHED_FIFO.
func fifoThreads(t *testing.T, pid int) (list []int) {
	t.Helper()
	threads, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, thread := range threads {
		tid, _ := strconv.Atoi(thread.Name())
		if a, err := unix.SchedGetAttr(tid, 0); err == nil && a.Policy == unix.SCHED_FIFO { // else it has ended
			list = append(list, int(a.Priority))
		}
	}
	return list
}

// With realtime = true, only the thread that reads the port has SCHED_FIFO. Without it, none
// has. A reload changes this. Where the kernel refuses, the clock runs as without the setting,
// and the log and the report say so once.
func TestRealtimeThreads(t *testing.T) {
	t.Parallel()
	line, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer line.Close()
	folder := t.TempDir()
	file, socket := filepath.Join(folder, "rc.toml"), filepath.Join(folder, "status")
	write := func(on bool) {
		text := fmt.Sprintf("[daemon]\nrealtime = %v\n\n[[gps]]\ndevice = %q\nbaud = 9600\nsock = %q\npps = \"none\"\nwitness = \"none\"\n", on, line.Name(), filepath.Join(folder, "s"))
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(false)
	var log bytes.Buffer
	cmd := program(t, "run", "--config", file, "--socket", socket)
	cmd.Stderr = &log
	ended := launch(t, cmd)
	// await waits until the loop of the clock turns, in the wanted mode.
	await := func(on bool) (r status.Report) {
		t.Helper()
		for deadline := time.Now().Add(longEnough); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
			if r, err = status.Ask(socket); err == nil && (r.Realtime != nil) == on && len(r.Clocks) > 0 && r.Clocks[0].Beats > 0 {
				return r
			}
		}
		t.Fatalf("the clock does not run: %v, %+v", err, r)
		return r
	}
	await(false)
	if got := fifoThreads(t, cmd.Process.Pid); got != nil {
		t.Errorf("without the setting, threads have the priorities %v", got)
	}
	write(true)
	cmd.Process.Signal(syscall.SIGHUP)
	r := await(true)
	var want []int
	for _, p := range r.Realtime.Parts {
		switch {
		case p.InForce && p.Name == realtime.Threads:
			want = []int{realtime.Priority}
		case !p.InForce && (p.Error == "" || p.Hint == ""):
			t.Errorf("%+v", p)
		}
	}
	if got := fifoThreads(t, cmd.Process.Pid); !slices.Equal(got, want) || r.Realtime.Threads != len(want) {
		t.Errorf("threads have the priorities %v, the report %d threads; want %v", got, r.Realtime.Threads, want)
	}
	write(false)
	cmd.Process.Signal(syscall.SIGHUP)
	await(false)
	if got := fifoThreads(t, cmd.Process.Pid); got != nil {
		t.Errorf("switched off, threads have the priorities %v", got)
	}
	if err := terminated(t, cmd, ended); err != nil {
		t.Errorf("ended with %v", err)
	}
	for _, p := range r.Realtime.Parts {
		once := 1
		if p.InForce {
			once = 0
		}
		if n := strings.Count(log.String(), "part="+p.Name); n != once {
			t.Errorf("%s, in force %v: %d lines in the log\n%s", p.Name, p.InForce, n, log.String())
		}
	}
}
