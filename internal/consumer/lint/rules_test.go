package lint

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/refclock/refclock/internal/consumer/conf"
)

// Real configurations and their findings.
func TestRules(t *testing.T) {
	allMissing := func(string) bool { return true }
	for _, c := range []struct {
		name   string
		daemon conf.Daemon
		text   string
		facts  Facts
		want   []string // "rule level", and words in the finding
	}{
		{name: "the lines of the README", text: "refclock SHM 0 refid GPS precision 1e-2 noselect\nrefclock SHM 1 refid PPS precision 1e-6 prefer\n",
			facts: Facts{Missing: allMissing, Published: map[int]Measured{0: {Jitter: 5 * time.Millisecond}, 1: {Pulse: true, Jitter: 2 * time.Microsecond}}}},
		{name: "a typo", text: "refclock SHM 0 refid GPS precision 1e-2 offest 0.5\n",
			want: []string{"syntax error f:1 offest does not start"}},
		{name: "the offset of the GPSD HOWTO", daemon: conf.NTP, text: "server 127.127.28.0\nfudge 127.127.28.0 time1 0.9999 refid GPS\n",
			want: []string{"offset error f:2 0.9999 placeholder", "flag1 warning f:2 flag1"}},
		{name: "the offset of chrony's manual", text: "refclock SHM 0 refid GPS precision 1e-1 offset 0.5 delay 0.2\n",
			want: []string{"offset error f:1 0.5 placeholder"}},
		{name: "the same offset, with a measured delay", text: "refclock SHM 0 precision 1e-1 offset 0.5\n",
			facts: Facts{Delay: 120 * time.Millisecond, HasDelay: true},
			want:  []string{"offset error f:1 measured 0.12 0.38 placeholder"}},
		{name: "a correct offset", text: "refclock SHM 0 precision 1e-1 offset 0.119\n", facts: Facts{Delay: 120 * time.Millisecond, HasDelay: true}},
		{name: "a delay that really is 0.5", text: "refclock SHM 0 precision 1e-1 offset 0.5\n", facts: Facts{Delay: 490 * time.Millisecond, HasDelay: true}},
		{name: "an offset that refclock already subtracts", text: "refclock SHM 0 precision 1e-1 offset 0.119\n",
			facts: Facts{Published: map[int]Measured{0: {}}, Delay: 120 * time.Millisecond, HasDelay: true},
			want:  []string{"offset error f:1 already 0.119"}},
		{name: "an offset for a cable", text: "refclock SHM 1 precision 1e-7 offset 5e-8\n", facts: Facts{Published: map[int]Measured{1: {}}}},
		{name: "an unknown delay, and too small an error", text: "refclock SHM 0 precision 1e-2 delay 2e-1\n", facts: Facts{Published: map[int]Measured{0: {UnknownDelay: true}}},
			want: []string{"unknown-delay error f:1 delay 2e-1 unknown 2e0"}},
		{name: "an unknown delay, and no error", text: "refclock SHM 0 precision 1e-2\n", facts: Facts{Published: map[int]Measured{0: {UnknownDelay: true}}},
			want: []string{"unknown-delay error f:1 no delay unknown 2e0"}},
		{name: "an unknown delay at a socket", text: "refclock SOCK /run/chrony.gps.sock precision 1e-2 delay 1.39\n", facts: Facts{Sockets: map[string]Measured{"/run/chrony.gps.sock": {UnknownDelay: true}}},
			want: []string{"unknown-delay error f:1 1.39 unknown"}},
		{name: "an unknown delay, and the lines of refclock config", text: "refclock SHM 0 precision 1e-2 delay 2e0\n", facts: Facts{Published: map[int]Measured{0: {UnknownDelay: true}}}},
		{name: "an unknown delay, and no clock that is selected", text: "refclock SHM 0 precision 1e-2 noselect\nserver a\n", facts: Facts{Published: map[int]Measured{0: {UnknownDelay: true}}}},
		{name: "an unknown delay that the user has measured", text: "refclock SHM 0 precision 1e-2 offset 0.12\n", facts: Facts{Published: map[int]Measured{0: {UnknownDelay: true}}}},
		{name: "an unknown delay for ntpd", daemon: conf.NTP, text: "server 127.127.28.0\nfudge 127.127.28.0 flag1 1\n", facts: Facts{Published: map[int]Measured{0: {UnknownDelay: true}}},
			want: []string{"unknown-delay error f:1 no noselect add"}},
		{name: "an unknown delay for NTPsec", daemon: conf.NTPsec, text: "refclock shm unit 0 refid GPS noselect\nserver a\n", facts: Facts{Published: map[int]Measured{0: {UnknownDelay: true}}}},
		{name: "lock to an unknown refid", text: "refclock SHM 0 refid GPS precision 1e-1\nrefclock PPS /dev/pps0 lock NMEA refid PPS\n",
			want: []string{"lock error f:2 NMEA GPS"}},
		{name: "lock to itself", text: "refclock SHM 0 refid GPS precision 1e-1\nrefclock PPS /dev/pps0 lock PPS refid PPS\n",
			want: []string{"lock error f:2 PPS GPS"}},
		{name: "lock to chrony's default refid", text: "refclock SHM 0 precision 1e-1\nrefclock PPS /dev/pps0 lock SHM0\n"},
		{name: "missing pulse device", text: "refclock SHM 0 refid GPS precision 1e-1\nrefclock PPS /dev/pps0:clear lock GPS\n",
			facts: Facts{Missing: func(path string) bool { return path == "/dev/pps0" }},
			want:  []string{"missing-device error f:2 /dev/pps0 chronyd does not start --pps"}},
		{name: "missing pulse device for ntpd", daemon: conf.NTP, text: "server 127.127.22.3\n",
			facts: Facts{Missing: allMissing}, want: []string{"missing-device error f:1 /dev/pps3 this clock does not start"}},
		{name: "a device that is no source of pulses", text: "refclock SHM 0 refid GPS precision 1e-1\nrefclock PPS /dev/null:clear lock GPS\n", facts: Facts{NotPPS: func(path string) bool { return path == "/dev/null" }},
			want: []string{"missing-device error f:2 /dev/null chronyd does not start --pps"}},
		{name: "one for ntpd", daemon: conf.NTPsec, text: "refclock pps ppspath /dev/ttyS0\nserver x\n", facts: Facts{NotPPS: func(path string) bool { return path == "/dev/ttyS0" }},
			want: []string{"missing-device error f:1 /dev/ttyS0 this clock does not start"}},
		{name: "only a clock of pulses needs such a device", text: "refclock PHC /dev/ptp0 refid PHC\n", facts: Facts{NotPPS: func(string) bool { return true }}},
		{name: "a socket need not exist", text: "refclock SOCK /run/chrony.gps.sock precision 1e-2\n", facts: Facts{Missing: allMissing}},
		{name: "no precision", text: "refclock SHM 0\n", want: []string{"precision warning f:1 no precision"}},
		{name: "no precision, measured", text: "refclock SHM 0\n", facts: Facts{Published: map[int]Measured{0: {Jitter: 4200 * time.Microsecond}}},
			want: []string{"precision warning f:1 precision 0.005"}},
		{name: "a precision better than measured", text: "refclock SHM 1 refid PPS precision 1e-9\n", facts: Facts{Published: map[int]Measured{1: {Jitter: 3 * time.Microsecond}}},
			want: []string{"precision warning f:1 1e-09 3e-06"}},
		{name: "no precision for ntpd, which reads it from the unit", daemon: conf.NTP, text: "server 127.127.28.0\nfudge 127.127.28.0 flag1 1\n"},
		{name: "no flag1 for ntpd", daemon: conf.NTP, text: "server 127.127.28.1\n", want: []string{"flag1 warning f:1 fudge 127.127.28.1"}},
		{name: "flag1 of NTPsec", daemon: conf.NTP, text: "refclock shm unit 0 refid GPS flag1 1\n", want: []string{"flag1 warning f:1 4 hours"}},
		{name: "flag1 of NTPsec in the syntax of ntpd", daemon: conf.NTPsec, text: "server 127.127.28.0\nfudge 127.127.28.0 flag1 1\n", want: []string{"flag1 warning f:2 4 hours"}},
		{name: "flag1 of ntpd", daemon: conf.NTP, text: "server 127.127.28.0\nfudge 127.127.28.0 flag1 1\n"},
		{name: "a high unit for root only", text: "refclock SHM 2 precision 1e-2\n", want: []string{"perm warning f:1 perm=0666"}},
		{name: "a high unit for all users", text: "refclock SHM 2:perm=0666 precision 1e-2\n"},
		{name: "a segment created with another mode", text: "refclock SHM 2:perm=0666 precision 1e-2\n", facts: Facts{Units: map[int]Unit{2: {96, 0o600}}},
			want: []string{"perm warning f:1 0600 ipcrm -M 0x4e545032"}},
		{name: "a segment created for all users", text: "refclock SHM 2 precision 1e-2\n", facts: Facts{Units: map[int]Unit{2: {96, 0o666}}}},
		{name: "a wrong perm", text: "refclock SHM 2:perm=rw precision 1e-2\n", want: []string{"perm error f:1 octal"}},
		{name: "a segment of a wrong size", text: "refclock SHM 0 precision 1e-2\n", facts: Facts{Units: map[int]Unit{0: {64, 0o600}}},
			want: []string{"size error f:1 64 chronyd ipcrm -M 0x4e545030"}},
		{name: "a unit read twice", text: "refclock SHM 0 precision 1e-2\nrefclock SHM 0 precision 1e-2 refid GPS\n", want: []string{"unit-twice warning f:2 f:1"}},
		{name: "another unit than refclock's", text: "refclock SHM 0 precision 1e-2\n", facts: Facts{Published: map[int]Measured{2: {}}},
			want: []string{"not-read warning f:1 refclock publishes unit 2", "not-read warning f:1 unit 0 is read unit 2"}},
		{name: "refclock's socket", text: "refclock SOCK /var/run/chrony.gps.sock precision 1e-2\n", facts: Facts{Sockets: map[string]Measured{"/run/chrony.gps.sock": {}}}},
		{name: "another socket", text: "refclock SOCK /run/chrony.a.sock precision 1e-2\n", facts: Facts{Sockets: map[string]Measured{"/run/chrony.b.sock": {}}},
			want: []string{"not-read warning f:1 socket /run/chrony.b.sock", "not-read warning f:1 /run/chrony.a.sock"}},
		{name: "a socket in /tmp", text: "refclock SOCK /tmp/gps.sock precision 1e-2\n", want: []string{"socket-path warning f:1 private /tmp"}},
		{name: "a lock to itself", text: "refclock SHM 0 precision 1e-2 refid GPS lock GPS\n", want: []string{"lock error f:1 no clock delete"}},
		{name: "a no-break space", text: "refclock SHM 0 precision 1e-2 \u00a0 refid GPS\n", want: []string{"syntax error f:1 no-break"}},
		{name: "UTF-16", text: "\xff\xfer\x00e\x00", want: []string{"syntax error f:1 UTF-16"}},
		{name: "a driver that Debian lacks", daemon: conf.NTPsec, text: "refclock gpsd unit 0\nserver x\n", want: []string{"syntax error f:1 without gpsd shm start"}},
		{name: "its type", daemon: conf.NTPsec, text: "server 127.127.46.0\nserver x\n", want: []string{"syntax error f:1 without GPSD shm"}},
		{name: "its type in the classic ntpd", daemon: conf.NTP, text: "server 127.127.46.0\nserver x\n"},
		{name: "a socket in a private /tmp", text: "refclock SOCK /var/tmp/x/gps.sock precision 1e-2\n", facts: Facts{Tmp: PrivateTmp}, want: []string{"socket-path error f:1 private /tmp"}},
		{name: "a socket in the /tmp of all", text: "refclock SOCK /tmp/gps.sock precision 1e-2\n", facts: Facts{Tmp: SharedTmp}, want: []string{"socket-path warning f:1 AppArmor"}},
		{name: "a socket that AppArmor forbids", text: "refclock SOCK /run/refclock/gps.sock precision 1e-2\n", want: []string{"socket-path warning f:1 AppArmor"}},
		{name: "a socket in chrony's folder", text: "refclock SOCK /run/chrony/gps.sock precision 1e-2\n"},
		{name: "a socket with a path that is too long", text: "refclock SOCK /run/chrony." + strings.Repeat("a", 100) + ".sock precision 1e-2\n", want: []string{"socket-path error f:1 107"}},
		{name: "fudge above its server", daemon: conf.NTPsec, text: "fudge 127.127.28.0 time1 0.9999 refid GPS\nserver 127.127.28.0\n", want: []string{"offset error f:1 0.9999"}},
		{name: "an offset of a second", text: "refclock SHM 0 precision 1e-2 offset 1.0\n", want: []string{"offset error f:1 second"}},
		{name: "the difference of TAI and UTC", text: "refclock SHM 0 precision 1e-2 offset -37\n"},
		{name: "an option of another driver", text: "refclock SHM 0:mode=0666 precision 1e-2\n", want: []string{"syntax error f:1 perm"}},
		{name: "no whole number", text: "refclock SHM 0 precision 1e-2 poll 4.5\n", want: []string{"syntax error f:1 4.5"}},
		{name: "stratum 16", text: "refclock SHM 0 precision 1e-2 stratum 16\n", want: []string{"syntax error f:1 15"}},
		{name: "an endless loop", text: "refclock SHM 0 precision 1e-2 dpoll -30\n", want: []string{"syntax error f:1 stops"}},
		{name: "a poll that does not fit an int", text: "refclock SHM 0 precision 1e-2 filter 1 poll 20000000000\n", want: []string{"syntax error f:1 2^-1474836480 stops"}},
		{name: "a count that does not fit an int", text: "refclock SHM 0 precision 1e-2 rate 20000000000\n", want: []string{"syntax warning f:1 2147483647 20000000000"}},
		{name: "a filter of more samples than there are", text: "refclock SHM 0 precision 1e-2 poll 0\n", want: []string{"syntax warning f:1 filter"}},
		{name: "a filter of one sample", text: "refclock SHM 0 precision 1e-2 poll 0 filter 1\n"},
		{name: "a lock to a clock that is rarely polled", text: "refclock SHM 0 precision 1e-2 refid G poll 6 dpoll 3\nrefclock PPS /dev/pps0 lock G\n", want: []string{"syntax warning f:2 maxlockage"}},
		{name: "directives that exclude each other", text: "rtcfile /var/lib/chrony/rtc\nrtcsync\n", want: []string{"syntax error f:2 rtcfile"}},
		{name: "a value that only new versions refuse", text: "refclock SHM 0 precision 1e-2 rate 0\n", want: []string{"syntax warning f:1 4.7"}},
		{name: "tai without a table", text: "refclock SHM 0 precision 1e-2 tai\n", want: []string{"syntax error f:1 leapsectz"}},
		{name: "tai with a table", text: "leapsectz right/UTC\nrefclock SHM 0 precision 1e-2 tai\n"},
		{name: "a clock of ntp.conf", text: "server 127.127.28.1 prefer\n", want: []string{"syntax error f:1 SHM"}},
		{name: "a line of ntp.conf", text: "pool pool.ntp.org\nrestrict default\n", want: []string{"syntax error f:2 ntp.conf"}},
		{name: "a byte-order mark", text: "\ufeff# mine\npool pool.ntp.org\n", want: []string{"syntax error f:1 byte-order"}},
		{name: "a byte-order mark of NTPsec", daemon: conf.NTPsec, text: "\ufeffrefclock shm unit 0\npool pool.ntp.org\n"},
		{name: "one refid twice, with lock", text: "pool x\nrefclock SHM 0 refid G precision 1e-2\nrefclock SHM 1 refid G precision 1e-2\nrefclock SHM 2:perm=0666 pps lock G precision 1e-6\n",
			want: []string{"same-refid warning f:4 f:2"}},
		{name: "only noselect", text: "refclock SHM 0 precision 1e-2 noselect\n", want: []string{"never-selected warning f:1 noselect"}},
		{name: "noselect and a server", text: "server x\nrefclock SHM 0 precision 1e-2 noselect\n"},
		{name: "only a pulse", text: "refclock PPS /dev/pps0\n", want: []string{"pulse-alone warning f:1 server"}},
		{name: "a pulse and clocks with noselect", text: "refclock SHM 0 refid G precision 1e-2 noselect\nrefclock PPS /dev/pps0\n", want: []string{"pulse-alone warning f:2 lock"}},
		{name: "a pulse and a clock", text: "refclock SHM 0 refid G precision 1e-2\nrefclock PPS /dev/pps0\n"},
		{name: "a pulse with lock", text: "refclock SHM 0 refid G precision 1e-2 noselect\nrefclock PPS /dev/pps0 lock G\n"},
		{name: "a unit that all users may write", text: "refclock SHM 1:perm=0666 precision 1e-6\n", want: []string{"perm warning f:1 0600"}},
		{name: "PHC of an interface", text: "refclock PHC eth0\n", want: []string{"syntax error f:1 4.7"}},
		{name: "a missing folder of a socket", text: "refclock SOCK /run/x/gps.sock precision 1e-2\n", facts: Facts{Missing: allMissing}, want: []string{"socket-path error f:1 folder"}},
		{name: "a missing interface", text: "hwtimestamp eth7\n", facts: Facts{Missing: func(p string) bool { return p == "/sys/class/net/eth7" }}, want: []string{"missing-device error f:1 eth7"}},
		{name: "a missing port of NTPsec", daemon: conf.NTPsec, text: "refclock nmea unit 3\n", facts: Facts{Missing: allMissing}, want: []string{"missing-device error f:1 /dev/gps3"}},
		{name: "the paths of a clock in the syntax of ntpd", daemon: conf.NTPsec, text: "server 127.127.22.0 ppspath /dev/pps1\nserver 127.127.20.0 path /dev/ttyS0\nserver x\n",
			facts: Facts{Missing: func(p string) bool { return p == "/dev/pps0" || p == "/dev/gps0" }}},
		{name: "a wrong value drops the clock", daemon: conf.NTPsec, text: "server 127.127.28.0 minpoll four\n", want: []string{"syntax error f:1 minpoll"}},
		{name: "a wrong option drops the others", daemon: conf.NTPsec, text: "server 127.127.28.0 minpol 4\n", want: []string{"syntax error f:1 minpoll"}},
		{name: "unit 300", daemon: conf.NTPsec, text: "refclock shm unit 300\n", want: []string{"syntax error f:1 255"}},
		{name: "a unit after the options", daemon: conf.NTPsec, text: "refclock shm refid GPS unit 3\n", want: []string{"syntax error f:1 driver"}},
		{name: "subtype", daemon: conf.NTPsec, text: "refclock shm unit 0 subtype 1\n"},
		{name: "the line of chrony", daemon: conf.NTPsec, text: "refclock SHM 1 refid PPS\n", want: []string{"syntax error f:1 chrony"}},
		{name: "an unknown driver", daemon: conf.NTPsec, text: "refclock sock unit 1\n", want: []string{"syntax error f:1 start"}},
		{name: "words of the classic ntpd", daemon: conf.NTP, text: "server 127.127.28.0 ttl 1\nfudge 127.127.28.0 flag1 1\ndisable auth\n"},
		{name: "words of the classic ntpd for NTPsec", daemon: conf.NTPsec, text: "server 127.127.28.0 ttl 1\ndisable auth\n", want: []string{"syntax error f:1 ttl", "syntax warning f:2 auth"}},
		{name: "a unit twice for NTPsec", daemon: conf.NTPsec, text: "refclock shm unit 0\nserver 127.127.28.0\n", want: []string{"unit-twice warning f:2 ignores"}},
		{name: "a unit after the options, which is not read", daemon: conf.NTPsec, text: "refclock shm refid GPS unit 3\n", want: []string{"syntax error f:1 ignores unit 3, so it reads unit 0"}},
		{name: "unit 0 after the options", daemon: conf.NTPsec, text: "refclock shm refid GPS unit 0\n", want: []string{"syntax error f:1 ignores unit 0;"}},
		{name: "a unit of a line that is ignored", daemon: conf.NTPsec, text: "refclock shm minpoll four unit 3\n", want: []string{"syntax error f:1 does not have this clock;"}},
		{name: "text after a NUL, which ends the line", text: "refclock SHM 0 precision 1e-2\x00 bogus\n"},
		{name: "an option of a newer version", text: "refclock SHM 0 precision 1e-2 maxunreach 5\n", want: []string{"syntax error f:1 before 4.8 maxunreach"}},
		{name: "too many folders", text: "confdir a b c d e f g h i j k\n", want: []string{"syntax error f:1 folders"}},
		{name: "an empty option of the driver", text: "refclock SHM 0: precision 1e-2\n"},
		{name: "a lock to a clock that is polled each 34 years", text: "refclock SHM 0 precision 1e-2 refid G filter 1 poll 30 dpoll 30\nrefclock PPS /dev/pps0 lock G\n", want: []string{"syntax warning f:2 maxlockage 1073741824"}},
		{name: "a lock to a clock that is polled each 68 years", text: "refclock SHM 0 precision 1e-2 refid G filter 1 poll 31 dpoll 31\nrefclock PPS /dev/pps0 lock G\n", want: []string{"syntax warning f:1 delete dpoll 31"}},
		{name: "a lock of many pulses", text: "refclock SHM 0 precision 1e-2 refid G filter 1 poll 20 dpoll 20\nrefclock PPS /dev/pps0 lock G rate 2048\n", want: []string{"syntax warning f:1 delete dpoll 20"}},
		{name: "a pulse that is locked to itself, rarely polled", text: "server x\nrefclock PPS /dev/pps0 local dpoll 2\n", want: []string{"syntax warning f:2 maxlockage"}},
		{name: "a host with digits", text: "allow 192.168.1.999\n", want: []string{"syntax error f:1 network"}},
		{name: "a key of a clock", daemon: conf.NTPsec, text: "refclock shm unit 0 key 1\n", want: []string{"syntax warning f:1 needs no key"}},
		{name: "a pool that is a clock", daemon: conf.NTP, text: "pool 127.127.28.0\nserver x\n", want: []string{"syntax error f:1 pool"}},
		{name: "a flag that is no number", daemon: conf.NTPsec, text: "server 127.127.28.0\nfudge 127.127.28.0 flag2 yes\n", want: []string{"syntax warning f:2 0 or 1"}},
		{name: "no reference clock", text: "server 0.debian.pool.ntp.org iburst\n"},
	} {
		got := Lint(conf.Parse(c.daemon, "f", []byte(c.text)), c.facts)
		if len(got) != len(c.want) {
			t.Errorf("%s: found %v, want %q", c.name, got, c.want)
			continue
		}
		for i, want := range c.want {
			words := strings.Fields(want)
			line := got[i].String()
			if got[i].Rule != words[0] || got[i].Level.String() != words[1] || !strings.Contains(line, strings.Join(words[2:3], " ")) {
				t.Errorf("%s: %s %s, want %q", c.name, got[i].Rule, line, want)
			}
			for _, word := range words[2:] {
				if !strings.Contains(line, word) {
					t.Errorf("%s: %s\nlacks %q", c.name, line, word)
				}
			}
		}
	}
}

