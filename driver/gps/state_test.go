package gps

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/nmea"
)

// A state has the measured value, rounded for the reader.
func TestStatesNameWhatWasMeasured(t *testing.T) {
	const measured = 151*ms + 400*time.Microsecond
	for _, c := range []struct {
		name  string
		state driver.State
		names []string
		hints []string
	}{
		{"an ambiguous delay", ambiguousDelay(measured, 0, false), []string{" 151ms "}, []string{"baud", "sentences"}},
		{"a delay that differs from the set one", ambiguousDelay(measured, 620*ms, true), []string{" 151ms ", " 620ms"}, []string{driver.Setting("delay"), "correct"}},
		{"an ambiguous burst", ambiguousBurst(measured), []string{" 151ms "}, []string{driver.Setting("delay"), "GSV"}},
		{"an unsteady delay", unsteadyDelay(measured), []string{" 151ms"}, []string{"baud"}},
		{"a jump ahead", jumped(measured), []string{" 151ms ", " 9 s"}, nil},
		{"a jump back", jumped(-measured), []string{" -151ms "}, nil},
		{"a cold start", coldStarted(14*time.Minute + 40*time.Second), []string{" about 15 minutes left"}, []string{"network server"}},
		{"the last nanosecond of a cold start", coldStarted(1), []string{"less than a minute left"}, []string{"wait"}},
		{"the last minute of a cold start", coldStarted(80 * time.Second), []string{" about 1 minute left"}, []string{"wait"}},
		{"two seconds", contradicts("GPRMC and GPZDA"), []string{"GPRMC and GPZDA"}, []string{"turn off"}},
		{"pulse and sentences that agree", pairingUp(5), []string{" 8 ", " 5"}, nil},
		{"more of them than are needed", pairingUp(12), []string{" 8 ", "for 8"}, nil},
		{"no sentences beside a pulse", unconfirmed, []string{" 3 s"}, []string{"sentences"}},
		{"no pulse", noPulse("/dev/pps1"), []string{" 4 s"}, []string{"sudo refclock pps /dev/pps1"}},
		{"no pulse of a search", noPulse("auto"), []string{" 4 s"}, []string{"sudo refclock pps gpio:GPIO18"}},
		{"no line", newPulse(Config{Pulse: &PulseConfig{Source: "phc:eth0"}}, nil).lineFailed(errors.New("no such device")), []string{"no such device"},
			[]string{"sudo refclock pps phc:eth0;", driver.Setting("pps")}},
	} {
		if c.state.Publishing() {
			t.Errorf("%s is a publishing state", c.name)
		}
		for _, name := range c.names {
			if !strings.Contains(c.state.Detail, name) {
				t.Errorf("%s: %q, want %q in it", c.name, c.state.Detail, name)
			}
		}
		for _, hint := range c.hints {
			if !strings.Contains(c.state.Hint, hint) {
				t.Errorf("%s: the hint is %q, want %q in it", c.name, c.state.Hint, hint)
			}
		}
	}
	if s := coldStarted(0); !s.Publishing() {
		t.Errorf("no time left of a cold start: %v", s)
	}
}

// The receiver's own objection is reported with its reason, its sentence and a hint. An
// unreadable date or time explains an epoch without one, and no other.
func TestRefused(t *testing.T) {
	for _, c := range []struct {
		name    string
		epoch   nmea.Epoch
		reason  string
		detail  string
		hinting bool
	}{
		{"no fix", nmea.Epoch{Why: nmea.NoFix, By: "GPRMC"}, nmea.NoFix.String(), "according to GPRMC", true},
		{"no fix, by no sentence", nmea.Epoch{Why: nmea.NoFix}, nmea.NoFix.String(), "", true},
		{"no fix, and an unreadable date", nmea.Epoch{Why: nmea.NoFix, By: "GPGGA", Unreadable: "GPRMC: day 32"}, nmea.NoFix.String(), "according to GPGGA", true},
		{"no date, as it is unreadable", nmea.Epoch{Why: nmea.NoDate, By: "GPGGA", Unreadable: "GPRMC: day 32"}, unreadable("").Reason, "GPRMC: day 32", true},
		{"no date", nmea.Epoch{Why: nmea.NoDate}, nmea.NoDate.String(), "", true},
	} {
		if s := refused(c.epoch); s.Reason != c.reason || s.Detail != c.detail || (s.Hint != "") != c.hinting {
			t.Errorf("%s: %+v, want %q with %q", c.name, s, c.reason, c.detail)
		}
	}
}

