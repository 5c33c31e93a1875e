package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/settings"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/pps"
)

var ppsCommand = command{
	name:     "pps",
	operands: "SOURCE",
	summary:  "show the edges of a receiver's pulse, and which of them begin seconds",
	text: `
SOURCE is where the pulse reaches this machine:

    /dev/pps0         a PPS device: pps-gpio, or DCD by the PPS line discipline
    gpio:GPIO18       a GPIO line by its name; needs no overlay and no reboot
    gpio:CHIP:OFFSET  a GPIO line by its offset; CHIP is 0, gpiochip0 or a label
    ldisc:/dev/ttyS0  DCD of a serial port, stamped by the kernel; needs the
                      module pps_ldisc, and creates a /dev/ppsN while it runs
    dcd:/dev/ttyS0    a modem line of a serial port; also cts:, dsr:, ri:
    phc:eth0          a pin of a network card, by its PTP hardware clock; also
                      phc:/dev/ptp0, and phc:eth0:PIN:CHANNEL for a certain pin

Each line has the time of an edge (local, by the system clock), its number, the time
since the last such edge, the width of the pulse, the jitter of the edges that begin
seconds, and a verdict. "coarse" stamps are taken in user space, if the kernel takes
none. "±" shows the greatest error of a stamp, where it is known. At the end, it
prints which edge begins the second and why, and what was missed. It publishes
nothing.`,
	define: func(flags *flag.FlagSet) action {
		line := settings.NewLine()
		line.Schema().Define(flags)
		asJSON := flags.Bool("json", false, "print one JSON object per edge")
		count := flags.Int("count", 0, "`N` stop after this many edges (0: run until interrupted)")
		return func(ctx context.Context, operands []string) error {
			if len(operands) != 1 {
				return usageError(fmt.Sprintf("expected one SOURCE, found %d; such as /dev/pps0, gpio:GPIO18, phc:eth0 or dcd:/dev/ttyS0", len(operands)))
			}
			address, err := pps.Parse(operands[0])
			if err != nil {
				return usageError(err.Error())
			}
			if *count < 0 {
				return usageError(fmt.Sprintf("--count %d: expected 0 or more", *count))
			}
			source, err := address.Open(line.Options()...)
			if err != nil {
				return err
			}
			defer source.Close()
			if !*asJSON {
				fmt.Fprintln(stdout, describe(source))
			}
			return showEdges(ctx, stdout, source, line.Polarity(), *count, *asJSON)
		}
	},
}

// describe returns the name of a source and its properties.
func describe(source pps.Source) string {
	text := source.String()
	switch s := source.(type) {
	case *pps.Device:
		if s.Name() != "" {
			text += " (" + s.Name() + ")"
		}
		if s.TTY() != "" {
			text += ", the pulse on DCD of " + s.TTY()
		}
		switch rising, falling := s.Captures(); {
		case !falling:
			text += ", captures only rising edges"
		case !rising:
			text += ", captures only falling edges"
		}
		text += ", stamped by the kernel"
		if s.Path() != s.String() {
			text += " as " + s.Path()
		}
	case *pps.Line:
		text += ", stamped by the kernel"
		if s.Converted() {
			text += " with CLOCK_MONOTONIC, converted: Linux 5.11 needs no conversion"
		}
	case *pps.PHC:
		text += ", stamped by the network card's clock " + s.Path()
		if s.Pin() != "" {
			text += " at its pin " + s.Pin()
		}
		if s.Both() {
			text += "; the card stamps both edges, and does not report which"
		}
	case *pps.Modem:
		text += ", stamped in user space: coarse"
		if s.Polled() {
			text += "; the line is polled"
		}
	default:
		text += ", stamped in user space: coarse"
	}
	return text
}

// silence is the time without an edge after which a hint is printed.
const silence = 3 * time.Second

// showEdges prints edges until ctx ends, the source fails, or there were enough.
func showEdges(ctx context.Context, w io.Writer, source pps.Source, polarity pps.Polarity, count int, asJSON bool) error {
	show := edgeTable{w: w, wide: !isTerminal(os.Stdout) || width(os.Stdout) >= wideTable, gate: pps.NewGate(polarity), json: asJSON}
	notes := w
	if asJSON {
		notes = stderr
	}
	told := false
	for n := 0; count == 0 || n < count; {
		edge, err := nextWithin(ctx, source, silence)
		switch {
		case ctx.Err() != nil:
			return show.end(source)
		case errors.Is(err, context.DeadlineExceeded):
			if !told {
				told = true
				fmt.Fprintf(notes, "no edge for %v s. Does the receiver have a fix? Most send no pulse without one. Is this the right line?\n", silence.Seconds())
			}
			continue
		case err != nil:
			return errors.Join(err, show.end(source))
		}
		n, told = n+1, false
		if err := show.add(edge, source.Missed()); err != nil {
			return err
		}
	}
	return show.end(source)
}

func nextWithin(ctx context.Context, source pps.Source, d time.Duration) (pps.Edge, error) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	return source.Next(ctx)
}

// An edgeTable prints edges as they arrive.
type edgeTable struct {
	w      io.Writer
	wide   bool // for a terminal of more than 80 columns, and for a file
	gate   *pps.Gate
	json   bool
	jitter driver.Jitter
	second int64 // when the last second should have begun, on the monotonic clock
	missed uint64
}

