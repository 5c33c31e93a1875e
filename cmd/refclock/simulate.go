package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/refclock/refclock/internal/pty"
	"github.com/refclock/refclock/internal/serialport"
	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/internal/spelling"
	"github.com/refclock/refclock/internal/textwrap"
	"github.com/refclock/refclock/pps"
)

var simulateCommand = command{
	name:    "simulate",
	summary: "simulate a GPS receiver on a pseudo-terminal, at the speed of a real one",
	text: `
Prints the name of a port, such as /dev/pts/3, and sends what a receiver would send,
byte by byte at its baud rate, until interrupted. In another terminal:

    refclock gps --pps none --unit 2 /dev/pts/3

The receiver sends the time of the system clock; --start sets another time, and --fault
simulates a fault. --list explains both. The same --seed gives the same bytes again.
--pulse prints the edges of the pulse, and which of them begin seconds for refclock.`,
	define: func(flags *flag.FlagSet) action {
		var faults listFlag
		var start timeFlag
		profile := flags.String("profile", sim.Profiles()[0].Name, "`NAME` receiver to simulate: "+strings.Join(profileNames(), ", "))
		baud := flags.Int("baud", 0, "`RATE` baud rate (0: the receiver's factory setting)")
		delay := flags.Duration("delay", 0, "`TIME` from the start of a second to the first byte (default: the receiver's own)")
		jitter := flags.Duration("jitter", 0, "`TIME` standard deviation of the delay (default: the receiver's own)")
		rate := flags.Int("rate", 1, "`N` reports per second: 1, 2, 5 or 10")
		satellites := flags.Int("satellites", 0, "`N` GPS satellites in view (0: as many as the receiver usually has)")
		messages := flags.Bool("ubx", false, "send UBX messages before the sentences, as u-blox receivers can")
		proof := flags.Duration("proof", 0, "`TIME` from a cold start until satellites have sent the leap seconds, with a time that is a second off; needs --ubx")
		flags.Var(&start, "start", "`DATETIME` time that the receiver names first, such as 2026-12-31T23:59:30Z")
		seed := flags.Uint64("seed", 1, "`N` seed of the random numbers")
		flags.Var(&faults, "fault", "`NAME` fault to simulate; may be repeated, see --list")
		link := flags.String("link", "", "`PATH` symbolic link to create for the port")
		pulse := flags.Bool("pulse", false, "print the edges of the pulse")
		list := flags.Bool("list", false, "explain the receivers and the faults")
		return func(ctx context.Context, operands []string) error {
			if len(operands) > 0 {
				return usageError(fmt.Sprintf("unexpected operand %q: the kernel chooses the port's name; --link adds another name", operands[0]))
			}
			if *list {
				listSimulations(stdout)
				return nil
			}
			if err := playable(faults); err != nil {
				return err
			}
			config := sim.Config{
				Profile: *profile, Baud: *baud, Rate: *rate, Satellites: *satellites,
				Start: start.Time, Faults: faults, Seed: *seed, UBX: *messages, Proof: *proof,
			}
			flags.Visit(func(f *flag.Flag) {
				switch f.Name {
				case "delay":
					config.Delay = delay
				case "jitter":
					config.Jitter = jitter
				}
			})
			if *baud != 0 {
				if err := serialport.CheckBaud(*baud); err != nil {
					return usageError("--baud: " + err.Error())
				}
			}
			if *proof != 0 && !*messages {
				return usageError("--proof needs --ubx: the receiver proves its leap seconds in a UBX message")
			}
			receiver, err := sim.New(config)
			if err != nil {
				return usageError(strings.TrimPrefix(err.Error(), "sim: "))
			}
			return simulate(ctx, receiver, *link, *pulse)
		}
	},
}

// playable refuses names that are not faults, and faults that only tests can simulate.
func playable(names []string) error {
	faults := map[string]sim.Fault{}
	var known []string
	for _, f := range sim.Faults() {
		faults[f.Name] = f
		known = append(known, f.Name)
	}
	for _, name := range names {
		fault, ok := faults[name]
		switch {
		case !ok:
			return usageError(fmt.Sprintf("--fault %s: unknown fault%s; --list explains all faults", name, spelling.Suggestion(name, known...)))
		case !fault.Playable():
			return usageError(fmt.Sprintf("--fault %s sets the clock of the machine, which refclock never does: only tests can play it", name))
		}
	}
	return nil
}

// simulate plays the receiver on a new port, and prints its name.
func simulate(ctx context.Context, receiver *sim.Receiver, link string, pulse bool) error {
	port, err := pty.Open()
	if err != nil {
		return err
	}
	defer port.Close()
	if link != "" {
		if err := os.Symlink(port.Name(), link); err != nil {
			return fmt.Errorf("--link: %w", err)
		}
		defer os.Remove(link)
	}
	fmt.Fprintln(stdout, port.Name())
	live := sim.Pretend(receiver)
	if !pulse {
		return live.Play(ctx, port)
	}
	source := live.Source(sim.Pulse{Late: sim.Lateness{Constant: 5 * time.Microsecond, Exponential: time.Microsecond}})
	defer source.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	played := make(chan error, 1)
	go func() {
		played <- live.Play(ctx, port)
		cancel()
	}()
	err = showEdges(ctx, stdout, source, pps.Auto, 0, false)
	cancel()
	return errors.Join(err, <-played)
}

func profileNames() []string {
	var names []string
	for _, p := range sim.Profiles() {
		names = append(names, p.Name)
	}
	return names
}

// listSimulations explains receivers and faults in 80 columns.
func listSimulations(w io.Writer) {
	var profiles [][2]string
	for _, p := range sim.Profiles() {
		profiles = append(profiles, [2]string{p.Name, p.Explain})
	}
	fmt.Fprintln(w, "Receivers (--profile):")
	explain(w, profiles)
	fmt.Fprintln(w, "\nFaults (--fault). Seconds count from the start. Those with a star set the clock\nof the machine, which only tests can do.")
	var group string
	var rows [][2]string
	for _, f := range sim.Faults() {
		if f.Group != group {
			explain(w, rows)
			group, rows = f.Group, nil
			fmt.Fprintf(w, "\n%s:\n", group)
		}
		name := f.Name
		if !f.Playable() {
			name += " *"
		}
		rows = append(rows, [2]string{name, f.Explain})
	}
	explain(w, rows)
}

// explain prints names and their meanings in two columns.
func explain(w io.Writer, rows [][2]string) {
	widest := 0
	for _, row := range rows {
		widest = max(widest, len(row[0]))
	}
	for _, row := range rows {
		lines := textwrap.Beside(fmt.Sprintf("  %-*s  ", widest, row[0]), row[1], helpColumns)
		fmt.Fprintln(w, strings.Join(lines, "\n"))
	}
}

// listFlag is a flag that may be repeated.
type listFlag []string

func (l *listFlag) String() string     { return strings.Join(*l, ",") }
func (l *listFlag) Set(s string) error { *l = append(*l, s); return nil }

// timeFlag is an instant in the form of RFC 3339.
type timeFlag struct{ time.Time }

func (t *timeFlag) String() string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

func (t *timeFlag) Set(s string) (err error) {
	if t.Time, err = time.Parse(time.RFC3339, s); err != nil {
		return fmt.Errorf("expected an instant such as 2026-12-31T23:59:30Z")
	}
	return nil
}
