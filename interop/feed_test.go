package interop

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"
)

// The line of shell in docs/feed.md is a clock that is one second behind. Each daemon must
// report that.

func TestFeedChronyd(t *testing.T) {
	isolate(t, func() {
		c := newChronyd(t, 2)
		c.start()
		startShell(t, lineOfShell(t))

		for _, offset := range atLeast(t, c, 2, 3) {
			checkOffset(t, offset, -1, time.Microsecond)
		}
		if source := c.source(2); source[7] != "1.000000000" || source[8] != "1.000000000" {
			t.Errorf("chronyc sources: %v, want 1.000000000 adjusted and measured", source)
		}
	})
}

func TestFeedNTPsec(t *testing.T) {
	isolate(t, func() {
		n := newNTPsec(t, 2)
		n.start()
		startShell(t, lineOfShell(t))

		for _, offset := range atLeast(t, n, 2, 2) {
			checkOffset(t, offset, -1, time.Microsecond)
		}
	})
}

// A program that does not know when its lines arrive: the kernel stamps its datagrams.
func TestFeedSocketChronyd(t *testing.T) {
	isolate(t, func() {
		c := newChronyd(t, 2)
		c.start()
		path := filepath.Join(scratch(t), "clock")
		start(t, "refclock", "feed", "--unit", "2", "--input", "socket:"+path)
		var sender net.Conn
		eventually(t, 30*time.Second, func() (ok bool) {
			var err error
			sender, err = net.Dial("unixgram", path)
			return err == nil
		}, "refclock creates %s", path)
		defer sender.Close()
		stop := make(chan struct{})
		defer close(stop)
		go func() {
			for {
				clock := time.Now().UnixNano() - int64(time.Second)
				fmt.Fprintf(sender, "%d.%09d", clock/1e9, clock%1e9)
				select {
				case <-stop:
					return
				case <-time.After(time.Second):
				}
			}
		}()
		checkOffset(t, median(atLeast(t, c, 2, 5)), -1, time.Millisecond)
	})
}

// lineOfShell returns the line in docs/feed.md.
func lineOfShell(t *testing.T) string {
	t.Helper()
	match := regexp.MustCompile("(?m)^```sh\n(.*)\n```$").FindStringSubmatch(read(staged("docs", "feed.md")))
	if match == nil {
		t.Fatal("docs/feed.md has no line of shell")
	}
	return match[1]
}

// startShell runs a line of shell until the test ends.
func startShell(t *testing.T, line string) {
	t.Helper()
	cmd := exec.Command("sh", "-c", line)
	cmd.Env = append(os.Environ(), "PATH="+staged()+":"+os.Getenv("PATH"))
	startCommand(t, cmd)
}