// A file of a folder such as conf.d may lack the servers and clocks that other files have.
func TestFragments(t *testing.T) {
	for text, rule := range map[string]string{
		"refclock SHM 0 precision 1e-2 noselect\n": "never-selected",
		"refclock PPS /dev/pps0 refid PPS\n":       "pulse-alone",
	} {
		for file, want := range map[string]int{"/etc/chrony/chrony.conf": 1, "/etc/chrony/conf.d/gps.conf": 0} {
			if found := Lint(conf.Parse(conf.Chrony, file, []byte(text)), Facts{}); len(found) != want || want == 1 && found[0].Rule != rule {
				t.Errorf("%s in %s: %v", rule, file, found)
			}
		}
	}
}

// chrony 4.7 and later accepts the name of an interface, which is not a path.
func TestInterfaceOfPHC(t *testing.T) {
	config, err := conf.Read(fstest.MapFS{"usr/sbin/chronyd": {Data: []byte("\x004.7\x00")}, "c": {Data: []byte("refclock PHC eth0\n")}}, conf.Chrony, "/c")
	if err != nil {
		t.Fatal(err)
	}
	if found := Lint(config, Facts{Missing: func(name string) bool { return name == "/eth0" }}); len(found) > 0 {
		t.Error(found)
	}
}

