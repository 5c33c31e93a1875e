package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/refclock/refclock/internal/status"
)

var statusCommand = command{
	name:    "status",
	summary: "show the state of each clock, and why any is not publishing",
	text: `
Asks the running daemon for each clock's state, the reason why it is not publishing and
what to do about it, its samples, the program that reads them, and the last changes. It
answers even while a clock is stuck. Times are local; those of --json are UTC.`,
	define: func(flags *flag.FlagSet) action {
		asJSON := flags.Bool("json", false, "print everything as one JSON object")
		all := flags.Bool("changes", false, "print every change of state that is kept, not only the last one")
		socket := flags.String("socket", "", "`PATH` socket of the daemon (default "+strings.Join(status.Candidates(), ", then ")+")")
		return func(_ context.Context, operands []string) error {
			if len(operands) > 0 {
				return usageError(fmt.Sprintf("unexpected operand %q", operands[0]))
			}
			paths := status.Candidates()
			if *socket != "" {
				paths = []string{*socket}
			}
			r, err := status.Ask(paths...)
			switch {
			case errors.Is(err, fs.ErrPermission):
				return fmt.Errorf("%w; type: sudo refclock status", err)
			case errors.Is(err, fs.ErrNotExist):
				return codedError{exitDevice, fmt.Errorf("refclock run is not running; start it with: sudo systemctl start refclock, or sudo refclock run (%w)", oneLine(err))}
			case err != nil:
				return err
			}
			if *asJSON {
				out := json.NewEncoder(os.Stdout)
				out.SetIndent("", "  ")
				return out.Encode(r)
			}
			rows := statusRows
			if *all {
				rows = 1 << 20
			}
			_, err = io.WriteString(os.Stdout, statusText(r, width(os.Stdout), rows))
			return err
		}
	},
}

// statusRows is the height of the smallest usual terminal, less one for the prompt.
const statusRows = 23

// oneLine returns an error of several lines in one line.
func oneLine(err error) error {
	return errors.New(strings.ReplaceAll(err.Error(), "\n", "; "))
}

// statusText returns a report for people. The last changes fill the rows below the clocks.
func statusText(r status.Report, columns, rows int) string {
	var lines []string
	add := func(indent int, format string, args ...any) {
		lines = append(lines, wrap(fmt.Sprintf(format, args...), indent, columns)...)
	}
	from := r.File
	if from == "" {
		from = "no file"
	}
	add(0, "refclock %s, pid %d, up %s, %s. %s", r.Version, r.PID, roughly(time.Duration(r.MonoNS)), from, r.Time.Local().Format("2006-01-02 15:04:05 MST"))
	for _, c := range r.Clocks {
		addClock(add, r, c)
	}
	changes := lastChanges(r)
	room := max(rows-len(lines)-1, 3)
	if len(changes) > 0 {
		add(0, "Last changes:")
	}
	for i := max(len(changes)-room, 0); i < len(changes); i++ {
		lines = append(lines, cut("  "+changes[i], columns))
	}
	return strings.Join(lines, "\n") + "\n"
}

// addClock adds the lines of a clock.
func addClock(add func(int, string, ...any), r status.Report, c status.Clock) {
	lasted := roughly(time.Duration(r.MonoNS - c.SinceNS))
	if c.State.Publishing() {
		add(0, "%s, %s: PUBLISHING for %s", capitalized(c.Targets()), c.Name, lasted)
	} else {
		add(0, "%s, %s: NOT PUBLISHING for %s: %s", capitalized(c.Targets()), c.Name, lasted, c.State.Reason)
	}
	if c.State.Detail != "" {
		add(4, "%s", c.State.Detail)
	}
	if c.State.Hint != "" {
		add(4, "-> %s", c.State.Hint)
	}
	if s := c.Sample; s != nil {
		jitter := "-"
		if s.JitterNS != nil {
			jitter = threeDigits(time.Duration(*s.JitterNS))
		}
		add(4, "offset %s, jitter %s, precision %d, last sample %s ago", offsetText(time.Duration(s.OffsetNS)), jitter, s.Precision, roughly(time.Duration(s.AgeNS)))
	}
	if v := c.Receiver; v != nil && v.Epochs > 0 {
		delay := "unknown"
		switch {
		case v.Set:
			delay = threeDigits(time.Duration(v.DelayNS)) + ", configured"
		case v.Calibrated:
			delay = fmt.Sprintf("%s +- %s, measured", threeDigits(time.Duration(v.DelayNS)), threeDigits(time.Duration(v.SpreadNS)))
		}
		wire := fmt.Sprintf("at %d baud", v.Baud)
		if v.Baud == 0 {
			wire = "on native USB"
		}
		add(4, "%s %s, fix %s, %d of %d satellites", v.Port, wire, v.Fix, v.Used, v.InView)
		add(4, "delay after the second: %s", delay)
	}
	if p := c.Pulse; p != nil && p.Edges > 0 {
		add(4, "%d edges, %d begin seconds, %d lost, %d missing, %d glitches", p.Edges, p.Seconds, p.Missed, p.Missing, p.Glitches)
	}
	add(4, "%s", consumerText(c))
}

