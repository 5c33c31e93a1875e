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

// A process is a daemon or a producer, which lives until it is stopped: one
// that ends of itself fails the test.
type process struct {
	t      *testing.T
	cmd    *exec.Cmd
	stdout string // the file with what it printed
	stderr string
	exited chan struct{}
	asked  atomic.Bool // to end
}

// start runs a program of the stage until the test ends. What it said is shown if the test failed.
func start(t *testing.T, program string, args ...string) *process {
	t.Helper()
	dir := scratch(t)
	p := &process{
		t:      t,
		cmd:    command(program, args...),
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
			t.Errorf("%s ended of itself: %v", p.cmd.Path, err)
		}
		close(p.exited)
	}()
	t.Cleanup(p.finish)
	return p
}

func (p *process) finish() {
	p.stop()
	if p.t.Failed() {
		p.t.Logf("%s\n%s%s", strings.Join(p.cmd.Args, " "), read(p.stdout), read(p.stderr))
	}
}

// stop asks the process to end, and insists after a while.
func (p *process) stop() {
	p.t.Helper()
	p.asked.Store(true)
	p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.exited:
	case <-time.After(10 * time.Second):
		p.t.Errorf("%s did not end on SIGTERM", p.cmd.Path)
		p.cmd.Process.Kill()
		<-p.exited
	}
}

// proc is the process's folder in /proc, which is that of outside: there it has another number.
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

// command is a program of the stage, with the libraries that came with it.
func command(program string, args ...string) *exec.Cmd {
	cmd := exec.Command(staged(program), args...)
	cmd.Env = append(os.Environ(), "LD_LIBRARY_PATH="+libraries())
	return cmd
}

// libraries are the folders of the daemons' libraries, those that NTPsec keeps for itself among them.
func libraries() string {
	var dirs []string
	for _, pattern := range []string{"lib/*-linux-gnu*", "usr/lib/*-linux-gnu*", "usr/lib/*-linux-gnu*/ntp"} {
		found, _ := filepath.Glob(staged("daemons", pattern))
		dirs = append(dirs, found...)
	}
	return strings.Join(dirs, ":")
}

// eventually polls until done, or fails the test saying what did not come true.
// It gives up at once when a process has ended of itself.
func eventually(t *testing.T, patience time.Duration, done func() bool, format string, args ...any) {
	t.Helper()
	for deadline := time.Now().Add(patience); !done(); time.Sleep(50 * time.Millisecond) {
		if t.Failed() {
			t.FailNow()
		}
		if time.Now().After(deadline) {
			t.Fatalf("not in %v: "+format, append([]any{patience}, args...)...)
		}
	}
}
