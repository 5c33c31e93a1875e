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
		got, ok := Finding{Correction: conf.Correction{Old: c.old, New: c.new}}.Fix(&conf.Config{Daemon: c.daemon}, c.line)
		if got != c.want || ok != c.ok {
			t.Errorf("%s: %q, %v; want %q, %v", c.what, got, ok, c.want, c.ok)
		}
	}
}

// The line to paste is right, however many errors the line has.
func TestFixAllErrors(t *testing.T) {
	for _, c := range []struct {
		daemon     conf.Daemon
		line, want string
	}{
		{conf.Chrony, "refclock shm 0 ofset 0,5 refid GPS1s poll 4.5 # note", "refclock SHM 0 offset 0.5 refid GPS1 poll 4"},
		{conf.Chrony, "refclock SHM 0 refid GPS \u00a0 precision 1e-2", "refclock SHM 0 refid GPS precision 1e-2"},
		{conf.Chrony, "refclock SHM 0 refid GPS delay 0,2\u00a0precision 1e-2", "refclock SHM 0 refid GPS delay 0.2 precision 1e-2"},
		{conf.Chrony, "refclock SHM 0 bogus # note", "# refclock SHM 0 bogus"},
		{conf.Chrony, "refclock SHM 0 refid GPS tai stratum 16", "refclock SHM 0 refid GPS tai stratum 15"}, // tai needs another line
		{conf.Chrony, "refclock SHM 0 poll 20000000000 filter 1", "refclock SHM 0 poll 0 filter 1"},         // chronyd reads -1474836480
		{conf.Chrony, "refclock SHM 0 rate 20000000000", "refclock SHM 0 rate 2147483647"},
		{conf.Chrony, "server x maxpoll 20000000000", "server x maxpoll 32"},
		{conf.NTPsec, "refclock SHM 3 refid GPS minpol 4", "refclock shm unit 3 refid GPS minpoll 4"},
	} {
		config := conf.Parse(c.daemon, "conf", []byte(c.line+"\n"))
		findings := Lint(config, Facts{})
		if len(findings) == 0 {
			t.Errorf("%s: no finding", c.line)
			continue
		}
		if got, _ := findings[0].Fix(config, c.line); got != c.want {
			t.Errorf("%s: %s; want %s", c.line, got, c.want)
		}
	}
}