// Old is in the line, and the replacement removes the finding.
func TestReplacements(t *testing.T) {
	facts := Facts{Published: map[int]Measured{0: {Jitter: 4 * time.Millisecond}, 5: {UnknownDelay: true}}, Missing: func(string) bool { return true }}
	fixed := 0
	for _, c := range []struct {
		daemon conf.Daemon
		text   string
	}{
		{conf.Chrony, "refclock SHM 0 refid GPS offset 0.9999\nrefclock PPS /dev/pps0 lock NMEA\nrefclock SHM 1 lock X precision 1\n"},
		{conf.Chrony, "refclock SHM 0 refid GPS precision 1e-9 OFFSET 0.50\n"},
		{conf.NTP, "server 127.127.28.0\nfudge 127.127.28.0 refid GPS\nfudge 127.127.28.0 time1 0.5\n"},
		{conf.NTPsec, "refclock shm unit 0 flag1 1 time1 0.5\n"},
		{conf.Chrony, "refclock SHM 5 precision 1e-2 delay 2e-1\n"},
		{conf.NTPsec, "refclock shm unit 5\n"},
	} {
		for _, f := range Lint(conf.Parse(c.daemon, "f", []byte(c.text)), facts) {
			if f.Old == "" && f.New == "" {
				continue
			}
			lines := strings.Split(c.text, "\n")
			line := &lines[f.Line-1]
			switch i := strings.Index(strings.ToLower(*line), strings.ToLower(f.Old)); {
			case f.Old == "":
				*line += " " + f.New
			case i < 0:
				t.Errorf("%v: %q is not in %q", f, f.Old, *line)
			default:
				*line = (*line)[:i] + f.New + (*line)[i+len(f.Old):]
			}
			fixed++
			for _, again := range Lint(conf.Parse(c.daemon, "f", []byte(strings.Join(lines, "\n"))), facts) {
				if again.Rule == f.Rule && again.Line == f.Line && again.What == f.What {
					t.Errorf("%v\nis still there in %q", f, *line)
				}
			}
		}
	}
	if fixed < 11 {
		t.Errorf("%d fixed, want 11 or more", fixed)
	}
}

