package main

import (
	"context"
	"flag"
	"log/slog"

	"github.com/refclock/refclock/internal/clocks"
	"github.com/refclock/refclock/internal/daemon"
)

// clockCommand completes a command that runs one clock: it is refclock run with one table
// of a configuration, made of flags.
func clockCommand(c command) command {
	kind := clocks.Named(c.name)
	c.schema = kind.New().Schema()
	c.define = func(flags *flag.FlagSet) action {
		settings := kind.New()
		settings.Schema().Define(flags)
		return func(ctx context.Context, operands []string) error {
			configuration, err := clocks.FromFlags(kind, settings, flags, operands)
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
func runClock(ctx context.Context, configuration clocks.Configuration) error {
	d := daemon.New(environment(newLog()))
	d.Load = func(context.Context) (clocks.Configuration, error) { return configuration, nil }
	d.Probe = true
	return d.Run(ctx)
}

// environment is what clocks need of this program.
func environment(log *slog.Logger) clocks.Env {
	return clocks.Env{Log: log, Version: versionName(), Built: built()}
}
