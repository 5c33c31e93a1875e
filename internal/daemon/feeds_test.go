package daemon

import (
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// Two hundred clocks of other programs run in one process. What they cost grows with their
// number, and no faster.
func TestManyFeeds(t *testing.T) {
	type cost struct{ goroutines, bytes int }
	costs := map[int]cost{}
	for _, n := range []int{50, 200} {
		before := cost{runtime.NumGoroutine(), heap()}
		c := feeds(t, n)
		costs[n] = cost{c.goroutines - before.goroutines, c.bytes - before.bytes}
	}
	few, many := costs[50], costs[200]
	t.Logf("goroutines and bytes: 50 clocks %+v, 200 clocks %+v", few, many)
	if limit := 6 * 200; many.goroutines > limit {
		t.Errorf("%d goroutines; want at most %d", many.goroutines, limit)
	}
	if limit := 5 * few.goroutines; many.goroutines > limit {
		t.Errorf("%d goroutines, with 50 clocks %d: more than linear", many.goroutines, few.goroutines)
	}
	if limit := 200 * 100 << 10; many.bytes > limit {
		t.Errorf("%d bytes; want at most %d", many.bytes, limit)
	}
}

func heap() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc + m.StackInuse)
}

// feeds runs so many clocks, half of them with a FIFO and half with a socket, until each has
// published, and returns what is in use then.
func feeds(t *testing.T, n int) (c struct{ goroutines, bytes int }) {
	dir := t.TempDir()
	var text strings.Builder
	path := func(i int) string { return filepath.Join(dir, fmt.Sprint(i)) }
	for i := range n {
		kind := []string{"fifo", "socket"}[i%2]
		fmt.Fprintf(&text, "[[feed]]\nunit = %d\nsettle = 1\ninput = \"%s:%s\"\n", i, kind, path(i))
	}
	began := time.Now()
	b := newBench(load(t, text.String())...)
	defer b.run(t)()
	eventually(t, "every input", func() bool {
		for i := range n {
			if info, err := os.Lstat(path(i)); err != nil || info.Mode().Perm() != 0o660 {
				return false
			}
		}
		return true
	})
	t.Logf("%d clocks started in %v", n, time.Since(began))
	for i := range n {
		tell(t, path(i), "now-1\n")
	}
	eventually(t, "every sample", func() bool {
		for i := range n {
			if len(b.units[i].seen()) == 0 {
				return false
			}
		}
		return true
	})
	for _, c := range b.Report().Clocks {
		if c.Sample == nil || c.Sample.OffsetNS != -int64(time.Second) || !c.State.Publishing() || c.Lines == nil || c.Lines.Lines != 1 {
			t.Errorf("%s: %+v, %v, %+v; want one second behind", c.Name, c.Sample, c.State, c.Lines)
		}
	}
	c.goroutines, c.bytes = runtime.NumGoroutine(), heap()
	return c
}

// tell writes a line to a FIFO or a socket.
func tell(t *testing.T, path, line string) {
	t.Helper()
	info, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Type() == fs.ModeNamedPipe {
		if err := os.WriteFile(path, []byte(line), 0); err != nil {
			t.Fatal(err)
		}
		return
	}
	conn, err := net.Dial("unixgram", path)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte(line)); err != nil {
		t.Fatal(err)
	}
}
