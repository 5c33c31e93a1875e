package notify

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// manager returns the socket of a fake service manager.
func manager(t *testing.T, name string) *net.UnixConn {
	t.Helper()
	t.Setenv("NOTIFY_SOCKET", name)
	if strings.HasPrefix(name, "@") {
		name = "\x00" + name[1:]
	}
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetReadDeadline(time.Now().Add(3 * time.Second))
	return conn
}

func TestNotifier(t *testing.T) {
	for _, name := range []string{filepath.Join(t.TempDir(), "notify"), fmt.Sprintf("@refclock-test-%d", os.Getpid())} {
		conn := manager(t, name)
		n, err := New()
		if err != nil {
			t.Fatal(err)
		}
		defer n.Close()
		expect := func(want string) {
			t.Helper()
			text := make([]byte, 200)
			got, err := conn.Read(text)
			if err != nil || !strings.HasPrefix(string(text[:got]), want) {
				t.Errorf("received %q, %v; want %q", text[:got], err, want)
			}
		}
		n.Ready()
		expect("READY=1")
		n.Status("two\nlines")
		n.Status("two lines")
		n.Alive()
		expect("STATUS=two lines")
		expect("WATCHDOG=1")
		n.Reloading()
		expect("RELOADING=1\nMONOTONIC_USEC=")
		n.Stopping()
		expect("STOPPING=1")
	}
}

func TestWithoutAServiceManager(t *testing.T) {
	t.Setenv("NOTIFY_SOCKET", "")
	n, err := New()
	if err != nil {
		t.Error(err)
	}
	n.Ready()
	n.Status("lost")
	if err := n.Close(); err != nil {
		t.Error(err)
	}
	t.Setenv("NOTIFY_SOCKET", filepath.Join(t.TempDir(), "nobody"))
	n, err = New()
	if err == nil {
		t.Error("a socket that is not there was reached")
	}
	n.Ready()
}

// A manager that does not read delays the daemon only briefly, and receives the pending
// messages later.
func TestManagerDoesNotRead(t *testing.T) {
	conn := manager(t, filepath.Join(t.TempDir(), "notify"))
	n, err := New()
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	sent := 0
	for ; n.Ready(); sent++ { // until the kernel takes no more
		if sent > 100_000 {
			t.Fatal("the socket is never full")
		}
	}
	n.Status("kept")
	text := make([]byte, 200)
	for range sent {
		if _, err := conn.Read(text); err != nil {
			t.Fatal(err)
		}
	}
	n.Status("kept")
	got, err := conn.Read(text)
	if err != nil || string(text[:got]) != "STATUS=kept" {
		t.Errorf("received %q, %v; want the status that was not taken before", text[:got], err)
	}
	if !n.Ready() {
		t.Error("the manager reads again, but Ready returns false")
	}
}

func TestWatchdog(t *testing.T) {
	for _, c := range []struct {
		pid, usec string
		want      time.Duration
	}{
		{"", "", 0},
		{"", "30000000", 30 * time.Second},
		{fmt.Sprint(os.Getpid()), "500000", time.Second / 2},
		{"1", "500000", 0},
		{"", "soon", 0},
		{"", "-1", 0},
	} {
		t.Setenv("WATCHDOG_PID", c.pid)
		t.Setenv("WATCHDOG_USEC", c.usec)
		if got := Watchdog(); got != c.want {
			t.Errorf("pid %q, %q us: %v, want %v", c.pid, c.usec, got, c.want)
		}
	}
}

// A manager that has ended takes nothing, which delays the daemon no longer than one that does not
// read. The daemon tries again.
func TestManagerEnds(t *testing.T) {
	conn := manager(t, filepath.Join(t.TempDir(), "notify"))
	n, err := New()
	if err != nil {
		t.Fatal(err)
	}
	if !n.Ready() {
		t.Error("the manager does not take the message")
	}
	conn.Close()
	began := time.Now()
	n.Status("lost")
	if n.Ready() || n.status != "" {
		t.Errorf("the manager has ended, and the status %q counts as sent", n.status)
	}
	n.Alive()
	n.Stopping()
	if took := time.Since(began); took > time.Second {
		t.Errorf("four messages took %v", took)
	}
	if err := n.Close(); err != nil {
		t.Error(err)
	}
	if n.Ready() {
		t.Error("a closed socket has sent the message")
	}
}
