package interop

import (
	"net"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/simweb"
)

// Three web servers are 0.734 s behind. With the lines that refclock prints, a daemon must
// measure this offset. The test adds only noselect, so that it cannot affect a clock.
func TestWebServers(t *testing.T) {
	const behind = -734 * time.Millisecond
	t.Parallel()
	for _, d := range []struct {
		name, config string
		new          func(t *testing.T, lines string) daemon
	}{
		{"chronyd", "chrony", func(t *testing.T, lines string) daemon {
			lines = strings.ReplaceAll(lines, "refid HTP2", "refid "+refid(2)) // the refid in its log
			return newChronydWith(t, lines)
		}},
		{"ntpsec", "ntpsec", func(t *testing.T, lines string) daemon { return newNTPsecWith(t, lines) }},
		{"ntpsec as ntp", "ntp", func(t *testing.T, lines string) daemon { return newNTPsecWith(t, lines) }},
	} {
		t.Run(d.name, func(t *testing.T) {
			isolate(t, func() {
				arguments := []string{"htntp", "--unit", "2", "--interval", "64s", "--repeat", "1s"}
				printed, err := command("refclock", append(arguments, "--print-config", d.config)...).Output()
				if err != nil {
					t.Fatal(err)
				}
				reader := d.new(t, distrusting(string(printed)))
				reader.start()
				for range 3 {
					arguments = append(arguments, "http://"+serve(t, &simweb.Server{Offset: behind, Out: 2 * time.Millisecond, Back: 2 * time.Millisecond}))
				}
				start(t, "refclock", arguments...)
				// An idle machine is within a few milliseconds. The limit also allows for a busy
				// machine, and still checks sign, second and lines.
				checkOffset(t, median(atLeast(t, reader, 2, 2)), behind.Seconds(), 30*time.Millisecond)
			})
		})
	}
}

// distrusting adds noselect to the lines with a unit.
func distrusting(lines string) string {
	var b strings.Builder
	for line := range strings.Lines(lines) {
		if strings.HasPrefix(line, "server ") || strings.HasPrefix(line, "refclock ") {
			line = strings.TrimSuffix(line, "\n") + " noselect\n"
		}
		b.WriteString(line)
	}
	return b.String()
}

// serve makes a server listen on the loopback until the test ends, and returns its address.
func serve(t *testing.T, s *simweb.Server) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go s.Listen(l)
	return l.Addr().String()
}
