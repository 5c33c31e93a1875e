package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/refclock/refclock/internal/daemon"
	"github.com/refclock/refclock/internal/notify"
	"github.com/refclock/refclock/internal/settings"
	"github.com/refclock/refclock/internal/status"
)

var runCommand = command{
	name:    "run",
	summary: "run every clock of " + settings.DefaultFile + ", as a service does",
	text: `
Runs the configured clocks until interrupted. Without a file, it searches for one
receiver, its baud rate and its pulse, and logs what it chose and why. It waits for
missing devices.

    refclock run --print-reference >refclock.toml   every setting, explained
    refclock run --check                            check the file
    refclock status                                 show the state of each clock

SIGHUP loads the file again; clocks whose settings did not change keep running. The
daemon notifies the service manager of its start, its state and its liveness.`,
	define: func(flags *flag.FlagSet) action {
		file := flags.String("config", "", "`FILE` configuration (default "+settings.DefaultFile+", if it exists)")
		check := flags.Bool("check", false, "check the configuration and exit")
		reference := flags.Bool("print-reference", false, "print a configuration with every setting explained")
		socket := flags.String("socket", "", "`PATH` socket for refclock status (default "+status.Find()+")")
		return func(ctx context.Context, operands []string) error {
			switch {
			case len(operands) > 0:
				return usageError(fmt.Sprintf("unexpected operand %q; the clocks are in the configuration, see --config", operands[0]))
			case *reference:
				fmt.Print(settings.Reference())
				return nil
			case *check:
				return checkFile(ctx, *file)
			}
			if *socket == "" {
				*socket = status.Find()
			}
			return runDaemon(ctx, *file, *socket)
		}
	},
}

// checkFile prints what a configuration contains, and its warnings.
func checkFile(ctx context.Context, file string) error {
	c, err := settings.Load(ctx, file)
	if err != nil {
		return err
	}
	fmt.Printf("%s: valid, %d clock(s)\n", c.From(), len(c.Clocks))
	for _, clock := range c.Clocks {
		fmt.Printf("  [[%s]] publishes to %s\n", clock.Kind, clock.Publishes())
	}
	for _, text := range c.Warnings {
		fmt.Printf("  warning: %s\n", text)
	}
	return nil
}

// runDaemon runs the clocks until ctx ends.
func runDaemon(ctx context.Context, file, socket string) error {
	log := newLog()
	d := daemon.New(environment(log))
	d.Socket = socket
	d.Load = func(ctx context.Context) (settings.Configuration, error) { return settings.Load(ctx, file) }
	notifier, err := notify.New()
	if err != nil {
		log.Warn("the service manager cannot be notified", "error", err)
	}
	defer notifier.Close()
	d.Notify(notifier, notify.Watchdog())
	reload := make(chan os.Signal, 1)
	signal.Notify(reload, syscall.SIGHUP)
	defer signal.Stop(reload)
	d.Reload = reload
	return d.Run(ctx)
}
