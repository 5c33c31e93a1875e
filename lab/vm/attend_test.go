package main

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/refclock/refclock/lab/protocol"
)

func TestAttend(t *testing.T) {
	ended := func(code int) string { return protocol.Begin + "\n" + protocol.End(code) + "\n" }
	for _, c := range []struct {
		name    string
		console string
		code    int
		fails   bool
	}{
		{"a program that is content", ended(0), 0, false},
		{"one that is not", ended(7), 7, false},
		{"the serial port ends lines so", strings.ReplaceAll(ended(7), "\n", "\r\n"), 7, false},
		{"an unfinished line before the end", "...." + ended(3), 3, false},
		{"what is said after the end", ended(3) + "reboot: Power down\n", 3, false},
		{"a kernel that panics", protocol.Begin + "\nKernel panic\n", 0, true},
		{"one that never gets there", "", 0, true},
		{"a request that is fulfilled", protocol.Ask("fix off") + "\n" + ended(0), 0, false},
		{"a request that is refused", protocol.Ask("fix perhaps") + "\n" + ended(0), 0, true},
		{"a failure comes before what was refused", protocol.Ask("fix perhaps") + "\n" + ended(1), 1, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := &machine{console: strings.NewReader(c.console), uart: &line{}}
			code, err := attend(context.Background(), m, &receiver{port: &speech{}})
			if code != c.code || (err != nil) != c.fails {
				t.Errorf("%d, %v; want %d, an error: %v", code, err, c.code, c.fails)
			}
		})
	}
}

// The machine is switched off when the time is up, so that its console ends.
func TestAttendTells(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errTime)
	m := &machine{console: strings.NewReader(protocol.Begin + "\n"), uart: &line{}}
	if _, err := attend(ctx, m, &receiver{port: &speech{}}); !errors.Is(err, errTime) {
		t.Errorf("%v, want that the time was up", err)
	}
}
