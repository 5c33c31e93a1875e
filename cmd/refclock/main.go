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
	"sync/atomic"
	"syscall"
	"time"

	"github.com/refclock/refclock/internal/spelling"
	"github.com/refclock/refclock/internal/textwrap"
)

// commands returns the subcommands in the order of help: those for new users first.
func commands() []command {
	return []command{
		demoCommand,
		runCommand,
		statusCommand,
		gpsCommand,
		htntpCommand,
		feedCommand,
		offbyoneCommand,
		monitorCommand,
		configCommand,
		ppsCommand,
		doctorCommand,
		receiverCommand,
		simulateCommand,
		decodeCommand,
		recordCommand,
		replayCommand,
		bundleCommand,
		reportCommand,
		completionCommand(),
		manCommand(),
		versionCommand,
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), endSignals(os.Args[1:])...)
	defer stop()
	err := runUntil(ctx, os.Args[1:])
	if err != nil && !errors.Is(err, errTold) {
		fmt.Fprint(stderr, errorText(err, terminalColumns(os.Stderr)))
	}
	stderr.Flush(flushTimeout)
	os.Exit(exitCode(err))
}

// endSignals returns the signals that end a command. SIGHUP is sent when a terminal or its SSH
// connection closes. nohup ignores it, and for run it means to load the configuration again.
func endSignals(args []string) []os.Signal {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if signal.Ignored(syscall.SIGHUP) || len(args) > 0 && args[0] == "run" {
		return signals
	}
	return append(signals, syscall.SIGHUP)
}

// endTimeout limits how long a command may take to end after Ctrl-C or SIGTERM. It is
// longer than the daemon waits for its clocks.
const endTimeout = 1300 * time.Millisecond

// errStuck is the error of a command that does not end.
var errStuck = errors.New("interrupted, but part of it did not end: what it reads or writes is blocked, such as a pipe that no program reads")

// runUntil runs a command until ctx ends. A command that still waits then, for example
// for the reader of standard output, is abandoned.
func runUntil(ctx context.Context, args []string) error {
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, args) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	for {
		select {
		case err := <-ended:
			return err
		case <-time.After(endTimeout):
			if !unfinished.Load() {
				return errStuck
			}
		}
	}
}

// unfinished is set by a command that must not be abandoned, since it restores what it has
// changed. The command limits itself how long that takes.
var unfinished atomic.Bool

// run finds the subcommand and executes it.
func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return usageError("no command given\n\n" + overview())
	}
	name, rest := args[0], args[1:]
	switch strings.TrimLeft(name, "-") {
	case "help", "h":
		if len(rest) == 0 {
			fmt.Fprint(stdout, overview())
			return nil
		}
		name, rest = rest[0], []string{"--help"}
	case "version":
		name = "version" // users try --version
	}
	for _, c := range commands() {
		if c.name == name {
			return c.execute(ctx, rest)
		}
	}
	return usageError(fmt.Sprintf("unknown command %q%s\n`refclock help` lists the commands", name, spelling.Suggestion(name, commandNames()...)))
}

func overview() string {
	var b strings.Builder
	b.WriteString("refclock gives the time of a GPS receiver, or of web servers, to a time daemon:\nntpd, NTPsec or chrony.\n\n")
	b.WriteString("Usage: refclock COMMAND [--flags] [operands]\n\n")
	for _, c := range commands() {
		b.WriteString(strings.Join(textwrap.Beside(fmt.Sprintf("  %-10s ", c.name), c.summary, helpColumns), "\n") + "\n")
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
		fmt.Fprint(stdout, c.help())
		return nil
	}
	if err != nil {
		return usageError(fmt.Sprintf("%s: %v%s\n`refclock %s --help` explains the flags", c.name, err, c.operandMeant(err), c.name))
	}
	if err := action(ctx, operands); err != nil {
		return fmt.Errorf("%s: %w", c.name, err)
	}
	return nil
}
