package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/internal/pty"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/sock"
)

// programEnv makes the test program behave as the refclock command.
const programEnv = "REFCLOCK_TEST_PROGRAM"

// program returns a command that runs refclock as a process of its own.
func program(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, args...)
	cmd.Env = append(os.Environ(), programEnv+"=1", "STATE_DIRECTORY="+t.TempDir(), "RUNTIME_DIRECTORY="+t.TempDir())
	return cmd
}

// launch starts a program, and kills it at the end of the test.
func launch(t *testing.T, cmd *exec.Cmd) (ended chan error) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended = make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() { cmd.Process.Kill() })
	return ended
}

// longEnough is more than any step of these tests takes on a busy machine. Only a program
// that hangs needs it.
const longEnough = 30 * time.Second

// A stuckPipe is a pipe that no program reads.
type stuckPipe struct{ r, w *os.File }

func newStuckPipe(t *testing.T) stuckPipe {
	t.Helper()
	var fds [2]int
	if err := unix.Pipe2(fds[:], unix.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
	p := stuckPipe{os.NewFile(uintptr(fds[0]), "r"), os.NewFile(uintptr(fds[1]), "w")}
	t.Cleanup(func() { p.r.Close(); p.w.Close() })
	return p
}

// fill fills the pipe up to its last byte. The other descriptors of it stay blocking.
func (p stuckPipe) fill(t *testing.T) {
	t.Helper()
	fd, err := unix.Open(fmt.Sprintf("/proc/self/fd/%d", p.w.Fd()), unix.O_WRONLY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	for _, size := range []int{4096, 1} {
		for {
			if _, err := unix.Write(fd, make([]byte, size)); errors.Is(err, unix.EAGAIN) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
		}
	}
}

// samples waits for samples at a socket.
func samples(t *testing.T, r *sock.Receiver, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), longEnough)
	defer cancel()
	for range n {
		if _, err := r.Receive(ctx); err != nil {
			t.Fatalf("no sample: %v", err)
		}
	}
}

// terminated ends a program with SIGTERM, which must not wait for anything.
func terminated(t *testing.T, cmd *exec.Cmd, ended chan error) error {
	t.Helper()
	cmd.Process.Signal(syscall.SIGTERM)
	select {
	case err := <-ended:
		return err
	case <-time.After(longEnough):
		t.Fatal("the program does not end")
		return nil
	}
}

// Neither a sample nor the end waits for the reader of standard error, whether it stops
// before the start or later.
func TestStandardErrorIsBlocked(t *testing.T) {
	for _, c := range []struct {
		name  string
		begin bool // the pipe is full from the start
	}{{"from the start", true}, {"later", false}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			pipe := newStuckPipe(t)
			if c.begin {
				pipe.fill(t)
			}
			path := filepath.Join(t.TempDir(), "s")
			receiver, err := sock.Listen(path)
			if err != nil {
				t.Fatal(err)
			}
			defer receiver.Close()
			cmd := program(t, "offbyone", "--interval", "100ms", "--summary", "100ms", "--sock", path)
			cmd.Stderr = pipe.w
			ended := launch(t, cmd)
			samples(t, receiver, 3)
			pipe.fill(t)
			samples(t, receiver, 25) // in which time there are summaries to log
			if err := terminated(t, cmd, ended); err != nil {
				t.Errorf("ended with %v", err)
			}
		})
	}
}

// A clock survives the reader of its log.
func TestStandardErrorIsBroken(t *testing.T) {
	t.Parallel()
	pipe := newStuckPipe(t)
	path := filepath.Join(t.TempDir(), "s")
	receiver, err := sock.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	defer receiver.Close()
	cmd := program(t, "offbyone", "--interval", "100ms", "--sock", path)
	cmd.Stderr = pipe.w
	pipe.r.Close()
	ended := launch(t, cmd)
	samples(t, receiver, 10)
	if err := terminated(t, cmd, ended); err != nil {
		t.Errorf("ended with %v", err)
	}
}

