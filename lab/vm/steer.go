package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/refclock/refclock/lab/protocol"
)

// errDone is printed for a successful request.
var errDone = errors.New("done")

// steer executes a request of the guest program, which prints it as protocol.Ask(request):
//
//	nmea on|off       whether the receiver sends; on at the start
//	fix on|off        whether it has a fix
//	pps on|off        whether it sends pulses
//	line N 0|1        sets a line of the pl061
//	unplug, plug      unplugs or plugs in the USB adapter
//	clock NANOSECONDS fails unless this value of the machine's clock is correct to 0.5 s
func steer(request string, m *machine, r *receiver) error {
	verb, rest, _ := strings.Cut(request, " ")
	switch verb {
	case "nmea", "fix", "pps":
		return turn(verb, rest, r)
	case "line":
		return move(rest, m.gpio)
	case "unplug":
		return m.usb.unplug()
	case "plug":
		return m.usb.plug()
	case "clock":
		return checkClock(rest, time.Now())
	}
	return fmt.Errorf("expected nmea, fix, pps, line, unplug, plug, clock or a question, found %q", verb)
}

func turn(what, state string, r *receiver) error {
	on := state == "on"
	if !on && state != "off" {
		return fmt.Errorf("expected %s on or off, found %q", what, state)
	}
	switch {
	case what == "pps" && r.pulser == nil:
		return errNoLines
	case what == "pps":
		r.pulser.on.Store(on)
	case what == "nmea" && !on:
		r.port.use(silence)
	case what == "fix" && !on:
		r.port.use(withoutFix)
	default:
		r.port.use(withFix)
	}
	return nil
}

var errNoLines = errors.New("the host cannot drive lines of this machine")

func move(rest string, g *gpio) error {
	var line, level int
	if _, err := fmt.Sscanf(rest, "%d %d", &line, &level); err != nil || line < 0 || line > protocol.LastLine || level&^1 != 0 {
		return fmt.Errorf("expected a line from 0 to %d and 0 or 1, found %q", protocol.LastLine, rest)
	}
	if g == nil {
		return errNoLines
	}
	return g.set(level == 1, line)
}

// checkClock checks that the machine's clock is correct: a wrong second is at least half a second
// off.
func checkClock(value string, now time.Time) error {
	nanoseconds, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return fmt.Errorf("expected the clock in nanoseconds since 1970, found %q", value)
	}
	if off := time.Unix(0, nanoseconds).Sub(now); off.Abs() >= 500*time.Millisecond {
		return fmt.Errorf("the machine's clock is %v off", off)
	}
	return nil
}
