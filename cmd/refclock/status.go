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
	"unicode/utf8"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/gps/ublox"
	"github.com/refclock/refclock/internal/doctor"
	"github.com/refclock/refclock/internal/realtime"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/internal/textwrap"
	"github.com/refclock/refclock/internal/watch"
	"github.com/refclock/refclock/nmea"
)

var statusCommand = command{
	name:    "status",
	summary: "show the state of each clock, and why any is not publishing",
	text: `
Asks the running daemon for each clock's state, the reason why it is not publishing and
what to do about it, its samples, the program that reads them, and the last changes. It
answers even while a clock is stuck. Times are local; those of --json are UTC.

--watch updates the screen until q or Ctrl-C. It adds plots of offset and jitter over the
last 2 minutes to an hour; each dot is the median of its samples. It waits for a daemon
that restarts, and shows how old its values are. In a pipe, it prints a block per
interval without control sequences. NO_COLOR switches colours off.`,
	define: func(flags *flag.FlagSet) action {
		asJSON := flags.Bool("json", false, "print everything as one JSON object")
		all := flags.Bool("changes", false, "print every change of state that is kept, not only the last one")
		watched := flags.Bool("watch", false, "update the screen until q or Ctrl-C, and plot offset and jitter")
		interval := flags.Duration("interval", defaultInterval, "`TIME` time between two updates of --watch")
		socket := flags.String("socket", "", "`PATH` socket of the daemon (default "+strings.Join(status.Candidates(), ", then ")+")")
		return func(ctx context.Context, operands []string) error {
			if len(operands) > 0 {
				return usageError(fmt.Sprintf("unexpected operand %q", operands[0]))
			}
			if given := chosen(map[string]bool{"--changes": *all, "--json": *asJSON, "--watch": *watched}); *watched && len(given) > 1 {
				return usageError(strings.Join(given, " and ") + ": choose one of them")
			}
			switch {
			case *interval < minInterval:
				return usageError(fmt.Sprintf("--interval %v: expected %v or more", *interval, minInterval))
			case *interval != defaultInterval && !*watched:
				return usageError("--interval needs --watch")
			case *watched:
				return watchStatus(ctx, *interval, socketPaths(*socket))
			}
			return printStatus(socketPaths(*socket), *asJSON, *all)
		}
	},
}

// printStatus prints the report once.
func printStatus(paths []string, asJSON, all bool) error {
	r, err := status.Ask(paths...)
	if err != nil {
		return askError(err, "status")
	}
	if asJSON {
		out := json.NewEncoder(stdout)
		out.SetIndent("", "  ")
		return out.Encode(r)
	}
	rows := statusRows
	if all {
		rows = 1 << 20
	}
	_, err = io.WriteString(stdout, statusText(r, width(os.Stdout), rows))
	return err
}

// socketPaths returns where a daemon may answer: at the given path, if there is one.
func socketPaths(given string) []string {
	if given != "" {
		return []string{given}
	}
	return status.Candidates()
}

// askError adds what to do to the error of asking a daemon.
func askError(err error, command string) error {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w; type: sudo refclock %s", err, command)
	case errors.Is(err, fs.ErrNotExist):
		return codedError{exitDevice, fmt.Errorf("refclock run is not running%s (%w)", startText(doctor.ByHand(doctor.OpenRoot("/"))), oneLine(err))}
	}
	return err
}

// startText returns how to start refclock run, which may not read the port of a command that runs
// by hand.
func startText(byHand []string, stop string) string {
	if len(byHand) > 0 {
		return fmt.Sprintf("; %s runs by hand: its state is in the terminal where it runs; to use the service, stop it with Ctrl-C there, or %s, then type: sudo systemctl start refclock", strings.Join(byHand, ", "), stop)
	}
	return "; start it with: sudo systemctl start refclock, or sudo refclock run; if it does not start, refclock run --check shows an error of its file"
}

// statusRows is the height of the smallest usual terminal, less one for the prompt.
const statusRows = 23

// oneLine returns an error of several lines in one line.
func oneLine(err error) error {
	text := strings.ReplaceAll(err.Error(), ":\n", ": ")
	return errors.New(strings.ReplaceAll(text, "\n", "; "))
}

