package interop

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// A chronyd reads units, and cannot set the clock.
type chronyd struct {
	t     *testing.T
	dir   string
	lines string // the reference clocks in its configuration
	run   *process
}

// newChronyd returns a chronyd that is not started. Unit n has the reference id Un, and is
// read once a second without a filter.
func newChronyd(t *testing.T, units ...int) *chronyd {
	t.Helper()
	var lines strings.Builder
	for _, unit := range units {
		fmt.Fprintf(&lines, "refclock SHM %d:perm=0666 refid %s poll 0 dpoll 0 filter 1 noselect\n", unit, refid(unit))
	}
	return newChronydWith(t, lines.String())
}

// newChronydWith returns a chronyd with these lines of configuration.
func newChronydWith(t *testing.T, lines string) *chronyd {
	t.Helper()
	c := &chronyd{t: t, dir: scratch(t), lines: lines}
	c.write()
	return c
}

// write writes its configuration.
func (c *chronyd) write() {
	c.t.Helper()
	conf := c.lines + fmt.Sprintf(`
port 0
cmdport 0
bindcmdaddress %[1]s/sock
pidfile %[1]s/pid
logdir %[1]s
log refclocks
`, c.dir)
	if err := os.WriteFile(filepath.Join(c.dir, "conf"), []byte(conf), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// start runs chronyd with -x, which does not set the clock, and -U, because root is not root
// outside of the namespace.
func (c *chronyd) start() {
	c.t.Helper()
	c.run = start(c.t, "daemons/usr/sbin/chronyd", "-x", "-d", "-U", "-u", "root", "-f", filepath.Join(c.dir, "conf"))
}

func (c *chronyd) stop() { c.t.Helper(); c.run.stop() }

// offsets returns the measured offset of each sample of a unit.
func (c *chronyd) offsets(unit int) (offsets []float64) {
	for _, sample := range c.samples(unit) {
		offsets = append(offsets, sample.offset)
	}
	return offsets
}

func (c *chronyd) samples(unit int) []chronySample { return c.samplesNamed(refid(unit)) }

func (c *chronyd) samplesNamed(refid string) (samples []chronySample) {
	for line := range strings.Lines(read(filepath.Join(c.dir, "refclocks.log"))) {
		if sample, ok := parseRefclocks(line); ok && sample.refid == refid {
			samples = append(samples, sample)
		}
	}
	return samples
}

// A chronySample is a raw line of refclocks.log.
type chronySample struct {
	refid  string
	leap   string  // N, + or -
	offset float64 // of the reference from the system clock, in seconds
}

// parseRefclocks parses
//
//	date       time            refid DP L P  raw           cooked        dispersion
//	2026-11-22 22:29:21.211413 U2     0 N 0 -1.000000e+00 -1.000000e+00  2.500e-08
//
// It returns false for filtered lines, with - under DP, titles, and incomplete lines.
func parseRefclocks(line string) (sample chronySample, ok bool) {
	field := strings.Fields(line)
	if len(field) != 9 || !strings.HasSuffix(line, "\n") {
		return sample, false
	}
	if _, err := strconv.Atoi(field[3]); err != nil {
		return sample, false
	}
	offset, err := strconv.ParseFloat(field[6], 64)
	return chronySample{refid: field[2], leap: field[4], offset: offset}, err == nil
}

// source returns the line of `chronyc sources` for a unit, split at commas:
//
//	mode state name stratum poll reach lastrx adjusted measured error
func (c *chronyd) source(unit int) []string {
	c.t.Helper()
	out, err := command("daemons/usr/bin/chronyc", "-h", filepath.Join(c.dir, "sock"), "-n", "-c", "sources").CombinedOutput()
	if err != nil {
		c.t.Fatalf("chronyc: %v\n%s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		if field := strings.Split(strings.TrimSpace(line), ","); len(field) == 10 && field[2] == refid(unit) {
			return field
		}
	}
	c.t.Fatalf("chronyc does not show unit %d:\n%s", unit, out)
	return nil
}