// A command whose output no program reads ends all the same.
func TestStandardOutputIsBlocked(t *testing.T) {
	t.Parallel()
	var clocks strings.Builder
	for unit := 2; unit < 250; unit++ { // more than the pipe takes
		fmt.Fprintf(&clocks, "[[offbyone]]\nunit = %d\n", unit)
	}
	config := filepath.Join(t.TempDir(), "c.toml")
	if err := os.WriteFile(config, []byte(clocks.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"run", "--check", "--config", config}, {"run", "--print-reference"}} {
		pipe := newStuckPipe(t)
		size, err := unix.FcntlInt(pipe.w.Fd(), unix.F_SETPIPE_SZ, 4096)
		if err != nil {
			t.Fatal(err)
		}
		var text strings.Builder
		cmd := program(t, args...)
		cmd.Stdout, cmd.Stderr = pipe.w, &text
		ended := launch(t, cmd)
		// A line that does not fit waits.
		for full := 0; full < size-100; time.Sleep(10 * time.Millisecond) {
			if len(ended) > 0 {
				t.Fatalf("%q has ended: %v", args, <-ended)
			}
			if full, err = unix.IoctlGetInt(int(pipe.r.Fd()), unix.TIOCINQ); err != nil {
				t.Fatal(err)
			}
		}
		if err := terminated(t, cmd, ended); err == nil || !strings.Contains(text.String(), errStuck.Error()) {
			t.Errorf("%q: ended with %v, %q; want the reason", args, err, &text)
		}
	}
}

// A reload with one port under two names logs the line, the setting and the other clock,
// and changes nothing.
func TestReloadOfAPortUsedTwice(t *testing.T) {
	t.Parallel()
	port, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer port.Close()
	dir := t.TempDir()
	file, socket, link := filepath.Join(dir, "c.toml"), filepath.Join(dir, "status.sock"), filepath.Join(dir, "gps")
	const good = "[[offbyone]]\nsock = \"/nonexistent/s\"\n"
	if err := errors.Join(os.WriteFile(file, []byte(good), 0o600), os.Symlink(port.Name(), link)); err != nil {
		t.Fatal(err)
	}
	cmd := program(t, "run", "--config", file, "--socket", socket)
	log, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	ended := launch(t, cmd)
	for began := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		// The socket answers before the clock runs, and its report is at most a second old.
		if r, err := status.Ask(socket); err == nil && len(r.Clocks) == 1 {
			break
		} else if time.Since(began) > longEnough {
			t.Fatal(len(r.Clocks), err)
		}
	}
	clock := "[[gps]]\ndevice = %q\npps = \"none\"\nwitness = \"none\"\nsock = \"/nonexistent/%d\"\n"
	bad := good + fmt.Sprintf(clock, port.Name(), 1) + fmt.Sprintf(clock, link, 2)
	if err := os.WriteFile(file, []byte(bad), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd.Process.Signal(syscall.SIGHUP)
	defer time.AfterFunc(longEnough, func() { cmd.Process.Kill() }).Stop()
	lines := bufio.NewScanner(log)
	for lines.Scan() && !strings.Contains(lines.Text(), "not reloaded") {
	}
	for _, want := range []string{"level=ERROR", file + ":9: device", link, "the [[gps]] on line 3 already uses this serial port"} {
		if !strings.Contains(lines.Text(), want) {
			t.Errorf("the log has %q, want %q in it", lines.Text(), want)
		}
	}
	if r, err := status.Ask(socket); err != nil || len(r.Clocks) != 1 {
		t.Errorf("%d clocks run, %v; want the one of before", len(r.Clocks), err)
	}
	if err := terminated(t, cmd, ended); err != nil {
		t.Errorf("ended with %v", err)
	}
}

// When its terminal closes, a recording is closed and not cut, unless nohup keeps it running.
func TestHangup(t *testing.T) {
	for name, c := range map[string]struct {
		signal  syscall.Signal
		ignored bool
	}{
		"terminal closed": {syscall.SIGHUP, false},
		"with nohup":      {syscall.SIGTERM, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			port, err := pty.Open()
			if err != nil {
				t.Skip("no pseudo-terminal: ", err)
			}
			defer port.Close()
			file := filepath.Join(t.TempDir(), "a.rec")
			cmd := program(t, "record", "--device", port.Name(), "--pps", "none", "--witness", "none", file)
			if c.ignored {
				cmd.Path, cmd.Args = "/bin/sh", append([]string{"sh", "-c", `trap "" HUP; exec "$0" "$@"`}, cmd.Args...)
			}
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			// A signal with a handler here is not ignored there, even if nohup started the tests.
			hangups := make(chan os.Signal, 1)
			signal.Notify(hangups, syscall.SIGHUP)
			ended := launch(t, cmd)
			signal.Stop(hangups)
			defer time.AfterFunc(longEnough, func() { cmd.Process.Kill() }).Stop()
			lines := bufio.NewScanner(out)
			for lines.Scan() && !strings.Contains(lines.Text(), "listening") {
			}
			if c.ignored {
				cmd.Process.Signal(syscall.SIGHUP)
			}
			cmd.Process.Signal(c.signal)
			for lines.Scan() {
			}
			if err := <-ended; err != nil {
				t.Errorf("ended with %v", err)
			}
			recorded, err := os.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			defer recorded.Close()
			if err := replayRecording(t.Context(), recorded, file, io.Discard, false); err != nil {
				t.Error(err)
			}
		})
	}
}
