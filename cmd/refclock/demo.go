package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/internal/config"
	"github.com/refclock/refclock/internal/daemon"
	"github.com/refclock/refclock/internal/pty"
	"github.com/refclock/refclock/internal/serialport"
	"github.com/refclock/refclock/internal/settings"
	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/internal/textwrap"
	"github.com/refclock/refclock/internal/web"
	"github.com/refclock/refclock/pps"
	"github.com/refclock/refclock/shm"
)

var demoCommand = command{
	name:    "demo",
	summary: "run everything with a simulated receiver; needs no hardware and no time daemon",
	text: `
A simulated receiver sends sentences to a pseudo-terminal, byte by byte as over a real
wire, and makes a pulse each second. The gps driver reads both. It publishes the time of
the sentences to the first unit of shared memory that no program uses. Once sentences
and pulses have agreed for 8 seconds, it publishes the pulses to the next unit. The
screen is that of refclock monitor. A web page shows the same and more; only this machine
can open it. No time daemon reads these units, and nothing changes the clock of this
machine.`,
	define: func(flags *flag.FlagSet) action {
		profile := flags.String("profile", sim.Profiles()[0].Name, "`NAME` receiver to simulate: "+strings.Join(profileNames(), ", "))
		lasts := flags.Duration("for", 0, "`TIME` stop after this time (0: run until interrupted)")
		listen := flags.String("listen", "", "`ADDRESS` loopback address and port of the web page (default: "+demoAddress+", or a free port if it is in use)")
		return func(ctx context.Context, operands []string) error {
			if len(operands) > 0 {
				return usageError(fmt.Sprintf("unexpected operand %q", operands[0]))
			}
			if *lasts < 0 {
				return usageError(fmt.Sprintf("--for %v: expected 0s or more", *lasts))
			}
			if at, err := netip.ParseAddrPort(*listen); *listen != "" && (err != nil || !at.Addr().IsLoopback()) {
				return usageError(fmt.Sprintf("--listen %s: expected a loopback address and a port, such as %s", *listen, demoAddress))
			}
			if *lasts > 0 {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, *lasts)
				defer cancel()
			}
			return demo(ctx, *profile, *listen)
		}
	},
}

// demoAddress is where the page of the demo is, unless another program uses the port.
const demoAddress = "127.0.0.1:9123"

// demo runs the receiver, both drivers, the page and the screen until ctx ends.
func demo(ctx context.Context, profile, listen string) error {
	receiver, err := sim.New(sim.Config{Profile: profile, Seed: uint64(time.Now().UnixNano())})
	if err != nil {
		return usageError(strings.TrimPrefix(err.Error(), "sim: "))
	}
	numbers, err := clearedUnits(2)
	if err != nil {
		return err
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

	lines := new(lastLines)
	log := slog.New(&terminalHandler{out: lines})
	d := daemon.New(environment(log))
	kind := sim.Profiles()[slices.Index(profileNames(), profile)] // sim.New has checked the name
	simulated := &demoReceiver{port: port.Name(), baud: kind.Baud, live: live, units: numbers}
	d.Load = func(context.Context) (settings.Configuration, error) {
		shown := settings.Daemon{Position: true} // the receiver is nowhere
		return settings.Configuration{File: "refclock demo", Daemon: shown, Clocks: []settings.Clock{{Kind: "gps", Settings: simulated}}}, nil
	}
	page := web.New(d, log)
	defer page.Close()
	address, err := demoPage(page, listen)
	if err != nil {
		return err
	}

	watched := newWatchedUnits(shm.KeyBase, numbers)
	defer watched.close()
	watched.unread = true
	above := func() string { return demoTitle(kind, port.Name(), address, numbers, d.Report().Clocks) }
	below := func() string { return "\nLog:\n" + lines.String() }
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return live.Play(ctx, port) })
	group.Go(func() error { return d.Run(ctx) })
	group.Go(func() error {
		if isTerminal(os.Stdout) {
			return watchScreen(ctx, os.Stdout, watched, above, below)
		}
		fmt.Fprint(stdout, above())
		return watchLines(ctx, stdout, watched, 0, textLines)
	})
	return group.Wait()
}