// statusText returns a report as text. The last changes fill the rows below the clocks.
func statusText(r status.Report, columns, rows int) string {
	var lines []string
	add := func(indent int, format string, args ...any) {
		lines = append(lines, textwrap.Indented(fmt.Sprintf(format, args...), indent, columns)...)
	}
	add(0, "%s", statusTitle(r, columns))
	title := len(lines) // it names the file, too
	addFailedReload(add, r)
	addRealtime(add, r.Realtime)
	for _, c := range r.Clocks {
		addClock(add, r, c)
	}
	changes, last := lastChanges(r), reloadHint(r, lines[title:], columns)
	room := max(rows-len(lines)-len(last)-1, 3)
	if len(changes) > 0 {
		add(0, "Last changes:")
	}
	for i := max(len(changes)-room, 0); i < len(changes); i++ {
		lines = append(lines, cut("  "+changes[i], columns))
	}
	return strings.Join(append(lines, last...), "\n") + "\n"
}

// statusTitle returns the first line, with the time if it fits: the path may be long.
func statusTitle(r status.Report, columns int) string {
	title := fmt.Sprintf("refclock %s, pid %d, up %s, %s", r.Version, r.PID, roughly(time.Duration(r.MonoNS)), cmp.Or(r.File, "no file"))
	timed := title + ". " + r.Time.Local().Format("01-02 15:04:05 MST")
	if utf8.RuneCountInString(timed) > columns {
		return title
	}
	return timed
}

// An addFunc adds a text, indented and in as many lines as it needs.
type addFunc func(indent int, format string, args ...any)

// addClock adds the lines of a clock.
func addClock(add addFunc, r status.Report, c status.Clock) {
	addState(add, r, c)
	addAdvice(add, c)
	addSample(add, c)
	addReceiver(add, c)
	add(4, "%s", consumerText(c))
}

// addRealtime adds what the kernel grants for the setting realtime.
func addRealtime(add addFunc, r *status.Realtime) {
	if r == nil {
		return
	}
	var granted []string
	for _, p := range r.Parts {
		switch {
		case p.InForce && p.Name == realtime.Threads:
			granted = append(granted, fmt.Sprintf("threads with priority %d: %d", realtime.Priority, r.Threads))
		case p.InForce && p.Name == realtime.Memory:
			granted = append(granted, "memory locked")
		case p.InForce:
			granted = append(granted, fmt.Sprintf("processors wake up within %d us", realtime.MaxLatency))
		}
	}
	add(0, "Real time: %s", cmp.Or(strings.Join(granted, ", "), "nothing is in force"))
	for _, p := range r.Parts {
		if !p.InForce {
			add(4, "%s not in force: %s", p.Name, p.Error)
			add(4, "-> %s", p.Hint)
		}
	}
}

// addState adds whether a clock publishes.
func addState(add addFunc, r status.Report, c status.Clock) {
	lasted := roughly(time.Duration(r.MonoNS - c.SinceNS))
	if c.State.Publishing() {
		add(0, "%s, %s: PUBLISHING for %s", capitalized(c.Targets()), c.Name, lasted)
	} else {
		add(0, "%s, %s: NOT PUBLISHING for %s: %s", capitalized(c.Targets()), c.Name, lasted, c.State.Reason)
	}
}

// addAdvice adds the detail of a reason, and what to do.
func addAdvice(add addFunc, c status.Clock) {
	if c.State.Detail != "" {
		add(4, "%s", c.State.Detail)
	}
	if c.State.Hint != "" {
		add(4, "-> %s", c.State.Hint)
	}
}

// addSample adds the last sample of a clock.
func addSample(add addFunc, c status.Clock) {
	s := c.Sample
	if s == nil {
		return
	}
	jitter := "-"
	if s.JitterNS != nil {
		jitter = threeDigits(time.Duration(*s.JitterNS))
	}
	add(4, "offset %s, jitter %s, precision %d, last sample %s ago", offsetText(time.Duration(s.OffsetNS)), jitter, s.Precision, roughly(time.Duration(s.AgeNS)))
}

// addReceiver adds what is known about the receiver, the pulse or the lines of a clock.
func addReceiver(add addFunc, c status.Clock) {
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
		add(4, "%s %s, fix %s%s", v.Port, wire, v.Fix, satellitesText(v))
		add(4, "delay after the second: %s", delay)
		addReported(add, v)
	}
	if p := c.Pulse; p != nil && p.Edges > 0 {
		add(4, "%d edges, %d begin seconds, %d lost, %d missing, %d glitches", p.Edges, p.Seconds, p.Missed, p.Missing, p.Glitches)
		addLateness(add, p.Lateness)
	}
	if l := c.Lines; l != nil && l.Lines > 0 {
		add(4, "%d lines, %d withheld, %d not usable", l.Lines, l.Withheld, l.Bad)
		if l.LastBad != "" {
			add(4, "last unusable: %s", l.LastBad)
		}
	}
}

