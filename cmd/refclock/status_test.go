package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/daemon"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/nmea"
)

// report is that of a receiver with its pulse, three hours after the start.
func report() status.Report {
	now := time.Date(2026, 12, 1, 3, 14, 15, 0, time.UTC)
	ago := func(d time.Duration) (time.Time, int64) { return now.Add(-d), int64(3*time.Hour - d) }
	jitter, yes := int64(310_000), true
	r := status.Report{Version: "1.0", PID: 812, Time: now, MonoNS: int64(3 * time.Hour), Started: now.Add(-3 * time.Hour), File: "/etc/refclock.toml"}
	gps := status.Clock{
		Kind: "gps", Name: "gps /dev/serial0", Unit: 0, State: driver.State{}, Published: 10000,
		Sample:   &status.Sample{OffsetNS: -1_234_000, JitterNS: &jitter, Precision: -11, AgeNS: int64(400 * time.Millisecond)},
		Consumer: status.Consumer{Alive: &yes, Consumed: 9990, Overwritten: 9, Processes: []string{"chronyd(700)"}, Size: 96},
		Receiver: &status.Receiver{Port: "/dev/serial0", Baud: 9600, Fix: "good", Used: 9, InView: 14, DelayNS: 135_000_000, SpreadNS: 700_000, Calibrated: true, Epochs: 10000},
	}
	pulse := status.Clock{
		Kind: "gps", Name: "pulse gpio:GPIO18", Unit: 1,
		State: driver.State{Reason: "no pulse", Detail: "no edge for 4s", Hint: "most receivers give no pulse before they have a fix; else check the wire and the name of the line with refclock pps"},
		Pulse: &status.Pulse{Edges: 20, Seconds: 10, Glitches: 1}, Consumer: status.Consumer{Size: 96},
	}
	gps.Since, gps.SinceNS = ago(2 * time.Hour)
	pulse.Since, pulse.SinceNS = ago(time.Minute)
	for i := range 64 {
		at, mono := ago(time.Hour - time.Duration(i)*time.Minute/2)
		pulse.Changes = append(pulse.Changes, status.Change{Time: at, MonoNS: mono, Of: "clock", State: pulse.State})
	}
	at, mono := ago(2 * time.Hour)
	gps.Changes = []status.Change{{Time: at, MonoNS: mono, Of: "clock", State: gps.State}}
	r.Clocks = []status.Clock{gps, pulse}
	return r
}

// The lateness of a pulse is shown if it is measured, and why it is not known.
func TestStatusShowsTheLateness(t *testing.T) {
	for _, c := range []struct {
		lateness *status.Lateness
		want     []string
	}{
		{nil, nil},
		{&status.Lateness{Known: true, MedianNS: 5_210, SpreadNS: 310}, []string{"stamps late by +5.21 us +- 310 ns, taken off"}},
		{&status.Lateness{Known: true, MedianNS: 5_210, SpreadNS: 310, Reason: "too few edges caught", Detail: "3 of 60", Hint: "give it time"},
			[]string{"stamps late by +5.21 us +- 310 ns, taken off", "lateness of the stamps: too few edges caught: 3 of 60", "-> give it time"}},
		{&status.Lateness{Reason: "not measured yet", Ordinary: "SCHED_FIFO: operation not permitted"},
			[]string{"lateness of the stamps: not measured yet", "lateness measured without real-time priority: SCHED_FIFO: operation not permitted"}},
	} {
		r := report()
		r.Clocks[1].Pulse.Lateness = c.lateness
		text := statusText(r, 100, 40)
		if c.lateness == nil && strings.Contains(text, "late") {
			t.Errorf("without a measurement:\n%s", text)
		}
		for _, want := range c.want {
			if !strings.Contains(text, "\n    "+want+"\n") {
				t.Errorf("%+v: want %q in\n%s", c.lateness, want, text)
			}
		}
	}
}

