package main

import (
	"context"
	"flag"
	"fmt"
	"io"
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
		var own settings.Daemon
		own.Schema().Define(flags)
		load := func(ctx context.Context) (settings.Configuration, error) {
			c, err := settings.Load(ctx, *file)
			if err != nil {
				return c, err
			}
			if err := c.Daemon.Override(own, flags); err != nil {
				return c, usageError(err.Error())
			}
			return c, nil
		}
		socket := flags.String("socket", "", "`PATH` socket for refclock status (default "+status.Find()+")")
		return func(ctx context.Context, operands []string) error {
			switch {
			case len(operands) > 0:
				return usageError(fmt.Sprintf("unexpected operand %q; the clocks are in the configuration, see --config", operands[0]))
			case *reference:
				fmt.Fprint(stdout, settings.Reference())
				return nil
			case *check:
				return checkFile(ctx, load)
			}
			if *socket == "" {
				*socket = status.Find()
			}
			return runDaemon(ctx, load, *socket)
		}
	},
}

// A loader reads the configuration.
type loader = func(context.Context) (settings.Configuration, error)

// checkFile prints what a configuration contains, and its warnings.
func checkFile(ctx context.Context, load loader) error {
	c, err := load(ctx)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("%s: valid, with %s\n", c.From(), counted(len(c.Clocks), "clock"))
	for _, clock := range c.Clocks {
		text += fmt.Sprintf("  [[%s]] publishes to %s\n", clock.Kind, clock.Publishes())
	}
	for _, warning := range c.Warnings {
		text += fmt.Sprintf("  warning: %s\n", warning)
	}
	_, err = io.WriteString(stdout, broken(text, terminalColumns(os.Stdout)))
	return err
}

// runDaemon runs the clocks until ctx ends.
func runDaemon(ctx context.Context, load loader, socket string) error {
	collectOften()
	log := newLog()
	d := daemon.New(environment(log))
	d.Socket = socket
	d.Load = load
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
