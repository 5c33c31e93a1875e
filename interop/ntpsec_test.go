package interop

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// An ntpsec is an ntpd of NTPsec that reads units. It lacks the permission to set the clock,
// and runs anyway.
type ntpsec struct {
	t     *testing.T
	dir   string
	units []int
	run   *process
}

// newNTPsec returns an ntpd that is not started. It reads its units once a second, and
// evaluates them every 8 s, its shortest poll.
func newNTPsec(t *testing.T, units ...int) *ntpsec {
	t.Helper()
	var lines strings.Builder
	for _, unit := range units {
		fmt.Fprintf(&lines, "refclock shm unit %d refid %s noselect minpoll 3 maxpoll 3\n", unit, refid(unit))
	}
	n := newNTPsecWith(t, lines.String())
	n.units = units
	return n
}

// newNTPsecWith returns an ntpd with these lines of configuration.
func newNTPsecWith(t *testing.T, lines string) *ntpsec {
	t.Helper()
	n := &ntpsec{t: t, dir: scratch(t)}
	conf := fmt.Sprintf(`%[2]s
disable ntp kernel
restrict default nomodify noquery
restrict 127.0.0.1
interface ignore wildcard
interface listen 127.0.0.1
statsdir %[1]s/
statistics peerstats
filegen peerstats file peerstats type none enable
`, n.dir, lines)
	if err := os.WriteFile(filepath.Join(n.dir, "conf"), []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	return n
}

// start runs ntpd without -g, so that it exits instead of stepping a clock.
func (n *ntpsec) start() {
	n.t.Helper()
	n.run = start(n.t, "daemons/usr/sbin/ntpd", "-n", "-c", filepath.Join(n.dir, "conf"), "-p", filepath.Join(n.dir, "pid"))
}

func (n *ntpsec) stop() { n.t.Helper(); n.run.stop() }

// offsets returns the offsets of a unit, one every 8 s.
func (n *ntpsec) offsets(unit int) (offsets []float64) {
	for line := range strings.Lines(read(filepath.Join(n.dir, "peerstats"))) {
		if peer, offset, ok := parsePeerstats(line); ok && peer == fmt.Sprintf("SHM(%d)", unit) {
			offsets = append(offsets, offset)
		}
	}
	return offsets
}

// parsePeerstats parses
//
//	day   second    peer   status  offset      delay       dispersion  jitter
//	61367 7583.025  SHM(2) 9014   -1.000000000 0.000000000 7.937500000 0.000000000
//
// It returns false for an incomplete line.
func parsePeerstats(line string) (peer string, offset float64, ok bool) {
	field := strings.Fields(line)
	if len(field) != 8 || !strings.HasSuffix(line, "\n") {
		return "", 0, false
	}
	offset, err := strconv.ParseFloat(field[4], 64)
	return field[2], offset, err == nil
}

// billboard returns the line of `ntpq -pn` for a unit, split at blanks:
//
//	remote refid stratum type when poll reach delay offset jitter
func (n *ntpsec) billboard(unit int) []string {
	n.t.Helper()
	out := n.ntpq("-pn")
	for line := range strings.Lines(out) {
		// The first column is a mark of one character, here a blank: nothing is selected.
		if field := strings.Fields(line); len(field) == 10 && field[0] == fmt.Sprintf("SHM(%d)", unit) {
			return field
		}
	}
	n.t.Fatalf("ntpq does not show unit %d:\n%s", unit, out)
	return nil
}

// variables returns the variables of a unit from `ntpq -c rv`, as name=value.
func (n *ntpsec) variables(unit int) []string {
	n.t.Helper()
	for i, other := range n.units {
		if other == unit {
			return strings.FieldsFunc(n.ntpq("-c", fmt.Sprintf("rv &%d", i+1)), func(r rune) bool { return r == ',' || r == ' ' || r == '\n' })
		}
	}
	return nil
}

func (n *ntpsec) ntpq(args ...string) string {
	n.t.Helper()
	out, err := n.tryNTPQ(args...)
	if err != nil {
		n.t.Fatalf("ntpq: %v\n%s", err, out)
	}
	return out
}

// tryNTPQ is ntpq for an ntpd that may not answer yet.
func (n *ntpsec) tryNTPQ(args ...string) (string, error) {
	cmd := exec.Command("python3", slices.Concat([]string{staged("daemons/usr/bin/ntpq")}, args, []string{"127.0.0.1"})...)
	cmd.Env = append(os.Environ(), "LD_LIBRARY_PATH="+libraries(), "PYTHONPATH="+staged("daemons/usr/lib/python3/dist-packages"), "PYTHONDONTWRITEBYTECODE=1")
	out, err := cmd.CombinedOutput()
	return string(out), err
}
