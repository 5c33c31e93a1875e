package daemons

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

type chronyd struct {
	t      *testing.T
	unit   int
	socket string
}

// startChronyd starts chronyd so that it steps a wrong clock, instead of slewing for an hour.
func startChronyd(t *testing.T, unit int) daemon {
	dir := scratch(t)
	c := chronyd{t, unit, filepath.Join(dir, "sock")}
	conf := write(t, dir, "conf", fmt.Sprintf(`
refclock SHM %d refid %s poll 2 filter 4 precision 1e-2
makestep 0.1 -1
port 0
cmdport 0
bindcmdaddress %s
pidfile %s/pid
`, unit, refid(unit), c.socket, dir))
	start(t, "/usr/sbin/chronyd", "-d", "-U", "-u", "root", "-f", conf)
	return c
}

// An observer is a chronyd that reads units and does not set the clock.
type observer struct {
	t   *testing.T
	log string
}

func observeByChronyd(t *testing.T, units ...int) observer {
	dir := scratch(t)
	text := fmt.Sprintf("port 0\ncmdport 0\npidfile %s/pid\nlogdir %s\nlog refclocks\n", dir, dir)
	for _, unit := range units {
		text += fmt.Sprintf("refclock SHM %d refid %s poll 2 filter 4 precision 1e-2\n", unit, refid(unit))
	}
	start(t, "/usr/sbin/chronyd", "-x", "-d", "-U", "-u", "root", "-f", write(t, dir, "conf", text))
	return observer{t, filepath.Join(dir, "refclocks.log")}
}

// offsets returns the offsets of a unit's samples from refclocks.log:
//
//	   Date (UTC) Time         Refid  DP L P  Raw offset   Cooked offset      Disp.
//	2026-11-23 14:20:00.000000 U1      0 N 0 -3.000000e+00 -3.000001e+00  1.000e-06
//
// It skips lines with - for a number, which are averages.
func (o observer) offsets(unit int) (list []time.Duration) {
	text, err := os.ReadFile(o.log)
	if err != nil {
		return nil // no sample yet
	}
	for line := range strings.Lines(string(text)) {
		field := strings.Fields(line)
		if len(field) == 9 && field[2] == refid(unit) && field[3] != "-" && strings.HasSuffix(line, "\n") {
			list = append(list, seconds(o.t, field[6]))
		}
	}
	return list
}

func refid(unit int) string { return fmt.Sprintf("U%d", unit) }

// selected parses `chronyc -c sources`:
//
//	mode,state,name,stratum,poll,reach,lastrx,adjusted,measured,error
//
// State * is the selected source.
func (c chronyd) selected() (time.Duration, bool) {
	out, err := exec.Command("/usr/bin/chronyc", "-h", c.socket, "-n", "-c", "sources").Output()
	if err != nil {
		return 0, false // just started
	}
	for line := range strings.Lines(string(out)) {
		field := strings.Split(strings.TrimSpace(line), ",")
		if len(field) == 10 && field[1] == "*" && field[2] == refid(c.unit) {
			return seconds(c.t, field[7]), true
		}
	}
	return 0, false
}

func seconds(t *testing.T, text string) time.Duration {
	t.Helper()
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return time.Duration(value * float64(time.Second))
}
