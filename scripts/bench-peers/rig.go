package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A rig is what all parts share.
type rig struct {
	ctx     context.Context
	tools   string // folder, see main
	cell    time.Duration
	scratch string // folder, removed at the end
	folders int
	port    int // the last TCP port that a gpsd got
	unit    int // the last unit that refclock got
}

// firstUnit is the unit before the first that refclock gets.
const firstUnit = 19

func newRig(ctx context.Context, tools string, cell time.Duration) (*rig, error) {
	if err := settle(); err != nil {
		return nil, err
	}
	for _, name := range []string{"refclock", "feeder", "floor", "serialport.so", "gpsd/usr/sbin/gpsd", "daemons/usr/sbin/ntpd", "daemons/usr/sbin/chronyd"} {
		if _, err := os.Stat(filepath.Join(tools, name)); err != nil {
			return nil, fmt.Errorf("-tools: %w", err)
		}
	}
	scratch, err := os.MkdirTemp("", "bench-peers.")
	if err != nil {
		return nil, err
	}
	return &rig{ctx: ctx, tools: tools, cell: cell, scratch: scratch, port: 29470, unit: firstUnit}, os.Chmod(scratch, 0o777)
}

// folder returns a new folder, in which a daemon that is not root can write too.
func (r *rig) folder() (string, error) {
	r.folders++
	dir := filepath.Join(r.scratch, fmt.Sprint(r.folders))
	if err := os.Mkdir(dir, 0o777); err != nil {
		return "", err
	}
	return dir, os.Chmod(dir, 0o777)
}

// sleep waits, unless the run ends.
func (r *rig) sleep(d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-r.ctx.Done():
		return context.Cause(r.ctx)
	}
}

// A process is a program that runs until it is stopped.
type process struct {
	*exec.Cmd
	name   string
	log    string // file with its output
	exited chan struct{}
}

// start runs a program with its own folder for the log.
func (r *rig) start(name, program string, env []string, args ...string) (*process, error) {
	dir, err := r.folder()
	if err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	p := &process{Cmd: exec.Command(program, args...), name: name, log: log.Name(), exited: make(chan struct{})}
	p.Env = append(os.Environ(), env...)
	p.Stdout, p.Stderr = log, log
	if err := p.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = p.Wait()
		close(p.exited)
	}()
	return p, nil
}

// check returns an error with the end of its log if the program has ended by itself.
func (p *process) check() error {
	select {
	case <-p.exited:
		log, _ := os.ReadFile(p.log)
		return fmt.Errorf("%s ended by itself: %v\n%s", p.name, p.ProcessState, log[max(0, len(log)-2000):])
	default:
		return nil
	}
}

// used returns the usage of the program, which must still run.
func (p *process) used() (usage, error) {
	if err := p.check(); err != nil {
		return usage{}, err
	}
	return used(p.Process.Pid)
}

// stop ends the program, by force if it does not end in 5 s.
func (p *process) stop() {
	_ = p.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.exited:
	case <-time.After(5 * time.Second):
		_ = p.Process.Kill()
		<-p.exited
	}
}

func stopAll(all []*process) {
	for _, p := range all {
		p.stop()
	}
}

// load starts a busy loop for each of two processors, at normal priority, if loaded is set. It
// returns its name for a table, and the loops, also with an error.
func (r *rig) load(loaded bool) (name string, loops []*process, err error) {
	if !loaded {
		return "none added", nil, nil
	}
	for range 2 {
		p, err := r.start("busy loop", "/bin/sh", nil, "-c", "while :; do :; done")
		if err != nil {
			return "", loops, err
		}
		loops = append(loops, p)
	}
	return "2 busy loops added", loops, nil
}

// describe prints the machine and the versions.
func (r *rig) describe() {
	var name unix.Utsname
	_ = unix.Uname(&name)
	version := func(program string, env []string, args ...string) string {
		cmd := exec.Command(filepath.Join(r.tools, program), args...)
		cmd.Env = append(os.Environ(), env...)
		out, _ := cmd.CombinedOutput()
		first, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
		return strings.TrimPrefix(first, filepath.Dir(filepath.Join(r.tools, program))+"/") // gpsd prints its path
	}
	fmt.Printf("%s UTC, %s, %d CPUs, Linux %s %s, load average %s.\n\n", time.Now().UTC().Format("2006-01-02 15:04"), processor(), runtime.NumCPU(),
		unix.ByteSliceToString(name.Release[:]), unix.ByteSliceToString(name.Machine[:]), loadAverage())
	fmt.Printf("- %s\n", version("refclock", nil, "version"))
	fmt.Printf("- %s\n", version("gpsd/usr/sbin/gpsd", r.libraries("gpsd"), "-V"))
	fmt.Printf("- %s\n", version("daemons/usr/sbin/ntpd", r.libraries("daemons"), "--version"))
	fmt.Printf("- %s\n", version("daemons/usr/sbin/chronyd", r.libraries("daemons"), "--version"))
}

func processor() string {
	info, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(info)) {
		if key, value, ok := strings.Cut(line, ":"); ok && slices.Contains([]string{"model name", "Model"}, strings.TrimSpace(key)) {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}

func loadAverage() string {
	load, _ := os.ReadFile("/proc/loadavg")
	first, _, _ := strings.Cut(string(load), " ")
	return first
}