// What the kernel grants for real time is shown, and what it refuses, with the hint.
func TestStatusShowsRealtime(t *testing.T) {
	granted := func(name string) status.RealtimePart { return status.RealtimePart{Name: name, InForce: true} }
	refused := status.RealtimePart{Name: "memory", Error: "the limit RLIMIT_MEMLOCK is 8192 kB", Hint: "set LimitMEMLOCK=infinity"}
	for _, c := range []struct {
		realtime *status.Realtime
		want     string
	}{
		{nil, ""},
		{&status.Realtime{Threads: 2, Parts: []status.RealtimePart{granted("threads"), granted("memory"), granted("latency")}},
			"Real time: threads with priority 10: 2, memory locked, processors wake up within 2 us\n"},
		{&status.Realtime{Threads: 2, Parts: []status.RealtimePart{granted("threads"), refused}},
			"Real time: threads with priority 10: 2\n    memory not in force: the limit RLIMIT_MEMLOCK is 8192 kB\n    -> set LimitMEMLOCK=infinity\n"},
		{&status.Realtime{Parts: []status.RealtimePart{refused}},
			"Real time: nothing is in force\n    memory not in force: the limit RLIMIT_MEMLOCK is 8192 kB\n    -> set LimitMEMLOCK=infinity\n"},
	} {
		r := report()
		r.Realtime = c.realtime
		text := statusText(r, 100, 40)
		if c.realtime == nil && strings.Contains(text, "Real time") || !strings.Contains(text, "\n"+c.want) {
			t.Errorf("want %q in\n%s", c.want, text)
		}
	}
}

func TestStatusFitsTheSmallestTerminal(t *testing.T) {
	text := statusText(report(), 80, statusRows)
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) > statusRows {
		t.Errorf("%d lines, want %d at the most:\n%s", len(lines), statusRows, text)
	}
	for _, line := range lines {
		if n := len([]rune(line)); n > 80 {
			t.Errorf("%d columns: %q", n, line)
		}
	}
	for _, want := range []string{
		"Unit 0, gps /dev/serial0: PUBLISHING for 2h0m0s",
		"offset -1.234 ms, jitter 310 us, precision -11",
		"9 of 14 satellites", "delay after the second: 135 ms +- 700 us, measured",
		"read by chronyd(700): 9990 samples taken, 9 not",
		"Unit 1, pulse gpio:GPIO18: NOT PUBLISHING for 1m0s: no pulse",
		"-> most receivers give no pulse", "20 edges",
		"12-01 02:45:45  unit 1    no pulse: no edge for 4s",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if all := statusText(report(), 80, 1<<20); strings.Count(all, "\n") < 64 {
		t.Error("not every change is shown where all are asked for")
	}
}

