package daemon

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/refclock/refclock/internal/history"
	"github.com/refclock/refclock/internal/settings"
	"github.com/refclock/refclock/internal/status"
)

// listening returns the sockets of this process in LISTEN state, as /proc has them.
func listening(t *testing.T) (ports []string) {
	t.Helper()
	links, err := filepath.Glob("/proc/self/fd/*")
	if err != nil {
		t.Fatal(err)
	}
	own := map[string]bool{}
	for _, link := range links {
		if target, err := os.Readlink(link); err == nil && strings.HasPrefix(target, "socket:[") {
			own[strings.Trim(strings.TrimPrefix(target, "socket:"), "[]")] = true
		}
	}
	for _, table := range []string{"/proc/self/net/tcp", "/proc/self/net/tcp6", "/proc/self/net/udp", "/proc/self/net/udp6"} {
		text, err := os.ReadFile(table)
		if errors.Is(err, os.ErrNotExist) {
			continue
		} else if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(text) {
			f := strings.Fields(string(line))
			if len(f) > 9 && own[f[9]] && (f[3] == "0A" || strings.Contains(table, "udp")) {
				ports = append(ports, f[1])
			}
		}
	}
	return ports
}

// freePort returns a port that was free just now. Other tests do not use its address, so that
// none takes the port meanwhile.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.13.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// Without the setting no port is open. A reload opens, moves and closes it.
func TestPortIsOpenOnlyIfConfigured(t *testing.T) {
	a := &fake{name: "a", unit: 1}
	b := newBench(a.clock(1))
	b.Socket = filepath.Join(t.TempDir(), "s")
	first, second := freePort(t), freePort(t)
	want := ""
	load := b.Load
	b.Load = func(ctx context.Context) (settings.Configuration, error) {
		c, err := load(ctx)
		c.Daemon.Listen = want
		return c, err
	}
	before := len(listening(t))
	stop := b.run(t)
	eventually(t, "the report", func() bool { _, err := status.Ask(b.Socket); return err == nil })
	eventually(t, "a sample", func() bool { return told(b).Publishing() })
	if ports := listening(t); len(ports) != before {
		t.Errorf("without listen these ports are open: %v", ports)
	}
	if r, err := status.Ask(b.Socket); err != nil || r.Web != nil {
		t.Errorf("the report has %+v, %v", r.Web, err)
	}
	for _, want = range []string{first, second} {
		b.reload(nil, a.clock(1))
		eventually(t, "the port opens", func() bool {
			answer, err := http.Get("http://" + want + "/healthz")
			if err != nil {
				return false
			}
			answer.Body.Close()
			return true
		})
		if n := len(listening(t)) - before; n != 1 {
			t.Errorf("%d ports are open, want 1", n)
		}
	}
	want = ""
	b.reload(nil, a.clock(1))
	eventually(t, "the port closes", func() bool { return len(listening(t)) == before })
	stop()
}

// The histories have each sample that was published, in the order of the report.
func TestCollect(t *testing.T) {
	b := newBench((&fake{name: "a", unit: 1}).clock(1), (&fake{name: "b", unit: 2}).clock(1))
	defer b.run(t)()
	eventually(t, "samples", func() bool {
		r := b.Report()
		return len(r.Clocks) == 2 && r.Clocks[0].Published > 3 && r.Clocks[1].Published > 3
	})
	published := b.Report().Clocks[1].Published
	b.Collect()
	clocks := b.Clocks()
	if len(clocks) != 2 || clocks[1].Name != "fake b" || clocks[1].Targets != "unit 2" {
		t.Fatalf("%+v", clocks)
	}
	if n := clocks[1].History.NextSample(); n < published {
		t.Errorf("%d samples in the history, %d were published", n, published)
	}
	var changes [4]history.Change
	if n := clocks[1].History.Changes(changes[:], 0); n == 0 || changes[0].Of != "clock" {
		t.Errorf("the changes are %+v", changes[:n])
	}
	if list, n := b.Changes(0); n == 0 || list[0].Of != "daemon" {
		t.Errorf("the daemon's: %+v", list)
	}
}
