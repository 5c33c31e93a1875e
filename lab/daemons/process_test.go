package daemons

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// start runs a program until the test ends. If the program exits by itself, the test fails.
// If the test fails, start logs the program's output.
func start(t *testing.T, program string, arguments ...string) {
	t.Helper()
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	cmd := exec.Command(program, arguments...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var asked atomic.Bool
	exited := make(chan struct{})
	go func() {
		if err := cmd.Wait(); !asked.Load() {
			t.Errorf("%s exited by itself: %v", program, err)
		}
		close(exited)
	}()
	t.Cleanup(func() {
		asked.Store(true)
		cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-exited:
		case <-time.After(10 * time.Second):
			t.Errorf("%s did not exit on SIGTERM", program)
			cmd.Process.Kill()
			<-exited
		}
		if t.Failed() {
			said, _ := os.ReadFile(log.Name())
			t.Logf("%s\n%s", strings.Join(cmd.Args, " "), said)
		}
	})
}

// scratch returns a new folder that only its owner can enter, as chronyd requires. Its name
// is short, because a socket's path may have at most 107 characters.
func scratch(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func write(t *testing.T, dir, name, text string) (path string) {
	t.Helper()
	path = filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
