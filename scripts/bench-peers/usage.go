package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// A usage is what a process has used since its start.
type usage struct {
	run    time.Duration // CPU time of all threads
	slices int64         // how often a thread was put on a CPU: context switches
	at     time.Time
}

// used returns the usage of a process, from the scheduler's count in nanoseconds: the clock
// ticks of /proc/PID/stat are too coarse.
func used(pid int) (u usage, err error) {
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil || len(files) == 0 {
		return u, fmt.Errorf("no process %d", pid)
	}
	u.at = time.Now()
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // the thread has ended
		}
		run, slices, err := parseSchedstat(string(text))
		if err != nil {
			return u, fmt.Errorf("%s: %w", file, err)
		}
		u.run += run
		u.slices += slices
	}
	return u, nil
}

// parseSchedstat parses "time on the CPU, time waiting for it, times on the CPU" of
// Documentation/scheduler/sched-stats.rst.
func parseSchedstat(text string) (run time.Duration, slices int64, err error) {
	field := strings.Fields(text)
	if len(field) != 3 {
		return 0, 0, fmt.Errorf("%q: expected three numbers", text)
	}
	ns, err := strconv.ParseInt(field[0], 10, 64)
	if err != nil {
		return 0, 0, err
	}
	slices, err = strconv.ParseInt(field[2], 10, 64)
	return time.Duration(ns), slices, err
}

// memory returns a field of /proc/PID/status in MB of 1024 kB.
func memory(pid int, name string) float64 { return float64(count(pid, name)) / 1024 }

// count returns a field of /proc/PID/status, without its unit.
func count(pid int, name string) int {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			n, _ := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")))
			return n
		}
	}
	return 0
}
