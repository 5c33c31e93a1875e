package status

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestServeAndAsk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run", socketName)
	server, err := Serve(path, func() Report { return Report{Version: "1", Clocks: []Clock{{Unit: 3}}} })
	if err != nil {
		t.Fatal(err)
	}
	r, err := Ask(filepath.Join(t.TempDir(), "nobody"), path)
	if err != nil || r.Version != "1" || len(r.Clocks) != 1 || r.Clocks[0].Unit != 3 {
		t.Errorf("the report is %+v, %v", r, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o660 {
		t.Errorf("the socket's mode is %v, %v; want 0660", info.Mode(), err)
	}
	if _, err := Serve(path, nil); !errors.Is(err, ErrRunning) {
		t.Errorf("a second daemon: %v, want ErrRunning", err)
	}
	// One that asks and does not read takes nothing from the others.
	deaf, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer deaf.Close()
	if _, err := Ask(path); err != nil {
		t.Error(err)
	}
	if err := server.Close(); err != nil {
		t.Error(err)
	}
	if _, err := Ask(path); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), path) {
		t.Errorf("without a daemon: %v, want fs.ErrNotExist and the path", err)
	}
}

// A daemon that was killed leaves its socket; the next one takes its place.
func TestServeReplacesADeadSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), socketName)
	dead, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	dead.SetUnlinkOnClose(false)
	dead.Close()
	if _, err := Ask(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a dead socket: %v, want fs.ErrNotExist", err)
	}
	server, err := Serve(path, func() Report { return Report{Time: time.Unix(1, 0)} })
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	if _, err := Ask(path); err != nil {
		t.Error(err)
	}
}

func TestFind(t *testing.T) {
	t.Setenv("RUNTIME_DIRECTORY", "/run/a:/run/b")
	if got := Find(); got != "/run/a/"+socketName {
		t.Errorf("found %s", got)
	}
	if got := Candidates(); len(got) != 2 || got[1] != "/run/refclock/"+socketName {
		t.Errorf("candidates %v", got)
	}
}
