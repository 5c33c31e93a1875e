package lines

import (
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/consumer/conf"
	"github.com/refclock/refclock/internal/consumer/lint"
)

// setups has all kinds of setups.
var setups = map[string]Setup{
	"sentences":             one(Receiver{Sentences: &Clock{}}),
	"calibrated":            one(Receiver{Sentences: &Clock{Jitter: 4200 * time.Microsecond, Seen: "12 samples"}, Calibrated: true}),
	"both":                  one(Receiver{Sentences: &Clock{Unit: 0}, Pulse: &Clock{Unit: 1}}),
	"both, measured":        one(Receiver{Sentences: &Clock{Unit: 2, Jitter: 12 * time.Millisecond}, Pulse: &Clock{Unit: 3, Jitter: 900}}),
	"pulse":                 one(Receiver{Pulse: &Clock{Unit: 7, Perm: 0o660, Jitter: 3 * time.Microsecond}}),
	"socket":                one(Receiver{Sentences: &Clock{Socket: "/run/chrony.gps.sock"}}),
	"both sockets":          one(Receiver{Sentences: &Clock{Socket: "/run/chrony.gps.sock"}, Pulse: &Clock{Socket: "/run/chrony.pps.sock", Jitter: time.Microsecond}}),
	"socket beside a unit":  one(Receiver{Sentences: &Clock{Socket: "/run/chrony.gps.sock"}, Pulse: &Clock{Unit: 1}}),
	"web servers":           {Web: []WebServers{{Clock: Clock{Unit: 3}, Interval: 5 * time.Minute}}},
	"web servers, repeated": {Web: []WebServers{{Clock: Clock{Socket: "/run/chrony.http.sock"}, Interval: 5 * time.Minute, Repeat: time.Second}}},
	"web servers far away":  {Web: []WebServers{{Clock: Clock{Unit: 2}, Interval: 64 * time.Second, Asymmetry: 20 * time.Millisecond}}},
	"the largest jitter":    one(Receiver{Sentences: &Clock{Jitter: 500 * time.Millisecond}}),
	"two receivers": {Service: true, Receivers: []Receiver{
		{Sentences: &Clock{Unit: 0}, Pulse: &Clock{Unit: 1}, Port: "/dev/serial0"},
		{Sentences: &Clock{Unit: 2}, Pulse: &Clock{Unit: 3}, Port: "/dev/serial/by-id/usb-u-blox_AG_u-blox_7-if00"},
	}},
	"a receiver without a pulse beside another": {Service: true, Receivers: []Receiver{
		{Sentences: &Clock{Unit: 0}, Calibrated: true},
		{Sentences: &Clock{Unit: 2}},
	}},
	"every kind": {
		Service: true, LeaveOut: true, File: "/etc/refclock-test.toml",
		Receivers: []Receiver{{Sentences: &Clock{Unit: 0}}, {Sentences: &Clock{Unit: 8}, Pulse: &Clock{Socket: "/run/chrony.pps.sock"}}},
		Web:       []WebServers{{Clock: Clock{Unit: 3}, Interval: time.Minute}, {Clock: Clock{Socket: "/run/chrony.http.sock"}, Interval: time.Minute}},
		Feeds:     []Clock{{Unit: 4}, {Unit: 5}},
		Demos:     []Clock{{Unit: 6}},
	},
}

// one returns a setup with one receiver.
func one(r Receiver) Setup { return Setup{Receivers: []Receiver{r}} }

func write(d Daemon, s Setup) (string, error) {
	var b strings.Builder
	err := Write(&b, d, s)
	return b.String(), err
}

