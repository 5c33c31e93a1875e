package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/internal/pty"
	"github.com/refclock/refclock/internal/serialport"
	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/pps"
	"github.com/refclock/refclock/shm"
)

var demoCommand = command{
	name:    "demo",
	summary: "run everything with a simulated receiver; needs no hardware and no time daemon",
	text: `
A simulated receiver sends sentences to a pseudo-terminal, byte by byte as over a real
wire, and makes a pulse each second. The gps driver reads the port. The sentences
publish to the first unit of shared memory that no program uses, and the pulse to the
next one, once both have agreed for 8 seconds about which second is which. The screen is
that of refclock monitor. No time daemon reads these units, and nothing changes the
clock of this machine.`,
	define: func(flags *flag.FlagSet) action {
		profile := flags.String("profile", sim.Profiles()[0].Name, "`NAME` receiver to simulate: "+strings.Join(profileNames(), ", "))
		lasts := flags.Duration("for", 0, "`TIME` stop after this time (0: run until interrupted)")
		return func(ctx context.Context, operands []string) error {
			if len(operands) > 0 {
				return usageError(fmt.Sprintf("unexpected operand %q", operands[0]))
			}
			if *lasts < 0 {
				return usageError(fmt.Sprintf("--for %v: expected 0s or more", *lasts))
			}
			if *lasts > 0 {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, *lasts)
				defer cancel()
			}
			return demo(ctx, *profile)
		}
	},
}

// demo runs the receiver, both drivers and the screen until ctx ends.
func demo(ctx context.Context, profile string) error {
	receiver, err := sim.New(sim.Config{Profile: profile, Seed: uint64(time.Now().UnixNano())})
	if err != nil {
		return usageError(strings.TrimPrefix(err.Error(), "sim: "))
	}
	numbers, err := freeUnits(2)
	if err != nil {
		return err
	}
	var feeds []*driver.Feed
	lines := new(lastLines)
	log := slog.New(&terminalHandler{out: &lockedWriter{w: lines}})
	for _, n := range numbers {
		unit, err := shm.Attach(n, shm.WithLayout(shm.Layout96)) // no daemon is there to know better
		if err != nil {
			return err
		}
		defer unit.Close()
		if err := unit.Set(shm.FieldValid, 0); err != nil { // a sample of an earlier run
			return err
		}
		feeds = append(feeds, driver.NewFeed(unit, log.With("clock", fmt.Sprintf("unit %d", n))))
	}
	port, err := pty.Open()
	if err != nil {
		return err
	}
	defer port.Close()
	live, err := sim.NewLive(receiver, 0)
	if err != nil {
		return err
	}

	kind := sim.Profiles()[slices.Index(profileNames(), profile)] // sim.New has found it there
	baud := kind.Baud
	clock := gps.New(gps.Config{
		Device: port.Name(), Baud: baud,
		Open:  func() (gps.Port, error) { return serialport.Open(port.Name(), baud) },
		Pivot: built(),
		Pulse: &gps.PulseConfig{
			Source: "simulated",
			Open:   func() (pps.Source, error) { return live.Source(demoPulse), nil },
		},
	})

	watched := newWatchedUnits(shm.KeyBase, numbers)
	defer watched.close()
	watched.unread = true
	above := func() string { return demoTitle(kind, port.Name(), numbers, feeds) }
	below := func() string { return "\nLog:\n" + lines.String() }
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return live.Play(ctx, port) })
	group.Go(func() error { return driver.Supervise(ctx, clock, feeds[0]) })
	group.Go(func() error { return driver.Supervise(ctx, clock.Pulse(), feeds[1]) })
	group.Go(func() error {
		if isTerminal(os.Stdout) {
			return watchScreen(ctx, os.Stdout, watched, above, below)
		}
		fmt.Print(above())
		return watchLines(ctx, os.Stdout, watched, 0, printReading)
	})
	return group.Wait()
}

// demoPulse has the stamps of a Raspberry Pi.
var demoPulse = sim.Pulse{Jitter: 2 * time.Microsecond, Late: sim.Lateness{Constant: 5 * time.Microsecond, Exponential: time.Microsecond}}

// demoTitle returns the header of the demo: 80 columns, and few lines.
func demoTitle(p sim.Profile, port string, units []int, feeds []*driver.Feed) string {
	var b strings.Builder
	write := func(lines []string) { b.WriteString(strings.Join(lines, "\n") + "\n") }
	fmt.Fprintf(&b, "refclock demo: a simulated %s receiver at %d baud on %s\n", p.Name, p.Baud, port)
	write(fill("No time daemon reads these units, which is right here. Press Ctrl-C to stop.", 0, 0, helpColumns))
	b.WriteString("\n")
	write(beside(fmt.Sprintf("unit %-3d sentences: ", units[0]), feeds[0].State().String()))
	write(beside(fmt.Sprintf("unit %-3d pulse:     ", units[1]), feeds[1].State().String()))
	b.WriteString("\n")
	return b.String()
}

// freeUnits returns n consecutive units from 2 on that no program has attached.
func freeUnits(n int) ([]int, error) {
	infos, err := shm.List(shm.KeyBase)
	if err != nil {
		return nil, err
	}
	used := map[int]bool{}
	for _, info := range infos {
		if info.Attached > 0 || info.UID != os.Getuid() {
			used[info.Unit] = true
		}
	}
	var free []int
	for unit := 2; unit <= shm.MaxUnit; unit++ {
		if used[unit] {
			free = free[:0]
			continue
		}
		if free = append(free, unit); len(free) == n {
			return free, nil
		}
	}
	return nil, fmt.Errorf("no %d free units from 2 to %d: every one is in use", n, shm.MaxUnit)
}

// lastLines keeps the last lines that were written to it, for the screen.
type lastLines struct {
	mu    sync.Mutex
	lines []string
}

func (l *lastLines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, strings.TrimRight(string(p), "\n"))
	if len(l.lines) > 6 {
		l.lines = l.lines[1:]
	}
	return len(p), nil
}

func (l *lastLines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return "  " + strings.Join(l.lines, "\n  ") + "\n"
}

// isTerminal reports whether a file is a terminal that can be redrawn.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "" && info.Name() != "null"
}
