package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/refclock/refclock/internal/daemon"
	"github.com/refclock/refclock/internal/notify"
	"github.com/refclock/refclock/internal/status"
)

var runCommand = command{
	name:    "run",
	summary: "run every clock of " + daemon.DefaultFile + ", as a service does",
	text: `
Runs the clocks of the configuration until it is told to end. Without a file it looks
for one receiver, its baud rate and its pulse, and says in a line each what it chose
and why. What is unplugged or not there yet is waited for.

    refclock run --print-reference >refclock.toml   every setting, explained
    refclock run --check                            what is wrong with the file
    refclock status                                 how the clocks are

SIGHUP reads the file again: clocks whose settings stay the same go on untouched. The
service manager is told when it is ready, how it goes, and that it is alive.`,
	define: func(flags *flag.FlagSet) action {
		file := flags.String("config", "", "`FILE` with the configuration (default "+daemon.DefaultFile+", if it is there)")
		check := flags.Bool("check", false, "read the configuration, say what is wrong with it, and end")
		reference := flags.Bool("print-reference", false, "print a configuration with every setting, explained, and end")
		socket := flags.String("socket", "", "`PATH` at which refclock status asks (default "+status.Find()+")")
		return func(ctx context.Context, operands []string) error {
			switch {
			case len(operands) > 0:
				return usageError(fmt.Sprintf("unexpected operand %q; the clocks stand in the configuration, see --config", operands[0]))
			case *reference:
				fmt.Print(daemon.Reference)
				return nil
			case *check:
				return checkFile(*file)
			}
			if *socket == "" {
				*socket = status.Find()
			}
			return runDaemon(ctx, *file, *socket)
		}
	},
}

// checkFile tells what a configuration comes to.
func checkFile(file string) error {
	c, err := daemon.Load(file)
	if err != nil {
		return err
	}
	from := c.File
	if from == "" {
		from = "no " + daemon.DefaultFile + ": a receiver is looked for"
	}
	fmt.Printf("%s: good, %d clock(s)\n", from, len(c.Clocks))
	for _, clock := range c.Clocks {
		fmt.Printf("  [[%s]] feeds %s\n", clock.Kind, clock.Feeds())
	}
	return nil
}

// environment is what clocks need of this program.
func environment(log *slog.Logger) daemon.Env {
	return daemon.Env{Log: log, Version: versionName(), Built: built()}
}

// runDaemon runs the clocks until ctx ends.
func runDaemon(ctx context.Context, file, socket string) error {
	log := newLog()
	d := daemon.New(environment(log))
	d.File, d.Socket = file, socket
	notifier, err := notify.New()
	if err != nil {
		log.Warn("the service manager cannot be told", "error", err)
	}
	defer notifier.Close()
	d.Notify(notifier, notify.Watchdog())
	reload := make(chan os.Signal, 1)
	signal.Notify(reload, syscall.SIGHUP)
	defer signal.Stop(reload)
	d.Reload = reload
	return d.Run(ctx)
}
