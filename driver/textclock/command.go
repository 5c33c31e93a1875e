package textclock

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/nmea"
)

// A Command is a program that prints lines to its standard output. Open starts it, in a
// process group of its own, and Close ends the whole group. The program has the user and the
// sandbox of this one, but not its capabilities.
type Command struct{ Args []string }

func (c Command) String() string {
	if len(c.Args) == 0 {
		return "no command"
	}
	const most = 60 // bytes
	text := printable(strings.Join(append([]string{filepath.Base(c.Args[0])}, c.Args[1:]...), " "))
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "..."
	}
	return text
}

// errCommand is wrapped by the error of a program that has ended, or could not be started.
var errCommand = errors.New("command")

const (
	// termTimeout is how long a program may take to end after SIGTERM. Then it gets SIGKILL,
	// for which the kernel needs less than killTimeout, unless a device hangs.
	termTimeout = 400 * time.Millisecond
	killTimeout = 200 * time.Millisecond

	// exitTimeout is how long a program may take to end after it has closed its output.
	exitTimeout = 200 * time.Millisecond

	exitPoll = 5 * time.Millisecond

	// messagePause is the pause after a full read of messages, as breather is after one of
	// lines. It is longer: messages may have thousands of short lines in a read, and no stamp.
	messagePause = 20 * time.Millisecond
)

// Find returns where the program is, or why it cannot be started.
func (c Command) Find() (string, error) {
	if len(c.Args) == 0 {
		return "", fmt.Errorf("%w: no program is named", errCommand)
	}
	path, err := exec.LookPath(c.Args[0])
	if err != nil { // no fs.ErrNotExist: a program does not appear as a device does
		return "", fmt.Errorf("%w: %v", errCommand, err)
	}
	return path, nil
}

// Open starts the program.
func (c Command) Open(note func(string)) (Stream, error) {
	path, err := c.Find()
	if err != nil {
		return nil, err
	}
	out, outEnd, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer outEnd.Close()
	errs, errsEnd, err := os.Pipe()
	if err != nil {
		_ = out.Close()
		return nil, err
	}
	defer errsEnd.Close()
	s := &commandStream{name: c.String(), errs: errs, listened: make(chan struct{}), cmd: &exec.Cmd{
		Path: path, Args: c.Args, Env: environment(os.Environ()), Stdout: outEnd, Stderr: errsEnd,
		SysProcAttr: &syscall.SysProcAttr{Setpgid: true},
	}}
	s.fileStream, err = newFileStream(out)
	if err == nil {
		err = start(s.cmd)
	}
	if err != nil {
		_, _ = out.Close(), errs.Close()
		return nil, fmt.Errorf("%w: %v", errCommand, err)
	}
	s.pid = s.cmd.Process.Pid
	go s.listen(errs, note)
	return s, nil
}

// private are the variables that concern this process alone.
var private = []string{"NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC", "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "REFCLOCK_PROXY_LOGIN"}

// environment removes the private variables.
func environment(all []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return slices.Contains(private, name)
	})
}

// start starts a program without ambient capabilities, such as CAP_IPC_OWNER of the service.
// They belong to a thread, and only matter when it executes a program.
func start(cmd *exec.Cmd) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	// Linux before 4.3 has no ambient capabilities.
	if err := unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); err != nil && err != unix.EINVAL {
		return os.NewSyscallError("prctl", err)
	}
	return cmd.Start()
}

// A commandStream is the output of a program that runs.
type commandStream struct {
	*fileStream
	name string
	cmd  *exec.Cmd
	pid  int
	errs *os.File

	listened chan struct{} // is closed when errs has ended

	mu     sync.Mutex
	last   string // the last line on standard error
	closed bool
	status *os.ProcessState // nil until the program was reaped
}

func (s *commandStream) Read(wait time.Duration) (Chunk, error) {
	c, err := s.fileStream.Read(wait)
	switch {
	case err == io.EOF:
		s.await(exitTimeout)
		return c, s.ended()
	case err == nil && len(c.Bytes) == 0 && s.exited():
		return c, s.ended() // a child of it still has the output
	}
	return c, err
}

// exited reports whether the program has exited. It stays a zombie, so that its number, which
// is also that of the group, is not used again.
func (s *commandStream) exited() bool {
	var info unix.Siginfo
	err := unix.Waitid(unix.P_PID, s.pid, &info, unix.WEXITED|unix.WNOHANG|unix.WNOWAIT, nil)
	return err == nil && info.Signo != 0
}

// await waits until the program has exited, and reports whether it has.
func (s *commandStream) await(timeout time.Duration) bool {
	for deadline := time.Now().Add(timeout); ; time.Sleep(exitPoll) {
		if s.exited() {
			return true
		}
		if time.Now().After(deadline) {
			return false
		}
	}
}

// ended returns why there are no more lines, and reaps the program. A read after it fails.
func (s *commandStream) ended() error {
	if s.exited() {
		s.end()
	}
	select {
	case <-s.listened:
	case <-time.After(exitTimeout): // another program still has its standard error
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	why := "closed its output"
	if s.status != nil {
		why = s.status.String() // such as "exit status 1" or "signal: killed"
	}
	if s.last != "" {
		why += "; its last message: " + s.last
	}
	return fmt.Errorf("%w %s: %s", errCommand, strconv.Quote(s.name), why)
}

// end ends the process group and reaps the program. It waits no longer than killTimeout.
func (s *commandStream) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	s.closed = true
	_ = unix.Kill(-s.pid, unix.SIGKILL)
	reaped := make(chan struct{})
	go func() { _ = s.cmd.Wait(); close(reaped) }()
	select {
	case <-reaped:
		s.status = s.cmd.ProcessState
	case <-time.After(killTimeout): // a device hangs
	}
}

// Close ends the program and its children.
func (s *commandStream) Close() error {
	s.mu.Lock()
	closed := s.closed
	s.mu.Unlock()
	if !closed {
		_ = unix.Kill(-s.pid, unix.SIGTERM)
		s.await(termTimeout)
		s.end()
	}
	return cmp.Or(s.fileStream.Close(), s.errs.Close())
}

// listen passes what the program prints to standard error.
func (s *commandStream) listen(errs *os.File, note func(string)) {
	defer close(s.listened)
	cutter, buf := newCutter(), make([]byte, chunkSize)
	pass := func(l cutLine) {
		text := strings.TrimSpace(string(l.text))
		if text == "" {
			return
		}
		text = printable(text)
		s.mu.Lock()
		s.last = text
		s.mu.Unlock()
		note(text)
	}
	for {
		n, err := errs.Read(buf)
		for rest := buf[:n]; len(rest) > 0; {
			var l cutLine
			var ok bool
			if l, rest, ok = cutter.next(rest, nmea.Stamp{}); ok {
				pass(l)
			}
		}
		if err != nil {
			if l, ok := cutter.end(false); ok {
				pass(l)
			}
			return
		}
		if n == len(buf) {
			time.Sleep(messagePause)
		}
	}
}