// demoPage opens the page, and returns its address. Without an address it takes demoAddress,
// or a free port.
func demoPage(page *web.Server, listen string) (string, error) {
	page.Listen(cmp.Or(listen, demoAddress), false)
	if listen == "" && !page.Status().Open {
		page.Listen("127.0.0.1:0", false)
	}
	state := page.Status()
	if !state.Open {
		return "", codedError{exitDevice, fmt.Errorf("--listen %s: %s", state.Listen, state.Error)}
	}
	return "http://" + state.Listen + "/", nil
}

// A demoReceiver is the simulated receiver in place of a configured one.
type demoReceiver struct {
	port  string
	baud  int
	live  *sim.Live
	units []int // of the sentences and of the pulse
}

func (r *demoReceiver) Schema() config.Schema { return nil }
func (r *demoReceiver) Resolve(config.Source) {}

func (r *demoReceiver) Targets() []settings.Target {
	return []settings.Target{{Setting: "unit", Unit: r.units[0]}, {Setting: "pps_unit", Unit: r.units[1]}}
}

func (r *demoReceiver) Build(env settings.Env) ([]settings.Part, error) {
	c := gps.Config{
		Device: r.port, Baud: r.baud,
		Open:  func() (gps.Port, error) { return serialport.Open(r.port, r.baud) },
		Pivot: env.Built,
		Pulse: &gps.PulseConfig{
			Source: "simulated",
			Open:   func() (pps.Source, error) { return r.live.Source(demoPulse), nil },
		},
	}
	return settings.GPSParts(c, demoTargets(r.units[0]), demoTargets(r.units[1])), nil
}

// demoTargets returns a unit as the only target. No time daemon sets its size.
func demoTargets(unit int) settings.Targets {
	return settings.Targets{Unit: unit, Key: shm.KeyBase, Layout: shm.Layout96.Size()}
}

// demoPulse has the stamps of a Raspberry Pi.
var demoPulse = sim.Pulse{Jitter: 2 * time.Microsecond, Late: sim.Lateness{Constant: 5 * time.Microsecond, Exponential: time.Microsecond}}

// demoTitle returns the header of the demo, in 80 columns and few lines. There are no clocks
// before the daemon has started.
func demoTitle(p sim.Profile, port, page string, units []int, clocks []status.Clock) string {
	var b strings.Builder
	write := func(lines []string) { b.WriteString(strings.Join(lines, "\n") + "\n") }
	fmt.Fprintf(&b, "refclock demo: a simulated %s receiver at %d baud on %s\n", p.Name, p.Baud, port)
	write(textwrap.Lines("No time daemon reads these units, as intended. Press Ctrl-C to stop.", "", "", helpColumns))
	fmt.Fprintf(&b, "Web page: %s\n\n", page)
	for i, unit := range units {
		state := "starting"
		if i < len(clocks) {
			state = clocks[i].State.String()
		}
		write(textwrap.Beside(fmt.Sprintf("unit %-3d %-10s ", unit, []string{"sentences:", "pulse:"}[i]), state, helpColumns))
	}
	b.WriteString("\n")
	return b.String()
}

// clearedUnits returns n free units without a sample of an earlier run.
func clearedUnits(n int) ([]int, error) {
	numbers, err := freeUnits(n)
	if err != nil {
		return nil, err
	}
	for _, number := range numbers {
		unit, err := shm.Attach(number, shm.WithLayout(shm.Layout96))
		if err != nil {
			return nil, err
		}
		if err := errors.Join(unit.Set(shm.FieldValid, 0), unit.Close()); err != nil {
			return nil, err
		}
	}
	return numbers, nil
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
	return nil, fmt.Errorf("no %d free units from 2 to %d: all are in use", n, shm.MaxUnit)
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
	term := os.Getenv("TERM")
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && term != "" && term != "dumb" && info.Name() != "null"
}