// consumerText returns which program reads the unit.
func consumerText(c status.Clock) string {
	who := strings.Join(c.Consumer.Processes, ", ")
	switch alive := c.Consumer.Alive; {
	case c.Unit < 0:
		return fmt.Sprintf("%d samples sent; a socket does not show whether they are read", c.Published)
	case c.Consumer.Size == 0:
		return "the unit does not exist yet: start the time daemon"
	case alive == nil && who == "":
		return fmt.Sprintf("%d samples so far; no other program has attached the unit", c.Published)
	case alive == nil:
		return fmt.Sprintf("%d samples so far; unit attached by %s", c.Published, who)
	case *alive && who == "":
		who = "a program of another user"
	case !*alive && who == "":
		return fmt.Sprintf("%d samples, but no time daemon reads unit %d: is it running and configured for this unit?", c.Published, c.Unit)
	case !*alive:
		return fmt.Sprintf("%d samples, not read by %s, which has attached the unit: restart it", c.Published, who)
	}
	return fmt.Sprintf("read by %s: %d samples taken, %d not", who, c.Consumer.Consumed, c.Consumer.Overwritten)
}

// lastChanges returns the changes of all clocks in the order of time.
func lastChanges(r status.Report) []string {
	type told struct {
		status.Change
		who string
	}
	var all []told
	for _, c := range r.Changes {
		all = append(all, told{c, "refclock"})
	}
	for _, c := range r.Clocks {
		who := filepath.Base(c.Socket)
		if c.Unit >= 0 {
			who = fmt.Sprintf("unit %d", c.Unit)
		}
		for _, change := range c.Changes {
			all = append(all, told{change, who})
		}
	}
	slices.SortStableFunc(all, func(a, b told) int { return cmp.Compare(a.MonoNS, b.MonoNS) })
	var lines []string
	for _, t := range all {
		lines = append(lines, fmt.Sprintf("%s  %-8s  %s", t.Time.Local().Format("01-02 15:04:05"), t.who, strings.ReplaceAll(t.State.String(), "\n", " ")))
	}
	return lines
}

// roughly returns a duration in its two largest units.
func roughly(d time.Duration) string {
	switch {
	case d < 0:
		return "-" + roughly(-d)
	case d < 10*time.Second:
		return d.Round(time.Second / 10).String()
	case d < 24*time.Hour:
		return d.Round(time.Second).String()
	}
	return fmt.Sprintf("%dd%dh", d/(24*time.Hour), d%(24*time.Hour)/time.Hour)
}

// wrap breaks a text into indented lines, the second and later ones by two more.
func wrap(text string, indent, columns int) []string { return fill(text, indent, indent+2, columns) }

// fill breaks a text into lines, and indents the first and the others.
func fill(text string, first, rest, columns int) []string {
	var lines []string
	line := strings.Repeat(" ", first)
	empty := true
	for word := range strings.FieldsSeq(text) {
		if !empty && len([]rune(line))+1+len([]rune(word)) > columns {
			lines = append(lines, line)
			line, empty = strings.Repeat(" ", rest), true
		}
		if !empty {
			line += " "
		}
		line, empty = line+word, false
	}
	return append(lines, line)
}

// cut shortens a line to the width of the terminal.
func cut(line string, columns int) string {
	if text := []rune(line); len(text) > columns {
		return string(text[:columns-1]) + "…"
	}
	return line
}
