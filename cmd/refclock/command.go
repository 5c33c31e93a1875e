package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/refclock/refclock/internal/config"
	"github.com/refclock/refclock/internal/textwrap"
)

// A command is one subcommand. Help, manual and completions come from it and its flags.
type command struct {
	name     string
	operands string               // as usage shows them, such as "[DEVICE]"
	summary  string               // one line
	text     string               // of the help, besides the flags
	schema   func() config.Schema // the settings among its flags; nil without any

	// define adds the flags and returns what runs after they are parsed.
	define func(flags *flag.FlagSet) action
}

// An action does a command's work. The context ends with Ctrl-C or SIGTERM, which is not
// an error.
type action func(ctx context.Context, operands []string) error

// parse reads GNU-style arguments: --flag value, --flag=value, flags and operands
// in any order, and "--" before operands that begin with a dash.
func parse(flags *flag.FlagSet, args []string) (operands []string, err error) {
	flags.SetOutput(io.Discard) // the caller prints the error
	for {
		if err := flags.Parse(args); err != nil {
			return nil, teach(flags, err)
		}
		rest := flags.Args()
		if len(rest) == 0 {
			return operands, nil
		}
		if used := len(args) - len(rest); used > 0 && args[used-1] == "--" {
			return append(operands, rest...), nil
		}
		operands, args = append(operands, rest[0]), rest[1:]
	}
}

// teach replaces the message of package flag by one with a hint.
func teach(flags *flag.FlagSet, err error) error {
	if errors.Is(err, flag.ErrHelp) {
		return err
	}
	text := err.Error()
	if name, ok := strings.CutPrefix(text, "flag provided but not defined: -"); ok {
		return errors.New(unknownFlag(flags, strings.TrimLeft(name, "-")))
	}
	text = withoutSecret(flags, text)
	text = strings.Replace(text, "parse error", expected(flags, text), 1)
	text = strings.ReplaceAll(text, "flag -", "flag --")
	return errors.New(strings.ReplaceAll(text, "argument: -", "argument: --"))
}

// withoutSecret removes the value from the message about a flag that may contain a password.
// The error of the value follows, and contains no password.
func withoutSecret(flags *flag.FlagSet, text string) string {
	flags.VisitAll(func(f *flag.Flag) {
		mark := "\" for flag -" + f.Name + ": "
		if i := strings.LastIndex(text, mark); i >= 0 && config.IsSecret(f.Value) {
			text = "invalid value for flag -" + f.Name + ": " + text[i+len(mark):]
		}
	})
	return text
}

// unknownFlag returns the message for an unknown flag, with the flag that was probably
// meant. A single letter is treated as the beginning of a flag.
func unknownFlag(flags *flag.FlagSet, name string) string {
	var known []string
	flags.VisitAll(func(f *flag.Flag) { known = append(known, f.Name) })
	near := config.Meant(name, known)
	if len(name) == 1 {
		near = ""
		for _, long := range known {
			if strings.HasPrefix(long, name) {
				near = long
				break
			}
		}
		name = "-" + name
	} else {
		name = "--" + name
	}
	if near == "" {
		return "unknown flag " + name
	}
	return fmt.Sprintf("unknown flag %s; did you mean --%s?", name, near)
}

// operandMeant returns a hint for the end of the message about an unknown flag, if the flag is
// probably the port, which the command takes as an operand.
func (c command) operandMeant(err error) string {
	name, unknown := strings.CutPrefix(err.Error(), "unknown flag --")
	if !unknown || !strings.Contains(c.operands, "DEVICE") || config.Meant(name, []string{"device"}) == "" {
		return ""
	}
	return fmt.Sprintf("; the port needs no flag: refclock %s /dev/ttyUSB0", c.name)
}

// expected returns what the flag of a message takes.
func expected(flags *flag.FlagSet, text string) string {
	_, after, _ := strings.Cut(text, " for flag -")
	name, _, _ := strings.Cut(after, ":")
	if f := flags.Lookup(name); f != nil {
		if value, ok := f.Value.(flag.Getter); ok {
			switch value.Get().(type) {
			case time.Duration:
				return "expected a time with its unit, such as 120ms or 1.5s"
			case int, uint64:
				return "expected a whole number"
			}
		}
	}
	return "parse error"
}

func (c command) usage() string {
	s := "refclock " + c.name + " [--flags]"
	if c.operands != "" {
		s += " " + c.operands
	}
	return s
}

// helpColumns is the width of help: every terminal has at least as many columns.
const helpColumns = 80

// help returns the help of a command.
func (c command) help() string {
	flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
	c.define(flags)
	var b strings.Builder
	write := func(lines []string) { b.WriteString(strings.Join(lines, "\n") + "\n") }
	write(textwrap.Indented("refclock "+c.name+": "+c.summary, 0, helpColumns))
	fmt.Fprintf(&b, "\nUsage: %s\n", c.usage())
	for paragraph := range strings.SplitSeq(strings.TrimSpace(c.text), "\n\n") {
		b.WriteString("\n")
		if strings.HasPrefix(paragraph, "    ") { // verbatim
			b.WriteString(paragraph + "\n")
		} else {
			write(textwrap.Lines(paragraph, "", "", helpColumns))
		}
	}
	basic := c.basic()
	flagsHelp(&b, "Flags", flags, func(f *flag.Flag) bool { return len(basic) == 0 || slices.Contains(basic, f.Name) })
	flagsHelp(&b, "Other flags", flags, func(f *flag.Flag) bool { return len(basic) > 0 && !slices.Contains(basic, f.Name) })
	return b.String()
}

// basic returns the flags that most users need; nil if none is marked as such.
func (c command) basic() (names []string) {
	if c.schema == nil {
		return nil
	}
	for _, s := range c.schema() {
		if s.Basic && !s.Operand {
			names = append(names, s.Flag())
		}
	}
	return names
}

// flagsHelp explains the chosen flags under a heading.
func flagsHelp(b *strings.Builder, heading string, flags *flag.FlagSet, chosen func(*flag.Flag) bool) {
	heading = "\n" + heading + ":\n"
	flags.VisitAll(func(f *flag.Flag) {
		if !chosen(f) {
			return
		}
		b.WriteString(heading)
		heading = ""
		kind, text := takes(f)
		head := "--" + f.Name
		if kind != "" {
			head += " " + kind
		}
		if s := standard(f); s != "" {
			text += fmt.Sprintf(" (default %s)", s)
		}
		b.WriteString(strings.Join(textwrap.Beside(fmt.Sprintf("  %-22s ", head), text, helpColumns), "\n") + "\n")
	})
}

// takes splits a flag's usage into the placeholder of its value and the text.
func takes(f *flag.Flag) (placeholder, text string) {
	after, ok := strings.CutPrefix(f.Usage, "`")
	if !ok {
		return "", f.Usage
	}
	placeholder, text, _ = strings.Cut(after, "`")
	return placeholder, strings.TrimSpace(text)
}

// given reports whether the command line has a flag.
func given(flags *flag.FlagSet, name string) (yes bool) {
	flags.Visit(func(f *flag.Flag) { yes = yes || f.Name == name })
	return yes
}

// standard returns the default of a flag, if it is informative.
func standard(f *flag.Flag) string {
	if f.DefValue == "false" || f.DefValue == "0s" || strings.Contains(f.Usage, "(0: ") || strings.Contains(f.Usage, "(default") {
		return ""
	}
	return f.DefValue
}
