package main

import (
	"context"
	"flag"
	"log/slog"
	"os"
	"runtime/debug"

	"github.com/refclock/refclock/internal/coldstore"
	"github.com/refclock/refclock/internal/config"
	"github.com/refclock/refclock/internal/daemon"
	"github.com/refclock/refclock/internal/settings"
)

// clockCommand completes a command that runs one clock: it is refclock run with one table
// of a configuration, made of flags.
func clockCommand(c command) command {
	kind := settings.Named(c.name)
	c.schema = func() config.Schema { return kind.New().Schema() }
	c.define = func(flags *flag.FlagSet) action {
		values := kind.New()
		values.Schema().Define(flags)
		return func(ctx context.Context, operands []string) error {
			configuration, err := settings.FromFlags(kind, values, flags, operands)
			if err != nil {
				return usageError(err.Error())
			}
			return runClock(ctx, configuration)
		}
	}
	return c
}

// runClock runs the clock of a command until ctx ends. A device or a unit that cannot be
// opened at the start is an error; one that is lost later is waited for.
func runClock(ctx context.Context, configuration settings.Configuration) error {
	collectOften()
	d := daemon.New(environment(newLog()))
	d.Load = func(context.Context) (settings.Configuration, error) { return configuration, nil }
	d.Probe = true
	return d.Run(ctx)
}

// garbagePercent is how much garbage there may be, relative to the memory in use. A clock's
// history grows to a megabyte, and a clock makes six kilobytes of garbage a second: to collect
// it more often than Go does by default costs a hundredth of the CPU time.
const garbagePercent = 25

// collectOften limits the garbage, unless the user has set GOGC.
func collectOften() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbagePercent)
	}
}

// environment is what clocks need of this program.
func environment(log *slog.Logger) settings.Env {
	return settings.Env{Log: log, Version: versionName(), Built: built(), Waits: coldstore.Open(log)}
}
