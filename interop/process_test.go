package interop

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// A process is a daemon or a producer that runs until it is stopped. If it exits by itself,
// the test fails.
type process struct {
	t      *testing.T
	cmd    *exec.Cmd
	stdout string // file with its output
	stderr string
	exited chan struct{}
	asked  atomic.Bool // stop was called

	contested bool // another producer writes its unit
}

// start runs a program of the stage until the test ends. If the test fails, it logs the
// program's output.
func start(t *testing.T, program string, args ...string) *process {
	t.Helper()
	return startCommand(t, command(program, args...))
}

// startCommand runs a command until the test ends.
func startCommand(t *testing.T, cmd *exec.Cmd) *process {
	t.Helper()
	dir := scratch(t)
	p := &process{
		t:      t,
		cmd:    cmd,
		stdout: filepath.Join(dir, "stdout"),
		stderr: filepath.Join(dir, "stderr"),
		exited: make(chan struct{}),
	}
	stdout, stderr := create(t, p.stdout), create(t, p.stderr)
	defer stdout.Close()
	defer stderr.Close()
	p.cmd.Stdout, p.cmd.Stderr = stdout, stderr
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		err := p.cmd.Wait()
		if !p.asked.Load() {
			t.Errorf("%s exited by itself: %v", p.cmd.Path, err)
		}
		close(p.exited)
	}()
	t.Cleanup(p.finish)
	return p
}

func (p *process) finish() {
	p.stop()
	// Nothing that a time daemon does to a unit may look like another producer.
	if log := read(p.stderr); strings.Contains(log, "unit contested") != p.contested {
		p.t.Errorf("another producer is reported: %v, want %v:\n%s", !p.contested, p.contested, log)
	}
	if p.t.Failed() {
		p.t.Logf("%s\n%s%s", strings.Join(p.cmd.Args, " "), read(p.stdout), read(p.stderr))
	}
}

// stop terminates the process, and kills it after 10 s.
func (p *process) stop() {
	p.t.Helper()
	p.asked.Store(true)
	p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.exited:
	case <-time.After(10 * time.Second):
		p.t.Errorf("%s did not exit on SIGTERM", p.cmd.Path)
		p.cmd.Process.Kill()
		<-p.exited
	}
}

// proc returns the process's folder in /proc. This /proc is that of outside, where the
// process has another number.
func (p *process) proc() string {
	p.t.Helper()
	ours, _ := os.Readlink("/proc/self/ns/pid")
	list, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range list {
		for line := range strings.Lines(read(filepath.Join(dir, "status"))) {
			if numbers, ok := strings.CutPrefix(line, "NSpid:"); ok && strings.HasSuffix(strings.TrimSpace(numbers), "\t"+strconv.Itoa(p.cmd.Process.Pid)) {
				if theirs, err := os.Readlink(filepath.Join(dir, "ns/pid")); err == nil && theirs == ours {
					return dir
				}
			}
		}
	}
	p.t.Fatalf("no process %d in /proc", p.cmd.Process.Pid)
	return ""
}

// firstLine waits for the first line that the process prints.
func (p *process) firstLine() (line string) {
	p.t.Helper()
	eventually(p.t, 30*time.Second, func() (ok bool) {
		line, _, ok = strings.Cut(read(p.stdout), "\n")
		return ok
	}, "%s prints a line", p.cmd.Path)
	return line
}

// command returns a command for a program of the stage, with the stage's libraries.
func command(program string, args ...string) *exec.Cmd {
	cmd := exec.Command(staged(program), args...)
	cmd.Env = append(os.Environ(), "LD_LIBRARY_PATH="+libraries())
	return cmd
}

// libraries returns the folders of the daemons' libraries, including NTPsec's private ones.
func libraries() string {
	var dirs []string
	for _, pattern := range []string{"lib/*-linux-gnu*", "usr/lib/*-linux-gnu*", "usr/lib/*-linux-gnu*/ntp"} {
		found, _ := filepath.Glob(staged("daemons", pattern))
		dirs = append(dirs, found...)
	}
	return strings.Join(dirs, ":")
}

// eventually polls until done returns true, or fails the test after a timeout. It fails at
// once if a process has exited by itself.
func eventually(t *testing.T, timeout time.Duration, done func() bool, format string, args ...any) {
	t.Helper()
	for deadline := time.Now().Add(timeout); !done(); time.Sleep(50 * time.Millisecond) {
		if t.Failed() {
			t.FailNow()
		}
		if time.Now().After(deadline) {
			t.Fatalf("not in %v: "+format, append([]any{timeout}, args...)...)
		}
	}
}