// Each cause for which a port cannot be opened has its own hint.
func TestPortFailed(t *testing.T) {
	var hints []string
	for _, c := range []struct {
		err       error
		hint      string
		explained bool // the error has the hint
	}{
		{&fs.PathError{Op: "open", Path: "/dev/ttyACM0", Err: fs.ErrPermission}, "with sudo", false},
		{fmt.Errorf("open /dev/ttyACM0: %w: only root and group uucp may open it; type sudo usermod -aG uucp pi", fs.ErrPermission), "type sudo usermod -aG uucp pi", true},
		{&fs.PathError{Op: "open", Path: "/dev/ttyACM0", Err: fs.ErrNotExist}, "another port", false},
		{&fs.PathError{Op: "open", Path: "/dev/ttyACM0", Err: syscall.EBUSY}, "stop the program", false},
		{&fs.PathError{Op: "open", Path: "/dev/ttyACM0", Err: syscall.EMFILE}, "limit of open files", false},
		{&fs.PathError{Op: "open", Path: "/etc", Err: syscall.ENOTTY}, "set the port of the receiver", false},
		{errors.New("open /dev/ttyACM0: input/output error"), "again", false},
	} {
		s := portFailed(c.err)
		detail, hint, _ := strings.Cut(c.err.Error(), "; ")
		if s.Reason != "no port" || s.Detail != detail {
			t.Errorf("%v: %+v, want no port and the error", c.err, s)
		}
		if !strings.Contains(s.Hint, c.hint) || (s.Hint == hint) != c.explained || slices.Contains(hints, s.Hint) {
			t.Errorf("%v: the hint is %q, want %q in it", c.err, s.Hint, c.hint)
		}
		hints = append(hints, s.Hint)
	}
}

// While the bursts must stay on one side of the edges, the state shows how many seconds
// are left, including the last one.
func TestHowLongOneSideIsLeft(t *testing.T) {
	for run, want := range map[int]string{-60: " 60 ", -1: " 1 ", 8: ""} {
		tr := newTracker(Config{Pulse: &PulseConfig{}})
		for _, d := range []time.Duration{300 * ms, 700 * ms, 300 * ms, 700 * ms, 300 * ms} {
			tr.learn.delays.Add(d)
		}
		tr.pulse.run, tr.pulse.edges, tr.current.support = run, 8, 8*whole
		s := tr.pairing()
		if s.Reason != "unsteady delay" || strings.Contains(s.Detail, "both sides") != (want != "") || !strings.Contains(s.Detail, want) {
			t.Errorf("a run of %d: %v, want %q in it", run, s, want)
		}
	}
}

// The hint about a rate without sentences names the search of all rates first. A clock that
// searches has no such hint: it listens at the other rates by itself.
func TestHintOfWrongBaud(t *testing.T) {
	const hint = `set the baud rate to "auto" (--baud, or baud = in refclock.toml)`
	for _, c := range []struct {
		bauds []int
		hint  string
	}{{nil, hint}, {[]int{9600, 115200}, ""}} {
		r := receptionOf(Config{Baud: 9600, Bauds: c.bauds, Pivot: nmea.DateOf(noon), Pulse: &PulseConfig{}})
		var s driver.State
		for at := time.Duration(0); at < 5*time.Second; at += time.Second / 2 {
			s = r.receive(opening.Add(at), []byte(strings.Repeat("\xfe", 40))).state
		}
		if s.Reason != "wrong baud" || !strings.HasPrefix(s.Hint, c.hint) || c.hint == "" && s.Hint != "" || strings.Contains(s.Hint, "9600") {
			t.Errorf("rates %v: %+v, want the hint %q", c.bauds, s, c.hint)
		}
		if pulse := r.tracker.epochState; pulse != s {
			t.Errorf("rates %v: the pulse has %+v", c.bauds, pulse)
		}
	}
}

// A receiver may have a fix, and still send the date that it started with.
func TestHintOfAPowerUpDate(t *testing.T) {
	for _, fix := range []nmea.Fix{nmea.FixNone, nmea.FixGood} {
		if s := refused(nmea.Epoch{Why: nmea.DefaultDate, Fix: fix}); strings.Contains(s.Hint, "wait for a fix") || !strings.Contains(s.Hint, "wait") {
			t.Errorf("fix %v: the hint is %q", fix, s.Hint)
		}
	}
}
