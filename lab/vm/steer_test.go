package main

import (
	"bufio"
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
)

// wired returns a receiver, and a buffer with its changes of lines.
func wired(answers string) (*receiver, *bytes.Buffer) {
	var moves bytes.Buffer
	g := &gpio{conn: &moves, answer: bufio.NewReader(strings.NewReader(answers)), path: "/chip"}
	r := &receiver{pulser: &pulser{gpio: g}, port: &mux{}}
	r.pulser.on.Store(true)
	return r, &moves
}

func TestSteer(t *testing.T) {
	r, moves := wired("OK\nOK\n")
	m := &machine{gpio: r.pulser.gpio}
	for _, c := range []struct {
		request string
		so      func() bool
	}{
		{"fix off", func() bool { return r.port.wanted == withoutFix }},
		{"fix on", func() bool { return r.port.wanted == withFix }},
		{"nmea off", func() bool { return r.port.wanted == silence }},
		{"nmea on", func() bool { return r.port.wanted == withFix }},
		{"pps off", func() bool { return !r.pulser.on.Load() }},
		{"pps on", func() bool { return r.pulser.on.Load() }},
		{"line 6 1", func() bool { return moves.String() == "set_irq_in /chip unnamed-gpio-in 6 1\n" }},
		{"line 7 0", func() bool { return strings.HasSuffix(moves.String(), "unnamed-gpio-in 7 0\n") }},
		{fmt.Sprint("clock ", time.Now().Add(-100*time.Millisecond).UnixNano()), func() bool { return true }},
	} {
		if err := steer(c.request, m, r); err != nil || !c.so() {
			t.Errorf("%s: %v, done: %v", c.request, err, c.so())
		}
	}
}

// A request that cannot be carried out is an error.
func TestSteerErrors(t *testing.T) {
	r, _ := wired("FAIL Unknown device\n")
	m := &machine{gpio: r.pulser.gpio}
	for _, request := range []string{
		"", "jump", "fix", "fix maybe", "pps 1", "line", "line 6", "line 6 2", "line 8 1", "line -1 0",
		"line 6 1", // qtest answers FAIL
		"clock", "clock now",
		fmt.Sprint("clock ", time.Now().Add(-time.Second).UnixNano()),
		fmt.Sprint("clock ", time.Now().Add(time.Second).UnixNano()),
	} {
		if err := steer(request, m, r); err == nil {
			t.Errorf("%q: no error", request)
		}
	}
	r.pulser, m.gpio = nil, nil
	for _, request := range []string{"pps on", "line 6 1"} {
		if err := steer(request, m, r); err == nil {
			t.Errorf("%q on a machine without such lines: no error", request)
		}
	}
}