func TestLines(t *testing.T) {
	for _, c := range []struct {
		daemon Daemon
		setup  string
		want   string // the lines that are not comments
	}{
		{chrony, "sentences", "refclock SHM 0:perm=0600 refid GPS precision 1e-2 delay 2e0 poll 4\n"},
		{chrony, "calibrated", "refclock SHM 0:perm=0600 refid GPS precision 5e-3 delay 2e-1 poll 4\n"},
		{chrony, "both", "refclock SHM 0:perm=0600 refid GPS precision 1e-2 delay 2e-1 poll 4 noselect\n" +
			"refclock SHM 1:perm=0600 refid PPS precision 1e-6 delay 3e-5 poll 4 prefer\n"},
		{chrony, "both, measured", "refclock SHM 2:perm=0666 refid GPS precision 2e-2 delay 2e-1 poll 4 noselect\n" +
			"refclock SHM 3:perm=0666 refid PPS precision 9e-7 delay 3e-5 poll 4 prefer\n"},
		{chrony, "pulse", "refclock SHM 7:perm=0660 refid PPS precision 3e-6 delay 4e-5 poll 4 prefer\n"},
		{chrony, "both sockets", "refclock SOCK /run/chrony.gps.sock refid GPS precision 1e-2 delay 2e-1 poll 4 noselect\n" +
			"refclock SOCK /run/chrony.pps.sock refid PPS precision 1e-6 delay 3e-5 poll 4 prefer\n"},
		{ntp, "both", "server 127.127.28.0 minpoll 4 maxpoll 4 noselect\nfudge 127.127.28.0 refid GPS flag1 1\n" +
			"server 127.127.28.1 minpoll 4 maxpoll 4 prefer\nfudge 127.127.28.1 refid PPS flag1 1\n"},
		{ntpsec, "both", "refclock shm unit 0 refid GPS minpoll 4 maxpoll 4 noselect\nrefclock shm unit 1 refid PPS minpoll 4 maxpoll 4 prefer\n"},
		{ntpsec, "sentences", "refclock shm unit 0 refid GPS minpoll 4 maxpoll 4 noselect\n"}, // unknown delay
		{ntp, "sentences", "server 127.127.28.0 minpoll 4 maxpoll 4 noselect\nfudge 127.127.28.0 refid GPS flag1 1\n"},
		{ntpsec, "calibrated", "refclock shm unit 0 refid GPS minpoll 4 maxpoll 4\n"},
		{chrony, "web servers", "refclock SHM 3:perm=0666 refid HTTP stratum 5 precision 2e-3 delay 6e-2 poll 9 filter 1\n"},
		{chrony, "web servers, repeated", "refclock SOCK /run/chrony.http.sock refid HTTP stratum 5 precision 2e-3 delay 6e-2 poll 3 filter 1\n"},
		{chrony, "web servers far away", "refclock SHM 2:perm=0666 refid HTP2 stratum 5 precision 2e-3 delay 6e-2 poll 7 filter 1 offset -0.010000\n"},
		{ntp, "web servers far away", "server 127.127.28.2 minpoll 7 maxpoll 7\nfudge 127.127.28.2 refid HTP2 stratum 5 flag1 1 time1 -0.010000\n"},
		{ntpsec, "web servers far away", "refclock shm unit 2 refid HTP2 stratum 5 minpoll 7 maxpoll 7 time1 -0.010000\n"},
		{ntpdRS, "web servers, repeated", "[[source]]\nmode = \"sock\"\npath = \"/run/chrony.http.sock\"\nprecision = 2e-3\n"},
		{ntpdRS, "socket", "[[source]]\nmode = \"sock\"\npath = \"/run/chrony.gps.sock\"\nprecision = 1e-2\n"},
		{chrony, "two receivers", "refclock SHM 0:perm=0600 refid GPS precision 1e-2 delay 2e-1 poll 4 noselect\n" +
			"refclock SHM 1:perm=0600 refid PPS precision 1e-6 delay 3e-5 poll 4 prefer\n" +
			"refclock SHM 2:perm=0666 refid GPS2 precision 1e-2 delay 2e-1 poll 4 noselect\n" +
			"refclock SHM 3:perm=0666 refid PPS2 precision 1e-6 delay 3e-5 poll 4 prefer\n"},
		{ntp, "two receivers", "server 127.127.28.0 minpoll 4 maxpoll 4 noselect\nfudge 127.127.28.0 refid GPS flag1 1\n" +
			"server 127.127.28.1 minpoll 4 maxpoll 4 prefer\nfudge 127.127.28.1 refid PPS flag1 1\n" +
			"server 127.127.28.2 minpoll 4 maxpoll 4 noselect\nfudge 127.127.28.2 refid GPS2 flag1 1\n" +
			"server 127.127.28.3 minpoll 4 maxpoll 4 prefer\nfudge 127.127.28.3 refid PPS2 flag1 1\n"},
		{ntpsec, "two receivers", "refclock shm unit 0 refid GPS minpoll 4 maxpoll 4 noselect\nrefclock shm unit 1 refid PPS minpoll 4 maxpoll 4 prefer\n" +
			"refclock shm unit 2 refid GPS2 minpoll 4 maxpoll 4 noselect\nrefclock shm unit 3 refid PPS2 minpoll 4 maxpoll 4 prefer\n"},
		{chrony, "a receiver without a pulse beside another", "refclock SHM 0:perm=0600 refid GPS precision 1e-2 delay 2e-1 poll 4\n" +
			"refclock SHM 2:perm=0666 refid GPS2 precision 1e-2 delay 2e0 poll 4\n"},
		{chrony, "every kind", "refclock SHM 0:perm=0600 refid GPS precision 1e-2 delay 2e0 poll 4\n" +
			"refclock SHM 8:perm=0666 refid GPS2 precision 1e-2 delay 2e-1 poll 4 noselect\n" +
			"refclock SOCK /run/chrony.pps.sock refid PPS2 precision 1e-6 delay 3e-5 poll 4 prefer\n" +
			"refclock SHM 3:perm=0666 refid HTTP stratum 5 precision 2e-3 delay 6e-2 poll 7 filter 1\n" +
			"refclock SOCK /run/chrony.http.sock refid HTT2 stratum 5 precision 2e-3 delay 6e-2 poll 7 filter 1\n" +
			"refclock SHM 4:perm=0666 refid FEED precision 1e-2 delay 3e0 poll 4 noselect\n" +
			"refclock SHM 5:perm=0666 refid FEE2 precision 1e-2 delay 3e0 poll 4 noselect\n"},
		// NTPsec cannot read the pulse of the second receiver.
		{ntpsec, "every kind", "refclock shm unit 0 refid GPS minpoll 4 maxpoll 4 noselect\n" + // unknown delays
			"refclock shm unit 8 refid GPS2 minpoll 4 maxpoll 4 noselect\n" +
			"refclock shm unit 3 refid HTTP stratum 5 minpoll 7 maxpoll 7\n" +
			"refclock shm unit 4 refid FEED minpoll 4 maxpoll 4 noselect\nrefclock shm unit 5 refid FEE2 minpoll 4 maxpoll 4 noselect\n"},
		{ntpdRS, "every kind", "[[source]]\nmode = \"sock\"\npath = \"/run/chrony.pps.sock\"\nprecision = 1e-6\n" +
			"[[source]]\nmode = \"sock\"\npath = \"/run/chrony.http.sock\"\nprecision = 2e-3\n"},
		{ntpdRS, "both sockets", "[[source]]\nmode = \"sock\"\npath = \"/run/chrony.pps.sock\"\nprecision = 1e-6\n"},
	} {
		text, err := write(c.daemon, setups[c.setup])
		if err != nil {
			t.Errorf("%s, %s: %v", c.daemon.Name, c.setup, err)
		}
		var got string
		for line := range strings.Lines(text) {
			if !strings.HasPrefix(line, "#") && line != "\n" {
				got += line
			}
		}
		if got != c.want {
			t.Errorf("%s, %s:\n%swant\n%s", c.daemon.Name, c.setup, got, c.want)
		}
	}
}

