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
	summary: "show it all at work with a simulated receiver; needs no hardware, no root, no time daemon",
	text: `
A receiver made of software sends sentences to a pseudo-terminal, byte by byte as
over a real wire, and makes a pulse each second. The gps driver reads the port and
feeds the first unit of shared memory that nobody uses, and the pulse feeds the next
one, once both have agreed for 8 seconds about which second is which. The screen
is the monitor's. Nothing reads these units unless you tell your time daemon to,
and nothing touches the clock of this machine.`,
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

// demo runs the receiver, both clocks and the screen until ctx ends.
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
	log := slog.New(slog.NewTextHandler(lines, &slog.HandlerOptions{ReplaceAttr: timeOfDay}))
	for _, n := range numbers {
		unit, err := shm.Attach(n, shm.WithLayout(shm.Layout96)) // no daemon is there to know better
		if err != nil {
			return err
		}
		defer unit.Close()
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

// demoPulse is stamped as well as a Raspberry Pi does it.
var demoPulse = sim.Pulse{Jitter: 2 * time.Microsecond, Late: sim.Lateness{Constant: 5 * time.Microsecond, Exponential: time.Microsecond}}

// demoTitle says what one is looking at.
func demoTitle(p sim.Profile, port string, units []int, feeds []*driver.Feed) string {
	return fmt.Sprintf(`refclock demo: a simulated %s receiver at %d baud on %s. Ctrl-C ends it.

  unit %d is fed by its sentences, which begin about %v after the second:
          that delay is learnt from the pulse, and taken off
  unit %d is fed by its pulse, stamped within microseconds

The sentences: %s
The pulse: %s

`, p.Name, p.Baud, port, units[0], p.Delay, units[1], feeds[0].State(), feeds[1].State())
}

// freeUnits finds n units from 2 on, one after the other, that nobody has attached.
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

// lastLines keeps the last lines that were written to it, for a screen.
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

// timeOfDay shortens a log line's time, and leaves out its level.
func timeOfDay(_ []string, a slog.Attr) slog.Attr {
	switch a.Key {
	case slog.TimeKey:
		a.Value = slog.StringValue(a.Value.Time().UTC().Format(time.TimeOnly))
	case slog.LevelKey:
		return slog.Attr{}
	}
	return a
}

// isTerminal tells whether there is somebody to draw a screen for.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "" && info.Name() != "null"
}