// A receiver that sends only RMC says nothing about its satellites, and has a fix all the same.
func TestStatusWithoutSatellites(t *testing.T) {
	for fix, want := range map[nmea.Fix]string{nmea.FixGood: "fix good\n", nmea.FixNone: "fix none, 0 of 0 satellites\n"} {
		r := report()
		v := r.Clocks[0].Receiver
		v.Fix, v.Used, v.InView = fix.String(), 0, 0
		if text := statusText(r, 80, statusRows); !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	r := report() // without GSV
	r.Clocks[0].Receiver.Used, r.Clocks[0].Receiver.InView = 12, 0
	if text := statusText(r, 80, statusRows); !strings.Contains(text, "fix good, 12 satellites\n") {
		t.Errorf("no number of satellites in\n%s", text)
	}
}

// notReloaded is a report after a reload that failed 5 s ago.
func notReloaded(errors int) status.Report {
	r := report()
	detail := "wrong configuration:"
	for i := range errors {
		detail += fmt.Sprintf("\n/etc/refclock.toml:%d: dealy: [[gps]] has no such setting; did you mean delay? Then more words", i+4)
	}
	r.Changes = []status.Change{
		{State: driver.State{Reason: "started", Detail: "/etc/refclock.toml"}},
		{MonoNS: r.MonoNS - int64(5*time.Second), State: driver.State{Reason: daemon.NotReloaded, Detail: detail, Hint: "correct the file, check it with refclock run --check, and reload again"}},
	}
	return r
}

// After a reload that failed, the whole reason is shown before the clocks, until a reload
// succeeds.
func TestStatusShowsAFailedReload(t *testing.T) {
	want := `
NOT RELOADED for 5s: wrong configuration:
    /etc/refclock.toml:4: dealy: [[gps]] has no such setting; did you mean
      delay? Then more words
    -> correct the file, check it with refclock run --check, and reload again
Unit 0`
	r := notReloaded(1)
	page := statusPage{}
	page.take(statusAnswer{report: r}, time.Now())
	var block []string
	for _, l := range page.block(time.Now(), 80) {
		block = append(block, l.text)
	}
	for way, text := range map[string]string{"status": statusText(r, 80, statusRows), "--watch": strings.Join(block, "\n")} {
		if !strings.Contains(text, want) {
			t.Errorf("%s: want %q in\n%s", way, want, text)
		}
		if !strings.Contains(text, "\nAfter a change of /etc/refclock.toml, type: sudo systemctl reload refclock\n  (without systemd: sudo kill -HUP 812)") {
			t.Errorf("%s: no command for a reload in\n%s", way, text)
		}
	}
	many := statusText(notReloaded(1000), 80, statusRows)
	if !strings.Contains(many, "    and 995 more: refclock run --check shows them\n") || strings.Count(many, "dealy") != 5 {
		t.Errorf("a thousand errors:\n%s", many)
	}
	r.Changes = append(r.Changes, status.Change{State: driver.State{Reason: "reloaded"}})
	if text := statusText(r, 80, statusRows); strings.Contains(text, "NOT RELOADED") {
		t.Errorf("after a reload:\n%s", text)
	}
}

// A hint that names the file is followed by how to apply a change of it.
func TestStatusShowsHowToReload(t *testing.T) {
	for file, want := range map[string]string{
		"":                 "\nAfter a change of /etc/refclock.toml, type: sudo systemctl reload refclock\n  (without systemd: sudo kill -HUP 812)\n",
		"/home/a/own.toml": "\nAfter a change of /home/a/own.toml, type: sudo systemctl reload refclock\n  (without systemd: sudo kill -HUP 812)\n",
	} {
		r := report()
		r.File = file
		if text := statusText(r, 80, statusRows); strings.Contains(text, "reload") {
			t.Errorf("no hint names the file:\n%s", text)
		}
		r.Clocks[0].State = driver.State{Detail: "uncalibrated: set the delay " + driver.Setting("delay")}
		text := statusText(r, 80, statusRows)
		if !strings.HasSuffix(text, want) || strings.Count(text, "\n") > statusRows {
			t.Errorf("want %q and at most %d rows in\n%s", want, statusRows, text)
		}
	}
}

// A long path of the configuration takes the place of the time.
func TestStatusTitle(t *testing.T) {
	r := report()
	for file, want := range map[string]string{
		"":                   "no file. 12-01 ",
		"/etc/refclock.toml": ", /etc/refclock.toml. 12-01 ",
		"/home/anna/configuration/of/refclock.toml": ", /home/anna/configuration/of/refclock.toml",
	} {
		r.File = file
		title, _, _ := strings.Cut(statusText(r, 80, statusRows), "\nUnit 0")
		if !strings.Contains(title, want) || strings.Contains(title, "\n") || len(title) > 80 {
			t.Errorf("%s: %q, want one line with %q", file, title, want)
		}
	}
}

func TestConsumerText(t *testing.T) {
	yes, no := true, false
	for want, c := range map[string]status.Consumer{
		"does not exist":                              {},
		"no other program":                            {Size: 96},
		"attached by chronyd(7)":                      {Size: 96, Processes: []string{"chronyd(7)"}},
		"no time daemon reads unit 0":                 {Size: 96, Alive: &no},
		"samples, but no time daemon reads unit 0":    {Size: 96, Alive: &no, Processes: []string{"gpsd(8)"}}, // it writes
		"not read by chronyd(7)":                      {Size: 96, Alive: &no, Processes: []string{"chronyd(7)"}},
		"read by a program of another user: 5 sample": {Size: 96, Alive: &yes, Consumed: 5},
		"read by ntpd(9): 5 samples":                  {Size: 96, Alive: &yes, Consumed: 5, Processes: []string{"refclock(8)", "ntpd(9)"}}, // the other refclock withholds its samples
		"another program also writes the unit, so it is unknown whose samples the time daemon takes": {Size: 96, Foreign: 4, Contested: true, Processes: []string{"chronyd(14)", "feeder(23)"}},
		"read by gawk(9): 5 samples": {Size: 96, Alive: &yes, Consumed: 5, Processes: []string{"gawk(9)"}},
	} {
		if got := consumerText(status.Clock{Consumer: c}); !strings.Contains(got, want) {
			t.Errorf("%+v: %q, want %q in it", c, got, want)
		}
	}
}

// Without a daemon, status says so and what to do.
func TestStatusWithoutADaemon(t *testing.T) {
	err := run(t.Context(), []string{"status", "--socket", filepath.Join(t.TempDir(), "nobody")})
	if exitCode(err) != exitDevice || !strings.Contains(fmt.Sprint(err), "start it with") {
		t.Errorf("%v, exit code %d", err, exitCode(err))
	}
}

// A command that runs by hand does not answer status: its state is in its terminal.
func TestStatusBesideCommandByHand(t *testing.T) {
	if got := startText(nil, ""); !strings.Contains(got, "start it with: sudo systemctl start refclock") {
		t.Error(got)
	}
	got := startText([]string{"refclock gps (pid 24)"}, "sudo kill 24")
	for _, want := range []string{"refclock gps (pid 24) runs by hand", "in the terminal where it runs", "Ctrl-C there, or sudo kill 24"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q, want %q in it", got, want)
		}
	}
}