// Every finding has a what, a why and a hint; findings are in the order of the lines.
func TestFindingsAreComplete(t *testing.T) {
	const text = "refclock SOCK /tmp/x\nrefclock SHM 2 offset 0.5\nrefclock PPS /dev/pps0 lock X\nrefclock SHM 2:perm=x precision 1e-9\nrefclock SHM 3\nrefclock SHM 4 offest\n"
	findings := Lint(conf.Parse(conf.Chrony, "f", []byte(text)), Facts{
		Missing:   func(string) bool { return true },
		Published: map[int]Measured{2: {Jitter: time.Second}, 3: {UnknownDelay: true}, 9: {}},
		Units:     map[int]Unit{3: {Size: 1}},
	})
	findings = append(findings, Lint(conf.Parse(conf.Chrony, "f", []byte("\n\n\n\n\nrefclock SHM 0 refid A noselect\nrefclock PPS /dev/pps0 refid A noselect\nrefclock PPS /dev/pps1 noselect lock A\n")), Facts{})...)
	seen, last := map[string]bool{}, 0
	for _, f := range findings {
		seen[f.Rule] = true
		if f.What == "" || f.Why == "" || f.Hint == "" || f.File != "f" || f.Line < last {
			t.Errorf("%+v", f)
		}
		last = f.Line
	}
	for _, rule := range rules {
		if !seen[rule.name] && rule.name != "flag1" {
			t.Errorf("%s found nothing", rule.name)
		}
	}
}

func TestCeiling(t *testing.T) {
	for in, want := range map[time.Duration]time.Duration{
		1: 1, 9: 9, 10: 10, 11: 20, 1234: 2000, 4200 * time.Microsecond: 5 * time.Millisecond, time.Millisecond: time.Millisecond,
	} {
		if got := ceiling(in); got != want {
			t.Errorf("%v: %v, want %v", in, got, want)
		}
	}
}