// edgeRow returns a row of the table. A text that does not fit 80 columns has its own line.
func (t *edgeTable) edgeRow(time, edge, number, period, width, jitter, verdict string) string {
	if t.wide {
		return fmt.Sprintf("%-18s  %-7s  %10s  %14s  %9s  %8s  %s\n", time, edge, number, period, width, jitter, verdict)
	}
	row := fmt.Sprintf("%-18s %-7s %13s %8s %8s  ", time, edge, period, width, jitter)
	if len(row)+len(verdict) > 80 {
		verdict = "\n    " + verdict
	}
	return row + verdict + "\n"
}

func (t *edgeTable) add(e pps.Edge, missed uint64) error {
	if t.gate.Counts().Edges == 0 && !t.json {
		io.WriteString(t.w, t.edgeRow("TIME", "EDGE", "NUMBER", "PERIOD", "WIDTH", "JITTER", "VERDICT"))
	}
	v := t.gate.Push(e)
	if v.Why == pps.Second {
		t.learn(e, v)
	}
	if t.json {
		return t.encode(e, v, missed)
	}
	note := v.Why.String()
	switch {
	case v.Why == pps.Rate:
		note = fmt.Sprintf("%.3g a second: %s", v.Rate, note)
	case v.Elapsed > 1:
		note += fmt.Sprintf(", %d missing before it", v.Elapsed-1)
	}
	if e.Coarse {
		note += ", coarse"
	}
	if e.Within > 0 {
		note += " ±" + threeDigits(e.Within)
	}
	if missed > t.missed {
		note += fmt.Sprintf(", %d edges missed", missed-t.missed)
		t.missed = missed
	}
	_, err := io.WriteString(t.w, t.edgeRow(e.Stamp.Time().Local().Format("15:04:05.000000000"), edgeName(e.Rising), fmt.Sprint(e.Seq),
		periodText(v.Period), widthText(v.Width), t.jitterText(), note))
	return err
}

// edgeJSON is an edge as pps --json writes it.
type edgeJSON struct {
	Schema   int       `json:"schema"`    // version of this document: 1
	Time     time.Time `json:"time"`      // of the edge, by the system clock
	MonoNS   int64     `json:"mono_ns"`   // of the edge, by CLOCK_MONOTONIC in nanoseconds
	Edge     string    `json:"edge"`      // rising or falling
	Number   uint64    `json:"number"`    // counted by the source
	PeriodNS int64     `json:"period_ns"` // time since the last such edge in nanoseconds; 0 if there was none
	WidthNS  int64     `json:"width_ns"`  // width of the pulse in nanoseconds; 0 if it is not known
	JitterNS *int64    `json:"jitter_ns"` // standard deviation of the seconds in nanoseconds; null before there are enough
	Second   bool      `json:"second"`    // whether the edge begins a second
	Verdict  string    `json:"verdict"`   // why it does, or does not
	Coarse   bool      `json:"coarse"`    // whether the stamp was taken in user space
	WithinNS int64     `json:"within_ns"` // greatest error of a stamp by polling or of a network card in nanoseconds; 0 if it is not known
	Missed   uint64    `json:"missed"`    // edges that were lost so far
}

func (t *edgeTable) encode(e pps.Edge, v pps.Verdict, missed uint64) error {
	j := edgeJSON{
		Schema: status.Schema, Time: e.Stamp.Time().UTC(), MonoNS: e.Stamp.Mono, Edge: edgeName(e.Rising), Number: uint64(e.Seq),
		PeriodNS: int64(v.Period), WidthNS: int64(v.Width), Second: v.Why == pps.Second, Verdict: v.Why.String(),
		Coarse: e.Coarse, WithinNS: int64(e.Within), Missed: missed,
	}
	if d, ok := t.jitter.Estimate(); ok {
		n := int64(d)
		j.JitterNS = &n
	}
	return json.NewEncoder(t.w).Encode(j)
}

// learn adds an edge to the jitter: its distance from the seconds counted from the first
// edge.
func (t *edgeTable) learn(e pps.Edge, v pps.Verdict) {
	if v.Elapsed == 0 {
		t.jitter.Reset()
		t.second = e.Stamp.Mono
	}
	t.second += int64(v.Elapsed) * int64(time.Second)
	t.jitter.Add(driver.Sample{Clock: t.second, Receive: e.Stamp.Mono, Mono: e.Stamp.Mono})
}

// end prints a summary of all edges.
func (t *edgeTable) end(source pps.Source) error {
	if t.json {
		return nil
	}
	c := t.gate.Counts()
	edge, why := t.gate.Edge()
	begins := "Which edge begins the second is not known"
	if edge != pps.Auto {
		begins = "The " + edge.String() + " edge begins the second"
	}
	_, err := fmt.Fprintf(t.w, "\nOf %d edges, %d began a second. Glitches: %d. Missing pulses: %d. Missed edges: %d. Jitter: %s.\n%s: %s.\n",
		c.Edges, c.Seconds, c.Glitches, c.Missing, source.Missed(), t.jitterText(), begins, why)
	return err
}

func (t *edgeTable) jitterText() string {
	if d, ok := t.jitter.Estimate(); ok {
		return threeDigits(d)
	}
	return "-"
}

func edgeName(rising bool) string {
	if rising {
		return "rising"
	}
	return "falling"
}

func periodText(d time.Duration) string {
	if d == 0 {
		return "-"
	}
	return fmt.Sprintf("%.9f s", d.Seconds())
}

func widthText(d time.Duration) string {
	if d == 0 {
		return "-"
	}
	return threeDigits(d)
}
