package main

import (
	"fmt"
	"io"
	"math"
	"time"

	"github.com/refclock/refclock/driver/htntp"
)

// printConfig writes what a daemon's configuration needs.
//
// ntpd wants a receive stamp less than five seconds old, which it gets, because it
// looks at the unit each second; and at least one sample a poll, or its reach falls:
// so a poll must be longer than the time between samples ever is.
func (o *htntpOptions) printConfig(w io.Writer) error {
	spacing := time.Duration(o.interval)
	if err := (htntp.Config{Interval: spacing, Repeat: time.Duration(o.repeat)}).CheckTimes(); err != nil {
		return usageError(err.Error())
	}
	if o.repeat > 0 {
		spacing = time.Duration(o.repeat)
	}
	// A tenth longer at random, a poll of 20 s, and no poll shorter than ntpd's least, 8 s.
	longest := spacing + spacing/10
	if o.repeat == 0 {
		longest += 20 * time.Second
	}
	poll := max(3, int(math.Ceil(math.Log2(longest.Seconds()))))
	// Requests that take longer than answers make the servers look at their clocks
	// later than half the round trip says: the time found is ahead by half of it.
	correction := 0 - o.asymmetry.Seconds()/2
	unit := int(o.unit.unit)
	mode := "0666"
	if unit < 2 {
		mode = "0600" // as ntpd makes them by itself
	}
	switch o.daemon {
	case "ntp":
		fmt.Fprintf(w, `# ntp.conf: the time of web servers, by refclock htntp. To look first, add
# noselect to the server's line.
server 127.127.28.%[1]d minpoll %[2]d maxpoll %[2]d
# time1 is minus half of what requests take longer than answers, in seconds;
# flag1 1 takes samples also when the system clock is wrong by more than 4 hours.
fudge 127.127.28.%[1]d refid HTTP time1 %.6[3]f flag1 1
`, unit, poll, correction)
	case "ntpsec":
		fmt.Fprintf(w, `# ntp.conf of NTPsec: the time of web servers, by refclock htntp. To look first,
# add noselect.
# time1 is minus half of what requests take longer than answers, in seconds.
refclock shm unit %[1]d refid HTTP minpoll %[2]d maxpoll %[2]d time1 %.6[3]f
`, unit, poll, correction)
	case "chrony":
		fmt.Fprintf(w, `# chrony.conf: the time of web servers, by refclock htntp. To look first, add
# noselect. offset is minus half of what requests take longer than answers, delay
# the round trip to the servers, both in seconds: chrony does not read the
# uncertainty from the unit.
refclock SHM %[1]d:perm=%[4]s refid HTTP poll %[2]d filter 1 precision 2e-3 delay 0.05 offset %.6[3]f
`, unit, poll, correction, mode)
	default:
		return usageError(fmt.Sprintf("--print-config %s: expected ntp, ntpsec or chrony", o.daemon))
	}
	return nil
}
