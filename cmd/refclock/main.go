// Refclock turns serial and GPS hardware into reference-clock samples for the
// time daemon that a machine already runs: ntpd, NTPsec or chrony.
//
// This package is only the command line: each subcommand has a file of its name, which
// parses the flags, builds the parts and runs them.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// commands returns the subcommands in the order of help: those that a newcomer needs come
// first.
func commands() []command {
	return []command{
		demoCommand,
		runCommand,
		statusCommand,
		gpsCommand,
		htntpCommand,
		offbyoneCommand,
		monitorCommand,
		configCommand,
		ppsCommand,
		doctorCommand,
		receiverCommand,
		simulateCommand,
		decodeCommand,
		replayCommand,
		completionCommand(),
		manCommand(),
		versionCommand,
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:])
	if err != nil && !errors.Is(err, errTold) {
		fmt.Fprintln(os.Stderr, "refclock:", err)
	}
	os.Exit(exitCode(err))
}

// run finds the subcommand and executes it.
func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return usageError("no command given\n\n" + overview())
	}
	name, rest := args[0], args[1:]
	switch strings.TrimLeft(name, "-") {
	case "help", "h":
		if len(rest) == 0 {
			fmt.Print(overview())
			return nil
		}
		name, rest = rest[0], []string{"--help"}
	case "version":
		name = "version" // people try --version
	}
	for _, c := range commands() {
		if c.name == name {
			return c.execute(ctx, rest)
		}
	}
	return usageError(fmt.Sprintf("unknown command %q%s\n`refclock help` lists the commands", name, suggest(name, commandNames())))
}

func overview() string {
	var b strings.Builder
	b.WriteString("refclock gives the time of a GPS receiver, or of web servers, to a time daemon:\nntpd, NTPsec or chrony.\n\n")
	b.WriteString("Usage: refclock COMMAND [--flags] [operands]\n\n")
	for _, c := range commands() {
		b.WriteString(strings.Join(beside(fmt.Sprintf("  %-10s ", c.name), c.summary), "\n") + "\n")
	}
	b.WriteString("\nTry `refclock demo` first: it needs no hardware. `refclock COMMAND --help`\nexplains each.\n")
	return b.String()
}

func commandNames() []string {
	var names []string
	for _, c := range commands() {
		names = append(names, c.name)
	}
	return names
}

// execute parses the arguments and runs the command.
func (c command) execute(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
	action := c.define(flags)
	operands, err := parse(flags, args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Print(c.help())
		return nil
	}
	if err != nil {
		return usageError(fmt.Sprintf("%s: %v\n`refclock %s --help` explains the flags", c.name, err, c.name))
	}
	if err := action(ctx, operands); err != nil {
		return fmt.Errorf("%s: %w", c.name, err)
	}
	return nil
}
