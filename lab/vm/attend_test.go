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
		{"a program that succeeds", ended(0), 0, false},
		{"a program that fails", ended(7), 7, false},
		{"lines that end with CR LF", strings.ReplaceAll(ended(7), "\n", "\r\n"), 7, false},
		{"an unfinished line before the end", "...." + ended(3), 3, false},
		{"output after the end", ended(3) + "reboot: Power down\n", 3, false},
		{"a kernel that panics", protocol.Begin + "\nKernel panic\n", 0, true},
		{"no output", "", 0, true},
		{"a request that succeeds", protocol.Ask("fix off") + "\n" + ended(0), 0, false},
		{"a request that fails", protocol.Ask("fix perhaps") + "\n" + ended(0), 0, true},
		{"a failure and a failed request", protocol.Ask("fix perhaps") + "\n" + ended(1), 1, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := &machine{console: strings.NewReader(c.console), uart: &line{}}
			code, err := attend(context.Background(), m, &receiver{port: &mux{}})
			if code != c.code || (err != nil) != c.fails {
				t.Errorf("%d, %v; want %d, an error: %v", code, err, c.code, c.fails)
			}
		})
	}
}

// At the timeout the machine is powered off, so its console ends.
func TestAttendErrors(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errTime)
	m := &machine{console: strings.NewReader(protocol.Begin + "\n"), uart: &line{}}
	if _, err := attend(ctx, m, &receiver{port: &mux{}}); !errors.Is(err, errTime) {
		t.Errorf("%v, want a timeout", err)
	}
}
