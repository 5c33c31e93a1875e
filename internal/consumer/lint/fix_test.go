package lint

import (
	"testing"

	"github.com/refclock/refclock/internal/consumer/conf"
)

func TestFix(t *testing.T) {
	for _, c := range []struct {
		what           string
		daemon         conf.Daemon
		old, new, line string
		want           string
		ok             bool
	}{
		{"the hint changes no words", conf.NTP, "", "", "server 127.127.28.0", "server 127.127.28.0", false},
		{"the words are missing", conf.NTP, "time1 0.5", "", "fudge 127.127.28.0 time1 0.05", "fudge 127.127.28.0 time1 0.05", false},
		{"part of a word", conf.Chrony, "offset 0.5", "", "refclock SHM 0 offset 0.55", "refclock SHM 0 offset 0.55", false},
		{"delete words", conf.NTP, "time1 0.9999", "", "fudge 127.127.28.0  TIME1\t0.9999 refid GPS # mine", "fudge 127.127.28.0 refid GPS # mine", true},
		{"delete the line", conf.NTP, "server 127.127.22.0 prefer", "", "server  127.127.22.0 prefer", "", true},
		{"replace words", conf.Chrony, "lock NMEA", "lock GPS", "refclock PPS /dev/pps0 lock NMEA", "refclock PPS /dev/pps0 lock GPS", true},
		{"add words before a comment", conf.NTPsec, "", "prefer", "refclock shm unit 1 # mine", "refclock shm unit 1 prefer # mine", true},
		{"chrony allows no comment there", conf.Chrony, "", "prefer", "refclock SHM 1 #", "refclock SHM 1 # prefer", true},
	} {
		got, ok := Finding{Old: c.old, New: c.new}.Fix(c.daemon, c.line)
		if got != c.want || ok != c.ok {
			t.Errorf("%s: %q, %v; want %q, %v", c.what, got, ok, c.want, c.ok)
		}
	}
}
