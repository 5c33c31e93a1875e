package textclock

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/shm"
)

func shell(t *testing.T, script string) Command {
	t.Helper()
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("no sh")
	}
	return Command{[]string{"sh", "-c", script}}
}

// readAll reads until the stream ends.
func readAll(t *testing.T, s Stream) (text string, err error) {
	t.Helper()
	for began := time.Now(); time.Since(began) < longEnough; {
		c, err := s.Read(time.Second)
		text += string(c.Bytes)
		if err != nil {
			return text, err
		}
	}
	t.Fatal("the stream does not end")
	return "", nil
}

func TestCommand(t *testing.T) {
	t.Setenv("NOTIFY_SOCKET", "/run/secret")
	t.Setenv("REFCLOCK_PROXY_LOGIN", "secret")
	var notes []string
	var mu sync.Mutex
	s, err := shell(t, `echo "$NOTIFY_SOCKET$REFCLOCK_PROXY_LOGIN" line; cat; echo first >&2; printf 'last \001' >&2; exit 7`).Open(func(text string) {
		mu.Lock()
		defer mu.Unlock()
		notes = append(notes, text)
	})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	text, err := readAll(t, s)
	if text != " line\n" {
		t.Errorf("%q; want the line, without variables of refclock, and an empty standard input", text)
	}
	if !errors.Is(err, errCommand) || !strings.Contains(err.Error(), "exit status 7") {
		t.Errorf("%v; want the exit status", err)
	}
	deadline := time.Now().Add(longEnough)
	for {
		mu.Lock()
		got := strings.Join(notes, "|")
		mu.Unlock()
		if got == `first|last \x01` {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("notes %q", got)
		}
		time.Sleep(time.Millisecond)
	}
}

// A program that has ended is noticed even if a child of it keeps the output open.
func TestCommandLeavesAChild(t *testing.T) {
	s := open(t, shell(t, "echo 1; sleep 1000 & exit 3"))
	if text, err := readAll(t, s); text != "1\n" || !errors.Is(err, errCommand) || !strings.Contains(err.Error(), "exit status 3") {
		t.Errorf("%q, %v; want the exit status", text, err)
	}
}

// alive reports whether a process runs.
func alive(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, state, _ := bytes.Cut(stat, []byte(") "))
	return !bytes.HasPrefix(state, []byte("Z"))
}

// The whole process group ends, even if it ignores SIGTERM.
func TestCloseEndsTheGroup(t *testing.T) {
	for name, script := range map[string]string{
		"a child":         "sleep 1000 & echo $! $$; wait",
		"SIGTERM ignored": "trap '' TERM; sleep 1000 & echo $! $$; while :; do wait; done",
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, shell(t, script))
			var pids []int
			for _, word := range strings.Fields(string(next(t, s).Bytes)) {
				pid, err := strconv.Atoi(word)
				if err != nil {
					t.Fatal(err)
				}
				pids = append(pids, pid)
			}
			if len(pids) != 2 || !alive(pids[0]) || !alive(pids[1]) {
				t.Fatalf("%v do not run", pids)
			}
			began := time.Now()
			s.Close()
			t.Logf("closed in %v", time.Since(began))
			for _, pid := range pids {
				for deadline := time.Now().Add(longEnough); alive(pid); time.Sleep(time.Millisecond) {
					if time.Now().After(deadline) {
						t.Fatalf("process %d still runs", pid)
					}
				}
			}
		})
	}
}

// The program has no capabilities that refclock's service has.
func TestCommandHasNoAmbientCapabilities(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := raiseAmbient(unix.CAP_IPC_OWNER); err != nil {
		t.Skipf("this user has no capability to give: %v", err)
	}
	const capabilities = "grep CapAmb /proc/self/status"
	if out, err := exec.Command("sh", "-c", capabilities).Output(); err != nil || ambient(string(out)) == none {
		t.Fatalf("%q, %v; want a capability without Open", out, err)
	}
	s := open(t, shell(t, capabilities))
	if text, _ := readAll(t, s); ambient(text) != none {
		t.Errorf("%q; want no capability", text)
	}
}

const none = "0000000000000000"

func ambient(status string) string { return strings.TrimSpace(strings.TrimPrefix(status, "CapAmb:")) }

// raiseAmbient makes a capability of this thread ambient.
func raiseAmbient(capability uint) error {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if err := unix.Capget(&header, &data[0]); err != nil {
		return err
	}
	data[0].Inheritable |= 1 << capability
	if err := unix.Capset(&header, &data[0]); err != nil {
		return err
	}
	return unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_RAISE, uintptr(capability), 0, 0)
}

// A program that floods its standard error is read slowly, so that it waits, and a core does not
// stay busy.
func TestCommandFloodsItsMessages(t *testing.T) {
	const flood = 1 << 18 // bytes, of which a pipe holds 64 kB
	s := open(t, shell(t, fmt.Sprintf("head -c %d /dev/zero >&2; echo x", flood)))
	began := time.Now()
	next(t, s)
	if took, least := time.Since(began), (flood/chunkSize-32)*messagePause; took < least {
		t.Errorf("the flood was read in %v; want at least %v", took, least)
	}
}

// Supervise starts a program again that ends, and ends it at the end.
func TestSupervisedCommand(t *testing.T) {
	dir := t.TempDir()
	count := filepath.Join(dir, "count")
	c := New(Config{Input: shell(t, "echo x >>"+count+"; echo now-1 precision=2^-6; echo broken >&2; exit 1"), Settle: 1})
	ctx, cancel := context.WithCancel(t.Context())
	var log lockedBuffer
	feed := driver.NewFeed(shm.NewMemory(shm.Layout96), slog.New(slog.NewTextHandler(&log, nil)))
	done := make(chan error, 1)
	go func() { done <- driver.Supervise(ctx, c, feed) }()
	for deadline := time.Now().Add(longEnough); ; time.Sleep(10 * time.Millisecond) {
		text, _ := os.ReadFile(count)
		if bytes.Count(text, []byte("x")) >= 2 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("it was not started again:\n%s", log.String())
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	for _, want := range []string{`reason="command ended"`, "exit status 1; its last message: broken", "text=broken"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log has no %q:\n%s", want, log.String())
		}
	}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func TestCommandString(t *testing.T) {
	for want, args := range map[string][]string{
		"dcf77 --pin 18": {"/usr/bin/dcf77", "--pin", "18"}, "no command": nil, `a \x1b`: {"a", "\x1b"}, "a " + strings.Repeat("b", 58) + "...": {"a", strings.Repeat("b", 100)},
	} {
		if got := (Command{args}).String(); got != want {
			t.Errorf("%q: %q, want %q", args, got, want)
		}
	}
}
