package status

import (
	"encoding/json"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// serve answers at a path with a report, and to other requests as the server of a daemon does.
func serve(t *testing.T, path string, r Report) net.Listener {
	t.Helper()
	listener, err := Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		switch request.URL.Path {
		case "/api/status":
			json.NewEncoder(w).Encode(r)
		case "/wrong":
			http.Error(w, "no such thing", http.StatusNotFound)
		default:
			json.NewEncoder(w).Encode(map[string]string{"Path": request.URL.String()})
		}
	}))
	return listener
}

func TestListenAndAsk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run", socketName)
	listener := serve(t, path, Report{Version: "1", Clocks: []Clock{{Unit: 3}}})
	r, err := Ask(filepath.Join(t.TempDir(), "nobody"), path)
	if err != nil || r.Version != "1" || len(r.Clocks) != 1 || r.Clocks[0].Unit != 3 {
		t.Errorf("the report is %+v, %v", r, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o660 {
		t.Errorf("the socket's mode is %v, %v; want 0660", info.Mode(), err)
	}
	if _, err := Listen(path); !errors.Is(err, ErrRunning) {
		t.Errorf("a second daemon: %v, want ErrRunning", err)
	}
	var other struct{ Path string }
	if err := Get("/api/history?span=1h", &other, path); err != nil || other.Path != "/api/history?span=1h" {
		t.Errorf("another resource: %+v, %v", other, err)
	}
	if err := Get("/wrong", &other, path); err == nil || !strings.HasSuffix(err.Error(), path+": no such thing") {
		t.Errorf("a resource that does not exist: %v, want the answer's code and text", err)
	}
	if err := listener.Close(); err != nil {
		t.Error(err)
	}
	if _, err := Ask(path); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), path) {
		t.Errorf("without a daemon: %v, want fs.ErrNotExist and the path", err)
	}
}

// A daemon that was killed leaves its socket; the next one takes its place.
func TestListenReplacesADeadSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), socketName)
	dead, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	dead.SetUnlinkOnClose(false)
	dead.Close()
	if _, err := Ask(path); !errors.Is(err, fs.ErrNotExist) || !strings.HasSuffix(err.Error(), path+": no program listens at it") {
		t.Errorf("a dead socket: %v, want fs.ErrNotExist in other words: the file exists", err)
	}
	serve(t, path, Report{Time: time.Unix(1, 0)})
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

// Only a socket is replaced, and no link is followed.
func TestListenReplacesNothingElse(t *testing.T) {
	for name, put := range map[string]func(victim, path string) error{
		"file":      func(_, path string) error { return os.WriteFile(path, []byte("precious"), 0o600) },
		"link":      os.Symlink,
		"pipe":      func(_, path string) error { return unix.Mkfifo(path, 0o600) },
		"directory": func(_, path string) error { return os.Mkdir(path, 0o700) },
	} {
		victim, path := filepath.Join(t.TempDir(), "victim"), filepath.Join(t.TempDir(), socketName)
		if err := errors.Join(os.WriteFile(victim, []byte("precious"), 0o600), put(victim, path)); err != nil {
			t.Fatal(err)
		}
		before, err := os.Lstat(path)
		if err != nil {
			t.Fatal(err)
		}
		if listener, err := Listen(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v, %v; want an error with the path", name, listener, err)
		}
		after, err := os.Lstat(path)
		if err != nil || !os.SameFile(before, after) {
			t.Errorf("%s: was replaced: %v", name, err)
		}
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
		if err := put(victim, path); err != nil {
			t.Fatal(err)
		}
		if err := share(path); err == nil {
			t.Errorf("%s: its mode was changed", name)
		}
		if info, err := os.Stat(victim); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: the mode of the victim is %v, %v", name, info.Mode(), err)
		}
	}
}

// A link to the socket of another program is not followed either.
func TestShareFollowsNoLink(t *testing.T) {
	victim, path := filepath.Join(t.TempDir(), "victim"), filepath.Join(t.TempDir(), socketName)
	other, err := net.Listen("unix", victim)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if err := errors.Join(os.Chmod(victim, 0o600), os.Symlink(victim, path)); err != nil {
		t.Fatal(err)
	}
	if err := share(path); err == nil {
		t.Error("no error")
	}
	if info, err := os.Stat(victim); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the mode of the victim is %v, %v", info.Mode(), err)
	}
}

func TestAskHistory(t *testing.T) {
	path := filepath.Join(t.TempDir(), socketName)
	listener, err := Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	body := ""
	go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.String() != "/api/history?span=1h" {
			t.Errorf("asked for %s", r.URL)
		}
		w.Write([]byte(body))
	}))
	for _, c := range []struct{ body, wrong string }{
		{`{"clocks":[{"index":1,"time_ms":[1,2],"offset_ns":[-3,4],"jitter_ns":[null,5],"gaps":[]}]}`, ""},
		{`{"clocks":[{"index":1,"time_ms":[1,2],"offset_ns":[-3],"jitter_ns":[null,5]}]}`, "clock 1: 2 times, 1 offsets and 2 jitters"},
		{`{"clocks":[{"index":2,"time_ms":[1],"offset_ns":[-3],"jitter_ns":[]}]}`, "clock 2: 1 times, 1 offsets and 0 jitters"},
		{`{"clocks":[{"ind`, "unexpected EOF"},
	} {
		body = c.body
		h, err := AskHistory(path)
		if c.wrong != "" {
			if err == nil || !strings.Contains(err.Error(), c.wrong) || len(h.Clocks) != 0 {
				t.Errorf("%s: %v, want %q", body, err, c.wrong)
			}
			continue
		}
		if err != nil || len(h.Clocks) != 1 || h.Clocks[0].Index != 1 || h.Clocks[0].OffsetNS[0] != -3 || h.Clocks[0].JitterNS[0] != nil || *h.Clocks[0].JitterNS[1] != 5 {
			t.Errorf("%s: %+v, %v", body, h, err)
		}
	}
	listener.Close()
	if _, err := AskHistory(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a daemon: %v", err)
	}
}
