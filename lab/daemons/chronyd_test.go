package daemons

import (
	"fmt"
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

// startChronyd has it step a clock that is wrong, rather than turn it there in an hour.
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

func refid(unit int) string { return fmt.Sprintf("U%d", unit) }

// selected reads `chronyc -c sources`:
//
//	mode,state,name,stratum,poll,reach,lastrx,adjusted,measured,error
//
// State * is the source that it goes by.
func (c chronyd) selected() (time.Duration, bool) {
	out, err := exec.Command("/usr/bin/chronyc", "-h", c.socket, "-n", "-c", "sources").Output()
	if err != nil {
		return 0, false // it has only just started
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