// The lint rules accept all lines, and each word is explained.
func TestLinesPassLint(t *testing.T) {
	kinds := map[string]conf.Daemon{"chrony": conf.Chrony, "ntp": conf.NTP, "ntpsec": conf.NTPsec}
	for _, d := range Daemons {
		kind, known := kinds[d.Name]
		for name, setup := range setups {
			text, err := write(d, setup)
			if err != nil {
				continue // TestUnreadableClocks
			}
			for line := range strings.Lines(text) {
				command := strings.HasPrefix(line, "#     refclock ")
				if strings.HasPrefix(line, "#") && !command && len(strings.TrimSuffix(line, "\n")) > 80 {
					t.Errorf("%s, %s: too long for a terminal: %s", d.Name, name, line)
				}
			}
			if !known {
				continue
			}
			facts := lint.Facts{Published: map[int]lint.Measured{}, Sockets: map[string]lint.Measured{}}
			roles, _, err := d.roles(setup)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range roles {
				m := lint.Measured{Jitter: r.Jitter}
				if r.Socket != "" {
					facts.Sockets[r.Socket] = m
				} else {
					facts.Published[r.Unit] = m
				}
				for _, w := range d.words(r) {
					if !strings.Contains(text, "#   "+w.text) || w.why == "" {
						t.Errorf("%s, %s: %q is not explained", d.Name, name, w.text)
					}
				}
			}
			config := conf.Parse(kind, d.File, []byte(text+"pool pool.ntp.org iburst\n")) // as most files have
			if len(config.Refclocks) != len(roles) {
				t.Errorf("%s, %s: %d refclocks, want %d", d.Name, name, len(config.Refclocks), len(roles))
			}
			for _, finding := range lint.Lint(config, facts) {
				t.Errorf("%s, %s: %v", d.Name, name, finding)
			}
		}
	}
}

