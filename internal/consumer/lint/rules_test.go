package lint

import (
	"strings"
	"testing"
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
		{name: "a unit read twice", text: "refclock SHM 0 precision 1e-2\nrefclock SHM 0 precision 1e-2 refid GPS\n", want: []string{"unit-twice error f:2 f:1"}},
		{name: "another unit than refclock's", text: "refclock SHM 0 precision 1e-2\n", facts: Facts{Published: map[int]Measured{2: {}}},
			want: []string{"not-read warning f:1 refclock publishes unit 2", "not-read warning f:1 unit 0 is read unit 2"}},
		{name: "refclock's socket", text: "refclock SOCK /var/run/chrony.gps.sock precision 1e-2\n", facts: Facts{Sockets: map[string]Measured{"/run/chrony.gps.sock": {}}}},
		{name: "another socket", text: "refclock SOCK /run/chrony.a.sock precision 1e-2\n", facts: Facts{Sockets: map[string]Measured{"/run/chrony.b.sock": {}}},
			want: []string{"not-read warning f:1 socket /run/chrony.b.sock", "not-read warning f:1 /run/chrony.a.sock"}},
		{name: "a socket in /tmp", text: "refclock SOCK /tmp/gps.sock precision 1e-2\n", want: []string{"socket-path error f:1 private /tmp"}},
		{name: "a socket that AppArmor forbids", text: "refclock SOCK /run/refclock/gps.sock precision 1e-2\n", want: []string{"socket-path warning f:1 AppArmor"}},
		{name: "a socket in chrony's folder", text: "refclock SOCK /run/chrony/gps.sock precision 1e-2\n"},
		{name: "a socket with a path that is too long", text: "refclock SOCK /run/chrony." + strings.Repeat("a", 100) + ".sock precision 1e-2\n", want: []string{"socket-path error f:1 107"}},
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

// Old is in the line, and the replacement removes the finding.
func TestReplacements(t *testing.T) {
	facts := Facts{Published: map[int]Measured{0: {Jitter: 4 * time.Millisecond}}, Missing: func(string) bool { return true }}
	fixed := 0
	for _, c := range []struct {
		daemon conf.Daemon
		text   string
	}{
		{conf.Chrony, "refclock SHM 0 refid GPS offset 0.9999\nrefclock PPS /dev/pps0 lock NMEA\nrefclock SHM 1 lock X precision 1\n"},
		{conf.Chrony, "refclock SHM 0 refid GPS precision 1e-9 OFFSET 0.50\n"},
		{conf.NTP, "server 127.127.28.0\nfudge 127.127.28.0 refid GPS\nfudge 127.127.28.0 time1 0.5\n"},
		{conf.NTPsec, "refclock shm unit 0 flag1 1 time1 0.5\n"},
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
	if fixed < 9 {
		t.Errorf("%d fixed, want 9 or more", fixed)
	}
}

// Every finding has a what, a why and a hint; findings are in the order of the lines.
func TestFindingsAreComplete(t *testing.T) {
	const text = "refclock SOCK /tmp/x offest\nrefclock SHM 2 offset 0.5\nrefclock PPS /dev/pps0 lock X\nrefclock SHM 2:perm=x precision 1e-9\nrefclock SHM 3\n"
	findings := Lint(conf.Parse(conf.Chrony, "f", []byte(text)), Facts{
		Missing:   func(string) bool { return true },
		Published: map[int]Measured{2: {Jitter: time.Second}, 9: {}},
		Units:     map[int]Unit{3: {Size: 1}},
	})
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