// The last changes of a clock are those of the whole: one that is ready while its unit is refused
// publishes nothing.
func TestChangesOfTheWhole(t *testing.T) {
	state := func(reason string) driver.State { return driver.State{Reason: reason} }
	for name, c := range map[string]struct {
		changes []status.Change
		want    string
	}{
		"ready while contested": {[]status.Change{
			{Of: "clock", State: state("settling")}, {Of: "target", State: state("unit contested")}, {Of: "clock", State: state("")},
			{Of: "target", State: state("")},
		}, "settling, unit contested, publishing"},
		"free while there is no fix": {[]status.Change{
			{Of: "target", State: state("unit contested")}, {Of: "clock", State: state("no fix")}, {Of: "target", State: state("")},
			{Of: "clock", State: state("")},
		}, "unit contested, no fix, publishing"},
		"other reason than before": {[]status.Change{
			{Of: "target", State: state("unit refused")}, {Of: "supervisor", State: state("restarting")}, {Of: "clock", State: state("")},
			{Of: "supervisor", State: state("")}, {Of: "target", State: state("")},
		}, "unit refused, restarting, unit refused, publishing"},
		"the same reason twice": {[]status.Change{
			{Of: "clock", State: state("no pulse")}, {Of: "clock", State: state("no pulse")},
		}, "no pulse, no pulse"},
	} {
		var got []string
		for _, change := range ofWhole(c.changes) {
			got = append(got, change.State.String())
		}
		if text := strings.Join(got, ", "); text != c.want {
			t.Errorf("%s: %s; want %s", name, text, c.want)
		}
	}
}