func TestUnreadableClocks(t *testing.T) {
	for _, c := range []struct {
		daemon Daemon
		setup  string
		want   string
	}{
		{ntp, "socket", "it reads units"},
		{ntpsec, "socket beside a unit", "it reads units"},
		{ntp, "web servers, repeated", "it reads units"},
		{ntpdRS, "both", "it reads sockets"},
		{ntpdRS, "socket beside a unit", "it reads sockets"},
	} {
		if text, err := write(c.daemon, setups[c.setup]); err == nil || !strings.Contains(err.Error(), c.want) || text != "" {
			t.Errorf("%s, %s: %q, %v; want %q", c.daemon.Name, c.setup, text, err, c.want)
		}
		if lines, err := Lines(c.daemon, setups[c.setup]); err == nil || !strings.Contains(err.Error(), c.want) || lines != nil {
			t.Errorf("%s, %s: %q, %v; want %q", c.daemon.Name, c.setup, lines, err, c.want)
		}
	}
}

// No line reads a demonstration clock, or a clock of refclock run that the daemon cannot read.
func TestLeftOut(t *testing.T) {
	for _, c := range []struct {
		daemon Daemon
		want   []string
	}{
		{chrony, []string{"unit 6 is a demonstration clock"}},
		{ntp, []string{"unit 6 is a demonstration clock", "ntp cannot read socket /run/chrony.pps.sock: it reads units.", "ntp cannot read socket /run/chrony.http.sock: it reads units."}},
		{ntpdRS, []string{"unit 6 is a demonstration clock", "ntpd-rs cannot read unit 0: it reads sockets."}},
	} {
		text, err := write(c.daemon, setups["every kind"])
		for _, want := range c.want {
			if err != nil || !strings.Contains(text, "\n# Left out: "+want) {
				t.Errorf("%s: %v; want %q in\n%s", c.daemon.Name, err, want, text)
			}
		}
	}
	demo := Setup{Demos: []Clock{{Unit: 2}}, Service: true}
	if text, err := write(chrony, demo); err == nil || !strings.Contains(err.Error(), "no clock for chrony: unit 2 is a demonstration clock") || text != "" {
		t.Errorf("%q, %v", text, err)
	}
	if list, err := Lines(chrony, demo); err == nil || list != nil {
		t.Errorf("%q, %v", list, err)
	}
}

