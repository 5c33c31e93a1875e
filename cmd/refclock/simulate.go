package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/refclock/refclock/internal/pty"
	"github.com/refclock/refclock/internal/serialport"
	"github.com/refclock/refclock/internal/sim"
)

var simulateCommand = command{
	name:    "simulate",
	summary: "play a GPS receiver on a pseudo-terminal, paced like a real one",
	text: `
Prints the name of a port, such as /dev/pts/3, and sends to it what a receiver would,
byte by byte at its baud rate, until Ctrl-C. In another terminal:

    refclock gps --unit 2 /dev/pts/3

The receiver tells the time of the system clock; --start makes it tell another one,
and --fault lets it go wrong as receivers do. --list explains both. The same --seed
gives the same bytes again.`,
	define: func(flags *flag.FlagSet) action {
		var faults listFlag
		var start timeFlag
		profile := flags.String("profile", sim.Profiles()[0].Name, "`NAME` of the kind of receiver: "+strings.Join(profileNames(), ", "))
		baud := flags.Int("baud", 0, "`RATE` in baud; 0 is the one that the receiver is sold with")
		delay := flags.Duration("delay", 0, "`TIME` from the second to the first byte; without it, the receiver's own")
		jitter := flags.Duration("jitter", 0, "`TIME` by which that scatters (standard deviation); without it, the receiver's own")
		rate := flags.Int("rate", 1, "`NUMBER` of reports a second: 1, 2, 5 or 10")
		satellites := flags.Int("satellites", 0, "`NUMBER` of GPS satellites in view; 0 is as many as the receiver mostly has")
		flags.Var(&start, "start", "`INSTANT` that the first second claims to be, such as 2026-12-31T23:59:30Z")
		seed := flags.Uint64("seed", 1, "`NUMBER` that all that is random comes from")
		flags.Var(&faults, "fault", "`NAME` of what goes wrong; may be given several times, see --list")
		link := flags.String("link", "", "`PATH` to make a symbolic link to the port at")
		list := flags.Bool("list", false, "explain the receivers and the faults, and end")
		return func(ctx context.Context, operands []string) error {
			if len(operands) > 0 {
				return usageError(fmt.Sprintf("unexpected operand %q: the port's name is chosen by the kernel; --link gives it another", operands[0]))
			}
			if *list {
				listSimulations()
				return nil
			}
			config := sim.Config{
				Profile: *profile, Baud: *baud, Rate: *rate, Satellites: *satellites,
				Start: start.Time, Faults: faults, Seed: *seed,
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
			receiver, err := sim.New(config)
			if err != nil {
				return usageError(strings.TrimPrefix(err.Error(), "sim: "))
			}
			return simulate(ctx, receiver, *link)
		}
	},
}

// simulate plays the receiver on a new port whose name it prints.
func simulate(ctx context.Context, receiver *sim.Receiver, link string) error {
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
	fmt.Println(port.Name())
	return sim.Pretend(receiver).Play(ctx, port)
}

func profileNames() []string {
	var names []string
	for _, p := range sim.Profiles() {
		names = append(names, p.Name)
	}
	return names
}

func listSimulations() {
	fmt.Println("Receivers (--profile):")
	for _, p := range sim.Profiles() {
		fmt.Printf("  %-18s %s\n", p.Name, p.Explain)
	}
	fmt.Println("\nFaults (--fault), seconds counted from the start:")
	for _, f := range sim.Faults() {
		fmt.Printf("  %-18s %s\n", f.Name, f.Explain)
	}
}

// listFlag gathers a flag that may be given several times.
type listFlag []string

func (l *listFlag) String() string     { return strings.Join(*l, ",") }
func (l *listFlag) Set(s string) error { *l = append(*l, s); return nil }

// timeFlag is an instant as RFC 3339 has it.
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
