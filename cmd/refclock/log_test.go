package main

import (
	"log/slog"
	"strings"
	"testing"
	"time"
)

// say logs what a clock logs.
func say(log *slog.Logger) {
	clock := log.With("unit", 2, "clock", "gps /dev/ttyS0")
	clock.Info("publishing", "detail", "delay 120ms")
	clock.Warn("not publishing", "reason", "no fix", "detail", "3 satellites", "hint", "move the antenna")
	log.Error("clock stuck", "times", 3)
	log.Debug("not for everybody")
}

func TestTerminalLog(t *testing.T) {
	var b strings.Builder
	before := time.Now().Format("15:04")
	say(slog.New(&terminalHandler{out: &b}))
	var got []string
	for line := range strings.Lines(b.String()) {
		if !strings.HasPrefix(line, " ") {
			if !strings.HasPrefix(line, before) && !strings.HasPrefix(line, time.Now().Format("15:04")) {
				t.Errorf("the line does not begin with the local time: %q", line)
			}
			line = line[len("15:04:05 "):]
		}
		got = append(got, strings.TrimSpace(line))
	}
	want := "gps /dev/ttyS0: publishing: delay 120ms|gps /dev/ttyS0: not publishing: no fix: 3 satellites|Hint: move the antenna|error: clock stuck (times 3)"
	if strings.Join(got, "|") != want {
		t.Errorf("the log is\n%s\nwant %s", &b, want)
	}
}

func TestJournalLog(t *testing.T) {
	var b strings.Builder
	say(slog.New(newJournalHandler(&b)))
	want := `<6>msg=publishing unit=2 clock="gps /dev/ttyS0" detail="delay 120ms"
<4>msg="not publishing" unit=2 clock="gps /dev/ttyS0" reason="no fix" detail="3 satellites" hint="move the antenna"
<3>msg="clock stuck" times=3
`
	if b.String() != want {
		t.Errorf("the log is\n%swant\n%s", &b, want)
	}
}