// Each refid has at most four characters.
func TestNumbered(t *testing.T) {
	for want, got := range map[string]string{"GPS": numbered("GPS", 1), "GPS2": numbered("GPS", 2), "PP10": numbered("PPS", 10), "P256": numbered("PPS", 256), "HTT2": numbered("HTTP", 2)} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// The lint rule replaces a missing pulse with the line that Write writes.
func TestReplacementForMissingPulse(t *testing.T) {
	config := conf.Parse(conf.Chrony, "conf", []byte("refclock PPS /dev/pps0 refid PPS\n"))
	findings := lint.Lint(config, lint.Facts{Missing: func(string) bool { return true }})
	want, err := Lines(chrony, Default(true))
	if err != nil || len(findings) != 1 || findings[0].New != want[1] {
		t.Errorf("%+v, %v; want %q", findings, err, want)
	}
}

// ntpd-rs accepts only samples of 40 bytes. On a 32-bit system refclock needs a flag to
// send them.
func TestNTPDRSCommand(t *testing.T) {
	text, err := write(ntpdRS, setups["both sockets"])
	if want := "--pps-sock /run/chrony.pps.sock --layout 96\n"; err != nil || !strings.Contains(text, want) {
		t.Errorf("%v; want %q in\n%s", err, want, text)
	}
}

// The first lines have the command that publishes the clocks.
func TestCommand(t *testing.T) {
	unit := one(Receiver{Sentences: &Clock{}})
	service := unit
	service.Service = true
	socket := one(Receiver{Sentences: &Clock{Socket: "/tmp/gps.sock"}})
	socket.Service = true
	for _, c := range []struct {
		daemon Daemon
		setup  Setup
		want   string
		warns  bool
	}{
		{chrony, unit, "refclock gps --unit 0\n", false},
		{chrony, service, "refclock run\n", false},
		{chrony, setups["every kind"], "refclock run --config /etc/refclock-test.toml\n", false},
		{ntpdRS, socket, "refclock run # with layout = \"96\" in its file\n", true},
	} {
		text, err := write(c.daemon, c.setup)
		if err != nil || !strings.Contains(text, "#     "+c.want) || strings.Contains(text, "own /tmp") != c.warns {
			t.Errorf("%s: %v, want %q, warning %v:\n%s", c.daemon.Name, err, c.want, c.warns, text)
		}
		if strings.Contains(text, "reverses the sign") != (c.daemon.Name == "ntpd-rs") {
			t.Errorf("%s: warning of ntpd-rs 2.0:\n%s", c.daemon.Name, text)
		}
	}
}

// The comments say what is a guess.
func TestGuesses(t *testing.T) {
	guess, err := write(chrony, setups["both"])
	if err != nil || strings.Count(guess, "is a guess") != 2 {
		t.Errorf("%v:\n%s", err, guess)
	}
	unknown := "The delay of this receiver is unknown"
	for name, want := range map[string]bool{"sentences": true, "calibrated": false, "both": false} {
		if text, err := write(ntpsec, setups[name]); err != nil || strings.Contains(text, unknown) != want {
			t.Errorf("%s: %v; contains %q: want %v\n%s", name, err, unknown, want, text)
		}
	}
	measured, err := write(chrony, setups["calibrated"])
	if err != nil || strings.Contains(measured, "is a guess") || !strings.Contains(measured, "from 12 samples: 4.2ms") {
		t.Errorf("%v:\n%s", err, measured)
	}
}

func TestCeiling(t *testing.T) {
	for x, want := range map[float64]string{
		1: "1e0", 0.1: "1e-1", 0.11: "2e-1", 0.3: "3e-1", 0.0042: "5e-3", 0.0095: "1e-2", 1e-6: "1e-6", 9.9e-7: "1e-6", 2e-5: "2e-5", 7e-9: "7e-9",
	} {
		if got := ceiling(x); got != want {
			t.Errorf("%g: %s, want %s", x, got, want)
		}
	}
}

// Each clock of web servers has a name of its own, of at most four letters.
func TestWebRefids(t *testing.T) {
	for _, c := range []struct {
		clock Clock
		want  string
	}{
		{Clock{Unit: 3}, "HTTP"},
		{Clock{Unit: 2}, "HTP2"},
		{Clock{Unit: 12}, "H012"},
		{Clock{Unit: 255}, "H255"},
		{Clock{Socket: "/run/chrony.http.sock"}, "HTTP"},
		{Clock{Socket: "/run/chrony.http2.sock"}, "HTP2"},
		{Clock{Socket: "/run/ntpd-rs/web.sock"}, "HTEB"},
		{Clock{Socket: "/tmp/-"}, "HTTP"},
	} {
		if got := (&WebServers{Clock: c.clock}).refid(); got != c.want {
			t.Errorf("%+v: %s, want %s", c.clock, got, c.want)
		}
	}
}

func TestWebStratum(t *testing.T) {
	for daemon, want := range map[string]string{"ntp": "fudge 127.127.28.3 refid HTTP stratum 9 ", "ntpsec": "unit 3 refid HTTP stratum 9 ", "chrony": "refid HTTP stratum 9 "} {
		d, _ := Named(daemon)
		if text, err := write(d, Setup{Web: []WebServers{{Clock: Clock{Unit: 3}, Interval: time.Minute, Stratum: 9}}}); err != nil || !strings.Contains(text, want) {
			t.Errorf("%s: %v; want %q in\n%s", daemon, err, want, text)
		}
	}
}

// The comments say how the jitter is known, and that the delay is rounded up.
func TestComments(t *testing.T) {
	for want, c := range map[string]Clock{
		"Jitter claimed by the precision of 4 samples of unit 0, a power of two: 15.6ms.": {Jitter: 15625 * time.Microsecond, Seen: "4 samples of unit 0", Claimed: true},
		"Jitter, measured from 4 samples of unit 0: 8.53ms.":                              {Jitter: 8_531_234, Seen: "4 samples of unit 0"},
		"Jitter, as given: 5ms.": {Jitter: 5 * time.Millisecond},
		"half of it, before rounding up, is the maximum error of the samples: 700 ms, because the delay of this receiver is unknown, plus 3 times the jitter": {Jitter: 8 * time.Millisecond},
	} {
		text, err := write(chrony, one(Receiver{Sentences: &c}))
		if plain := strings.Join(strings.Fields(strings.ReplaceAll(text, "#", "")), " "); err != nil || !strings.Contains(plain, want) {
			t.Errorf("%v, want %q in\n%s", err, want, text)
		}
	}
}

// Units 0 and 1 are those of root, also if a segment has another mode now.
func TestModeOfUnits(t *testing.T) {
	for _, c := range []struct {
		unit int
		perm uint32
		want string
	}{{0, 0, "0600"}, {1, 0o666, "0600"}, {2, 0, "0666"}, {2, 0o600, "0600"}, {3, 0o660, "0660"}} {
		if got := (role{Clock: &Clock{Unit: c.unit, Perm: c.perm}}).perm(); got != c.want {
			t.Errorf("unit %d with mode %04o: perm=%s, want %s", c.unit, c.perm, got, c.want)
		}
	}
}