// satellitesText returns how many satellites are used. Without GGA and GSV, they are not known.
func satellitesText(v *status.Receiver) string {
	if v.Used == 0 && v.InView == 0 && v.Fix == nmea.FixGood.String() {
		return ""
	}
	if v.InView == 0 && v.Used > 0 { // without GSV
		return fmt.Sprintf(", %d satellites", v.Used)
	}
	return fmt.Sprintf(", %d of %d satellites", v.Used, v.InView)
}

// addReported adds what the receiver reports about itself.
func addReported(add addFunc, v *status.Receiver) {
	if text := reportedOf(v).String(); text != "" {
		add(4, "the receiver reports: %s", text)
	}
}

func reportedOf(v *status.Receiver) ublox.Reported {
	return ublox.Reported{LeapSeconds: v.LeapSeconds, LeapSource: v.LeapSource, Antenna: v.Antenna, Jamming: v.Jamming, Spoofing: v.Spoofing}
}

// addLateness adds how late the kernel's stamps are, or why this is not known.
func addLateness(add addFunc, l *status.Lateness) {
	if l == nil {
		return
	}
	if l.Known {
		add(4, "stamps late by %s +- %s, taken off", signedDigits(time.Duration(l.MedianNS)), threeDigits(time.Duration(l.SpreadNS)))
	}
	switch {
	case l.Reason != "" && l.Detail != "":
		add(4, "lateness of the stamps: %s: %s", l.Reason, l.Detail)
	case l.Reason != "":
		add(4, "lateness of the stamps: %s", l.Reason)
	}
	if l.Ordinary != "" {
		add(4, "lateness measured without real-time priority: %s", l.Ordinary)
	}
	if l.Hint != "" {
		add(4, "-> %s", l.Hint)
	}
}

// consumerText returns which program reads the unit.
func consumerText(c status.Clock) string {
	// Another refclock, or a monitor, has attached the unit, but does not take samples.
	all := c.Consumer.Processes
	who := strings.Join(all, ", ")
	if readers := slices.DeleteFunc(slices.Clone(all), func(p string) bool { return !isTimeDaemon(p) }); len(readers) > 0 {
		who = strings.Join(readers, ", ")
	}
	switch alive := c.Consumer.Alive; {
	case c.Unit < 0:
		return fmt.Sprintf("%d samples sent; a socket does not show whether they are read", c.Published)
	case c.Consumer.Size == 0:
		return "the unit does not exist yet: start the time daemon"
	case c.Consumer.Contested:
		return fmt.Sprintf("%d samples; another program also writes the unit, so it is unknown whose samples the time daemon takes", c.Published)
	case alive == nil && who == "":
		return fmt.Sprintf("%d samples so far; no other program has attached the unit", c.Published)
	case alive == nil:
		return fmt.Sprintf("%d samples so far; unit attached by %s", c.Published, who)
	case *alive && who == "":
		who = "a program of another user"
	case !*alive && !slices.ContainsFunc(all, isTimeDaemon):
		return fmt.Sprintf("%d samples, but no time daemon reads unit %d: sudo refclock doctor shows why", c.Published, c.Unit)
	case !*alive:
		return fmt.Sprintf("%d samples, not read by %s, which has attached the unit: restart it", c.Published, who)
	}
	return fmt.Sprintf("read by %s: %d samples taken, %d not", who, c.Consumer.Consumed, c.Consumer.Overwritten)
}

// isTimeDaemon reports whether a process, such as "chronyd(812)", reads units. Others write them.
func isTimeDaemon(process string) bool {
	name, _, _ := strings.Cut(process, "(")
	return watch.IsConsumer(name)
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
		for _, change := range ofWhole(c.Changes) {
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

// ofWhole returns the changes of a clock as a whole, from those of its parts: it publishes only if
// all of them do, so one that is ready while its unit is refused has not changed.
func ofWhole(changes []status.Change) (whole []status.Change) {
	latest := map[string]driver.State{} // of the parts
	for _, change := range changes {
		latest[change.Of] = change.State
		held := false
		for _, part := range []string{"clock", "target", "supervisor"} {
			if other := latest[part]; change.State.Publishing() && !other.Publishing() {
				change.State, held = other, true
			}
		}
		if n := len(whole); !held || n == 0 || whole[n-1].State.Reason != change.State.Reason {
			whole = append(whole, change)
		}
	}
	return whole
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

// cut shortens a line to the width of the terminal.
func cut(line string, columns int) string {
	if text := []rune(line); len(text) > columns {
		return string(text[:columns-1]) + "…"
	}
	return line
}
