package lines

import (
	"cmp"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"time"
)

// WebServers is the clock of refclock htntp.
type WebServers struct {
	Clock
	Interval time.Duration // between polls
	Repeat   time.Duration // between samples; 0: one per poll

	// Asymmetry is how much longer requests take than answers. With a positive asymmetry,
	// servers read their clocks later than after half of the round trip.
	Asymmetry time.Duration

	Stratum int // of the clock; 0: DefaultStratum
}

// DefaultStratum is the stratum of web servers: their clocks are of unknown stratum, and a
// Date is less accurate than an answer of NTP.
const DefaultStratum = 5

// refid returns a name of at most four letters that differs between clocks: HTTP for unit 3,
// the usual one, and HTP2 for unit 2. The name of a socket makes HTTP of /run/chrony.http.sock.
func (w *WebServers) refid() string {
	const usual = 3
	if w.Socket == "" {
		switch {
		case w.Unit == usual:
			return webRefid
		case w.Unit < 10:
			return fmt.Sprintf("HTP%d", w.Unit)
		}
		return fmt.Sprintf("H%03d", w.Unit)
	}
	name := strings.TrimPrefix(strings.TrimSuffix(filepath.Base(w.Socket), ".sock"), "chrony.")
	name = strings.Map(func(c rune) rune {
		if 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' {
			return c
		}
		return -1
	}, strings.ToUpper(name))
	if name == webRefid || name == "" {
		return webRefid
	}
	return "HT" + name[max(0, len(name)-2):]
}

const webRefid = "HTTP"

// longest returns the longest time between samples: a random tenth more, and a poll
// that takes 20 s.
func (w *WebServers) longest() time.Duration {
	if w.Repeat > 0 {
		return w.Repeat + w.Repeat/10
	}
	return w.Interval + w.Interval/10 + 20*time.Second
}

// role returns the clock for a daemon. The daemon needs at least one sample per poll, or
// its reach drops. The shortest poll of ntpd is 8 s.
func (w *WebServers) role() role {
	longest := w.longest()
	poll := max(3, int(math.Ceil(math.Log2(longest.Seconds()))))
	return role{Clock: &w.Clock, refid: w.refid(), stratum: cmp.Or(w.Stratum, DefaultStratum), what: "the time of web servers", guess: 2 * time.Millisecond,
		late: 20 * time.Millisecond, lateWhy: "20 ms, because requests and answers may differ by 40 ms",
		poll: poll, pollWhy: fmt.Sprintf("update every 2^%d s: a sample arrives at least every %v", poll, longest),
		single:     true,
		correction: 0 - w.Asymmetry.Seconds()/2,
	}
}

// command returns the refclock command.
func (w *WebServers) command() string {
	text := "refclock htntp" + w.flag("unit", "sock") + fmt.Sprintf(" --interval %v", w.Interval)
	if w.Repeat > 0 {
		text += fmt.Sprintf(" --repeat %v", w.Repeat)
	}
	return text + " SERVER..."
}
