package daemons

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

type ntpsec struct {
	t     *testing.T
	unit  int
	stats string
}

// startNTPsec starts ntpd with -g: it may step the clock once by any amount.
func startNTPsec(t *testing.T, unit int) daemon {
	dir := scratch(t)
	n := ntpsec{t, unit, filepath.Join(dir, "peerstats")}
	conf := write(t, dir, "conf", fmt.Sprintf(`
refclock shm unit %d refid %s minpoll 3 maxpoll 3
interface ignore wildcard
interface listen 127.0.0.1
statsdir %s/
statistics peerstats
filegen peerstats file peerstats type none enable
`, unit, refid(unit), dir))
	start(t, "/usr/sbin/ntpd", "-g", "-n", "-c", conf, "-p", filepath.Join(dir, "pid"))
	return n
}

// selected parses the last line of peerstats:
//
//	day   second    peer   status  offset      delay       dispersion  jitter
//	61367 7583.025  SHM(0) 961a    -1.000000000 0.000000000 7.937500000 0.000000000
//
// The second hexadecimal digit of the status is the selection: 6 is the selected peer (RFC
// 9327, "Select").
func (n ntpsec) selected() (time.Duration, bool) {
	text, err := os.ReadFile(n.stats)
	if err != nil {
		return 0, false
	}
	offset, goesBy := time.Duration(0), false
	for line := range strings.Lines(string(text)) {
		field := strings.Fields(line)
		if len(field) != 8 || field[2] != fmt.Sprintf("SHM(%d)", n.unit) || !strings.HasSuffix(line, "\n") {
			continue
		}
		status, err := strconv.ParseUint(field[3], 16, 16)
		if err != nil {
			n.t.Fatal(err)
		}
		offset, goesBy = seconds(n.t, field[4]), status>>8&7 == 6
	}
	return offset, goesBy
}
