package main

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/lab/protocol"
	"github.com/refclock/refclock/nmea"
)

// A chip answers qtest like QEMU, and handles edges with a delay.
type chip struct {
	io.Writer // to the pulser
	takes     time.Duration
	moved     []time.Time
	levels    string // one for each change of all three lines
}

func (c *chip) Write(p []byte) (int, error) {
	for line := range strings.Lines(string(p)) {
		field := strings.Fields(line)
		switch {
		case field[0] == "readl" && time.Since(c.moved[len(c.moved)-1]) < c.takes:
			fmt.Fprintln(c.Writer, "OK 0x0000000000000010")
		case field[0] == "readl":
			fmt.Fprintln(c.Writer, "OK 0x0000000000000000")
		default:
			if field[3] == "4" {
				c.moved, c.levels = append(c.moved, time.Now()), c.levels+field[4]
			}
			fmt.Fprintln(c.Writer, "OK")
		}
	}
	return len(p), nil
}

func TestPulser(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		name   string
		late   []time.Duration // of the calls for each edge, rising and falling
		takes  time.Duration   // by the machine
		off    bool
		levels string
		narrow time.Duration // no level is held for less
		want   protocol.Pulses
	}{
		{name: "a quiet host", late: []time.Duration{0, 0, 0, 0}, levels: "1010", narrow: 99 * ms, want: protocol.Pulses{Made: 2}},
		{name: "a late edge", late: []time.Duration{0, 30 * ms, 0, 0}, levels: "1010", narrow: 99 * ms, want: protocol.Pulses{Made: 2, Late: 1}},
		{name: "both edges late are one pulse", late: []time.Duration{200 * ms, 150 * ms}, levels: "10", narrow: hold, want: protocol.Pulses{Made: 1, Late: 1}},
		{name: "the host is late by a whole pulse", late: []time.Duration{400 * ms, 300 * ms, 0, 0}, levels: "10", narrow: 99 * ms, want: protocol.Pulses{Made: 1, LeftOut: 1}},
		{name: "a slow machine", late: []time.Duration{0, 0, 0, 0}, takes: 300 * ms, levels: "1010", narrow: 300*ms + hold, want: protocol.Pulses{Made: 2, Late: 2}},
		{name: "a machine that handles no edge", late: []time.Duration{0, 0}, takes: time.Hour, levels: "10", narrow: timeout, want: protocol.Pulses{Made: 1, Late: 1}},
		{name: "off", late: []time.Duration{0, 0}, off: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				in, out := io.Pipe()
				far := &chip{takes: c.takes}
				buffer := make(chan string, 100)
				far.Writer = writes(buffer)
				go func() {
					for text := range buffer {
						io.WriteString(out, text)
					}
				}()
				p := &pulser{gpio: &gpio{conn: far, answer: bufio.NewReader(in), path: "/chip"}}
				p.on.Store(!c.off)
				first := nmea.Now().Add(time.Second)
				for i, late := range c.late {
					due := first.Add(time.Duration(i/2)*time.Second + time.Duration(i%2)*100*ms)
					time.Sleep(due.Add(late).Sub(nmea.Now()))
					p.edge(sim.Edge{At: due, Rising: i%2 == 0})
				}
				close(buffer)
				if far.levels != c.levels || p.pulses() != c.want {
					t.Errorf("levels %q, %+v; want %q, %+v", far.levels, p.pulses(), c.levels, c.want)
				}
				for i, at := range far.moved {
					if i > 0 && at.Sub(far.moved[i-1]) < c.narrow {
						t.Errorf("a level was held for %v, want %v", at.Sub(far.moved[i-1]), c.narrow)
					}
				}
			})
		})
	}
}

// writes sends what is written to a channel.
type writes chan string

func (w writes) Write(p []byte) (int, error) { w <- string(p); return len(p), nil }

func TestAnswer(t *testing.T) {
	var keys strings.Builder
	r := &receiver{pulser: &pulser{counts: protocol.Pulses{Made: 3, Late: 2, LeftOut: 1}}}
	for _, question := range slices.Sorted(maps.Keys(questions)) {
		if err := questions[question](&keys, r); err != nil {
			t.Error(err)
		}
	}
	pulses, time, ok := strings.Cut(keys.String(), "\n")
	if pulses != protocol.Answer("3 2 1") || !ok || !strings.HasPrefix(time, protocol.Answer("")) {
		t.Errorf("%q", keys.String())
	}
	r.pulser = nil
	if r.pulses() != (protocol.Pulses{}) {
		t.Error("a machine whose lines the host cannot drive has pulses")
	}
}
